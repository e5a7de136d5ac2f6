// Templates belong to their exporter, port and domain; and no order of templates, option data and data, nor how they are
// spread over datagrams, changes the documents, names and sampling included.

import assert from 'node:assert/strict';
import { join as joinPath } from 'node:path';
import { test } from 'node:test';
import { forCaptures, Pipeline } from '../../src/app/pipeline.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Random } from '../../src/demo/random.ts';
import type { Datagram } from '../../src/flow/datagram.ts';
import { readCapture } from '../../src/input/capture.ts';
import { CaptureStats } from '../../src/input/capture-stats.ts';
import { createLog } from '../../src/lib/log.ts';
import { captureSkip, capturesFolder } from '../conformance/feeds.ts';
import { datagram, hex, ipfix, join, set, template, u16, u32, v9 } from './support.ts';

interface FlowDocument {
  readonly source?: { readonly ip: string };
  readonly destination?: { readonly ip: string };
  readonly network?: { readonly bytes?: number; readonly application?: string };
  readonly observer?: { readonly ip: string; readonly ingress?: { readonly interface: { readonly name?: string } } };
  readonly flow: {
    readonly sampling?: { readonly interval: number };
    readonly vrf?: { readonly ingress?: string };
  };
}

interface Source {
  readonly exporterAddress?: string;
  readonly exporterPort?: number;
}

/** Documents of datagrams, in no particular order of theirs: sorted texts without what numbers the datagrams. */
async function documents(datagrams: readonly (readonly [Uint8Array, Source?])[]): Promise<readonly FlowDocument[]> {
  const texts: string[] = [];
  const { config } = loadConfig(undefined, {});
  const pipeline = new Pipeline(config, (_timestampMs, _id, text) => texts.push(text), createLog('silent'));
  await pipeline.start();
  for (const [bytes, source] of datagrams) pipeline.decoder.decode(datagram(bytes, source));
  pipeline.decoder.flush(Number.POSITIVE_INFINITY);
  pipeline.stop();
  return texts.sort().map((text) => JSON.parse(text) as FlowDocument);
}

// sourceIPv4Address, destinationIPv4Address, samplerId, octets; and the addresses the other way round.
const FORWARD = [
  [8, 4],
  [12, 4],
  [48, 4],
  [1, 4],
] as const;
const BACKWARD = [
  [12, 4],
  [8, 4],
  [48, 4],
  [1, 4],
] as const;
const RECORD = hex('c000020a c6336414 00000005 00000064');
const [HERE, THERE] = ['192.0.2.10', '198.51.100.20'];

function pairs(found: readonly FlowDocument[]): string[] {
  return found.map(({ source, destination }) => `${source!.ip} ${destination!.ip}`).sort();
}

const A: Source = { exporterAddress: '192.0.2.1' };
const B: Source = { exporterAddress: '192.0.2.2' };
const OTHER_PORT: Source = { exporterAddress: '192.0.2.1', exporterPort: 2056 };

for (const [name, build, templateSet] of [
  ['NetFlow v9', v9, 0],
  ['IPFIX', ipfix, 2],
] as const) {
  const learn = (fields: typeof FORWARD | typeof BACKWARD, domain?: number) =>
    build([set(templateSet, template(256, ...fields))], domain);
  const send = (domain?: number) => build([set(256, RECORD)], domain);
  const both = [`${HERE} ${THERE}`, `${THERE} ${HERE}`];

  test(`${name}: equal template ids of two exporters are different templates`, async () => {
    const found = await documents([
      [learn(FORWARD), A],
      [learn(BACKWARD), B],
      [send(), A],
      [send(), B],
    ]);
    assert.deepEqual(pairs(found), both);
  });

  test(`${name}: equal template ids of two domains are different templates`, async () => {
    const found = await documents([[learn(FORWARD, 1)], [learn(BACKWARD, 2)], [send(1)], [send(2)]]);
    assert.deepEqual(pairs(found), both);
  });

  test(`${name}: equal template ids of two ports of one exporter are different templates`, async () => {
    const found = await documents([
      [learn(FORWARD), A],
      [learn(BACKWARD), OTHER_PORT],
      [send(), A],
      [send(), OTHER_PORT],
    ]);
    assert.deepEqual(pairs(found), both);
  });

  test(`${name}: an exporter that changes its port is understood by the templates of the old one`, async () => {
    const found = await documents([
      [learn(FORWARD), A],
      [send(), A],
      [send(), OTHER_PORT],
    ]);
    assert.deepEqual(pairs(found), [both[0], both[0]]);
  });
}

// Flow template with sampler, interfaces, VRF and application; what option data says of each; the flow. v9 scopes and
// options have lengths in octets, IPFIX counts fields. The names: eth3 of interface 3, red of VRF 9, http of 3:80.
const FLOW_FIELDS = [
  [8, 4],
  [12, 4],
  [48, 4],
  [10, 4],
  [234, 4],
  [95, 4],
  [1, 4],
] as const;
const FLOW_RECORD = hex('c000020a c6336414 00000005 00000003 00000009 03000050 00000064');
const PARTS = {
  v9: [
    set(0, template(256, ...FLOW_FIELDS)),
    set(
      1,
      join(u16(260, 4, 8), u16(1, 4, 48, 4, 50, 4)),
      join(u16(261, 4, 4), u16(2, 4, 82, 4)),
      join(u16(262, 4, 8), u16(1, 4, 234, 4, 236, 4)),
      join(u16(263, 4, 8), u16(1, 4, 95, 4, 96, 4)),
      u16(0),
    ),
    set(260, u32(1, 5, 10)),
    set(261, u32(3), hex('65746833')),
    join(set(262, u32(1, 9), hex('72656400')), set(263, u32(1), hex('03000050 68747470'))),
    set(256, FLOW_RECORD),
  ],
  ipfix: [
    set(2, template(256, ...FLOW_FIELDS)),
    set(
      3,
      join(u16(260, 2, 1), u16(48, 4, 50, 4)),
      join(u16(261, 2, 1), u16(10, 4, 82, 4)),
      join(u16(262, 2, 1), u16(234, 4, 236, 4)),
      join(u16(263, 2, 1), u16(95, 4, 96, 4)),
    ),
    set(260, u32(5, 10)),
    set(261, u32(3), hex('65746833')),
    join(set(262, u32(9), hex('72656400')), set(263, hex('03000050 68747470'))),
    set(256, FLOW_RECORD),
  ],
} as const;
const DATA = 5;

for (const [name, build] of [
  ['v9', v9],
  ['ipfix', ipfix],
] as const) {
  const parts = PARTS[name];

  test(`${name}: templates, option data and data in any order of datagrams give the same document`, async () => {
    await sameInAllOrders((order) => order.map((index) => build([parts[index]!])));
  });

  test(`${name}: templates, option data and data in any order of one datagram give the same document`, async () => {
    await sameInAllOrders((order) => [build(order.map((index) => parts[index]!))]);
  });

  test(`${name}: option data of another domain, as routers send it for their line cards, in any order`, async () => {
    // Template and data in domain 7, option data in domain 0.
    await sameInAllOrders((order) => order.map((index) => build([parts[index]!], index % DATA === 0 ? 7 : 0)));
  });
}

/** Each order comes from an exporter of its own. */
async function sameInAllOrders(datagramsOf: (order: readonly number[]) => readonly Uint8Array[]): Promise<void> {
  const orders = permutations([0, 1, 2, 3, 4, 5]);
  assert.equal(orders.length, 720);
  const found = await documents(
    orders.flatMap((order, i) => {
      const exporterAddress = `10.0.${i >> 8}.${i & 255}`;
      return datagramsOf(order).map((bytes) => [bytes, { exporterAddress }] as const);
    }),
  );
  assert.equal(found.length, orders.length);
  const expected = {
    source: HERE,
    destination: THERE,
    interval: 10,
    bytes: 1000,
    interface: 'eth3',
    vrf: 'red',
    application: 'http',
  };
  for (const { source, destination, network, observer, flow } of found) {
    const order = orders[Number(observer!.ip.split('.')[2]) * 256 + Number(observer!.ip.split('.')[3])];
    assert.deepEqual(
      {
        source: source!.ip,
        destination: destination!.ip,
        interval: flow.sampling?.interval,
        bytes: network?.bytes,
        interface: observer!.ingress?.interface.name,
        vrf: flow.vrf?.ingress,
        application: network?.application,
      },
      expected,
      `order ${order?.join()}`,
    );
  }
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

/** Captures with templates, option data and flows. */
const CAPTURES: readonly (readonly [file: string, named: RegExp, isXr?: boolean])[] = [
  ['akvorado/mpls.pcap', /"interval":10,"source":"options"/],
  [
    'fluent-netflow/netflow.v9.{template.dump,dump,sampler_template.dump,sampler.dump}',
    /"interval":5000,"source":"sampler"/,
  ],
  ['gen-pmacct/nfprobe_v10_sampling.pcap', /"interval":2,"source":"sampler"/],
  ['gen-softflowd/softflowd_v9.pcap', /"name":"all.pcap"/],
  ['graylog/netflow9.pcap', /"interval":100,"source":"options"/],
  ['netgauze/srv6.pcap', /"name":"TenGigE0_0_0_0","alias":"TenGigE0\/0\/0\/0".*"vrf":\{"ingress":"default"/, true],
  ['pmacct/106-IPFIXv10-HUAWEI-vrf_name.traffic-00.pcap', /"vrf":\{"ingress":"A4"/],
  ['pmacct/401-IPFIXv10-BMP-IPv6-CISCO-MPLS-multiple-sources.traffic-00.pcap', /"name":"HundredGigE0_0_0_11"/, true],
];
const SHUFFLES = 8;

for (const [file, named, isXr = false] of CAPTURES) {
  test(`${file}: its datagrams in any order give the same documents`, { skip: captureSkip }, async () => {
    const datagrams: Datagram[] = [];
    for (const path of spelledOut(joinPath(capturesFolder, file))) {
      for await (const some of readCapture(path, new CaptureStats())) datagrams.push(...some);
    }
    const expected = await captureDocuments(datagrams, isXr);
    assert.ok(
      expected.some((text) => named.test(text)),
      `no document like ${named}`,
    );
    const random = new Random(1);
    for (let i = 0; i < SHUFFLES; i++) {
      const shuffled = i === 0 ? [...datagrams].reverse() : shuffle(datagrams, random);
      assert.deepEqual(await captureDocuments(shuffled, isXr), expected, `shuffle ${i}`);
    }
  });
}

/** Paths of `a.{b,c}`, as a shell has them. */
function spelledOut(path: string): string[] {
  const [, start, ends] = /^(.*)\{(.*)\}$/.exec(path) ?? [undefined, path, ''];
  return ends!.split(',').map((end) => start! + end);
}

/**
 * IOS XR computes its boot time anew for each option record, a millisecond more or less; a flow that came before the
 * first one goes by the one that comes first, so times are not compared.
 */
function withoutTimes(text: string): string {
  return text.replace(/"@timestamp":"[^"]*",/, '').replace(/"event":\{[^}]*\},/, '');
}

async function captureDocuments(datagrams: readonly Datagram[], isXr: boolean): Promise<readonly string[]> {
  const { config } = loadConfig(undefined, {});
  const texts: string[] = [];
  // Enrichers that learn from the flows before are left out: they see another past in each order.
  const settings = forCaptures({ ...config, enrich: ['sampling', 'hosts', 'services'] });
  const pipeline = new Pipeline(settings, (_timestampMs, _id, text) => texts.push(text), createLog('silent'));
  await pipeline.start();
  for (const one of datagrams) pipeline.decoder.decode(one);
  pipeline.decoder.flush(Number.POSITIVE_INFINITY);
  pipeline.stop();
  return (isXr ? texts.map(withoutTimes) : texts).sort();
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}
