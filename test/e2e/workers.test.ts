// `weir run` with workers: killed, stopped, and in other numbers than before. Each test ends with counting documents.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { set, template, u32, v9 } from '../decode/support.ts';
import { collectorDocuments } from '../helpers/collector-documents.ts';
import { elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';
import { FlowIndex } from '../helpers/flow-index.ts';
import { compareNumbers, FlowStream, indexedNumbers, numbersOf } from '../helpers/flow-stream.ts';
import { waitFor } from '../helpers/wait.ts';
import type { RunningWeir } from '../helpers/weir.ts';
import { killWorkers, sinkScene, workerPids, workerScene, workersOf } from '../helpers/worker-scene.ts';

const RATE = 1500;
const EXPORTERS = 8;
const KILLS = 3;
const WHOLE = { missing: [], twice: [] };
const timeout = 120_000;

test('workers killed under load: no flow is missing, none is there twice, and figures add up all the time', {
  skip: elasticsearchSkip,
  timeout,
}, async (t) => {
  const prefix = 'weir-workers-kill';
  const url = sharedElasticsearch();
  const index = new FlowIndex(url, prefix);
  await index.remove();
  const weir = await workerScene(t, url, prefix).start(2);
  t.after(() => index.remove());
  const stream = new FlowStream(weir.port, RATE, EXPORTERS);
  t.after(() => stream.stop());
  for (let kill = 1; kill <= KILLS; kill++) {
    const until = stream.sent + RATE;
    await waitFor('flows were sent', () => stream.sent >= until);
    assert.deepEqual(await weir.imbalances(), []);
    const pids = workerPids(weir);
    await killWorkers(weir, [pids[kill % pids.length]!]);
  }
  const { sent } = stream;
  stream.stop();
  await waitFor('all is indexed', async () => (await index.count()) >= sent);
  await waitFor('all is acknowledged', async () => (await workersOf(weir)).waiting === 0);
  assert.deepEqual(await weir.imbalances(), []);
  const { decode, documents, exporters, workers } = await weir.status();
  assert.equal(decode.flows, sent);
  assert.equal(documents.flows, sent);
  assert.equal(exporters.length, EXPORTERS);
  assert.equal(workers?.restarts, KILLS);
  assert.ok((workers?.resent ?? 0) > 0, 'something was given again');
  assert.deepEqual(compareNumbers(await indexedNumbers(url, prefix), sent), WHOLE);
  assert.equal(await weir.stop(), 0);
});

test('templates, and data that waits for its template, outlive a worker', { timeout }, async (t) => {
  const { start, sink } = await sinkScene(t);
  const yaml = 'elasticsearch: { flush: 200ms }\npending: { newExporter: 0s }\n';
  const weir = await start(2, yaml);
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  const send = (target: RunningWeir, ...sets: Uint8Array[]): void => socket.send(v9(sets), target.port, '127.0.0.1');
  const flow = (number: number) => u32(0x0a000000 + number, 100);
  const flowsAre = (count: number) =>
    waitFor(`${count} flows are there`, () => (sink.documents['flows']?.size ?? 0) === count);

  send(weir, set(0, template(256, [8, 4], [1, 4])), set(256, flow(0)));
  await flowsAre(1);
  await waitFor('it is acknowledged', async () => (await workersOf(weir)).waiting === 0);
  await killWorkers(weir, workerPids(weir));
  send(weir, set(256, flow(1)));
  await flowsAre(2);

  send(weir, set(257, flow(2)));
  const isWaiting = async (): Promise<boolean> => {
    const { pending, workers } = await weir.status();
    return pending.sets === 1 && workers?.waiting === 0;
  };
  await waitFor('a set waits for its template', isWaiting);
  await killWorkers(weir, workerPids(weir));
  assert.ok(await isWaiting());
  assert.deepEqual(await weir.imbalances(), []);
  send(weir, set(0, template(257, [8, 4], [1, 4])));
  await flowsAre(3);
  await waitFor('nothing waits', async () => (await weir.status()).pending.sets === 0);
  assert.deepEqual(await weir.imbalances(), []);
  assert.equal(await weir.stop(), 0);

  const single = await start(1, yaml);
  send(single, set(257, flow(3)));
  await flowsAre(4);
  assert.deepEqual(compareNumbers(numbersOf(sink.documents['flows']!.values()), 4), WHOLE);
});

test('stopped under load while Elasticsearch is away, then other numbers of workers: every flow is there', {
  timeout,
}, async (t) => {
  const { start, sink, folder } = await sinkScene(t);
  sink.refuse = 503;
  const yaml = 'stop: { timeout: 1s }\n';
  const first = await start(3, yaml);
  const stream = new FlowStream(first.port, RATE, EXPORTERS);
  t.after(() => stream.stop());
  await waitFor('flows are on disk', async () => (await first.status()).output.spooled >= RATE);
  assert.deepEqual(await first.imbalances(), []);
  assert.equal(await first.stop(), 0);
  stream.stop();
  const totals = first.log().findLast((line) => line.msg === 'stopped');
  const received = Number(totals?.['datagrams']) * 30;
  assert.ok(received > RATE);
  assert.equal(totals?.['flows'], received, 'all that was received was acknowledged');
  assert.equal(totals?.['dropped'], 0);

  const second = await start(2, yaml);
  const recovered = async (weir: RunningWeir): Promise<number> => (await weir.status()).output.recovered;
  await waitFor('two have what three left', async () => (await recovered(second)) >= received);
  assert.deepEqual(await second.imbalances(), []);
  assert.equal(await second.stop(), 0);

  sink.refuse = undefined;
  const third = await start(1);
  await waitFor('the spool is written', async () => (await third.status()).output.spooled === 0);
  assert.ok((await recovered(third)) >= received);
  assert.deepEqual(await third.imbalances(), []);
  assert.deepEqual(compareNumbers(numbersOf(sink.documents['flows']!.values()), received), WHOLE);
  const folders = readdirSync(join(folder, 'data', 'spool')).filter((name) => name.startsWith('worker-'));
  assert.deepEqual(folders, []);
  // Of the first run alone: nothing came to the others. They waited on disk like everything else.
  const told = collectorDocuments(sink);
  assert.deepEqual([...told.keys()].sort(), ['run 1', 'run 2', 'run 3']);
  const own = [...told.values()].flat();
  const sum = own.reduce((flows, collector) => flows + collector.flows, 0);
  assert.equal(sum, received);
  assert.ok(own.some(({ documents }) => documents.spooled > 0));
  assert.ok(own.every(({ documents }) => documents.written === 0));
});

test('the receiver killed: workers write what they were given, and the next run waits for them', {
  timeout,
}, async (t) => {
  const { start, sink } = await sinkScene(t);
  sink.refuse = 503;
  const yaml = 'stop: { timeout: 2s }\n';
  const first = await start(2, yaml);
  const stream = new FlowStream(first.port, RATE, EXPORTERS);
  t.after(() => stream.stop());
  await waitFor('flows are on disk', async () => (await first.status()).output.spooled >= RATE);
  const { sent } = stream;
  stream.stop();
  let seen = 0;
  // Seen twice: in between it has given the last batch to its worker.
  await waitFor('all is received', async () => {
    if ((await first.status()).udp.datagrams === sent / 30) seen++;
    return seen === 2;
  });
  await first.kill();

  sink.refuse = undefined;
  const second = await start(2, yaml);
  await waitFor('the spool is written', async () => {
    const { output } = await second.status();
    return output.recovered > 0 && output.spooled === 0;
  });
  assert.deepEqual(await second.imbalances(), []);
  assert.deepEqual(compareNumbers(numbersOf(sink.documents['flows']!.values()), sent), WHOLE);
});
