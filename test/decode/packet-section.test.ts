// Records of packets (PSAMP): the elements that carry the first octets of one, in each of the forms that they have.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, datagram, hex, ipfix, join, set, template, v9 } from './support.ts';

const IP = hex('45b8003c 00000000 40060000 c0000201 c6336402 c82201bb 00000001 00000002 50120200 00000000');
const IPV6 = hex(
  `60000000 00081140 20010db8000000000000000000000001 20010db8000000000000000000000002 1f900035 00080000`,
);
const ETHERNET = hex('00005e005301 00005e005302');
const LABELS = hex('00012040 00013140');
/** Data to the distribution system, BSSID first; LLC and SNAP. */
const WLAN = hex('0801 0000 00005e0053aa 00005e005302 00005e005301 0010 aaaa03 000000 0800');

const TCP = {
  sourceIp: '192.0.2.1',
  destinationIp: '198.51.100.2',
  sourcePort: 51234,
  destinationPort: 443,
  tcpFlags: 18,
};
const MACS = { destinationMac: '00-00-5E-00-53-01', sourceMac: '00-00-5E-00-53-02' };

type Row = readonly [name: string, fields: readonly number[], record: Uint8Array, expected: Record<string, unknown>];

const ROWS: readonly Row[] = [
  ['313, an IPv4 packet', [313], IP, { ...TCP, tos: 0xb8, bytes: 60 }],
  ['313, an IPv6 packet', [313], IPV6, { sourceIp: '2001:db8::1', destinationPort: 53, bytes: 48 }],
  ['315, a frame', [315], join(ETHERNET, hex('0800'), IP), { ...TCP, ...MACS }],
  ['104, a frame with a tag', [104], join(ETHERNET, hex('8100 0064 0800'), IP), { ...TCP, ...MACS, dot1qVlan: 100 }],
  [
    '316, a label stack and its packet',
    [316],
    join(LABELS.subarray(0, 4), hex('00013140'), IP),
    { mplsLabels: [18, 19] },
  ],
  ['317, the packet behind labels', [317], IP, TCP],
];

for (const [name, elements, section, expected] of ROWS) {
  test(`reads element ${name}`, () => {
    const layouts: readonly (readonly [number, Uint8Array])[] = [
      [65535, join(new Uint8Array([section.length]), section)],
      [section.length, section],
      // A section of fixed length is filled up with zeros.
      [section.length + 20, join(section, new Uint8Array(20))],
    ];
    for (const [length, record] of layouts) {
      const { decoder, flows } = bench();
      const fields = elements.map((id): [number, number] => [id, length]);
      decoder.decode(datagram(ipfix([set(2, template(256, ...fields)), set(256, record)])));
      check(flows[0], expected);
    }
  });
}

test('reads an 802.11 frame where element 408 says that it is one, before or behind it', () => {
  const section = join(WLAN, IP);
  for (const [fields, record] of [
    [
      [
        [408, 2],
        [315, section.length],
      ],
      join(hex('0002'), section),
    ],
    [
      [
        [315, section.length],
        [408, 2],
      ],
      join(section, hex('0002')),
    ],
  ] as const) {
    // biome-ignore format: rows
    const { decoder, flows } = bench();
    decoder.decode(datagram(ipfix([set(2, template(256, ...fields)), set(256, record)])));
    check(flows[0], { ...TCP, ...MACS });
  }
});

test('reads a frame of which element 408 says that it is Ethernet', () => {
  const section = join(ETHERNET, hex('0800'), IP);
  const { decoder, flows } = bench();
  const fields = [[408, 2], [315, section.length]] as const; // biome-ignore format: a row
  decoder.decode(datagram(ipfix([set(2, template(256, ...fields)), set(256, hex('0001'), section)])));
  check(flows[0], { ...TCP, ...MACS });
});

test('reads the sections that Cisco puts into NetFlow v9', () => {
  const section = join(ETHERNET, hex('0800'), IP);
  const { decoder, flows } = bench();
  const fields = [[102, 2], [103, 2], [104, section.length]] as const; // biome-ignore format: a row
  decoder.decode(datagram(v9([set(0, template(256, ...fields)), set(256, hex('0000 0036'), section)])));
  check(flows[0], { ...TCP, ...MACS, packetCount: 1, bytes: 60 });
});

const PAYLOAD = IP.subarray(20);
const ADDRESSES = hex('c0000201 c6336402');

// biome-ignore format: a table
const PAYLOADS: readonly (readonly [string, readonly (readonly [number, number])[], Uint8Array, Record<string, unknown>])[] = [
  ['TCP', [[8, 4], [12, 4], [4, 1], [314, 20]], join(ADDRESSES, hex('06'), PAYLOAD), { ...TCP, packetCount: 1 }],
  ['TCP, cut off', [[8, 4], [12, 4], [4, 1], [314, 3]], join(ADDRESSES, hex('06'), PAYLOAD.subarray(0, 3)), { sourcePort: 51234, destinationPort: undefined }],
  ['ICMP', [[8, 4], [12, 4], [4, 1], [314, 8]], join(ADDRESSES, hex('01 0301 0000 00000000')), { icmpType: 3, icmpCode: 1, sourcePort: undefined }],
  ['TCP, before a section of the header alone', [[314, 20], [313, 20]], join(PAYLOAD, IP.subarray(0, 20)), { ...TCP, bytes: 60 }],
  ['TCP, behind a section of the header alone', [[313, 20], [314, 20]], join(IP.subarray(0, 20), PAYLOAD), { ...TCP, bytes: 60 }],
  ['no protocol', [[8, 4], [12, 4], [314, 20]], join(ADDRESSES, PAYLOAD), { sourcePort: undefined, tcpFlags: undefined }],
  ['ports of its own', [[4, 1], [7, 2], [11, 2], [314, 20]], join(hex('06 0001 0002'), PAYLOAD), { sourcePort: 1, destinationPort: 2 }],
  ['many packets', [[4, 1], [2, 4], [314, 20]], join(hex('06 00000003'), PAYLOAD), { sourcePort: undefined, packetCount: 3 }],
];

for (const [name, fields, record, expected] of PAYLOADS) {
  test(`reads element 314, what a packet carries: ${name}`, () => {
    const { decoder, flows } = bench();
    decoder.decode(datagram(ipfix([set(2, template(256, ...fields)), set(256, record)])));
    check(flows[0], expected);
  });
}

test('leaves the fields of a record that has addresses of its own alone', () => {
  const { decoder, flows } = bench();
  const fields = [[8, 4], [12, 4], [313, IP.length]] as const; // biome-ignore format: a row
  decoder.decode(datagram(ipfix([set(2, template(256, ...fields)), set(256, hex('cb007101 cb007102'), IP)])));
  check(flows[0], { sourceIp: '203.0.113.1', destinationIp: '203.0.113.2', destinationPort: undefined });
});

function check(flow: object | undefined, expected: Record<string, unknown>): void {
  const actual = flow as Record<string, unknown>; // as: fields by name
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(actual[name], value, name);
}
