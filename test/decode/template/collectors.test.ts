// Elements that stand several times in a record, and lists that a field takes whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from '../../../src/flow/flow.ts';
import { bench, datagram, hex, ipfix, join, set, template, u16, u32 } from '../support.ts';

/** One record of these fields, lengths as in the template. */
function flowOf(fields: readonly (readonly [number, number])[], ...octets: readonly Uint8Array[]): Flow {
  const { decoder, flows } = bench();
  decoder.decode(datagram(ipfix([set(2, template(256, ...fields)), set(256, ...octets)])));
  assert.equal(flows.length, 1);
  return flows[0]!;
}

/** A basicList as a variable field (RFC 6313 §4.5.1): semantic, element, length of each, values. */
function list(element: number, length: number, ...values: readonly Uint8Array[]): Uint8Array {
  const content = join(hex('03'), u16(element, length), ...values);
  return join(new Uint8Array([content.length]), content);
}

test('lists of communities and the AS path are taken whole', () => {
  const flow = flowOf(
    [
      [16, 4],
      [17, 4],
      [128, 4],
      [129, 4],
      [485, 65535],
      [484, 65535],
      [491, 65535],
      [488, 65535],
      [512, 65535],
    ],
    u32(64500, 64510, 64502, 64499),
    list(483, 4, hex('fbf40064'), hex('fbf40065')), // 64500:100, 64500:101
    list(483, 4, hex('fbf60001')),
    list(489, 12, u32(64500, 1, 2), u32(4_200_000_000, 3, 4)),
    list(486, 8, hex('0002fbf400000007'), hex('0102c00002010009'), hex('0203fa56ea000001'), hex('800600000000c350')),
    list(17, 4, u32(64502), u32(64505), u32(64510)),
  );
  assert.deepEqual(flow.bgp?.communities, [
    0xfbf40064,
    0xfbf40065,
    '64500:1:2',
    '4200000000:3:4',
    'rt:64500:7',
    'rt:192.0.2.1:9',
    'soo:4200000000:1',
    '0x800600000000c350',
  ]);
  assert.deepEqual(flow.bgp?.sourceCommunities, [0xfbf60001]);
  assert.deepEqual(flow.bgp?.asPath, [64502, 64505, 64510]);
  assert.deepEqual([flow.bgp?.destinationPeerAs, flow.bgp?.sourcePeerAs], [64502, 64499]);
  assert.deepEqual([flow.sourceAs, flow.destinationAs], [64500, 64510]);
});

test('communities may also stand in the record itself, several times', () => {
  const flow = flowOf(
    [
      [483, 4],
      [483, 4],
      [489, 12],
    ],
    hex('fbf40064 fbf40065'),
    u32(64500, 1, 2),
  );
  assert.deepEqual(flow.bgp?.communities, [0xfbf40064, 0xfbf40065, '64500:1:2']);
});

test('no route is made of AS 0 and empty lists', () => {
  const flow = flowOf(
    [
      [128, 4],
      [129, 4],
      [485, 65535],
    ],
    u32(0, 0),
    list(483, 4),
  );
  assert.equal(flow.bgp, undefined);
});

test('a list of forged length harms nothing else, and long lists are cut', () => {
  const { decoder, flows } = bench();
  const fields = template(256, [485, 65535], [8, 4]);
  const half = join(hex('08 03'), u16(483, 4), hex('fbf400'), hex('c000020a'));
  const values = Array.from({ length: 60 }, (_, i) => u32(i));
  const long = list(483, 4, ...values);
  const both = template(257, [485, 65535], [488, 65535], [485, 65535]);
  decoder.decode(datagram(ipfix([set(2, fields, both), set(256, half), set(257, long, list(486, 8), long)])));
  assert.deepEqual([flows[0]!.sourceIp, flows[0]!.bgp], ['192.0.2.10', undefined]);
  assert.equal(decoder.counters.listsMalformed, 1);
  assert.equal(flows[1]!.bgp?.communities.length, 64);
});

test('the labels of an MPLS stack are collected from the top, padding left out', () => {
  const flow = flowOf(
    [
      [70, 3],
      [71, 3],
      [72, 3],
      [73, 4],
      [79, 3],
    ],
    hex('03e81e 0fffff 000000 06401140 000001'),
  );
  // 0x03e81 = 16001, 0x0ffff = 65535, 0x06401 = 25601; label 0 with the bottom bit is explicit null.
  assert.deepEqual(flow.mplsLabels, [16001, 65535, 25601, 0]);
});

test('of an element that stands twice the first counts: outer before inner header', () => {
  const flow = flowOf(
    [
      [8, 4],
      [12, 4],
      [4, 1],
      [7, 2],
      [56, 6],
      [243, 2],
      [8, 4],
      [12, 4],
      [4, 1],
      [7, 2],
      [56, 6],
      [243, 2],
      [1, 4],
      [1, 4],
    ],
    hex('c000020a c6336414 2f 0000 00005e005301 0064 0a000001 0a000002 06 01bb 00005e005302 00c8 00000064 000000c8'),
  );
  assert.deepEqual([flow.sourceIp, flow.destinationIp, flow.protocolNumber], ['192.0.2.10', '198.51.100.20', 47]);
  assert.deepEqual([flow.sourcePort, flow.sourceMac, flow.dot1qVlan], [undefined, '00-00-5E-00-53-01', 100]);
  assert.equal(flow.bytes, 100);
});

test('of two elements for one field the first that is not empty counts', () => {
  const flow = flowOf(
    [
      [8, 4],
      [27, 16],
      [15, 4],
      [62, 16],
      [225, 4],
      [281, 16],
    ],
    hex('00000000 20010db8000000000000000000000001 c0000201 20010db8000000000000000000000002 00000000'),
    hex('20010db8000000000000000000000003'),
  );
  assert.deepEqual([flow.sourceIp, flow.nextHopIp, flow.natSourceIp], ['2001:db8::1', '192.0.2.1', '2001:db8::3']);
});
