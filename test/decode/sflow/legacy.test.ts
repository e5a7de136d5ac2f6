// sFlow v2 and v4 datagrams laid out by hand from RFC 3176 §4 (v2: InMon's structures). Real bytes are compared with
// sflowtool in captures.test.ts.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DecodeCounters } from '../../../src/decode/counters.ts';
import { DecodeError } from '../../../src/decode/errors.ts';
import { DecodeMemory } from '../../../src/decode/memory.ts';
import { hostOfUrl } from '../../../src/decode/sflow/host-of-url.ts';
import { SflowLoss } from '../../../src/decode/sflow/loss.ts';
import { decodeSflow } from '../../../src/decode/sflow/sflow.ts';
import { SflowCounters } from '../../../src/decode/sflow/sflow-context.ts';
import { Exporter } from '../../../src/flow/exporter.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { filled, hex, join, opaque, route, text, words } from './octets.ts';

const exporter = new Exporter('192.0.2.1');

interface Decoded {
  readonly flows: readonly Flow[];
  readonly counters: SflowCounters;
  readonly error: DecodeError | undefined;
}

function decode(bytes: Uint8Array): Decoded {
  const flows: Flow[] = [];
  const counters = new SflowCounters();
  const datagram = { bytes, exporterAddress: '192.0.2.1', exporterPort: 6343, receivedMs: 1_700_000_000_000, id: 'x' };
  let error: DecodeError | undefined;
  try {
    decodeSflow(datagram, {
      emit: (flow) => flows.push(flow),
      emitCounters: () => {},
      counterTable: undefined,
      exporterOf: () => exporter,
      counters,
      bytes: 'frame',
      factsOf: (exporter, subAgentId) => exporter.facts(subAgentId),
      loss: new SflowLoss(new DecodeCounters(), 4, new DecodeMemory(1 << 20)),
    });
  } catch (caught) {
    assert.ok(caught instanceof DecodeError, String(caught));
    error = caught;
  }
  return { flows, counters, error };
}

/** Version, agent, sequence, uptime, samples. */
function datagram(version: number, ...samples: readonly Uint8Array[]): Uint8Array {
  return join(words(version, 1, 0xc0000201, 42, 5000, samples.length), ...samples);
}

/** Sampled IPv4: 1400 octets, TCP 192.0.2.1:1024 → 198.51.100.2:443, SYN, TOS 8. */
const IPV4 = words(2, 1400, 6, 0xc0000201, 0xc6336402, 1024, 443, 2, 8);

const IPV4_FIELDS = {
  ipVersion: 4,
  sourceIp: '192.0.2.1',
  destinationIp: '198.51.100.2',
  protocolNumber: 6,
  sourcePort: 1024,
  destinationPort: 443,
  tcpFlags: 2,
  tos: 8,
  octets: 1400,
  bytes: 1400,
};

const SAMPLE_FIELDS = {
  uptimeMs: 5000,
  startMs: 1_700_000_000_000,
  endMs: 1_700_000_000_000,
  packets: 1,
  packetCount: 1,
  samplingInterval: 256,
};

/** From interface 3 to 4, taken at 3. */
function flowSample(packet: Uint8Array, ...extended: readonly Uint8Array[]): Uint8Array {
  return join(words(1, 9, 3, 256, 1000, 0, 3, 4), packet, words(extended.length), ...extended);
}

function fieldsOf(version: number, ...extended: readonly Uint8Array[]): Record<string, unknown> {
  const { flows, error } = decode(datagram(version, flowSample(IPV4, ...extended)));
  assert.equal(error, undefined);
  const fields = filled(flows[0]!);
  const basic = filled(decode(datagram(4, flowSample(IPV4))).flows[0]!);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !(name in basic)));
}

describe('sFlow v2 and v4', () => {
  for (const version of [2, 4]) {
    it(`reads a flow sample of version ${version}`, () => {
      const { flows, counters } = decode(datagram(version, flowSample(IPV4)));
      assert.deepEqual(filled(flows[0]!), {
        ...SAMPLE_FIELDS,
        ...IPV4_FIELDS,
        protocol: `sflow_v${version}`,
        inputInterface: 3,
        outputInterface: 4,
        direction: 0,
      });
      assert.equal(counters.flowSamples, 1);
    });
  }

  it('reads a sampled header, whose frame length is there and no stripped octets', () => {
    const frame = hex(`00005e005301 00005e005302 0800
      4500003c 00000000 40110000 c0000201 c6336402 00351f90 00280000`);
    const { flows } = decode(datagram(4, flowSample(join(words(1, 1, 78), opaque(frame))), flowSample(IPV4)));
    assert.equal(flows.length, 2);
    assert.equal(flows[0]!.sourcePort, 53);
    assert.equal(flows[0]!.bytes, 78);
  });

  it('leaves open to which of several interfaces a packet went', () => {
    const sample = join(words(1, 9, 3, 256, 1000, 0, 3, 0x80000002), IPV4, words(0));
    assert.equal(decode(datagram(4, sample)).flows[0]!.outputInterface, undefined);
  });

  it('reads switch and router data', () => {
    assert.deepEqual(fieldsOf(4, words(1, 10, 0, 20, 0), words(2, 1, 0xc00002fe, 24, 16)), {
      sourceVlan: 10,
      destinationVlan: 20,
      nextHopIp: '192.0.2.254',
      sourceMask: 24,
      destinationMask: 16,
    });
  });

  it('reads the AS path of version 4 by segments, and what stands behind its communities', () => {
    const gateway = words(3, 64500, 64501, 64502, 2, 2, 2, 64503, 64504, 1, 1, 64505, 2, 0xfde80001, 0xfde80002, 100);
    assert.deepEqual(fieldsOf(4, gateway, words(1, 10, 0, 20, 0)), {
      bgp: route({
        asPath: [64503, 64504, 64505],
        communities: [0xfde80001, 0xfde80002],
        localPreference: 100,
        sourcePeerAs: 64502,
      }),
      sourceAs: 64501,
      destinationAs: 64505,
      sourceVlan: 10,
      destinationVlan: 20,
    });
  });

  it('reads the AS path of version 2, which is one list', () => {
    assert.deepEqual(fieldsOf(2, words(3, 64500, 64501, 64502, 2, 64503, 64504), words(1, 10, 0, 20, 0)), {
      bgp: route({ asPath: [64503, 64504], sourcePeerAs: 64502 }),
      sourceAs: 64501,
      destinationAs: 64504,
      sourceVlan: 10,
      destinationVlan: 20,
    });
  });

  it('reads user and URL, whose character set and host came with version 5', () => {
    const user = join(words(4), text(''), text('bob'));
    const url = join(words(5, 1), text('http://www.example.com/a'));
    assert.deepEqual(fieldsOf(4, user, url, words(1, 10, 0, 20, 0)), {
      userName: 'bob',
      httpHost: 'www.example.com',
      sourceVlan: 10,
      destinationVlan: 20,
    });
  });

  it('passes over counter samples of every type', () => {
    // Octets of each counters_type: the structures of RFC 3176 §4, added up.
    const sizes = [88, 88 + 13 * 4, 88 + 18 * 4, 88, 88 + 8 * 4 + 6 * 8, 88, 28];
    const samples = sizes.map((size, i) => join(words(2, 1, 3, 30, i + 1), new Uint8Array(size)));
    const { flows, counters, error } = decode(datagram(4, ...samples, flowSample(IPV4)));
    assert.equal(error, undefined);
    assert.equal(counters.counterSamples, 7);
    assert.deepEqual(
      flows.map((flow) => flow.recordNumber),
      [7],
    );
  });

  it('gives up at what it does not know, as nothing says where it ends', () => {
    const unknown = [
      words(3, 0, 0),
      join(words(1, 9, 3, 256, 1000, 0, 3, 4), words(4, 0, 0)),
      words(2, 1, 3, 30, 8, 0, 0),
    ];
    for (const sample of unknown) {
      const { flows, counters, error } = decode(datagram(4, flowSample(IPV4), sample, flowSample(IPV4)));
      assert.equal(flows.length, 1);
      assert.equal(counters.malformedSamples, 1);
      assert.equal(error?.protocol, 'sflow_v4');
    }
  });

  it('keeps the flow of a packet that is whole, whatever follows it', () => {
    const { flows, error } = decode(datagram(4, flowSample(IPV4, words(99, 1, 2)), flowSample(IPV4)));
    assert.equal(flows.length, 1);
    assert.notEqual(error, undefined);
  });

  it('reads as many flows as are whole, wherever a datagram is cut off', () => {
    const gateway = words(3, 64500, 64501, 64502, 1, 2, 2, 64503, 64504, 1, 0xfde80001, 100);
    const user = join(words(4), text('alice'), text('bob'));
    const whole = datagram(4, flowSample(IPV4, gateway, user), flowSample(IPV4));
    const firstPacketEnds = 24 + 32 + 36 - 4 + 4;
    const secondPacketEnds = whole.length - 4;
    for (let length = 0; length < whole.length; length++) {
      const { flows, error } = decode(whole.slice(0, length));
      const expected = length >= secondPacketEnds ? 2 : length >= firstPacketEnds ? 1 : 0;
      assert.equal(flows.length, expected, `${length} octets`);
      assert.equal(error?.kind, 'truncated', `${length} octets`);
    }
  });

  it('is not kept busy by counts that lie', () => {
    const hostile = [
      join(words(4, 1, 0xc0000201, 42, 5000, 0xffffffff), flowSample(IPV4)),
      datagram(4, join(words(1, 9, 3, 256, 1000, 0, 3, 4), IPV4, words(0xffffffff, 1, 0, 0, 0, 0))),
      datagram(4, flowSample(IPV4, words(3, 0, 0, 0, 0xffffffff, 2, 0))),
      datagram(4, flowSample(IPV4, words(3, 0, 0, 0, 1, 2, 0xffffffff))),
      datagram(2, flowSample(IPV4, words(3, 0, 0, 0, 0xffffffff))),
      datagram(4, flowSample(IPV4, words(4, 0xffffffff))),
    ];
    for (const bytes of hostile) {
      const { flows, error } = decode(bytes);
      assert.equal(flows.length, 1);
      assert.equal(error?.kind, 'truncated');
    }
  });
});

describe('hostOfUrl', () => {
  for (const [url, host] of [
    ['http://www.example.com/a?b=c', 'www.example.com'],
    ['http://www.example.com:8080', 'www.example.com'],
    ['https://user:secret@example.org?q', 'example.org'],
    ['//example.net#top', 'example.net'],
    ['http://[2001:db8::1]:80/', '[2001:db8::1]'],
    ['/index.html', undefined],
    ['http:///nothing', undefined],
    ['', undefined],
  ] as const) {
    it(`finds ${host ?? 'no host'} in "${url}"`, () => assert.equal(hostOfUrl(url), host));
  }
});
