// A NetFlow v9 capture made for measuring: 22 fields as a Cisco or Juniper edge router sends them, 24 flows a datagram,
// a few thousand hosts of which some hundred carry most flows. Seeded: every run measures the same bytes.

import { writeFileSync } from 'node:fs';

/** Element ids (RFC 3954 §8) and lengths of the template; the record writer below follows the same order. */
const FIELDS: readonly (readonly [id: number, length: number])[] = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 4],
  [14, 4],
  [2, 4],
  [1, 8],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 4],
  [17, 4],
  [9, 1],
  [13, 1],
  [61, 1],
  [89, 1],
  [56, 6],
  [80, 6],
];
const RECORD_BYTES = FIELDS.reduce((sum, [, length]) => sum + length, 0);
const TEMPLATE_ID = 256;
const FLOWS_PER_DATAGRAM = 20;
const TEMPLATE_EVERY = 500;

/** Networks that MaxMind's public test databases know, so that look-ups find something. */
const PUBLIC_NETWORKS = [
  '81.2.69',
  '89.160.20',
  '216.160.83',
  '67.43.156',
  '175.16.199',
  '2.125.160',
  '1.128.12',
  '12.81.92',
];
const SERVICES: readonly (readonly [port: number, protocol: number])[] = [
  [443, 6],
  [443, 17],
  [80, 6],
  [53, 17],
  [22, 6],
  [123, 17],
  [445, 6],
  [3389, 6],
  [8443, 6],
  [993, 6],
];

/** Writes a pcap (Ethernet, one exporter) with `flows` records; returns the number of datagrams. */
export function writeV9Capture(path: string, flows: number): number {
  const random = mulberry32(42);
  const chunks: Buffer[] = [pcapHeader()];
  const baseSeconds = Date.UTC(2026, 10, 21, 10, 0, 0) / 1000;
  let datagrams = 0;
  for (let done = 0; done < flows; datagrams++) {
    const count = Math.min(FLOWS_PER_DATAGRAM, flows - done);
    const seconds = baseSeconds + Math.floor(datagrams / 50);
    chunks.push(packet(seconds, datagram(datagrams, count, seconds, datagrams % TEMPLATE_EVERY === 0, random)));
    done += count;
  }
  writeFileSync(path, Buffer.concat(chunks));
  return datagrams;
}

function datagram(
  sequence: number,
  count: number,
  seconds: number,
  hasTemplate: boolean,
  random: () => number,
): Buffer {
  const templateBytes = hasTemplate ? 8 + FIELDS.length * 4 : 0;
  const dataBytes = 4 + count * RECORD_BYTES;
  const padding = (4 - (dataBytes % 4)) % 4;
  const out = Buffer.alloc(20 + templateBytes + dataBytes + padding);
  const uptime = 86_400_000 + sequence * 20;
  out.writeUInt16BE(9, 0);
  out.writeUInt16BE(count + (hasTemplate ? 1 : 0), 2);
  out.writeUInt32BE(uptime, 4);
  out.writeUInt32BE(seconds, 8);
  out.writeUInt32BE(sequence, 12);
  out.writeUInt32BE(7, 16);
  let at = 20;
  if (hasTemplate) at = writeTemplate(out, at);
  out.writeUInt16BE(TEMPLATE_ID, at);
  out.writeUInt16BE(dataBytes + padding, at + 2);
  at += 4;
  for (let i = 0; i < count; i++) at = writeRecord(out, at, uptime, random);
  return out;
}

function writeTemplate(out: Buffer, start: number): number {
  let at = start;
  for (const value of [0, 8 + FIELDS.length * 4, TEMPLATE_ID, FIELDS.length]) at = out.writeUInt16BE(value, at);
  for (const [id, length] of FIELDS) at = out.writeUInt16BE(length, out.writeUInt16BE(id, at));
  return at;
}

function writeRecord(out: Buffer, start: number, uptime: number, random: () => number): number {
  const [port, protocol] = SERVICES[Math.floor(random() ** 2 * SERVICES.length)]!;
  const isRequest = random() < 0.5;
  const client = 0x0a000000 + Math.floor(random() ** 2 * 8000);
  const server = publicAddress(random);
  const clientPort = 32768 + Math.floor(random() * 28000);
  const packets = 1 + Math.floor(random() ** 4 * 2000);
  const duration = Math.floor(random() ** 2 * 60_000);
  let at = start;
  at = out.writeUInt32BE(isRequest ? client : server, at);
  at = out.writeUInt32BE(isRequest ? server : client, at);
  at = out.writeUInt32BE(0xc0a80001 + Math.floor(random() * 4), at);
  at = out.writeUInt32BE(1 + Math.floor(random() * 8), at);
  at = out.writeUInt32BE(1 + Math.floor(random() * 8), at);
  at = out.writeUInt32BE(packets, at);
  at = out.writeBigUInt64BE(BigInt(packets * (64 + Math.floor(random() * 1400))), at);
  at = out.writeUInt32BE(uptime - duration - 1000, at);
  at = out.writeUInt32BE(uptime - 1000, at);
  at = out.writeUInt16BE(isRequest ? clientPort : port, at);
  at = out.writeUInt16BE(isRequest ? port : clientPort, at);
  at = out.writeUInt8(protocol === 6 ? 0x1b : 0, at);
  at = out.writeUInt8(protocol, at);
  at = out.writeUInt8(random() < 0.1 ? 0xb8 : 0, at);
  at = out.writeUInt32BE(64512 + Math.floor(random() * 4), at);
  at = out.writeUInt32BE(15169, at);
  at = out.writeUInt8(24, at);
  at = out.writeUInt8(16, at);
  at = out.writeUInt8(isRequest ? 0 : 1, at);
  at = out.writeUInt8(64, at);
  at = writeMac(out, at, random);
  return writeMac(out, at, random);
}

function publicAddress(random: () => number): number {
  const network = PUBLIC_NETWORKS[Math.floor(random() * PUBLIC_NETWORKS.length)]!;
  const [a, b, c] = network.split('.').map(Number) as [number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | Math.floor(random() ** 2 * 256)) >>> 0;
}

function writeMac(out: Buffer, at: number, random: () => number): number {
  return out.writeUInt32BE(0x5e005300 + Math.floor(random() * 16), out.writeUInt16BE(0, at));
}

function pcapHeader(): Buffer {
  const out = Buffer.alloc(24);
  out.writeUInt32LE(0xa1b2c3d4, 0);
  out.writeUInt16LE(2, 4);
  out.writeUInt16LE(4, 6);
  out.writeUInt32LE(65535, 16);
  out.writeUInt32LE(1, 20);
  return out;
}

function packet(seconds: number, payload: Buffer): Buffer {
  const frame = Buffer.alloc(16 + 42);
  frame.writeUInt32LE(seconds, 0);
  frame.writeUInt32LE(42 + payload.length, 8);
  frame.writeUInt32LE(42 + payload.length, 12);
  frame.writeUInt16BE(0x0800, 16 + 12);
  frame.writeUInt8(0x45, 30);
  frame.writeUInt16BE(28 + payload.length, 32);
  frame.writeUInt8(64, 38);
  frame.writeUInt8(17, 39);
  frame.writeUInt32BE(0xc0000201, 42);
  frame.writeUInt32BE(0xc0000202, 46);
  frame.writeUInt16BE(50000, 50);
  frame.writeUInt16BE(2055, 52);
  frame.writeUInt16BE(8 + payload.length, 54);
  return Buffer.concat([frame, payload]);
}

/** A small seeded generator (Tommy Ettinger's mulberry32), uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
