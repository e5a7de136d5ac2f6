// sFlow v5 datagrams laid out by hand from sflow_version_5.txt: each sample and record kind, wrong counts and lengths,
// every truncation point, and mutated ones.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DecodeCounters } from '../../../src/decode/counters.ts';
import { DecodeError } from '../../../src/decode/errors.ts';
import { DecodeMemory } from '../../../src/decode/memory.ts';
import { SflowLoss } from '../../../src/decode/sflow/loss.ts';
import { decodeSflow } from '../../../src/decode/sflow/sflow.ts';
import { type SflowContext, SflowCounters } from '../../../src/decode/sflow/sflow-context.ts';
import { type DomainFacts, Exporter } from '../../../src/flow/exporter.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { block, filled, hex, join, opaque, randomNumbers, route, text, words } from './octets.ts';

const RECEIVED_MS = 1_700_000_000_000;

class Collector implements SflowContext {
  readonly flows: Flow[] = [];
  readonly counters = new SflowCounters();
  readonly loss = new SflowLoss(new DecodeCounters(), 16, new DecodeMemory(1 << 20));
  readonly exporters = new Map<string, Exporter>();
  readonly bytes: 'frame' | 'ip';
  readonly counterTable = undefined;
  readonly maxDomains = 2;
  readonly maxExporters = 2;
  wasTaken = false;

  constructor(bytes: 'frame' | 'ip' = 'frame') {
    this.bytes = bytes;
  }

  emit(flow: Flow): void {
    this.flows.push(flow);
  }

  emitCounters(): void {}

  exporterOf(address: string): Exporter | undefined {
    let exporter = this.exporters.get(address);
    if (exporter === undefined && this.exporters.size < this.maxExporters) {
      exporter = new Exporter(address);
      this.exporters.set(address, exporter);
    }
    return exporter;
  }

  factsOf(exporter: Exporter, subAgentId: number): DomainFacts | undefined {
    const known = exporter.domains.get(subAgentId);
    return known === undefined && exporter.domains.size >= this.maxDomains ? undefined : exporter.facts(subAgentId);
  }

  decode(bytes: Uint8Array): this {
    this.wasTaken = decodeSflow(
      { bytes, exporterAddress: '198.51.100.9', exporterPort: 5000, receivedMs: RECEIVED_MS, id: 'd1' },
      this,
    );
    return this;
  }

  /** Decodes a datagram that ends before its samples do. */
  decodeCut(bytes: Uint8Array): this {
    assert.throws(
      () => this.decode(bytes),
      (error) => error instanceof DecodeError && error.kind === 'truncated',
    );
    return this;
  }

  /** Counters that are not zero. */
  get counted(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.counters).filter(([, count]) => count !== 0));
  }
}

const AGENT = words(1, 0xc0000263); // 192.0.2.99
const SUB_AGENT = 7;
const UPTIME_MS = 123_456;

/** Version 5, agent, sub-agent, sequence, uptime, number of samples, samples. */
function datagram(samples: readonly Uint8Array[], count = samples.length, agent = AGENT): Uint8Array {
  return join(words(5), agent, words(SUB_AGENT, 42, UPTIME_MS, count), ...samples);
}

const RATE = 1024;

/** A compact flow sample of interface 3: from 3 to 4, unless said otherwise. */
function flowSample(records: readonly Uint8Array[], input = 3, output = 4, count = records.length): Uint8Array {
  return block(1, join(words(1000, 3, RATE, 5000, 0, input, output, count), ...records));
}

// UDP 192.0.2.1:53 → 198.51.100.2:8080, IP length 60, in an Ethernet frame.
const FRAME = hex(`00005e005301 00005e005302 0800
  4500003c 00000000 40110000 c0000201 c6336402 00351f90 00280000`);
const FRAME_LENGTH = 78;
const IPV4_UDP = '4500003c 00000000 40110000 c0000201 c6336402 00351f90 00280000';

/** Raw header of a frame of 78 octets, 4 of them (the FCS) stripped. */
function rawHeader(header: Uint8Array, protocol = 1): Uint8Array {
  return block(1, join(words(protocol, FRAME_LENGTH, 4), opaque(header)));
}

const IP_FIELDS = {
  ipVersion: 4,
  tos: 0,
  ipTtl: 64,
  protocolNumber: 17,
  sourceIp: '192.0.2.1',
  destinationIp: '198.51.100.2',
  sourcePort: 53,
  destinationPort: 8080,
};

const FRAME_FIELDS = { destinationMac: '00-00-5E-00-53-01', sourceMac: '00-00-5E-00-53-02', ...IP_FIELDS };

const SAMPLE_FIELDS = {
  datagramId: 'd1',
  observerIp: '192.0.2.99',
  observationDomainId: SUB_AGENT,
  uptimeMs: UPTIME_MS,
  startMs: RECEIVED_MS,
  endMs: RECEIVED_MS,
  packets: 1,
  packetCount: 1,
};

const COMPACT_FIELDS = {
  ...SAMPLE_FIELDS,
  samplingInterval: RATE,
  inputInterface: 3,
  outputInterface: 4,
  direction: 0,
};

const COUNTED_FRAME = { octets: FRAME_LENGTH, bytes: FRAME_LENGTH };

/** Fields of the only flow in a datagram of one sample with these records. */
function fieldsOf(...records: Uint8Array[]): Record<string, unknown> {
  const { flows } = new Collector().decode(datagram([flowSample(records)]));
  assert.equal(flows.length, 1);
  return filled(flows[0]!);
}

describe('decodeSflow: samples', () => {
  it('makes one packet of the frame length out of a flow sample', () => {
    const collector = new Collector().decode(datagram([flowSample([rawHeader(FRAME)])]));
    assert.deepEqual(filled(collector.flows[0]!), { ...COMPACT_FIELDS, ...FRAME_FIELDS, ...COUNTED_FRAME });
    assert.deepEqual(collector.counted, { flowSamples: 1 });
    const exporter = collector.exporters.get('192.0.2.99')!;
    assert.equal(exporter.datagrams, 1);
    assert.equal(exporter.lastSeenMs, RECEIVED_MS);
    assert.equal(collector.flows[0]!.exporter, exporter);
    assert.equal(collector.flows[0]!.facts, exporter.facts(SUB_AGENT));
  });

  it('counts the IP packet instead of the frame when told to', () => {
    const samples = [
      flowSample([rawHeader(FRAME)]),
      flowSample([rawHeader(hex('00005e005301 00005e005302 0806 0001'))]),
    ];
    const { flows } = new Collector('ip').decode(datagram(samples));
    assert.deepEqual(
      flows.map((flow) => flow.bytes),
      [60, FRAME_LENGTH],
    );
  });

  it('reads expanded flow samples', () => {
    const body = join(words(1, 0, 29_001, 1000, 5000, 0, 0, 1_285_816_721, 0, 29_001, 1), rawHeader(FRAME));
    assert.deepEqual(filled(new Collector().decode(datagram([block(3, body)])).flows[0]!), {
      ...SAMPLE_FIELDS,
      ...FRAME_FIELDS,
      ...COUNTED_FRAME,
      samplingInterval: 1000,
      inputInterface: 1_285_816_721,
      outputInterface: 29_001,
      direction: 1,
    });
  });

  it('reads discarded packets, none of which is sampled, with the reason as forwarding status', () => {
    const body = join(words(1, 0, 2, 0, 2, 0, 258, 1), rawHeader(FRAME));
    const collector = new Collector().decode(datagram([block(5, body)]));
    assert.deepEqual(filled(collector.flows[0]!), {
      ...SAMPLE_FIELDS,
      ...FRAME_FIELDS,
      ...COUNTED_FRAME,
      samplingInterval: 1,
      inputInterface: 2,
      direction: 0,
      // RFC 7270: status 2 (dropped) in the two high bits, reason 1 (ACL deny): 0x81.
      forwardingStatus: 129,
      discardReason: 258,
    });
    assert.deepEqual(collector.counted, { discardedPackets: 1 });
  });

  it('numbers flows by the place of their sample, and passes over counters and unknown samples', () => {
    const samples = [
      block(2, words(1, 2, 3)),
      flowSample([rawHeader(FRAME)]),
      block(4, words(1, 2, 3, 0)),
      block(9, words(1)),
      block((4413 << 12) | 1, words(1, 2, 3)),
      flowSample([rawHeader(FRAME)]),
    ];
    const { flows, counted } = new Collector().decode(datagram(samples));
    assert.deepEqual(
      flows.map((flow) => flow.recordNumber),
      [1, 5],
    );
    assert.deepEqual(counted, { flowSamples: 2, counterSamples: 2, unknownSamples: 2 });
  });

  it('makes a flow of a sample that has no header', () => {
    assert.deepEqual(fieldsOf(), COMPACT_FIELDS);
  });

  it('makes a flow of a sample whose header it cannot read, and counts it', () => {
    const { flows, counted } = new Collector().decode(datagram([flowSample([rawHeader(FRAME, 4)])]));
    assert.deepEqual(filled(flows[0]!), { ...COMPACT_FIELDS, ...COUNTED_FRAME });
    assert.deepEqual(counted, { flowSamples: 1, unknownHeaders: 1 });
  });

  for (const [name, input, output, expected] of [
    ['an unknown interface', 0, 0, {}],
    ['the device itself', 0x3fffffff, 0x3fffffff, {}],
    [
      'a discarded packet (host unreachable)',
      3,
      0x40000001,
      { inputInterface: 3, direction: 0, forwardingStatus: 131, discardReason: 1 },
    ],
    [
      'a discarded packet (reason unknown)',
      3,
      0x40000100,
      { inputInterface: 3, direction: 0, forwardingStatus: 128, discardReason: 256 },
    ],
    ['several output interfaces', 3, 0x80000005, { inputInterface: 3, direction: 0 }],
    ['a sample taken on the way out', 9, 3, { inputInterface: 9, outputInterface: 3, direction: 1 }],
    ['a sample taken elsewhere', 9, 8, { inputInterface: 9, outputInterface: 8 }],
  ] as const) {
    it(`reads the interfaces of ${name}`, () => {
      const { flows } = new Collector().decode(datagram([flowSample([], input, output)]));
      assert.deepEqual(filled(flows[0]!), { ...SAMPLE_FIELDS, samplingInterval: RATE, ...expected });
    });
  }

  it('takes a sampling rate of 0 as not known', () => {
    const sample = block(1, words(1, 3, 0, 0, 0, 3, 4, 0));
    assert.equal(new Collector().decode(datagram([sample])).flows[0]!.samplingInterval, undefined);
  });
});

describe('decodeSflow: the head', () => {
  it('reads an IPv6 agent', () => {
    const agent = join(words(2), hex('20010db8000000000000000000000063'));
    const { flows } = new Collector().decode(datagram([flowSample([])], 1, agent));
    assert.equal(flows[0]!.observerIp, '2001:db8::63');
    assert.equal(flows[0]!.exporter.packetAddress, '198.51.100.9');
  });

  it('takes the packet source where the agent does not know its address', () => {
    for (const agent of [words(0), words(1, 0), words(2, 0, 0, 0, 0)]) {
      const { flows } = new Collector().decode(datagram([flowSample([])], 1, agent));
      assert.equal(flows[0]!.observerIp, '198.51.100.9');
    }
  });

  it('refuses what is no sFlow', () => {
    const good = datagram([]);
    for (const [bytes, kind] of [
      [new Uint8Array(0), 'truncated'],
      [words(5), 'truncated'],
      [words(3, 1, 0, 0, 0, 0, 0), 'value'],
      [words(5, 3, 0, 0, 0, 0, 0, 0), 'value'],
      [good.slice(0, good.length - 1), 'truncated'],
    ] as const) {
      assert.throws(
        () => new Collector().decode(bytes),
        (error) => error instanceof DecodeError && error.kind === kind && error.protocol.startsWith('sflow'),
      );
    }
  });

  it('drops and counts datagrams beyond the limits on agents and sub-agents', () => {
    const collector = new Collector();
    const bytes = datagram([flowSample([])]);
    const view = new DataView(bytes.buffer);
    for (let subAgent = 0; subAgent < 4; subAgent++) {
      view.setUint32(12, subAgent);
      assert.equal(collector.decode(bytes).wasTaken, subAgent < 2);
    }
    assert.deepEqual(collector.counted, { flowSamples: 2, limitedDatagrams: 2 });
    assert.equal(collector.exporters.get('192.0.2.99')!.domains.size, 2);
    for (let agent = 1; agent < 4; agent++) {
      view.setUint32(8, agent);
      assert.equal(collector.decode(bytes).wasTaken, agent < 2);
    }
    assert.deepEqual(collector.counted, { flowSamples: 3, limitedDatagrams: 4 });
  });
});

describe('decodeSflow: records', () => {
  const base = COMPACT_FIELDS;

  it('reads sampled_ethernet', () => {
    const record = block(2, join(words(64), hex('00005e005302 0000 00005e005301 0000'), words(0x0800)));
    assert.deepEqual(fieldsOf(record), {
      ...base,
      octets: 64,
      bytes: 64,
      sourceMac: '00-00-5E-00-53-02',
      destinationMac: '00-00-5E-00-53-01',
    });
  });

  it('takes MACs of sampled_ethernet beside a raw header that begins with IPv4, in any order', () => {
    const ethernet = block(2, join(words(64), hex('00005e005302 0000 00005e005301 0000'), words(0x0800)));
    const header = rawHeader(hex(IPV4_UDP), 11);
    for (const records of [
      [header, ethernet],
      [ethernet, header],
    ]) {
      const { flows } = new Collector().decode(datagram([flowSample(records)]));
      const { sourceMac, destinationMac, bytes, sourceIp } = flows[0]!;
      const expected = ['00-00-5E-00-53-02', '00-00-5E-00-53-01', FRAME_LENGTH, '192.0.2.1'];
      assert.deepEqual([sourceMac, destinationMac, bytes, sourceIp], expected);
    }
  });

  it('reads sampled_ipv4', () => {
    const record = block(3, words(1500, 6, 0xc0000201, 0xc6336402, 51_000, 443, 0x12, 0x48));
    assert.deepEqual(fieldsOf(record), {
      ...base,
      octets: 1500,
      bytes: 1500,
      ipVersion: 4,
      sourceIp: '192.0.2.1',
      destinationIp: '198.51.100.2',
      protocolNumber: 6,
      sourcePort: 51_000,
      destinationPort: 443,
      tcpFlags: 0x12,
      tos: 0x48,
    });
  });

  it('reads sampled_ipv6, and no ports of ICMP', () => {
    const addresses = hex('20010db8000000000000000000000001 20010db8000000000000000000000002');
    const record = block(4, join(words(104, 58), addresses, words(128, 0, 0, 0)));
    assert.deepEqual(fieldsOf(record), {
      ...base,
      octets: 104,
      bytes: 104,
      ipVersion: 6,
      sourceIp: '2001:db8::1',
      destinationIp: '2001:db8::2',
      protocolNumber: 58,
      tos: 0,
    });
  });

  it('lets the raw header win over the parsed ones, in any order', () => {
    const ethernet = block(2, join(words(9000), hex('0000000000010000 0000000000020000'), words(0x0800)));
    const ipv4 = block(3, words(9000, 6, 1, 2, 3, 4, 5, 6));
    const expected = { ...base, ...FRAME_FIELDS, ...COUNTED_FRAME };
    assert.deepEqual(fieldsOf(rawHeader(FRAME), ethernet, ipv4), expected);
    const { sourceMac: _, destinationMac: __, tcpFlags: ___, ...other } = fieldsOf(ethernet, ipv4, rawHeader(FRAME));
    const { sourceMac, destinationMac, ...rest } = expected;
    assert.deepEqual(other, rest);
    assert.deepEqual(fieldsOf(rawHeader(FRAME), rawHeader(hex('ff'))), expected);
  });

  for (const [name, record, expected] of [
    ['extended_switch', block(1001, words(100, 0, 200, 0)), { sourceVlan: 100, destinationVlan: 200 }],
    ['extended_switch without VLANs', block(1001, words(0, 0, 0xffffffff, 0)), {}],
    ['extended_router', block(1002, words(1, 0xc0000201, 24, 0)), { nextHopIp: '192.0.2.1', sourceMask: 24 }],
    ['extended_router of a packet that was not routed', block(1002, words(1, 0, 0, 0)), {}],
    [
      'extended_router with IPv6 and impossible masks',
      block(1002, join(words(2), hex('20010db8000000000000000000000001'), words(0xffffffff, 128))),
      { nextHopIp: '2001:db8::1', destinationMask: 128 },
    ],
    [
      'extended_gateway: the destination is the last of the path',
      block(1003, words(1, 0xc0000201, 64496, 64497, 64498, 2, 2, 2, 64499, 64500, 1, 1, 64501, 1, 0xfbf00001, 100)),
      {
        bgpNextHopIp: '192.0.2.1',
        sourceAs: 64497,
        destinationAs: 64501,
        bgp: route({
          asPath: [64499, 64500, 64501],
          communities: [0xfbf00001],
          localPreference: 100,
          sourcePeerAs: 64498,
        }),
      },
    ],
    [
      'extended_gateway of AS numbers above 65535 and an empty last segment',
      block(1003, words(1, 0xc0000201, 0, 0, 0, 2, 2, 1, 4_200_000_000, 2, 0, 0, 100)),
      {
        bgpNextHopIp: '192.0.2.1',
        destinationAs: 4_200_000_000,
        bgp: route({ asPath: [4_200_000_000], localPreference: 100 }),
      },
    ],
    [
      'extended_gateway without path',
      block(1003, words(1, 0, 64496, 0, 0, 0, 0, 100)),
      { bgp: route({ localPreference: 100 }) },
    ],
    [
      'extended_gateway with a path that lies',
      block(1003, words(1, 0, 1, 2, 3, 0xffffffff, 2, 0xffffffff, 9)),
      { sourceAs: 2, bgp: route({ sourcePeerAs: 3 }) },
    ],
    ['extended_user', block(1004, join(words(106), text('alice'), words(106), text('bob'))), { userName: 'alice' }],
    [
      'extended_user of the destination',
      block(1004, join(words(0), text(''), words(0), text('zoë'))),
      { userName: 'zoë' },
    ],
    [
      'extended_url',
      block(1005, join(words(1), text('/a?b'), text('www.example.net'))),
      { httpHost: 'www.example.net' },
    ],
    [
      'extended_mpls: the stack received',
      block(1006, words(1, 0xc0000201, 2, 0x000120ff, 0x000101ff, 1, 0x00009000)),
      { nextHopIp: '192.0.2.1', mplsLabels: [18, 16] },
    ],
    ['extended_80211_rx', block(1014, join(text('guest'), words(0, 0, 1, 0, 0, 0, 0, 0, 0))), { wlanSsid: 'guest' }],
    [
      'extended_80211_tx with BSSID',
      block(1015, join(text('guest'), hex('00005e005303 0000'), words(1, 1, 0, 0, 36, 0, 54, 100))),
      { wlanSsid: 'guest', wlanBssid: '00-00-5E-00-53-03' },
    ],
    [
      'extended_80211_payload: what was encrypted in the air',
      block(1013, join(words(0x000fac04), opaque(hex(`aaaa03 000000 0800 ${IPV4_UDP}`)))),
      { ...IP_FIELDS, octets: 60, bytes: 60 },
    ],
    [
      'extended_socket_ipv4: the remote side is the source',
      block(2100, words(6, 0xc6336402, 0xc0000201, 443, 50_000)),
      {
        ipVersion: 4,
        protocolNumber: 6,
        sourceIp: '192.0.2.1',
        destinationIp: '198.51.100.2',
        sourcePort: 50_000,
        destinationPort: 443,
      },
    ],
    [
      'extended_socket_ipv6',
      block(
        2101,
        join(words(17), hex('20010db8000000000000000000000002 20010db8000000000000000000000001'), words(53, 50_000)),
      ),
      {
        ipVersion: 6,
        protocolNumber: 17,
        sourceIp: '2001:db8::1',
        destinationIp: '2001:db8::2',
        sourcePort: 50_000,
        destinationPort: 53,
      },
    ],
    [
      'http_request',
      block(2206, join(words(2, 1001), text('/a'), text('www.example.net'), text(''), text('agent'))),
      { httpHost: 'www.example.net' },
    ],
    [
      'http_request with its user, octets and time',
      block(
        2206,
        join(
          words(2, 1001),
          ...['/a', 'www.example.net', '', 'agent', '', 'alice', 'text/html'].map(text),
          words(0, 300, 1, 5, 250_000, 200),
        ),
      ),
      {
        httpHost: 'www.example.net',
        userName: 'alice',
        bytes: 300,
        reverseBytes: 2 ** 32 + 5,
        startMs: RECEIVED_MS - 250,
      },
    ],
    [
      'http_request of the older form',
      block(
        2201,
        join(
          words(2, 1001),
          ...['/a', 'www.example.net', '', 'agent', 'alice', ''].map(text),
          words(0, 700, 2000, 200),
        ),
      ),
      { httpHost: 'www.example.net', userName: 'alice', bytes: 0, reverseBytes: 700, startMs: RECEIVED_MS - 2 },
    ],
    [
      'app_operation',
      block(2202, join(...['payment', 'charge', 'a=1', 'ok'].map(text), words(0, 100, 0, 2000, 5000, 0))),
      { applicationName: 'payment', bytes: 100, reverseBytes: 2000, startMs: RECEIVED_MS - 5 },
    ],
    ['app_parent_context', block(2203, join(...['shop', 'buy', ''].map(text))), { applicationName: 'shop' }],
    ['app_initiator', block(2204, text('alice')), { userName: 'alice' }],
    [
      'extended_proxy_socket_ipv4',
      block(2102, words(6, 0xc6336402, 0xc0000201, 8080, 50_000)),
      {
        ipVersion: 4,
        protocolNumber: 6,
        sourceIp: '192.0.2.1',
        destinationIp: '198.51.100.2',
        sourcePort: 50_000,
        destinationPort: 8080,
      },
    ],
    // 1,700,000,001,250,000,000 ns
    [
      'extended_timestamp',
      block(1043, words(0x17979cfe, 0x80ab7c80)),
      { startMs: 1_700_000_001_250, endMs: 1_700_000_001_250 },
    ],
    ['extended_vlanin', block(1034, words(2, 0x88a8000a, 0x81000014)), { sourceVlan: 10 }],
    ['extended_vlanout', block(1035, words(1, 0x81000014)), { destinationVlan: 20 }],
    ['extended_nat_port', block(1020, words(40_000, 443)), { natSourcePort: 40_000, natDestinationPort: 443 }],
  ] as const) {
    it(`reads ${name}`, () => {
      assert.deepEqual(fieldsOf(record), { ...base, ...expected });
    });
  }

  for (const [name, records, expected] of [
    [
      'VXLAN over IPv4 with its network',
      [block(1024, words(1500, 17, 0xc0000201, 0xc6336402, 49_152, 4789, 0, 0)), block(1030, words(100))],
      { type: 'vxlan', id: 100, outerSourceIp: '192.0.2.1', outerDestinationIp: '198.51.100.2' },
    ],
    [
      'GRE over IPv6',
      [
        block(
          1025,
          join(
            words(1500, 47),
            hex('20010db8000000000000000000000001 20010db8000000000000000000000002'),
            words(0, 0, 0, 0),
          ),
        ),
      ],
      { type: 'gre', outerSourceIp: '2001:db8::1', outerDestinationIp: '2001:db8::2' },
    ],
    ['a network alone', [block(1029, words(7))], { id: 7 }],
  ] as const) {
    it(`reads the records of a tunnel: ${name}`, () => {
      for (const all of [
        [...records, rawHeader(FRAME)],
        [rawHeader(FRAME), ...records],
      ]) {
        const { flows } = new Collector().decode(datagram([flowSample(all)]));
        assert.equal(flows[0]!.sourcePort, 53);
        const { type, id, outerSourceIp, outerDestinationIp } = flows[0]!.tunnel!;
        const none = { type: undefined, id: undefined, outerSourceIp: undefined, outerDestinationIp: undefined };
        assert.deepEqual({ type, id, outerSourceIp, outerDestinationIp }, { ...none, ...expected });
      }
    });
  }

  it('reports the address that was translated, before or behind the header', () => {
    const nat = block(1007, words(1, 0xcb007105, 1, 0xc6336402));
    const expected = { ...base, ...FRAME_FIELDS, ...COUNTED_FRAME, natSourceIp: '203.0.113.5' };
    assert.deepEqual(fieldsOf(nat, rawHeader(FRAME)), expected);
    assert.deepEqual(fieldsOf(rawHeader(FRAME), nat), expected);
  });

  it('takes no more than 256 octets of a text', () => {
    const user = text('x'.repeat(1000));
    assert.equal((fieldsOf(block(1004, join(words(0), user)))['userName'] as string).length, 256);
  });

  it('skips and counts unknown records', () => {
    const records = [block(1099, text('ip_forward')), block((9 << 12) | 1, words(1, 2)), rawHeader(FRAME)];
    const { flows, counted } = new Collector().decode(datagram([flowSample(records)]));
    assert.equal(flows[0]!.sourcePort, 53);
    assert.deepEqual(counted, { flowSamples: 1, unknownRecords: 2 });
  });

  it('reads over what sFlow.org defines and no field is made of', () => {
    const records = [1008, 1009, 1010, 1011, 1021, 1022, 1036, 1038, 1039, 1040, 1041, 1042, 2200, 2205, 2209, 2210];
    const unread = records.map((format) => block(format, words(1, 2, 3, 4)));
    const { flows, counted } = new Collector().decode(datagram([flowSample([...unread, rawHeader(FRAME)])]));
    assert.equal(flows[0]!.sourcePort, 53);
    assert.deepEqual(counted, { flowSamples: 1 });
  });

  it('puts the tags that were stripped before those that the header still has', () => {
    const tagged = join(FRAME.subarray(0, 12), hex('8100 0064'), FRAME.subarray(12));
    for (const [stack, header, outer, inner] of [
      [[0x88a8000a], FRAME, 10, undefined],
      [[0x88a8000a, 0x81000014], FRAME, 10, 20],
      [[0x88a8200a], tagged, 10, 100],
    ] as const) {
      const record = block(1012, words(stack.length, ...stack));
      const fields = fieldsOf(record, rawHeader(header));
      assert.deepEqual([fields['dot1qVlan'], fields['customerVlan']], [outer, inner]);
      assert.deepEqual(fieldsOf(rawHeader(header), record), fields);
    }
  });

  it('finds the packet that is taken out of a tunnel of unknown kind where a record says that it begins', () => {
    // UDP port 9999 announces no tunnel; 8 octets of its header are followed by an IPv4 packet, or by a frame.
    const outer = hex('00005e005301 00005e005302 0800 45000058 00000000 40110000 cb007101 cb007102 1388270f 00440000');
    for (const [inner, mac] of [
      [hex(`0102030405060708 ${IPV4_UDP}`), undefined],
      [join(hex('0102030405060708'), FRAME), '00-00-5E-00-53-02'],
    ] as const) {
      const header = rawHeader(join(outer, inner));
      const record = block(1028, words(outer.length + 8));
      for (const records of [
        [header, record],
        [record, header],
      ]) {
        const flow = new Collector().decode(datagram([flowSample(records)])).flows[0]!;
        assert.deepEqual([flow.sourceIp, flow.destinationPort], ['203.0.113.1', 9999]);
        const { sourceIp, destinationPort, sourceMac } = flow.tunnel!.inner;
        assert.deepEqual([sourceIp, destinationPort, sourceMac], ['192.0.2.1', 8080, mac]);
      }
    }
  });
});

describe('decodeSflow: wrong counts and lengths', () => {
  it('reads on behind octets that no record claims', () => {
    const padded = block(1, join(words(1000, 3, RATE, 5000, 0, 3, 4, 1), rawHeader(FRAME), words(0)));
    const { flows, counted } = new Collector().decode(datagram([padded, flowSample([rawHeader(FRAME)])]));
    assert.deepEqual(
      flows.map((flow) => flow.sourcePort),
      [53, 53],
    );
    assert.deepEqual(counted, { flowSamples: 2 });
  });

  it('believes the format where a record states less than its fixed size', () => {
    const record = join(words(1001, 6), words(100, 0, 200, 0));
    const { flows, counted } = new Collector().decode(datagram([flowSample([record, rawHeader(FRAME)])]));
    assert.equal(flows[0]!.destinationVlan, 200);
    assert.equal(flows[0]!.sourcePort, 53);
    assert.deepEqual(counted, { flowSamples: 1, shortRecords: 1 });
  });

  it('reads a record that runs over its sample as far as the sample goes', () => {
    const whole = flowSample([block(1002, words(1, 0xc0000201, 24, 16))]);
    new DataView(whole.buffer).setUint32(4, whole.length - 8 - 4);
    const { flows, counted } = new Collector().decode(datagram([whole]));
    assert.equal(flows[0]!.nextHopIp, '192.0.2.1');
    assert.equal(flows[0]!.sourceMask, undefined);
    assert.deepEqual(counted, { flowSamples: 1, truncatedRecords: 1 });
  });

  it('reads text whose last padding is missing', () => {
    const sample = flowSample([block(1004, join(words(0), words(5), hex('616c696365')))]);
    assert.equal(new Collector().decode(datagram([sample])).flows[0]!.userName, 'alice');
  });

  it('bounds a header by its record, whatever length it states', () => {
    for (const stated of [0, 13, 0x7fffffff, 0xffffffff]) {
      const record = block(1, join(words(1, FRAME_LENGTH, 4, stated), FRAME, new Uint8Array(2)));
      const { flows } = new Collector().decode(datagram([flowSample([record])]));
      assert.equal(flows[0]!.bytes, FRAME_LENGTH);
      assert.equal(flows[0]!.sourcePort, stated < 14 ? undefined : 53);
    }
  });

  for (const count of [0, 2, 3, 0x7fffffff, 0xffffffff]) {
    it(`reads the samples and records that are there when ${count} are announced`, () => {
      const records = [rawHeader(FRAME), rawHeader(FRAME)];
      const samples = [flowSample(records, 3, 4, count), flowSample(records, 3, 4, count)];
      const collector = new Collector();
      const { flows, counters } =
        count > 2 ? collector.decodeCut(datagram(samples, count)) : collector.decode(datagram(samples, count));
      assert.equal(flows.length, Math.min(count, 2));
      assert.equal(counters.malformedSamples, count > 2 ? 1 : 0);
      assert.equal(counters.truncatedRecords, count > 2 ? 2 : 0);
    });
  }

  it('counts a sample that is too short for its head and goes on behind it', () => {
    for (const format of [1, 3, 5]) {
      const samples = [block(format, words(1, 2, 3)), block(format, new Uint8Array(0)), flowSample([])];
      const { flows, counted } = new Collector().decode(datagram(samples));
      assert.equal(flows.length, 1);
      assert.deepEqual(counted, { flowSamples: 1, malformedSamples: 2 });
    }
  });

  it('gives the whole samples of a datagram cut off anywhere, and counts the rest once', () => {
    const sample = flowSample([block(1001, words(1, 0, 2, 0)), rawHeader(FRAME)]);
    const whole = datagram([sample, sample, sample]);
    const head = whole.length - 3 * sample.length;
    for (let cut = head; cut <= whole.length; cut++) {
      const collector = new Collector();
      if (cut < whole.length) collector.decodeCut(whole.slice(0, cut));
      else collector.decode(whole);
      assert.equal(collector.flows.length, Math.floor((cut - head) / sample.length), `at ${cut}`);
      const missing = cut < whole.length ? 1 : 0;
      assert.equal(collector.counters.malformedSamples, missing);
      assert.equal(collector.exporters.get('192.0.2.99')!.malformed, missing);
    }
  });

  it('bounds its work by the size of the datagram, not by what it says', () => {
    // 65,000 octets of samples without data, and of records without data.
    const empty = new Uint8Array(65_000);
    const collector = new Collector().decodeCut(datagram([empty], 0xffffffff));
    assert.equal(collector.counters.unknownSamples, 65_000 / 8);
    const { counters } = new Collector().decode(datagram([flowSample([empty], 3, 4, 0xffffffff)]));
    assert.equal(counters.unknownRecords, 65_000 / 8);
  });

  it('survives mutated datagrams', () => {
    const gateway = block(1003, words(1, 0xc0000201, 1, 2, 3, 1, 2, 2, 4, 5, 1, 6, 100));
    const user = block(1004, join(words(106), text('alice'), words(106), text('bob')));
    const records = [block(1002, words(1, 0xc0000201, 24, 16)), gateway, user, rawHeader(FRAME)];
    const original = datagram([flowSample(records), block(2, words(1, 2, 3)), flowSample(records)]);
    const interesting = [0, 1, 3, 4, 5, 7, 8, 0x7f, 0x80, 0xff];
    const random = randomNumbers(0xf10f);
    const collector = new Collector();
    for (let round = 0; round < 20_000; round++) {
      const bytes = original.slice();
      for (let i = 1 + random(6); i > 0; i--) bytes[random(bytes.length)] = interesting[random(interesting.length)]!;
      try {
        collector.decode(bytes.slice(0, random(3) === 0 ? random(bytes.length) : bytes.length));
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
      // No more flows than heads fit into the datagram.
      assert.ok(collector.flows.length <= original.length / 40);
      collector.flows.length = 0;
      collector.exporters.clear();
    }
  });
});
