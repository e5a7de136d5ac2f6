// Sampled headers laid out by hand from the RFCs: one per link layer and protocol, cut at every octet, and mutated.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dissectPacket } from '../../../src/decode/sflow/packet-header.ts';
import { filled, hex, newFlow, randomNumbers } from './octets.ts';

const MACS = '00005e005301 00005e005302';
const MAC_FIELDS = { destinationMac: '00-00-5E-00-53-01', sourceMac: '00-00-5E-00-53-02' };

// Version 4, 5 words, TOS 0x48, total length 60, no fragment, TTL 61, the protocol, 192.0.2.1 → 198.51.100.2.
const ipv4 = (protocol: string, fragment = '4000') => `4548003c 1234${fragment} 3d${protocol}0000 c0000201 c6336402`;
const IPV4_FIELDS = {
  ipVersion: 4,
  tos: 0x48,
  ipTtl: 61,
  sourceIp: '192.0.2.1',
  destinationIp: '198.51.100.2',
};

// Traffic class 0xb8, flow label 0x12345, payload length 40, hop limit 64, 2001:db8::1 → 2001:db8:1::2.
const ipv6 = (next: string, payloadLength = '0028') =>
  `6b812345 ${payloadLength}${next}40 20010db8000000000000000000000001 20010db8000100000000000000000002`;
const IPV6_FIELDS = {
  ipVersion: 6,
  tos: 0xb8,
  ipTtl: 64,
  sourceIp: '2001:db8::1',
  destinationIp: '2001:db8:1::2',
};

// 443 → 51000, sequence, acknowledgement, offset 5 with NS, flags CWR ECE and ACK, window, checksum, urgent pointer.
const TCP = '01bbc738 00000001 00000002 51d01000 00000000';
const TCP_FIELDS = { protocolNumber: 6, sourcePort: 443, destinationPort: 51000, tcpFlags: 0x1d0 };
const UDP = '00351f90 00280000';
const UDP_FIELDS = { protocolNumber: 17, sourcePort: 53, destinationPort: 8080 };

interface Vector {
  readonly name: string;
  readonly kind: number;
  readonly bytes: string;
  readonly fields: Record<string, unknown>;
  /** The IP packet's length, 0 where there is none. */
  readonly length: number;
}

const VECTORS: readonly Vector[] = [
  {
    name: 'an 802.11 data frame from the access point',
    kind: 15,
    bytes: `0802 0000 00005e005301 00005e005303 00005e005302 1000 aaaa03 000000 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'an 802.11 data frame to the access point, with QoS and HT control',
    kind: 15,
    bytes: `8881 0000 00005e005303 00005e005302 00005e005301 1000 0000 00000000 aaaa03 000000 86dd ${ipv6('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, ...IPV6_FIELDS, ...UDP_FIELDS },
    length: 80,
  },
  {
    name: 'an 802.11 frame between access points, first of an aggregate, behind a delimiter',
    kind: 16,
    bytes: `0000004e 8803 0000 00005e005304 00005e005303 00005e005301 1000 00005e005302 8000
      00005e005306 00005e005305 0044 aaaa03 000000 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'an encrypted 802.11 frame',
    kind: 15,
    bytes: `0842 0000 00005e005301 00005e005303 00005e005302 1000 aaaa03 000000 0800 ${ipv4('11')} ${UDP}`,
    fields: MAC_FIELDS,
    length: 0,
  },
  {
    name: 'an 802.11 beacon',
    kind: 15,
    bytes: `8000 0000 ffffffffffff 00005e005303 00005e005303 1000 0000000000000000 6400 0104`,
    fields: {},
    length: 0,
  },
  {
    name: 'a subframe of an 802.11 aggregate',
    kind: 17,
    bytes: `${MACS} 0044 aaaa03 000000 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'PPP on SONET',
    kind: 14,
    bytes: `ff03 0021 ${ipv4('11')} ${UDP}`,
    fields: { ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: "Cisco's HDLC on SONET",
    kind: 14,
    bytes: `0f00 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'LLC in AAL5',
    kind: 9,
    bytes: `aaaa03 000000 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'TCP over IPv4 over Ethernet',
    kind: 1,
    bytes: `${MACS} 0800 ${ipv4('06')} ${TCP}`,
    fields: { ...MAC_FIELDS, ...IPV4_FIELDS, ...TCP_FIELDS },
    length: 60,
  },
  {
    name: 'IPv4 with options, which move the ports',
    kind: 11,
    bytes: `4600003c 00000000 40110000 c0000201 c6336402 01010100 ${UDP}`,
    fields: { ...IPV4_FIELDS, tos: 0, ipTtl: 64, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'one VLAN tag with priority',
    kind: 1,
    bytes: `${MACS} 8100 a064 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, dot1qVlan: 100, ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'QinQ: outer service tag, inner customer tag',
    kind: 1,
    bytes: `${MACS} 88a8 0fa0 8100 000a 86dd ${ipv6('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, dot1qVlan: 4000, customerVlan: 10, ...IPV6_FIELDS, ...UDP_FIELDS },
    length: 80,
  },
  {
    name: 'three tags, of which the third is passed over',
    kind: 1,
    bytes: `${MACS} 9100 0001 8100 0002 8100 0003 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, dot1qVlan: 1, customerVlan: 2, ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'a priority tag (VLAN 0) as no VLAN',
    kind: 1,
    bytes: `${MACS} 8100 a000 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'LLC and SNAP in an 802.3 frame',
    kind: 1,
    bytes: `${MACS} 0044 aaaa03 000000 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'spanning tree, which has MACs only',
    kind: 1,
    bytes: `${MACS} 0026 424203 0000000000`,
    fields: MAC_FIELDS,
    length: 0,
  },
  {
    name: 'ARP, which has MACs only',
    kind: 1,
    bytes: `${MACS} 0806 0001080006040001 00005e005302 c0000201 000000000000 c0000202`,
    fields: MAC_FIELDS,
    length: 0,
  },
  {
    name: 'an MPLS stack, outermost label first',
    kind: 1,
    bytes: `${MACS} 8847 00012 0ff 00010 1ff ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, mplsLabels: [18, 16], ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'IPv6 behind an explicit null label',
    kind: 13,
    bytes: `00002 140 ${ipv6('11')} ${UDP}`,
    fields: { mplsLabels: [2], ...IPV6_FIELDS, ...UDP_FIELDS },
    length: 80,
  },
  {
    name: 'Ethernet over MPLS with control word: outer MACs, inner IP',
    kind: 1,
    bytes: `${MACS} 8847 493ec 0ff 00011 1ff 00000000 020000000003 020000000004 0800 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, mplsLabels: [300_012, 17], ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'an unknown payload behind a label stack',
    kind: 13,
    bytes: '00064 1ff 10000000 00000000',
    fields: { mplsLabels: [100] },
    length: 0,
  },
  {
    name: 'PPPoE session',
    kind: 1,
    bytes: `${MACS} 8864 11 00 0007 003e 0021 ${ipv4('11')} ${UDP}`,
    fields: { ...MAC_FIELDS, ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'PPP with address and control',
    kind: 7,
    bytes: `ff03 0057 ${ipv6('11')} ${UDP}`,
    fields: { ...IPV6_FIELDS, ...UDP_FIELDS },
    length: 80,
  },
  {
    name: 'PPP with a protocol of one octet',
    kind: 7,
    bytes: `21 ${ipv4('11')} ${UDP}`,
    fields: { ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'MPLS over PPP',
    kind: 7,
    bytes: `0281 00010 1ff ${ipv4('11')} ${UDP}`,
    fields: { mplsLabels: [16], ...IPV4_FIELDS, ...UDP_FIELDS },
    length: 60,
  },
  {
    name: 'a first fragment with its ports',
    kind: 11,
    bytes: `${ipv4('11', '2000')} ${UDP}`,
    fields: { ...IPV4_FIELDS, ...UDP_FIELDS, fragmentOffset: 0 },
    length: 60,
  },
  {
    name: 'a later fragment without ports',
    kind: 11,
    bytes: `${ipv4('11', '00b9')} ${UDP}`,
    fields: { ...IPV4_FIELDS, protocolNumber: 17, fragmentOffset: 185 },
    length: 60,
  },
  {
    name: 'ICMP type and code, no ports',
    kind: 11,
    bytes: `${ipv4('01')} 03010000 00000000`,
    fields: { ...IPV4_FIELDS, protocolNumber: 1, icmpType: 3, icmpCode: 1 },
    length: 60,
  },
  {
    name: 'ICMPv6 type and code',
    kind: 12,
    bytes: `${ipv6('3a')} 87000000 00000000`,
    fields: { ...IPV6_FIELDS, protocolNumber: 58, icmpType: 135, icmpCode: 0 },
    length: 80,
  },
  {
    name: 'SCTP ports',
    kind: 11,
    bytes: `${ipv4('84')} 0b590b5a 00000000`,
    fields: { ...IPV4_FIELDS, protocolNumber: 132, sourcePort: 2905, destinationPort: 2906 },
    length: 60,
  },
  {
    name: 'DCCP ports',
    kind: 11,
    bytes: `${ipv4('21')} 138d138e 00000000`,
    fields: { ...IPV4_FIELDS, protocolNumber: 33, sourcePort: 5005, destinationPort: 5006 },
    length: 60,
  },
  {
    name: 'a transport without ports',
    kind: 11,
    bytes: `${ipv4('32')} 01bbc738 00000001`,
    fields: { ...IPV4_FIELDS, protocolNumber: 50 },
    length: 60,
  },
  {
    name: 'IPv6 extension headers: hop-by-hop, routing, destination, authentication, fragment',
    kind: 12,
    // Each: next header, length; then the fragment header with offset 0 and more to come.
    bytes: `${ipv6('00', '003c')} 2b00000000000000 3c01000000000000 0000000000000000 3300000000000000
            2c01000000000000 00000000 1100000100000000 ${UDP}`,
    fields: { ...IPV6_FIELDS, ...UDP_FIELDS, fragmentOffset: 0 },
    length: 100,
  },
  {
    name: 'a later IPv6 fragment without ports',
    kind: 12,
    bytes: `${ipv6('2c')} 110005a800000000 ${UDP}`,
    fields: { ...IPV6_FIELDS, protocolNumber: 17, fragmentOffset: 181 },
    length: 80,
  },
  {
    name: 'an IP version under the wrong header protocol',
    kind: 11,
    bytes: `${ipv6('11')} ${UDP}`,
    fields: { ...IPV6_FIELDS, ...UDP_FIELDS },
    length: 80,
  },
];

function dissect(bytes: Uint8Array, kind: number): { fields: Record<string, unknown>; length: number } {
  const flow = newFlow();
  const length = dissectPacket(flow, new DataView(bytes.buffer), 0, bytes.length, kind);
  return { fields: filled(flow), length };
}

describe('dissectPacket', () => {
  for (const vector of VECTORS) {
    it(`reads ${vector.name}`, () => {
      const bytes = hex(vector.bytes);
      assert.deepEqual(dissect(bytes, vector.kind), { fields: vector.fields, length: vector.length });
    });
  }

  it('reads from an offset, and nothing behind the end', () => {
    const bytes = hex(`ffffff ${ipv4('11')} ${UDP}`);
    const flow = newFlow();
    dissectPacket(flow, new DataView(bytes.buffer), 3, 3 + 20, 11);
    assert.deepEqual(filled(flow), { ...IPV4_FIELDS, protocolNumber: 17 });
  });

  it('does not read Ethernet padding as ports', () => {
    const bytes = hex('45000014 00000000 40110000 c0000201 c6336402 00350035');
    assert.deepEqual(dissect(bytes, 11), {
      fields: { ...IPV4_FIELDS, tos: 0, ipTtl: 64, protocolNumber: 17 },
      length: 20,
    });
  });

  it('reads the ports of a packet whose length was left to the network card', () => {
    const bytes = hex(`45000000 00000000 40110000 c0000201 c6336402 ${UDP}`);
    assert.deepEqual(dissect(bytes, 11), { fields: { ...IPV4_FIELDS, tos: 0, ipTtl: 64, ...UDP_FIELDS }, length: 0 });
  });

  it('leaves headers alone whose version or length is impossible', () => {
    for (const bytes of ['', '54', '44000014 00000000 40110000 c0000201 c6336402', '05000014'])
      assert.deepEqual(dissect(hex(bytes), 11), { fields: {}, length: 0 });
  });

  it('leaves unknown header protocols alone', () => {
    for (const kind of [0, 2, 8, 14, 0xffffffff])
      assert.deepEqual(dissect(hex(`${MACS} 0800 ${ipv4('11')}`), kind), { fields: {}, length: 0 });
  });

  it('keeps sixteen labels of a hostile stack and still finds its bottom', () => {
    const { fields } = dissect(hex(`${'00010 0ff'.repeat(1000)} 00011 1ff ${ipv4('11')}`), 13);
    assert.equal((fields['mplsLabels'] as number[]).length, 16);
    assert.equal(fields['sourceIp'], '192.0.2.1');
  });

  it('stops at the fourth Ethernet frame within a frame', () => {
    const layer = `${MACS} 8847 00010 1ff 00000000`;
    assert.equal(dissect(hex(`${layer.repeat(4)} ${MACS} 0800 ${ipv4('11')}`), 1).length, 60);
    assert.equal(dissect(hex(`${layer.repeat(5)} ${MACS} 0800 ${ipv4('11')}`), 1).length, 0);
    assert.equal(dissect(hex(layer.repeat(2500)), 1).length, 0);
  });

  it('fills what is there of a header cut off at any octet', () => {
    for (const { name, kind, bytes: all, fields: whole } of VECTORS) {
      const bytes = hex(all);
      let before = 0;
      for (let cut = 0; cut <= bytes.length; cut++) {
        const { fields } = dissect(bytes.slice(0, cut), kind);
        for (const [field, value] of Object.entries(fields)) {
          // A chain of extension headers names its last known link, a label stack what it has so far.
          if (field === 'protocolNumber' || field === 'mplsLabels') continue;
          assert.deepEqual(value, whole[field], `${name}: ${field} at ${cut} octets`);
        }
        const count = Object.keys(fields).length;
        assert.ok(count >= before, `${name}: fewer fields at ${cut} octets than at ${cut - 1}`);
        before = count;
      }
    }
  });

  it('survives mutated headers', () => {
    const random = randomNumbers(0x5f10);
    for (let round = 0; round < 20_000; round++) {
      const vector = VECTORS[round % VECTORS.length]!;
      const bytes = hex(vector.bytes);
      for (let i = 1 + random(4); i > 0; i--) bytes[random(bytes.length)] = random(256);
      dissect(bytes.slice(0, random(bytes.length + 1)), random(4) === 0 ? random(16) : vector.kind);
    }
  });
});
