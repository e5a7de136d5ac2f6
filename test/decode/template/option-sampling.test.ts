import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainFacts } from '../../../src/flow/exporter.ts';
import { bench, datagram, hex, ipfix, join, set, u16, u32, v9 } from '../support.ts';

type Table =
  | 'samplingBySampler'
  | 'samplingByName'
  | 'samplingByInterface'
  | 'samplingByTemplate'
  | 'samplingBySequence';

const TABLES: readonly Table[] = [
  'samplingBySampler',
  'samplingByName',
  'samplingByInterface',
  'samplingByTemplate',
  'samplingBySequence',
];

function found(facts: DomainFacts): Record<string, unknown> {
  return Object.fromEntries(TABLES.filter((table) => facts[table].size > 0).map((table) => [table, [...facts[table]]]));
}

// The first element is the scope. Intervals by hand: RFC 5477 §8.2, and of hashes the part of the range (§8.3).
// biome-ignore format: a table
const IPFIX: readonly [string, readonly (readonly [number, number])[], string, Partial<Record<Table, unknown>>][] = [
  ['selector with interval and space', [[302, 2], [305, 4], [306, 4]], '0005 00000001 00000063', { samplingBySampler: [[5, 100]] }],
  ['interval of several packets', [[302, 2], [305, 4], [306, 4]], '0005 00000002 000000c6', { samplingBySampler: [[5, 100]] }],
  ['size of population', [[302, 2], [309, 4], [310, 4]], '0006 00000002 00000064', { samplingBySampler: [[6, 50]] }],
  ['probability', [[302, 2], [311, 8]], '0007 3f847ae147ae147b', { samplingBySampler: [[7, 100]] }],
  ['sampler', [[48, 1], [50, 4]], '09 00000200', { samplingBySampler: [[9, 512]] }],
  ['interface', [[10, 4], [34, 4]], '0000000a 00000040', { samplingByInterface: [[10, 64]] }],
  ['egress interface beside an ingress interface of 0', [[10, 4], [14, 4], [34, 4]], '00000000 0000000b 00000040', { samplingByInterface: [[11, 64]] }],
  ['physical interface', [[253, 4], [34, 4]], '0000000c 00000040', { samplingByInterface: [[12, 64]] }],
  ['interface 0: all of them', [[10, 4], [34, 4]], '00000000 00000040', { samplingByInterface: [[0, 64]] }],
  ['whole exporter', [[144, 4], [34, 4]], '00000001 00000040', { samplingByInterface: [[0, 64]] }],
  ['sampler 0: flows that name none', [[302, 2], [34, 4]], '0000 00000040', { samplingByInterface: [[0, 64]] }],
  ['template', [[149, 4], [145, 2], [304, 2], [305, 4], [306, 4]], '00000007 09ce 0001 00000001 00000009', { samplingByTemplate: [[2510, 10]] }],
  ['selection sequence', [[301, 8], [309, 4], [310, 4]], '0000000000000003 00000001 00000008', { samplingBySequence: [[3, 8]] }],
  ['time', [[302, 2], [304, 2], [307, 4], [308, 4]], '0005 0002 000003e8 00002328', { samplingBySampler: [[5, 10]] }],
  ['part of a hash range', [[302, 2], [304, 2], [329, 8], [330, 8], [331, 8], [332, 8]],
    '0005 0006 0000000000000000 00000000000000ff 0000000000000010 000000000000001f', { samplingBySampler: [[5, 16]] }],
  ['flows instead of packets', [[302, 2], [390, 2], [396, 4], [397, 4]], '0005 0001 00000001 00000013', { samplingBySampler: [[5, 20]] }],
  ['filter, which leaves nothing out of what passes', [[302, 2], [304, 2]], '0005 0005', { samplingBySampler: [[5, 1]] }],
  ['algorithm before all the rest', [[302, 2], [304, 2], [305, 4], [306, 4], [309, 4], [310, 4]],
    '0005 0003 00000001 00000009 00000001 00000064', { samplingBySampler: [[5, 100]] }],
  ['name beside an id', [[302, 2], [309, 4], [310, 4], [335, 4]], '0006 00000001 00000064 66617374', { samplingBySampler: [[6, 100]], samplingByName: [['fast', 100]] }],
  ['name alone', [[84, 4], [34, 4]], '736c6f77 00000064', { samplingByName: [['slow', 100]], samplingByInterface: [[0, 100]] }],
  // IOS XR before it knew 309 and 310: how many are taken, and not of how many.
  ['interval without space: not told', [[302, 4], [305, 4], [304, 2]], '00000001 00000001 0003', { samplingBySampler: [[1, 0]] }],
  ['zero', [[144, 4], [34, 4]], '00000001 00000000', {}],
  ['division by zero', [[144, 4], [305, 4], [306, 4]], '00000001 00000000 00000005', {}],
];

for (const [what, elements, octets, expected] of IPFIX) {
  test(`learns the sampling interval of option data: ${what}`, () => {
    const { decoder, flows } = bench();
    const options = join(u16(300, elements.length, 1), ...elements.map(([id, length]) => u16(id, length)));
    decoder.decode(datagram(ipfix([set(3, options), set(300, hex(octets))])));
    assert.deepEqual(found(decoder.exporters.get('192.0.2.1')!.facts(7)), expected);
    assert.equal(flows.length, 0);
  });
}

// Scope types of RFC 3954 §6.1, each of four octets of value 6, and element 34 with 64.
for (const [scope, type, expected] of [
  ['system', 1, { samplingByInterface: [[0, 64]] }],
  ['interface', 2, { samplingByInterface: [[6, 64]] }],
  ['line card', 3, { samplingByInterface: [[0, 64]] }],
  ['cache', 4, { samplingByInterface: [[0, 64]] }],
  ['template', 5, { samplingByTemplate: [[6, 64]] }],
] as const) {
  test(`learns the sampling interval of NetFlow v9 option data with ${scope} scope`, () => {
    const { decoder } = bench();
    const options = join(u16(260, 4, 4), u16(type, 4, 34, 4));
    decoder.decode(datagram(v9([set(1, options), set(260, u32(6, 64))])));
    assert.deepEqual(found(decoder.exporters.get('192.0.2.1')!.facts(7)), expected);
  });
}

test('learns the selectors of a selection sequence (RFC 5476 §6.5.1)', () => {
  const { decoder } = bench();
  // Scope 301; then the observation point and two selectors.
  const report = join(u16(300, 4, 1), u16(301, 4, 10, 4, 302, 4, 302, 4));
  decoder.decode(datagram(ipfix([set(3, report), set(300, u32(9, 2, 5, 10))])));
  assert.deepEqual([...decoder.exporters.get('192.0.2.1')!.facts(7).selectionSequences], [[9, [5, 10]]]);
});

test('keeps an interval when statistics of its selector come', () => {
  const { decoder } = bench();
  const sampler = join(u16(300, 2, 1), u16(302, 4, 34, 4));
  const statistics = join(u16(301, 2, 1), u16(302, 4, 318, 4));
  decoder.decode(
    datagram(ipfix([set(3, sampler), set(300, u32(5, 100)), set(3, statistics), set(301, u32(5, 12345))])),
  );
  assert.deepEqual(found(decoder.exporters.get('192.0.2.1')!.facts(7)), { samplingBySampler: [[5, 100]] });
});

test('files option data under the domain that its scope names', () => {
  const { decoder } = bench();
  const options = join(u16(300, 2, 1), u16(149, 4, 34, 4));
  decoder.decode(datagram(ipfix([set(3, options), set(300, u32(12, 100), u32(0, 50))])));
  const exporter = decoder.exporters.get('192.0.2.1')!;
  // Domain 0 is none in particular: the message's.
  assert.deepEqual([[...exporter.facts(12).samplingByInterface], [...exporter.facts(7).samplingByInterface]], [[[0, 100]], [[0, 50]]]); // biome-ignore format: a row
});
