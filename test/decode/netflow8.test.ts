import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from '../../src/flow/flow.ts';
import { bench, datagram, hex, join } from './support.ts';

// 1 record, uptime 1 000 000 ms, 1 700 000 000 s and 250 ms, sequence 5, engine 1/2, the scheme, version 2, reserved.
const header = (scheme: number, count = 1) =>
  join(hex(`0008 000${count} 000f4240 6553f100 0ee6b280 00000005 01 02`), new Uint8Array([scheme, 2]), hex('00000000'));
// 7 flows, 12 packets, 3456 octets, from uptime 990 000 to 999 000.
const COUNTS = '00000007 0000000c 00000d80 000f1b30 000f3e58';
const SWITCHED = '0000000c 00000d80 000f1b30 000f3e58';

// All of these say: 192.0.2.0/24 → 198.51.0.0/16, AS 64500 → 64501, ports 51234 → 443, TCP, TOS 0x28, interfaces 3 → 4.
// Compared with tshark's decode, save 9, where it reads the TOS before the interfaces, and the order of the two masks.
const RECORDS: readonly (readonly [number, string, Partial<Flow>])[] = [
  [
    1,
    `${COUNTS} fbf4 fbf5 0003 0004`,
    { sourceAs: 64500, destinationAs: 64501, inputInterface: 3, outputInterface: 4 },
  ],
  [2, `${COUNTS} 06 00 0000 c822 01bb`, { protocolNumber: 6, sourcePort: 51234, destinationPort: 443 }],
  [
    3,
    `${COUNTS} c0000200 18 00 fbf4 0003 0000`,
    { sourceIp: '192.0.2.0', sourceMask: 24, sourceAs: 64500, inputInterface: 3 },
  ],
  [
    4,
    `${COUNTS} c6330000 10 00 fbf5 0004 0000`,
    { destinationIp: '198.51.0.0', destinationMask: 16, destinationAs: 64501, outputInterface: 4 },
  ],
  [
    5,
    `${COUNTS} c0000200 c6330000 10 18 0000 fbf4 fbf5 0003 0004`,
    {
      sourceIp: '192.0.2.0',
      destinationIp: '198.51.0.0',
      sourceMask: 24,
      destinationMask: 16,
      sourceAs: 64500,
      destinationAs: 64501,
      inputInterface: 3,
      outputInterface: 4,
    },
  ],
  [
    6,
    `c6330001 ${SWITCHED} 0004 28 00 00000000 c00002fe`,
    { destinationIp: '198.51.0.1', outputInterface: 4, tos: 0x28, sourceIp: undefined },
  ],
  [
    7,
    `c6330001 c0000201 ${SWITCHED} 0004 0003 28 00 0000 00000000 c00002fe`,
    { sourceIp: '192.0.2.1', destinationIp: '198.51.0.1', inputInterface: 3, outputInterface: 4, tos: 0x28 },
  ],
  [
    8,
    `c6330001 c0000201 01bb c822 ${SWITCHED} 0004 0003 28 06 00 00 00000000 c00002fe`,
    {
      sourceIp: '192.0.2.1',
      destinationIp: '198.51.0.1',
      sourcePort: 51234,
      destinationPort: 443,
      protocolNumber: 6,
      inputInterface: 3,
      outputInterface: 4,
      tos: 0x28,
    },
  ],
  [
    9,
    `${COUNTS} fbf4 fbf5 0003 0004 28 00 0000`,
    { sourceAs: 64500, destinationAs: 64501, inputInterface: 3, outputInterface: 4, tos: 0x28 },
  ],
  [
    10,
    `${COUNTS} 06 28 0000 c822 01bb 0003 0004`,
    { protocolNumber: 6, tos: 0x28, sourcePort: 51234, destinationPort: 443, inputInterface: 3, outputInterface: 4 },
  ],
  [
    11,
    `${COUNTS} c0000200 18 28 fbf4 0003 0000`,
    { sourceIp: '192.0.2.0', sourceMask: 24, tos: 0x28, sourceAs: 64500, inputInterface: 3 },
  ],
  [
    12,
    `${COUNTS} c6330000 10 28 fbf5 0004 0000`,
    { destinationIp: '198.51.0.0', destinationMask: 16, tos: 0x28, destinationAs: 64501, outputInterface: 4 },
  ],
  [
    13,
    `${COUNTS} c0000200 c6330000 10 18 28 00 fbf4 fbf5 0003 0004`,
    {
      sourceIp: '192.0.2.0',
      destinationIp: '198.51.0.0',
      sourceMask: 24,
      destinationMask: 16,
      tos: 0x28,
      sourceAs: 64500,
      destinationAs: 64501,
      inputInterface: 3,
      outputInterface: 4,
    },
  ],
  [
    14,
    `${COUNTS} c0000200 c6330000 10 18 28 06 c822 01bb 0003 0004`,
    {
      sourceIp: '192.0.2.0',
      destinationIp: '198.51.0.0',
      sourceMask: 24,
      destinationMask: 16,
      tos: 0x28,
      protocolNumber: 6,
      sourcePort: 51234,
      destinationPort: 443,
      inputInterface: 3,
      outputInterface: 4,
    },
  ],
];

for (const [scheme, record, expected] of RECORDS) {
  test(`reads records of aggregation ${scheme}`, () => {
    const { decoder, flows } = bench();
    // Two records, and padding as switches append it.
    decoder.decode(datagram(join(header(scheme, 2), hex(record), hex(record), hex('00000000'))));
    assert.deepEqual([flows.length, decoder.counters.malformed], [2, 0]);
    for (const flow of flows) {
      for (const [name, value] of Object.entries(expected)) assert.equal(flow[name as keyof Flow], value, name);
      assert.deepEqual([flow.protocol, flow.observationDomainId], ['netflow_v8', 0x0102]);
      assert.deepEqual([flow.packetCount, flow.bytes], [12, 3456]);
      assert.equal(flow.flowCount, scheme >= 6 && scheme <= 8 ? undefined : 7);
      assert.deepEqual([flow.startMs, flow.endMs], [1_700_000_000_250 - 10_000, 1_700_000_000_250 - 1_000]);
    }
  });
}

test('reads messages of different schemes after one another', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(join(header(5), hex(RECORDS[4]![1]), header(1), hex(RECORDS[0]![1]))));
  assert.deepEqual(
    flows.map((flow) => flow.sourceIp),
    ['192.0.2.0', undefined],
  );
});

test('counts an aggregation that does not exist, and a count that promises more than there is', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(join(header(15), hex(RECORDS[0]![1]))));
  decoder.decode(datagram(join(header(1, 2), hex(RECORDS[0]![1]))));
  assert.deepEqual([flows.length, decoder.counters.malformedValue, decoder.counters.malformedLength], [1, 1, 1]);
});
