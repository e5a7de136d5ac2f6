import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, datagram, hex, join } from './support.ts';

// Header: 1 record, uptime 1 000 000 ms, 1 700 000 000 s and 250 ms, sequence 5, engine 1/2, sampling mode 1, 1 in 100.
const HEADER = hex('0005 0001 000f4240 6553f100 0ee6b280 00000005 01 02 4064');
// 192.0.2.10:51234 → 198.51.100.20:443, next hop 192.0.2.254, interfaces 3 and 4, 12 packets, 3456 octets, from
// uptime 990 000 to 999 000, SYN ACK, TCP, TOS 0x28, AS 64500 → 64501, /24 → /16.
const RECORD = hex(`
  c000020a c6336414 c00002fe 0003 0004 0000000c 00000d80 000f1b30 000f3e58
  c822 01bb 00 12 06 28 fbf4 fbf5 18 10 0000`);

test('reads every field of a v5 record', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(join(HEADER, RECORD), { id: 'x1' }));
  assert.equal(flows.length, 1);
  const flow = flows[0]!;
  const { protocol, datagramId, observationDomainId, sourceIp, destinationIp, nextHopIp, ipVersion } = flow;
  assert.deepEqual(
    { protocol, datagramId, observationDomainId, sourceIp, destinationIp, nextHopIp, ipVersion },
    {
      protocol: 'netflow_v5',
      datagramId: 'x1',
      observationDomainId: 0x0102,
      sourceIp: '192.0.2.10',
      destinationIp: '198.51.100.20',
      nextHopIp: '192.0.2.254',
      ipVersion: 4,
    },
  );
  assert.deepEqual([flow.inputInterface, flow.outputInterface, flow.packetCount, flow.bytes], [3, 4, 12, 3456]);
  assert.deepEqual([flow.sourcePort, flow.destinationPort, flow.tcpFlags, flow.protocolNumber], [51234, 443, 18, 6]);
  assert.deepEqual([flow.tos, flow.sourceAs, flow.destinationAs], [40, 64500, 64501]);
  assert.deepEqual([flow.sourceMask, flow.destinationMask, flow.headerSamplingInterval], [24, 16, 100]);
  // Export time less the time since: 1 000 000 − 990 000 and − 999 000 ms.
  assert.deepEqual([flow.startMs, flow.endMs], [1_700_000_000_250 - 10_000, 1_700_000_000_250 - 1_000]);
});

// Sampling field: two bits of mode, 14 of interval. 03e8 is what a Juniper MX80 sends that samples 1 in 1000.
for (const [field, mode, interval] of [
  [0x03e8, 0, 1000],
  [0x4064, 1, 100],
  [0x8064, 2, 100],
  [0xc001, 3, 1],
  [0x7fff, 1, 16_383],
  [0x4000, 1, undefined],
  [0x0000, 0, undefined],
] as const) {
  test(`reads sampling mode ${mode} with interval ${interval}`, () => {
    const { decoder, flows } = bench();
    const bytes = join(HEADER, RECORD);
    new DataView(bytes.buffer).setUint16(22, field);
    decoder.decode(datagram(bytes));
    assert.equal(flows[0]!.headerSamplingInterval, interval);
  });
}

test('keeps the records that are there when the count promises more, and counts the datagram as malformed', () => {
  const { decoder, flows } = bench();
  const bytes = join(HEADER, RECORD, RECORD.subarray(0, 47));
  bytes[3] = 2;
  decoder.decode(datagram(bytes));
  assert.equal(flows.length, 1);
  assert.deepEqual([decoder.counters.malformed, decoder.counters.malformedLength, decoder.counters.decoded], [1, 1, 0]);
});

test('reads messages after one another, as files hold them, and ignores other octets at the end', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(join(HEADER, RECORD, HEADER, RECORD, hex('0005 0001 00000000'))));
  assert.equal(flows.length, 2);
  assert.notEqual(flows[0]!.recordNumber, flows[1]!.recordNumber);
  assert.equal(decoder.counters.malformed, 0);
});

test('counts a datagram that is shorter than its header', () => {
  const { decoder, flows } = bench();
  for (let length = 4; length < 24; length++) decoder.decode(datagram(HEADER.subarray(0, length)));
  assert.equal(flows.length, 0);
  assert.equal(decoder.counters.malformedTruncated, 20);
});

test('takes ICMP type and code from the destination port, and leaves the ports out', () => {
  const { decoder, flows } = bench();
  const record = RECORD.slice();
  record.set([0, 0, 3, 1], 32); // ports 0 and 0x0301
  record[38] = 1;
  decoder.decode(datagram(join(HEADER, record)));
  const flow = flows[0]!;
  assert.deepEqual([flow.icmpType, flow.icmpCode, flow.sourcePort, flow.destinationPort], [3, 1, undefined, undefined]);
});
