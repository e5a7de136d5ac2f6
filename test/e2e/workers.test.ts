// `weir run` with workers, as processes, before a real Elasticsearch: workers killed, the receiver killed, their number
// changed. Each test ends with counting documents.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { set, template, u32, v9 } from '../decode/support.ts';
import { elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';
import { FlowIndex } from '../helpers/flow-index.ts';
import { compareNumbers, FlowStream, indexedNumbers } from '../helpers/flow-stream.ts';
import { Gate, type GateMode } from '../helpers/gate.ts';
import { waitFor } from '../helpers/wait.ts';
import { type RunningWeir, startWeir } from '../helpers/weir.ts';

const RATE = 1500;
const EXPORTERS = 8;
const KILLS = 3;
const options = { skip: elasticsearchSkip, timeout: 120_000 };

/** A gate before the shared Elasticsearch, a folder, and an index of the test's own. */
async function scene(t: TestContext, prefix: string, mode: GateMode) {
  const url = sharedElasticsearch();
  const index = new FlowIndex(url, prefix);
  await index.remove();
  const gate = new Gate(url, mode);
  const elasticsearchUrl = await gate.start();
  const folder = mkdtempSync(join(tmpdir(), 'weir-workers-'));
  const started: RunningWeir[] = [];
  t.after(async () => {
    for (const weir of started) await weir.stop();
    gate.stop();
    await index.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (workers: number, yaml = ''): Promise<RunningWeir> => {
    const weir = await startWeir({ elasticsearchUrl, prefix, folder, yaml: `workers: ${workers}\n${yaml}` });
    started.push(weir);
    return weir;
  };
  return { url, index, gate, folder, start };
}

/** Process ids of the workers, in no order. */
function workerPids(weir: RunningWeir): number[] {
  const pids = new Map<unknown, number>();
  for (const line of weir.log()) if (line.msg === 'worker started') pids.set(line['worker'], Number(line['pid']));
  return [...pids.values()];
}

test(
  'workers killed under load: no flow is missing, none is there twice, and figures add up all the time',
  options,
  async (t) => {
    const prefix = 'weir-workers-kill';
    const { url, index, start } = await scene(t, prefix, 'open');
    const weir = await start(2);
    const stream = new FlowStream(weir.port, RATE, EXPORTERS);
    t.after(() => stream.stop());
    for (let kill = 1; kill <= KILLS; kill++) {
      const until = stream.sent + 2 * RATE;
      await waitFor('flows were sent', () => stream.sent >= until);
      assert.deepEqual(await weir.imbalances(), []);
      const pids = workerPids(weir);
      process.kill(pids[kill % pids.length]!, 'SIGKILL');
      await waitFor('it was started again', async () => (await weir.status()).workers?.restarts === kill);
    }
    const { sent } = stream;
    stream.stop();
    await waitFor('all is indexed', async () => (await index.count()) >= sent);
    await waitFor('all is acknowledged', async () => (await weir.status()).workers?.waiting === 0);
    assert.deepEqual(await weir.imbalances(), []);
    const { decode, documents, exporters, workers } = await weir.status();
    assert.equal(decode.flows, sent);
    assert.equal(documents.flows, sent);
    assert.equal(exporters.length, EXPORTERS);
    assert.ok((workers?.resent ?? 0) > 0, 'something was given again');
    const { missing, twice } = compareNumbers(await indexedNumbers(url, prefix), sent);
    assert.deepEqual([missing, twice], [[], []]);
    assert.equal(await weir.stop(), 0);
  },
);

test('templates and data that waits for its template outlive a worker', options, async (t) => {
  const prefix = 'weir-workers-state';
  const { url, index, start } = await scene(t, prefix, 'open');
  const yaml = 'elasticsearch: { flush: 200ms }\npending: { newExporter: 0s }\n';
  const weir = await start(2, yaml);
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  const send = (target: RunningWeir, ...sets: Uint8Array[]): void => socket.send(v9(sets), target.port, '127.0.0.1');
  let kills = 0;
  const killAll = async (): Promise<void> => {
    const pids = workerPids(weir);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    kills += pids.length;
    await waitFor('all were started again', async () => (await weir.status()).workers?.restarts === kills);
    await waitFor('they are ready', () => workerPids(weir).every((pid) => !pids.includes(pid)));
  };
  const flow = (number: number) => u32(0x0a000000 + number, 100);

  send(weir, set(0, template(256, [8, 4], [1, 4])), set(256, flow(0)));
  await waitFor('a flow is there', async () => (await index.count()) === 1);
  await waitFor('it is acknowledged', async () => (await weir.status()).workers?.waiting === 0);
  await killAll();
  send(weir, set(256, flow(1)));
  await waitFor('a flow of a template from before the death', async () => (await index.count()) === 2);

  send(weir, set(257, flow(2)));
  const isWaiting = async (): Promise<boolean> => {
    const { pending, workers } = await weir.status();
    return pending.sets === 1 && workers?.waiting === 0;
  };
  await waitFor('a set waits for its template', isWaiting);
  await killAll();
  assert.ok(await isWaiting());
  assert.deepEqual(await weir.imbalances(), []);
  send(weir, set(0, template(257, [8, 4], [1, 4])));
  await waitFor('it is decoded', async () => (await index.count()) === 3);
  await waitFor('nothing waits', async () => (await weir.status()).pending.sets === 0);
  assert.deepEqual(await weir.imbalances(), []);
  assert.equal(await weir.stop(), 0);

  const single = await start(1, yaml);
  send(single, set(257, flow(3)));
  await waitFor('a single process knows the template', async () => (await index.count()) === 4);
  assert.deepEqual(compareNumbers(await indexedNumbers(url, prefix), 4), { missing: [], twice: [] });
});

test(
  'stopped under load while Elasticsearch is down, then other numbers of workers: every flow is there',
  options,
  async (t) => {
    const prefix = 'weir-workers-stop';
    const { url, index, gate, folder, start } = await scene(t, prefix, 'closed');
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

    gate.set('open');
    const third = await start(1);
    await waitFor('the spool is written', async () => (await third.status()).output.spooled === 0);
    assert.ok((await recovered(third)) >= received);
    assert.deepEqual(await third.imbalances(), []);
    const { missing, twice } = compareNumbers(await indexedNumbers(url, prefix), received);
    assert.deepEqual([missing, twice], [[], []]);
    assert.equal(await index.count(), received);
    const folders = readdirSync(join(folder, 'data', 'spool')).filter((name) => name.startsWith('worker-'));
    assert.deepEqual(folders, []);
  },
);

test('the receiver killed: workers write what they were given, and the next run waits for them', options, async (t) => {
  const prefix = 'weir-workers-orphans';
  const { url, gate, start } = await scene(t, prefix, 'closed');
  const yaml = 'stop: { timeout: 2s }\n';
  const first = await start(2, yaml);
  const stream = new FlowStream(first.port, RATE, EXPORTERS);
  t.after(() => stream.stop());
  await waitFor('flows are on disk', async () => (await first.status()).output.spooled >= RATE);
  const killedMs = Date.now();
  await first.kill();
  const safe = stream.sentUntil(killedMs - 500); // what was on its way, on a busy machine
  stream.stop();

  gate.set('open');
  const second = await start(2, yaml);
  await waitFor('the spool is written', async () => {
    const { output } = await second.status();
    return output.recovered > 0 && output.spooled === 0;
  });
  assert.deepEqual(await second.imbalances(), []);
  const { missing, twice } = compareNumbers(await indexedNumbers(url, prefix), safe);
  assert.deepEqual([missing, twice], [[], []]);
});
