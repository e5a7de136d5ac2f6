// Offsets are those of the specifications that the encoders name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Netflow5Encoder } from '../../src/demo/encode-netflow5.ts';
import { Sflow5Encoder } from '../../src/demo/encode-sflow5.ts';
import { TemplateEncoder } from '../../src/demo/encode-templates.ts';
import { ipfixTables, netflow9Tables } from '../../src/demo/option-tables.ts';
import { ipfixTemplates, netflow9Templates } from '../../src/demo/template-fields.ts';
import { loadWorld } from '../../src/demo/world.ts';
import { BOOT_MS, demoFlow, NOW_MS, view } from './flows.ts';

const world = loadWorld();
const exporterOf = (protocol: string) => world.exporters.find((exporter) => exporter.protocol === protocol)!;
const ipv6 = (last: number): Uint8Array => Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last);

test('NetFlow v5: header, record, sequence by flows, 30 records at most', () => {
  const sent: Uint8Array[] = [];
  const encoder = new Netflow5Encoder(BOOT_MS, 100, (bytes) => sent.push(bytes));
  for (let i = 0; i < 31; i++) encoder.add(demoFlow({ packets: i + 1 }), NOW_MS);
  encoder.flush(NOW_MS);
  assert.deepEqual(
    sent.map((bytes) => bytes.length),
    [24 + 30 * 48, 24 + 48],
  );
  const first = view(sent[0]!);
  assert.deepEqual([first.getUint16(0), first.getUint16(2)], [5, 30]);
  assert.equal(first.getUint32(4), 86_400_000, 'sysUptime');
  assert.deepEqual([first.getUint32(8), first.getUint32(12)], [1767323045, 6_000_000]);
  assert.equal(first.getUint32(16), 0, 'sequence');
  assert.equal(first.getUint16(22), 0x8000 | 100, 'random sampling, 1 in 100');
  assert.equal(view(sent[1]!).getUint32(16), 30, 'sequence');
  // record: source 0, destination 4, packets 16, bytes 20, first 24, last 28, ports 32 and 34, flags 37, protocol 38
  assert.deepEqual([first.getUint32(24), first.getUint32(28)], [0x0a010203, 0xc0000250]);
  assert.deepEqual([first.getUint16(24 + 12), first.getUint16(24 + 14)], [3, 7]);
  assert.deepEqual([first.getUint32(24 + 16), first.getUint32(24 + 20)], [1, 5000]);
  assert.deepEqual([first.getUint32(24 + 24), first.getUint32(24 + 28)], [86_398_000, 86_399_500]);
  assert.deepEqual([first.getUint16(24 + 32), first.getUint16(24 + 34)], [40000, 443]);
  assert.deepEqual([...sent[0]!.subarray(24 + 36, 24 + 40)], [0, 0x1b, 6, 0x28]);
  assert.deepEqual([first.getUint16(24 + 40), first.getUint16(24 + 42)], [0, 64501]);
  assert.deepEqual([...sent[0]!.subarray(24 + 44, 24 + 46)], [17, 24]);
});

test('NetFlow v5: ICMP type and code stand in the destination port; IPv6 is left out', () => {
  const sent: Uint8Array[] = [];
  const encoder = new Netflow5Encoder(BOOT_MS, 1, (bytes) => sent.push(bytes));
  encoder.add(demoFlow({ source: ipv6(1), destination: ipv6(2) }), NOW_MS);
  encoder.add(demoFlow({ protocol: 1, sourcePort: 0, destinationPort: 0, icmp: 0x0800 }), NOW_MS);
  encoder.tick(NOW_MS + 999);
  assert.equal(sent.length, 0);
  encoder.tick(NOW_MS + 1000);
  assert.equal(view(sent[0]!).getUint16(2), 1);
  assert.equal(view(sent[0]!).getUint16(24 + 34), 0x0800);
  assert.equal(view(sent[0]!).getUint16(22), 0, 'not sampled');
});

/** Sets of a datagram: id and length. */
function setsOf(bytes: Uint8Array, headerBytes: number): number[][] {
  const sets: number[][] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    const [id, length] = [view(bytes).getUint16(at), view(bytes).getUint16(at + 2)];
    assert.ok(length > 4 && length % 4 === 0, `set ${id} of ${length} bytes`);
    sets.push([id, length]);
    at += length;
  }
  return sets;
}

test('NetFlow v9: templates and options first and again, sequence by datagrams, sets that fill the datagram', () => {
  const exporter = world.exporters.find(({ protocol, sampling }) => protocol === 'netflow9' && sampling > 1)!;
  const sent: Uint8Array[] = [];
  const templates = netflow9Templates(BOOT_MS, true);
  const encoder = new TemplateEncoder(
    { version: 9, domain: 7, bootMs: BOOT_MS, templates, tables: netflow9Tables(exporter) },
    (bytes) => sent.push(bytes),
  );
  for (let i = 0; i < 60; i++) {
    encoder.add(i % 2 === 0 ? demoFlow() : demoFlow({ source: ipv6(1), destination: ipv6(2) }), NOW_MS);
  }
  encoder.tick(NOW_MS + 20_000);
  encoder.flush(NOW_MS + 20_000);
  assert.deepEqual(
    setsOf(sent[0]!, 20).map(([id]) => id),
    [0, 1, 260, 1, 261],
  );
  // two templates, two option templates, one record per interface, one of the sampler
  assert.equal(view(sent[0]!).getUint16(2), 2 + 2 + exporter.interfaces.length + 1);
  for (const [number, bytes] of sent.entries()) {
    assert.ok(bytes.length <= 1400);
    assert.equal(view(bytes).getUint16(0), 9);
    assert.equal(view(bytes).getUint32(12), number, 'sequence');
    assert.equal(view(bytes).getUint32(16), 7, 'source id');
    setsOf(bytes, 20);
  }
  assert.deepEqual([view(sent[1]!).getUint32(4), view(sent[1]!).getUint32(8)], [86_400_000, 1767323045]);
  assert.equal(setsOf(sent.at(-1)!, 20)[0]![0], 0, 'templates again after 20 s');
  const data = sent[1]!;
  // 8, 12 addresses, 9, 13 masks, 32 icmp, 10, 14 interfaces, 2 packets, 1 bytes, 7, 11 ports
  const record = view(data.subarray(24));
  assert.deepEqual([record.getUint32(0), record.getUint32(4)], [0x0a010203, 0xc0000250]);
  assert.deepEqual([record.getUint32(20), record.getUint32(24), record.getUint32(28)], [10, 0, 5000]);
  assert.deepEqual([record.getUint16(32), record.getUint16(34)], [40000, 443]);
});

test('IPFIX: length, sequence by data records of all kinds, absolute times', () => {
  const exporter = exporterOf('ipfix');
  const sent: Uint8Array[] = [];
  const tables = ipfixTables(exporter, world.services);
  const encoder = new TemplateEncoder(
    { version: 10, domain: 256, bootMs: BOOT_MS, templates: ipfixTemplates(true), tables },
    (bytes) => sent.push(bytes),
  );
  for (let i = 0; i < 20; i++) encoder.add(demoFlow(), NOW_MS);
  encoder.flush(NOW_MS);
  const optionRecords = tables.reduce((sum, table) => sum + table.rows.length, 0);
  for (const bytes of sent) {
    assert.equal(view(bytes).getUint16(0), 10);
    assert.equal(view(bytes).getUint16(2), bytes.length);
    assert.equal(view(bytes).getUint32(4), 1767323045);
    assert.equal(view(bytes).getUint32(12), 256);
  }
  const flowDatagrams = sent.filter((bytes) => setsOf(bytes, 16)[0]![0] === 256);
  assert.equal(view(sent[0]!).getUint32(8), 0);
  assert.equal(view(flowDatagrams[0]!).getUint32(8), optionRecords);
  // The templates' first field specifier: set header 4, template id and count 4.
  const templates = view(sent[0]!.subarray(16 + 4));
  assert.deepEqual([templates.getUint16(0), templates.getUint16(4), templates.getUint16(6)], [256, 8, 4]);
  // After 8 12 9 13 32 10 14 2 1 7 11 6 4 5 16 17 (4 4 1 1 2 4 4 4 8 2 2 1 1 1 4 4 bytes) come start and end.
  const record = view(flowDatagrams[0]!.subarray(16 + 4));
  assert.equal(Number(record.getBigUint64(47)), NOW_MS - 2000);
  assert.equal(Number(record.getBigUint64(55)), NOW_MS - 500);
  assert.equal(record.getUint8(63), 3, 'end of flow detected: FIN');
  assert.equal(record.getUint32(64), 13 * 2 ** 24 + 443);
});

test('sFlow v5: sampled header with the packet, rate, frame length, counters', () => {
  const exporter = { ...exporterOf('sflow5'), sampling: 1000, vlan: 40 };
  const sent: Uint8Array[] = [];
  const encoder = new Sflow5Encoder(exporter, BOOT_MS, (bytes) => sent.push(bytes));
  encoder.add(demoFlow({ packets: 10, bytes: 5000 }), NOW_MS);
  encoder.flush(NOW_MS);
  const datagram = view(sent[0]!);
  const long = (at: number): number => datagram.getUint32(at);
  // version, address type, agent, sub-agent, sequence, uptime, samples
  assert.deepEqual(
    [long(0), long(4), long(8), long(12), long(16), long(20), long(24)],
    [5, 1, 0x0aff0004, 0, 0, 86_400_000, 1],
  );
  assert.deepEqual([long(28), long(32)], [1, sent[0]!.length - 36], 'flow sample that fills the datagram');
  // sequence, source id, rate, pool, drops, input, output, records
  assert.deepEqual(
    [long(36), long(40), long(44), long(48), long(52), long(56), long(60), long(64)],
    [1, 3, 1000, 1000, 0, 3, 7, 3],
  );
  // raw packet header: Ethernet, 500 bytes IP + 18 + 4, 4 stripped, 128 bytes
  assert.deepEqual([long(68), long(72), long(76), long(80), long(84), long(88)], [1, 144, 1, 522, 4, 128]);
  const frame = sent[0]!.subarray(92);
  assert.deepEqual([...frame.subarray(12, 18)], [0x81, 0, 0, 40, 8, 0]);
  const ip = view(frame.subarray(18));
  assert.deepEqual([ip.getUint8(0), ip.getUint16(2), ip.getUint8(9)], [0x45, 500, 6]);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += ip.getUint16(i);
  assert.equal((sum & 0xffff) + (sum >>> 16), 0xffff, 'RFC 791: header and checksum add up to ones');
  assert.deepEqual([ip.getUint32(12), ip.getUint32(16)], [0x0a010203, 0xc0000250]);
  assert.deepEqual([ip.getUint16(20), ip.getUint16(22)], [40000, 443]);
  encoder.tick(NOW_MS + 1000);
  encoder.flush(NOW_MS + 1000);
  const counters = view(sent[1]!);
  assert.equal(counters.getUint32(16), 1, 'sequence');
  assert.equal(counters.getUint32(24), exporter.interfaces.length);
  // type, length; sequence, source, records; record type, length (generic interface counters have 88 bytes)
  assert.deepEqual([counters.getUint32(28), counters.getUint32(32), counters.getUint32(52)], [2, 108, 88]);
});
