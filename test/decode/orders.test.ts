// Templates belong to their exporter, port and domain; and no order of templates, option data and data, nor how they are
// spread over datagrams, changes the flows; sampling is joined where its option data came before the data.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pipeline } from '../../src/app/pipeline.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createLog } from '../../src/lib/log.ts';
import { datagram, hex, ipfix, join, set, template, u16, u32, v9 } from './support.ts';

interface FlowDocument {
  readonly source?: unknown;
  readonly destination?: unknown;
  readonly network?: { readonly bytes?: number };
  readonly observer?: { readonly ip: string };
  readonly flow: { readonly sampling?: { readonly interval: number }; readonly export: unknown };
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
  return found
    .map(({ source, destination }) => `${(source as { ip: string }).ip} ${(destination as { ip: string }).ip}`)
    .sort();
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

// Sampler 5: 1 in 10. v9 scopes and options have lengths in octets, IPFIX counts fields.
const PARTS = {
  v9: [
    set(0, template(256, ...FORWARD)),
    set(1, join(u16(260, 4, 8), u16(1, 4, 48, 4, 50, 4)), u16(0)),
    set(260, u32(1, 5, 10)),
    set(256, RECORD),
  ],
  ipfix: [
    set(2, template(256, ...FORWARD)),
    set(3, join(u16(260, 2, 1), u16(48, 4, 50, 4))),
    set(260, u32(5, 10)),
    set(256, RECORD),
  ],
} as const;

/** Data does not wait for option data that may never come: only what comes later is scaled by it. */
function isOptionsFirst(order: readonly number[]): boolean {
  return order.indexOf(2) < order.indexOf(3) && order.indexOf(1) < order.indexOf(3);
}

for (const [name, build] of [
  ['v9', v9],
  ['ipfix', ipfix],
] as const) {
  const parts = PARTS[name];
  const orders = permutations([0, 1, 2, 3]);

  test(`${name}: templates, option data and data in any order of datagrams give the same flow, scaled where options came first`, async () => {
    await sameInAllOrders(orders, (order) => order.map((index) => [build([parts[index]!])] as const));
  });

  test(`${name}: templates, option data and data in any order of one datagram give the same flow, scaled where options came first`, async () => {
    await sameInAllOrders(orders, (order) => [[build(order.map((index) => parts[index]!))]]);
  });
}

async function sameInAllOrders(
  orders: readonly (readonly number[])[],
  datagramsOf: (order: readonly number[]) => readonly (readonly [Uint8Array])[],
): Promise<void> {
  assert.equal(orders.length, 24);
  for (const order of orders) {
    const found = await documents(datagramsOf(order));
    assert.deepEqual(pairs(found), [`${HERE} ${THERE}`], `order ${order.join()}`);
    if (!isOptionsFirst(order)) continue;
    assert.equal(found[0]!.flow.sampling?.interval, 10, `order ${order.join()}`);
    assert.equal(found[0]!.network?.bytes, 1000, `order ${order.join()}`);
  }
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
