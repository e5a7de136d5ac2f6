// Tunnels in sampled headers, laid out by hand from the RFCs: type, id and the packet inside, cut at every octet, and
// against what akvorado's tests state of its captures.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dissectPacket } from '../../../src/decode/sflow/packet-header.ts';
import { canonicalAddress } from '../../../src/flow/address.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { InnerPacket } from '../../../src/flow/tunnel.ts';
import { packageRoot } from '../../../src/lib/package-root.ts';
import { hex, newFlow } from './octets.ts';

const HEADER_ETHERNET = 1;
const HEADER_IP = 11;

// Outer: 192.0.2.1 → 198.51.100.2, or 2001:db8::1 → 2001:db8::2; lengths of 0 do not bound what follows.
const outer4 = (protocol: string) => `45000000 00000000 40${protocol}0000 c0000201 c6336402`;
const outer6 = (next: string) =>
  `60000000 0000${next}40 20010db8000000000000000000000001 20010db8000000000000000000000002`;
const udp = (port: string) => `${outer4('11')} c000${port}00000000`;

// Inside: 10.0.0.1:1024 → 10.0.0.2:443, TCP, SYN.
const INNER4 = `45080028 00000000 3f060000 0a000001 0a000002 040001bb 00000001 00000000 50020000 00000000`;
const INNER4_FIELDS = {
  ipVersion: 4,
  tos: 8,
  ipTtl: 63,
  protocolNumber: 6,
  sourceIp: '10.0.0.1',
  destinationIp: '10.0.0.2',
  sourcePort: 1024,
  destinationPort: 443,
  tcpFlags: 2,
};
// Inside: fd00::1 → fd00::2, ICMPv6 echo request.
const INNER6 = `60000000 00083a40 fd000000000000000000000000000001 fd000000000000000000000000000002 8000000000010001`;
const INNER6_FIELDS = {
  ipVersion: 6,
  tos: 0,
  ipTtl: 64,
  protocolNumber: 58,
  sourceIp: 'fd00::1',
  destinationIp: 'fd00::2',
  icmpType: 128,
  icmpCode: 0,
};
const FRAME = `00005e005301 00005e005302 0800 ${INNER4}`;
const FRAME_FIELDS = { ...INNER4_FIELDS, destinationMac: '00-00-5E-00-53-01', sourceMac: '00-00-5E-00-53-02' };

interface Vector {
  readonly name: string;
  readonly bytes: string;
  readonly type: string;
  readonly id?: number;
  readonly inner: Record<string, unknown>;
}

const VECTORS: readonly Vector[] = [
  { name: 'IPv4 in IPv4', bytes: `${outer4('04')} ${INNER4}`, type: 'ipip', inner: INNER4_FIELDS },
  { name: 'IPv6 in IPv4', bytes: `${outer4('29')} ${INNER6}`, type: '6in4', inner: INNER6_FIELDS },
  { name: 'IPv4 in IPv6', bytes: `${outer6('04')} ${INNER4}`, type: '4in6', inner: INNER4_FIELDS },
  {
    name: 'IPv6 in IPv6 behind a routing header (SRv6)',
    bytes: `${outer6('2b')} 2902040000000000 20010db8000000000000000000000002 ${INNER6}`,
    type: '6in6',
    inner: INNER6_FIELDS,
  },
  { name: 'GRE', bytes: `${outer4('2f')} 00000800 ${INNER4}`, type: 'gre', inner: INNER4_FIELDS },
  {
    name: 'GRE with checksum, key and sequence number',
    bytes: `${outer4('2f')} b00086dd abcd0000 00000007 00000001 ${INNER6}`,
    type: 'gre',
    id: 7,
    inner: INNER6_FIELDS,
  },
  {
    name: 'Ethernet in GRE (NVGRE)',
    bytes: `${outer4('2f')} 20006558 00123401 ${FRAME}`,
    type: 'gre',
    id: 0x123401,
    inner: FRAME_FIELDS,
  },
  {
    name: 'MPLS in GRE',
    bytes: `${outer4('2f')} 00008847 000101ff ${INNER4}`,
    type: 'gre',
    inner: { ...INNER4_FIELDS, mplsLabels: [16] },
  },
  { name: 'a GRE keepalive', bytes: `${outer4('2f')} 00000000`, type: 'gre', inner: {} },
  { name: 'ERSPAN I', bytes: `${outer4('2f')} 000088be ${FRAME}`, type: 'erspan', inner: FRAME_FIELDS },
  {
    name: 'ERSPAN II',
    bytes: `${outer4('2f')} 100088be 00000001 1064 0c2a 00000000 ${FRAME}`,
    type: 'erspan',
    id: 42,
    inner: FRAME_FIELDS,
  },
  {
    name: 'ERSPAN III with its subheader',
    bytes: `${outer4('2f')} 100022eb 00000001 2064 002a 00000000 0000 0001 0000000000000000 ${FRAME}`,
    type: 'erspan',
    id: 42,
    inner: FRAME_FIELDS,
  },
  {
    name: 'PPP in enhanced GRE (PPTP)',
    bytes: `${outer4('2f')} 3081880b 002a 0009 00000001 00000002 ff03 0021 ${INNER4}`,
    type: 'pptp',
    id: 9,
    inner: INNER4_FIELDS,
  },
  { name: 'VXLAN', bytes: `${udp('12b5')} 08000000 00006400 ${FRAME}`, type: 'vxlan', id: 100, inner: FRAME_FIELDS },
  {
    name: 'VXLAN of Linux, a tagged frame',
    bytes: `${udp('2118')} 08000000 ffffff00 00005e005301 00005e005302 8100000a 0800 ${INNER4}`,
    type: 'vxlan',
    id: 0xffffff,
    inner: { ...FRAME_FIELDS, dot1qVlan: 10 },
  },
  {
    name: 'VXLAN-GPE with IPv6',
    bytes: `${udp('12b6')} 0c000002 00006400 ${INNER6}`,
    type: 'vxlan-gpe',
    id: 100,
    inner: INNER6_FIELDS,
  },
  {
    name: 'Geneve with two words of options',
    bytes: `${udp('17c1')} 02006558 00006400 0102030400000000 ${FRAME}`,
    type: 'geneve',
    id: 100,
    inner: FRAME_FIELDS,
  },
  {
    name: 'GTP-U',
    bytes: `${udp('0868')} 30ff0028 0000abcd ${INNER4}`,
    type: 'gtp-u',
    id: 0xabcd,
    inner: INNER4_FIELDS,
  },
  {
    name: 'GTP-U with an extension header',
    bytes: `${udp('0868')} 34ff0030 fedcba98 00000085 01100900 ${INNER6}`,
    type: 'gtp-u',
    id: 0xfedcba98,
    inner: INNER6_FIELDS,
  },
];

function dissect(bytes: Uint8Array, kind = HEADER_IP): Flow {
  const flow = newFlow();
  dissectPacket(flow, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length, kind);
  return flow;
}

function innerFields(flow: Flow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flow.tunnel?.inner ?? {}).filter(([, value]) => value !== undefined));
}

describe('tunnels in packet headers', () => {
  for (const { name, bytes, type, id, inner } of VECTORS) {
    it(`looks inside ${name}, and leaves the outer packet the flow's`, () => {
      const flow = dissect(hex(bytes));
      assert.equal(flow.tunnel?.type, type);
      assert.equal(flow.tunnel?.id, id);
      assert.deepEqual(innerFields(flow), inner);
      assert.ok(flow.sourceIp === '192.0.2.1' || flow.sourceIp === '2001:db8::1');
      assert.equal(flow.tcpFlags, undefined);
    });

    it(`reads what is there of ${name} when it is cut off, and nothing else`, () => {
      const whole = hex(bytes);
      for (let length = 0; length < whole.length; length++) {
        // A copy: what lies behind the end must not be read.
        const flow = dissect(whole.slice(0, length));
        for (const [field, value] of Object.entries(innerFields(flow))) {
          assert.deepEqual(value, inner[field] ?? value, `${field} at ${length}`);
          assert.ok(field in inner || field === 'protocolNumber', `${field} at ${length}`);
        }
      }
    });
  }

  for (const [name, bytes] of [
    ['a VXLAN port without the flag of its network', `${udp('12b5')} 00000000 00006400 ${FRAME}`],
    ['a Geneve port with a version to come', `${udp('17c1')} 40006558 00006400 ${FRAME}`],
    ['a GTP-U echo request', `${udp('0868')} 32010004 00000000 00000000`],
    ['IPv4 in IPv4 that is no IPv4', `${outer4('04')} ${INNER6}`],
    ['an encrypted packet', `${outer4('32')} 00000001 00000001 ${INNER4}`],
    ['a later fragment', `45000000 00000001 40040000 c0000201 c6336402 ${INNER4}`],
  ] as const) {
    it(`takes ${name} for no tunnel`, () => assert.equal(dissect(hex(bytes)).tunnel, undefined));
  }

  it('does not look into a tunnel in a tunnel', () => {
    const innermost = `45000000 00000000 40040000 0a000001 0a000002 ${INNER4}`;
    const flow = dissect(hex(`${outer4('04')} ${innermost}`));
    assert.equal(flow.tunnel?.inner.protocolNumber, 4);
    assert.deepEqual(flow.tunnel?.inner.tunnel?.inner, new InnerPacket());
  });

  it('stops at extension headers of GTP-U that have no length', () => {
    const flow = dissect(hex(`${udp('0868')} 34ff0030 00000001 00000085 00000000 ${INNER4}`));
    assert.equal(flow.tunnel?.id, 1);
    assert.deepEqual(innerFields(flow), {});
  });
});

const CAPTURES = join(packageRoot, '..', 'shared', 'captures', 'akvorado-inner');

interface Expected {
  readonly flow: Readonly<Record<string, string | number>>;
}

describe('tunnels of captures', { skip: existsSync(CAPTURES) ? false : `no captures in ${CAPTURES}` }, () => {
  for (const [name, type] of [
    ['gre-v4-key', 'gre'],
    ['ipv4-ipv4', 'ipip'],
    ['ipv4-ipv6', '6in4'],
  ] as const) {
    it(`finds in ${name} the inner packet that its source states`, () => {
      const file = readFileSync(join(CAPTURES, `${name}.pcap`));
      // The first frame: behind the headers of file (24 octets) and packet (16), the latter with the length in it.
      const frame = new Uint8Array(file.subarray(40, 40 + file.readUInt32LE(32)));
      const { flow: expected } = JSON.parse(
        readFileSync(join(CAPTURES, `${name}.pcap.expected.json`), 'utf8'),
      ) as Expected;
      const { tunnel } = dissect(frame, HEADER_ETHERNET);
      assert.equal(tunnel?.type, type);
      assert.deepEqual(
        [tunnel.inner.sourceIp, tunnel.inner.destinationIp, tunnel.inner.protocolNumber, tunnel.inner.ipTtl],
        [
          canonicalAddress(String(expected['SrcAddr'])),
          canonicalAddress(String(expected['DstAddr'])),
          expected['Proto'],
          expected['IPTTL'],
        ],
      );
      assert.equal(tunnel.inner.sourcePort, expected['SrcPort']);
      assert.equal(tunnel.inner.icmpType, expected['ICMPv4Type']);
    });
  }
});
