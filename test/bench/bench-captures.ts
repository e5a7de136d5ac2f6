// Captures of the benchmark's flows in each protocol: NetFlow v5, v9 with 22 fields, IPFIX with the same ones (times in
// epoch ms), sFlow v5 with a sampled header of 128 octets and what a switch that routes adds.

import { writeFileSync } from 'node:fs';
import { type BenchFlow, makeFlow, mulberry32 } from './bench-flow.ts';

export type BenchProtocol = 'netflow_v5' | 'netflow_v9' | 'ipfix' | 'sflow_v5';

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
/** flowStartMilliseconds and flowEndMilliseconds instead of sysUptime. */
const IPFIX_FIELDS = FIELDS.map(([id, length]) => (id === 22 ? [152, 8] : id === 21 ? [153, 8] : [id, length]));
const TEMPLATE_ID = 256;
const TEMPLATE_EVERY = 500;
const FIRST_UPTIME_MS = 86_400_000;
const BASE_SECONDS = Date.UTC(2026, 10, 21, 10, 0, 0) / 1000;

/** One datagram's place in the capture. */
interface Place {
  readonly sequence: number;
  readonly seconds: number;
  readonly uptimeMs: number;
}

/** Flows of a datagram, and how they are written. */
const ENCODERS: Readonly<
  Record<BenchProtocol, readonly [perDatagram: number, (place: Place, flows: readonly BenchFlow[]) => Buffer]>
> = {
  netflow_v5: [30, netflow5],
  netflow_v9: [20, netflow9],
  ipfix: [20, ipfix],
  sflow_v5: [7, sflow5],
};

/** Writes a pcap (Ethernet, one exporter) with so many flows; returns the number of datagrams. */
export function writeBenchCapture(path: string, flows: number, protocol: BenchProtocol): number {
  const [perDatagram, encode] = ENCODERS[protocol];
  const random = mulberry32(42);
  const chunks: Buffer[] = [pcapHeader()];
  let datagrams = 0;
  for (let done = 0; done < flows; datagrams++) {
    const count = Math.min(perDatagram, flows - done);
    const seconds = BASE_SECONDS + Math.floor(datagrams / 50);
    const place = { sequence: datagrams, seconds, uptimeMs: FIRST_UPTIME_MS + datagrams * 20 };
    const batch = Array.from({ length: count }, () => makeFlow(random));
    chunks.push(packet(seconds, encode(place, batch)));
    done += count;
  }
  writeFileSync(path, Buffer.concat(chunks));
  return datagrams;
}

function netflow5({ sequence, seconds, uptimeMs }: Place, flows: readonly BenchFlow[]): Buffer {
  const out = new Octets();
  out
    .u16(5, flows.length)
    .u32(uptimeMs, seconds, 0, sequence * 30)
    .u16(0, 0);
  for (const flow of flows) {
    out.u32(flow.source, flow.destination, flow.nextHop).u16(flow.input, flow.output);
    out.u32(flow.packets, flow.octets, uptimeMs - flow.durationMs - 1000, uptimeMs - 1000);
    out.u16(flow.sourcePort, flow.destinationPort).u8(0, flow.tcpFlags, flow.protocol, flow.tos);
    out.u16(flow.sourceAs, flow.destinationAs).u8(24, 16, 0, 0);
  }
  return out.buffer();
}

function netflow9({ sequence, seconds, uptimeMs }: Place, flows: readonly BenchFlow[]): Buffer {
  const hasTemplate = sequence % TEMPLATE_EVERY === 0;
  const out = new Octets();
  out.u16(9, flows.length + (hasTemplate ? 1 : 0)).u32(uptimeMs, seconds, sequence, 7);
  if (hasTemplate) writeTemplate(out, 0, FIELDS);
  writeRecords(out, FIELDS, flows, (flow) => out.u32(uptimeMs - flow.durationMs - 1000, uptimeMs - 1000));
  return out.buffer();
}

function ipfix({ sequence, seconds }: Place, flows: readonly BenchFlow[]): Buffer {
  const out = new Octets();
  out.u16(10, 0).u32(seconds, sequence * 20, 7);
  if (sequence % TEMPLATE_EVERY === 0) writeTemplate(out, 2, IPFIX_FIELDS);
  const endMs = seconds * 1000 - 1000;
  writeRecords(out, IPFIX_FIELDS, flows, (flow) => out.u64(endMs - flow.durationMs, endMs));
  const buffer = out.buffer();
  buffer.writeUInt16BE(buffer.length, 2);
  return buffer;
}

type Fields = readonly (readonly number[])[];

function writeTemplate(out: Octets, setId: number, fields: Fields): void {
  out.u16(setId, 8 + fields.length * 4, TEMPLATE_ID, fields.length);
  for (const [id, length] of fields) out.u16(id!, length!);
}

/** A data set, padded to four octets. */
function writeRecords(
  out: Octets,
  fields: Fields,
  flows: readonly BenchFlow[],
  times: (flow: BenchFlow) => unknown,
): void {
  const length = 4 + flows.length * fields.reduce((sum, [, octets]) => sum + octets!, 0);
  const padding = -length & 3;
  out.u16(TEMPLATE_ID, length + padding);
  for (const flow of flows) {
    out.u32(flow.source, flow.destination, flow.nextHop, flow.input, flow.output, flow.packets).u64(flow.octets);
    times(flow);
    out.u16(flow.sourcePort, flow.destinationPort).u8(flow.tcpFlags, flow.protocol, flow.tos);
    out.u32(flow.sourceAs, flow.destinationAs).u8(24, 16, flow.direction, 64);
    out.u16(0).u32(flow.inMac).u16(0).u32(flow.outMac);
  }
  for (let i = 0; i < padding; i++) out.u8(0);
}

/** Flow samples: sampled header (0:1), switch (0:1001) and router (0:1002) data. */
function sflow5({ sequence, uptimeMs }: Place, flows: readonly BenchFlow[]): Buffer {
  const out = new Octets();
  out.u32(5, 1, 0xc0000201, 0, sequence, uptimeMs, flows.length);
  for (const [i, flow] of flows.entries()) {
    const ipBytes = Math.max(60, Math.min(1500, Math.round(flow.octets / flow.packets)));
    const number = sequence * 7 + i;
    // One data source, the VLAN 10 (source type 1): its samples are numbered.
    out.u32(1, 32 + 8 + 16 + 128 + 8 + 16 + 8 + 16, number, 0x0100000a, 1000, number * 1000, 0, flow.input);
    out.u32(flow.output, 3, 1, 144, 1, ipBytes + 18, 4, 128);
    out.u16(0).u32(flow.outMac).u16(0).u32(flow.inMac).u16(0x0800);
    out.u8(0x45, flow.tos).u16(ipBytes, 0, 0x4000).u8(64, flow.protocol).u16(0).u32(flow.source, flow.destination);
    out.u16(flow.sourcePort, flow.destinationPort);
    if (flow.protocol === 6) out.u32(1, 1).u16(0x5000 | flow.tcpFlags, 8192, 0, 0);
    else out.u16(ipBytes - 20, 0);
    out.zeros(128 - 14 - 20 - (flow.protocol === 6 ? 20 : 8));
    out.u32(1001, 16, 10, 0, 20, 0, 1002, 16, 1, flow.nextHop, 24, 16);
  }
  return out.buffer();
}

/** What is written, one value after another. */
class Octets {
  readonly #out = Buffer.alloc(65_536);
  #at = 0;

  u8(...values: readonly number[]): this {
    for (const value of values) this.#at = this.#out.writeUInt8(value, this.#at);
    return this;
  }

  u16(...values: readonly number[]): this {
    for (const value of values) this.#at = this.#out.writeUInt16BE(value, this.#at);
    return this;
  }

  u32(...values: readonly number[]): this {
    for (const value of values) this.#at = this.#out.writeUInt32BE(value, this.#at);
    return this;
  }

  u64(...values: readonly number[]): this {
    for (const value of values) this.#at = this.#out.writeBigUInt64BE(BigInt(value), this.#at);
    return this;
  }

  zeros(count: number): void {
    this.#at += count;
  }

  buffer(): Buffer {
    return Buffer.from(this.#out.subarray(0, this.#at));
  }
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
