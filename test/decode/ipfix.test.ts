import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldOf } from '../helpers/flow-values.ts';
import { bench, datagram, EXPORT_MS, EXPORT_SECONDS, hex, ipfix, join, set, template, u16, u32 } from './support.ts';

const TEMPLATE = set(2, template(256, [8, 4], [12, 4], [1, 8]));
const RECORD = hex('c000020a c6336414 0000000000000d80');

test('reads several messages of one datagram, with octets after the last', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(join(ipfix([TEMPLATE]), ipfix([set(256, RECORD, RECORD)]), hex('000000'))));
  assert.deepEqual(
    flows.map((flow) => [flow.sourceIp, flow.destinationIp, flow.bytes]),
    [
      ['192.0.2.10', '198.51.100.20', 3456],
      ['192.0.2.10', '198.51.100.20', 3456],
    ],
  );
  assert.equal(decoder.counters.decoded, 1);
});

test('decodes nothing of a message that is longer than its datagram', () => {
  const { decoder, flows } = bench();
  const bytes = ipfix([TEMPLATE, set(256, RECORD)]);
  decoder.decode(datagram(bytes.subarray(0, bytes.length - 1)));
  assert.equal(flows.length, 0);
  assert.equal(decoder.counters.malformedTruncated, 1);
});

test('skips unknown and enterprise elements and counts them', () => {
  const { decoder, flows } = bench();
  const fields = join(u16(256, 4), u16(8, 4), u16(0x8001, 2), u32(99999), u16(32000, 3), u16(12, 4));
  decoder.decode(datagram(ipfix([set(2, fields), set(256, hex('c000020a ffff aabbcc c6336414'))])));
  assert.deepEqual([flows[0]!.sourceIp, flows[0]!.destinationIp], ['192.0.2.10', '198.51.100.20']);
  assert.deepEqual([decoder.counters.elementsUnknown, decoder.counters.enterpriseElementsUnknown], [1, 1]);
});

test('reads reverse counters of biflows (RFC 5103)', () => {
  const { decoder, flows } = bench();
  const fields = join(u16(256, 4), u16(1, 4, 2, 4), u16(0x8001, 4), u32(29305), u16(0x8002, 4), u32(29305));
  decoder.decode(datagram(ipfix([set(2, fields), set(256, u32(1000, 10, 2000, 20))])));
  const { bytes, packetCount, reverseBytes, reversePacketCount } = flows[0]!;
  assert.deepEqual([bytes, packetCount, reverseBytes, reversePacketCount], [1000, 10, 2000, 20]);
});

test('withdraws one template, and all of a kind', () => {
  const { decoder } = bench();
  const options = set(3, join(u16(300, 2, 1), u16(149, 4), u16(34, 4)));
  decoder.decode(datagram(ipfix([TEMPLATE, set(2, template(257, [8, 4])), options])));
  decoder.decode(datagram(ipfix([set(2, u16(257, 0))])));
  assert.equal(decoder.counters.templatesWithdrawn, 1);
  decoder.decode(datagram(ipfix([set(2, u16(2, 0)), set(256, RECORD)])));
  assert.equal(decoder.counters.templatesWithdrawn, 2);
  decoder.decode(datagram(ipfix([set(300, u32(7, 100))])));
  assert.equal(decoder.exporters.get('192.0.2.1')!.facts(7).samplingInterval, 100);
  assert.equal(decoder.counters.setsWithoutTemplate, 1);
});

// Elements of one record, its octets, and the flow fields by hand from the RFC named.
// biome-ignore format: a table
const FIELDS: readonly [string, readonly (readonly [number, number])[], string, Record<string, unknown>][] = [
  ['IPv6 addresses', [[27, 16], [28, 16]], '20010db8000000000000000000000001 ff020000000000000000000000000002', { sourceIp: '2001:db8::1', destinationIp: 'ff02::2', ipVersion: 6 }],
  ['the IPv6 address where the IPv4 one is empty', [[8, 4], [27, 16]], '00000000 20010db8000000000000000000000001', { sourceIp: '2001:db8::1' }],
  ['the IPv4 address where the IPv6 one is empty', [[27, 16], [8, 4]], '00000000000000000000000000000000 c000020a', { sourceIp: '192.0.2.10' }],
  ['the first of repeated elements', [[8, 4], [8, 4]], 'c000020a c000020b', { sourceIp: '192.0.2.10' }],
  ['counters of 3 octets', [[1, 3], [2, 3]], '010000 000002', { bytes: 65536, packetCount: 2 }],
  ['counters of 5 and 6 octets', [[1, 5], [2, 6]], '0100000000 000100000000', { bytes: 2 ** 32, packetCount: 2 ** 32 }],
  ['counters of 7 and 8 octets', [[1, 7], [2, 8]], '01000000000001 0000000100000002', { bytes: 2 ** 48 + 1, packetCount: 2 ** 32 + 2 }],
  ['delta before total counters', [[85, 4], [1, 4]], '00000064 00000005', { bytes: 5 }],
  ['total counters alone', [[85, 4], [86, 4]], '00000064 00000005', { bytes: 100, packetCount: 5 }],
  ['post counters where nothing else is', [[23, 4], [24, 4]], '00000064 00000005', { bytes: 100, packetCount: 5 }],
  ['octets of IP packets, though those of frames come first', [[352, 4], [1, 4], [353, 4]], '00000064 00000048 00000064', { bytes: 72 }],
  ['octets of frames where nothing else is', [[352, 4]], '00000064', { bytes: 100 }],
  ['octets of IP packets behind a field of variable length', [[352, 4], [82, 65535], [1, 4]], '00000064 0161 00000048', { bytes: 72 }],
  ['initiator and responder', [[231, 4], [232, 4], [298, 4], [299, 4]], '00000064 00000005 00000003 00000002', { bytes: 100, reverseBytes: 5, packetCount: 3, reversePacketCount: 2 }],
  ['seconds', [[150, 4], [151, 4]], '6553f0f6 6553f0f8', { startMs: EXPORT_MS - 10_000, endMs: EXPORT_MS - 8_000 }],
  ['milliseconds', [[152, 8], [153, 8]], '0000018bcfe54000 0000018bcfe56800', { startMs: 0x18bcfe54000, endMs: 0x18bcfe56800 }],
  // NTP seconds are epoch seconds + 2 208 988 800; 0x80000000 is half a second (RFC 5905 §6).
  ['microseconds in NTP format', [[154, 8], [155, 8]], 'e8fe6f80 80000000 e8fe6f81 40000000', { startMs: EXPORT_MS + 500, endMs: EXPORT_MS + 1250 }],
  ['microseconds before the export', [[158, 4], [159, 4]], '000f4240 0000c350', { startMs: EXPORT_MS - 1000, endMs: EXPORT_MS - 50 }],
  ['uptimes with the time of boot', [[160, 8], [22, 4], [21, 4]], '0000018bcfe54000 000003e8 000007d0', { startMs: 0x18bcfe54000 + 1000, endMs: 0x18bcfe54000 + 2000 }],
  ['uptimes without the time of boot', [[22, 4], [21, 4]], '000003e8 000007d0', { startMs: EXPORT_MS - 1000, endMs: EXPORT_MS }],
  ['the observation time', [[323, 8]], '0000018bcfe54000', { startMs: 0x18bcfe54000, endMs: 0x18bcfe54000 }],
  ['an end and a duration in µs', [[151, 4], [162, 4]], '6553f100 001e8480', { startMs: EXPORT_MS - 2000, endMs: EXPORT_MS }],
  ['ICMP type and code', [[4, 1], [32, 2], [7, 2], [11, 2]], '01 0301 0000 0000', { icmpType: 3, icmpCode: 1, sourcePort: undefined, destinationPort: undefined }],
  ['no ICMP type for TCP', [[4, 1], [32, 2]], '06 0301', { icmpType: undefined, icmpTypeCode: undefined }],
  ['ICMPv6 type and code in two elements', [[4, 1], [178, 1], [179, 1]], '3a 87 00', { icmpType: 135, icmpCode: 0 }],
  ['MAC addresses', [[56, 6], [80, 6]], '00005e005301 000000000000', { sourceMac: '00-00-5E-00-53-01', destinationMac: undefined }],
  ['MAC addresses of the packet as it came, though those it left with come first', [[57, 6], [81, 6], [56, 6], [80, 6]], '00005e005357 00005e005381 00005e005356 00005e005380', { sourceMac: '00-00-5E-00-53-56', destinationMac: '00-00-5E-00-53-80' }],
  ['interfaces, though the ports that carry them come first', [[252, 4], [253, 4], [10, 4], [14, 4]], '00000064 000000c8 00000007 00000000', { inputInterface: 7 }],
  ['MPLS labels without the empty ones', [[70, 3], [71, 3], [72, 3]], '000640 000c81 000000', { mplsLabels: [100, 200] }],
  ['an application id', [[95, 4]], '03000050', { applicationId: '3:80' }],
  ['text up to its NUL', [[371, 8]], '616c696365000000', { userName: 'alice' }],
  ['UTF-8 and Latin-1 text', [[371, 2], [96, 2]], 'c3a9 e961', { userName: 'é', applicationName: 'éa' }],
  ['zeros that mean nothing as absent', [[58, 2], [9, 1], [16, 4], [15, 4], [225, 4]], '0000 00 00000000 00000000 00000000', { sourceVlan: undefined, sourceMask: undefined, sourceAs: undefined, nextHopIp: undefined, natSourceIp: undefined }],
  ['a packet section', [[315, 4]], '01020304', { packetSection: new Uint8Array([1, 2, 3, 4]) }],
  ['the exporter that a record names', [[130, 4], [131, 16]], 'c0000209 00000000000000000000000000000000', { exporterIp: '192.0.2.9' }],
  ['the DSCP as TOS', [[195, 1]], '2e', { tos: 0xb8 }],
  ['elements of no length', [[8, 0], [12, 4]], 'c6336414', { sourceIp: undefined, destinationIp: '198.51.100.20' }],
];

for (const [what, elements, octets, expected] of FIELDS) {
  test(`reads ${what}`, () => {
    const { decoder, flows } = bench();
    decoder.decode(datagram(ipfix([set(2, template(256, ...elements)), set(256, hex(octets))])));
    assert.equal(flows.length, 1);
    const found = Object.fromEntries(Object.keys(expected).map((key) => [key, fieldOf(flows[0]!, key)]));
    assert.deepEqual(found, expected);
  });
}

test('takes the export time from the header', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(ipfix([TEMPLATE, set(256, RECORD)])));
  assert.equal(flows[0]!.exportMs, EXPORT_SECONDS * 1000);
});
