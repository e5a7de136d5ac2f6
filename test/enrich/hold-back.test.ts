// Flows that wait for names: the queue by itself, and the pipeline with a name server of the test on loopback.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { HoldBack, type HoldBackOptions } from '../../src/enrich/hold-back.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { netflow5 } from '../cli/netflow5.ts';
import { waitFor } from '../helpers/wait.ts';
import { makeFlow } from './flows.ts';
import { NameServer } from './name-server.ts';

/** More than any test takes. */
const LONG_MS = 60_000;

function queue(options: Partial<HoldBackOptions> = {}) {
  const awaited = new Set<number>();
  const released: [number, string][] = [];
  const holdBack = new HoldBack<string>(
    { waitMs: LONG_MS, maxFlows: 100, ...options },
    {
      isAwaited: ({ recordNumber }) => awaited.has(recordNumber),
      release: ({ recordNumber }, context) => released.push([recordNumber, context]),
    },
  );
  const flow = (recordNumber: number): Flow => makeFlow({ recordNumber });
  const take = (number: number): boolean => holdBack.takes(flow(number), () => `c${number}`);
  return { holdBack, awaited, released, take };
}

test('who waits for nothing goes on, but never before those that came earlier', () => {
  const { holdBack, awaited, released, take } = queue();
  assert.equal(take(1), false);
  awaited.add(2);
  assert.deepEqual([take(2), take(3), take(4)], [true, true, true]);
  holdBack.check();
  assert.deepEqual(released, []);
  awaited.delete(2);
  awaited.add(4);
  holdBack.check();
  assert.deepEqual(released, [
    [2, 'c2'],
    [3, 'c3'],
  ]);
  holdBack.releaseAll();
  assert.deepEqual(released.at(-1), [4, 'c4']);
  assert.deepEqual([holdBack.size, holdBack.waited, holdBack.inVain], [0, 3, 1]);
});

test('nobody waits longer than told', async () => {
  const { holdBack, awaited, released, take } = queue({ waitMs: 20 });
  for (const number of [1, 2]) awaited.add(number);
  take(1);
  take(2);
  await holdBack.atMost(0);
  assert.deepEqual(
    released.map(([number]) => number),
    [1, 2],
  );
  assert.equal(holdBack.inVain, 2);
});

test('no more flows wait than told: the oldest goes without', () => {
  const { holdBack, awaited, released, take } = queue({ maxFlows: 3 });
  for (let number = 0; number < 5000; number++) {
    awaited.add(number);
    take(number);
    assert.ok(holdBack.size <= 3);
  }
  assert.equal(released.length, 4997);
  assert.deepEqual(
    released.map(([number]) => number),
    Array.from({ length: 4997 }, (_, i) => i),
  );
  holdBack.releaseAll();
});

interface Document {
  readonly source: { readonly ip: string; readonly domain?: string };
  readonly destination: { readonly domain?: string };
  readonly tags?: readonly string[];
}

/** A pipeline with names from a server of the test; its flows go from 10.0.0.1 to 10.0.0.2. */
async function start(dns: Readonly<Record<string, unknown>>) {
  const server = new NameServer({
    '1.0.0.10.in-addr.arpa': 'client.example',
    '2.0.0.10.in-addr.arpa': 'web.example',
  });
  const address = await server.start();
  const documents: { id: string; document: Document }[] = [];
  const rules = {
    list: [
      { when: 'destination.domain == "web.example"', tags: ['web'] },
      { when: 'source.domain == "never.example"', drop: true },
    ],
  };
  const pipeline = new Pipeline(
    configSchema.parse({ enrich: ['hosts', { dns: { servers: [address], ...dns } }, 'client-server', { rules }] }),
    (_timestampMs, id, text) => documents.push({ id, document: JSON.parse(text) as Document }),
    pino({ level: 'silent' }),
  );
  await pipeline.start();
  const bytes = netflow5();
  bytes.set([10, 0, 0, 1, 10, 0, 0, 2], 24);
  let ids = 0;
  const receive = (): void =>
    pipeline.decoder.decode({
      bytes,
      exporterAddress: '192.0.2.1',
      exporterPort: 2055,
      receivedMs: Date.now(),
      id: `d${ids++}`,
    });
  const stop = (): void => {
    pipeline.stop();
    server.stop();
  };
  return { server, pipeline, documents, receive, stop };
}

test('first flows have names, rules see them, and ids stay in order', async () => {
  const { server, pipeline, documents, receive, stop } = await start({ holdBack: '60s' });
  server.hold();
  for (let n = 0; n < 3; n++) receive();
  // The table of hosts begins anew, as with a new database: what waits still gets its names.
  pipeline.enrichment.hosts.clear();
  receive();
  await waitFor('both questions', () => server.asked.length === 2);
  assert.equal(documents.length, 0);
  assert.equal(pipeline.holdBack?.size, 4);
  server.release();
  await pipeline.holdBack?.atMost(0);
  receive();
  assert.deepEqual(
    documents.map(({ id }) => id.slice(0, 2)),
    ['d0', 'd1', 'd2', 'd3', 'd4'],
  );
  for (const { document } of documents) {
    assert.deepEqual([document.source.domain, document.destination.domain], ['client.example', 'web.example']);
    assert.deepEqual(document.tags, ['web']);
  }
  assert.equal(pipeline.holdBack?.inVain, 0);
  stop();
});

test('a stop lets go what waits, without names', async () => {
  const { server, documents, receive, stop } = await start({ holdBack: '60s' });
  server.hold();
  receive();
  stop();
  assert.deepEqual(
    documents.map(({ document }) => document.source.domain),
    [undefined],
  );
});

test('a held flow is written on the account of what it came with', async () => {
  const { server, pipeline, documents, receive, stop } = await start({ holdBack: '60s' });
  const accounts: string[] = [];
  const receipt = (name: string) => ({
    held: () => accounts.push(`${name} held, ${documents.length} written`),
    settled: () => accounts.push(`${name} settled, ${documents.length} written`),
  });
  server.hold();
  const [first, second] = [receipt('first'), receipt('second')];
  pipeline.account = { receipt: first };
  receive();
  pipeline.account.receipt = second;
  server.release();
  await pipeline.holdBack?.atMost(0);
  assert.deepEqual(accounts, ['first held, 0 written', 'first settled, 1 written']);
  assert.equal(pipeline.account.receipt, second);
  stop();
});

test('without the option no flow waits, and there is no queue', async () => {
  const { server, pipeline, documents, receive, stop } = await start({});
  server.hold();
  receive();
  assert.equal(documents.length, 1);
  assert.equal(pipeline.holdBack, undefined);
  stop();
});
