// `weir run` killed and stopped while Elasticsearch is away: what the next start finds, and what it says is lost.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';
import { FlowIndex } from '../helpers/flow-index.ts';
import { compareNumbers, FlowStream, indexedNumbers } from '../helpers/flow-stream.ts';
import { Gate, type GateMode } from '../helpers/gate.ts';
import { waitFor } from '../helpers/wait.ts';
import { type RunningWeir, startWeir } from '../helpers/weir.ts';

const RATE = 1000;
const options = { skip: elasticsearchSkip, timeout: 300_000 };

/** A gate before the shared Elasticsearch, a folder, and an index of the test's own. */
async function scene(t: TestContext, prefix: string, mode: GateMode) {
  const url = sharedElasticsearch();
  const index = new FlowIndex(url, prefix);
  await index.remove();
  const gate = new Gate(url, mode);
  const elasticsearchUrl = await gate.start();
  const folder = mkdtempSync(join(tmpdir(), 'weir-kill-'));
  const started: RunningWeir[] = [];
  t.after(async () => {
    for (const weir of started) await weir.stop();
    gate.stop();
    await index.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (yaml = ''): Promise<RunningWeir> => {
    const weir = await startWeir({ elasticsearchUrl, prefix, folder, yaml });
    started.push(weir);
    return weir;
  };
  return { url, index, gate, start };
}

test(
  'killed while Elasticsearch is down: what is on disk is written, and the next start tells how much was not',
  options,
  async (t) => {
    const prefix = 'weir-kill';
    const { url, index, gate, start } = await scene(t, prefix, 'closed');
    const first = await start();
    const stream = new FlowStream(first.port, RATE);
    const hasSpooled = async () => (await first.status()).output.spooled >= 3 * RATE;
    await waitFor('flows are on disk', hasSpooled, 120_000);
    assert.deepEqual(await first.imbalances(), []);
    // What has come by now is on disk within a second; a busy machine is given longer.
    const safe = (await first.status()).decode.flows;
    await waitFor('what has come is on disk', async () => (await first.status()).output.spooled >= safe, 30_000);
    const { decode } = await first.status();
    await first.kill();
    stream.stop();

    gate.set('open');
    const second = await start();
    await waitFor('the spool is written', async () => (await second.status()).output.spooled === 0, 120_000);
    const { output } = await second.status();
    assert.deepEqual(await second.imbalances(), []);
    const found = await indexedNumbers(url, prefix);
    const { missing, twice } = compareNumbers(found, safe);
    assert.deepEqual([missing, twice], [[], []]);
    assert.equal(await index.count(), output.recovered, 'every document of the spool is there once');
    // What was received and is not there was in memory; the last note is older than the kill by a tick of 250 ms.
    const lost = decode.flows - found.size;
    if (lost > RATE) assert.ok(output.lostByKill > 0, `${lost} lost, and nothing said`);
  },
);

for (const mode of ['closed', 'hung'] as const) {
  test(
    `stopped under load while Elasticsearch is ${mode}: all that was received is there after the next start`,
    options,
    async (t) => {
      const prefix = `weir-stop-${mode}`;
      const { url, index, gate, start } = await scene(t, prefix, 'open');
      const yaml = 'stop:\n  timeout: 2s\n';
      const first = await start(yaml);
      const stream = new FlowStream(first.port, RATE);
      await waitFor('flows are indexed', async () => (await index.count()) >= RATE, 120_000);
      gate.set(mode);
      const until = stream.sent + 2 * RATE;
      await waitFor('more was sent', () => stream.sent >= until, 120_000);
      assert.equal(await first.stop(), 0);
      stream.stop();
      const totals = first.log().findLast((line) => line.msg === 'stopped');
      assert.equal(totals?.['dropped'], 0);
      const received = Number(totals?.['flows']);

      gate.set('open');
      const second = await start();
      await waitFor('the spool is written', async () => (await second.status()).output.spooled === 0, 120_000);
      assert.deepEqual(await second.imbalances(), []);
      assert.equal((await second.status()).output.lostByKill, 0, 'a clean stop loses nothing');
      const { missing, twice } = compareNumbers(await indexedNumbers(url, prefix), received);
      assert.deepEqual([missing, twice], [[], []]);
    },
  );
}

test('stopped when no request ever came through: all that was received is on disk', options, async (t) => {
  const { start } = await scene(t, 'weir-stop-never', 'closed');
  const first = await start('stop:\n  timeout: 1s\n');
  const stream = new FlowStream(first.port, RATE);
  t.after(() => stream.stop());
  await waitFor('flows are on disk', async () => (await first.status()).output.spooled > 0);
  assert.equal(await first.stop(), 0);
  const totals = first.log().findLast((line) => line.msg === 'stopped');
  assert.equal(totals?.['dropped'], 0);
  assert.equal(totals?.['spooled'], Number(totals?.['flows']) + Number(totals?.['exporterDocuments']));
});

test('answers cut in the middle: every flow is there, once', options, async (t) => {
  const prefix = 'weir-cut';
  const { url, index, gate, start } = await scene(t, prefix, 'cut');
  const first = await start('elasticsearch:\n  flush: 100ms\n');
  const stream = new FlowStream(first.port, RATE);
  await waitFor('answers were cut', () => gate.cuts >= 5, 120_000);
  const { sent } = stream;
  stream.stop();
  gate.set('open');
  await waitFor('all is indexed', async () => (await index.count()) >= sent, 120_000);
  assert.deepEqual(await first.imbalances(), []);
  assert.equal(await first.stop(), 0);
  const { missing, twice } = compareNumbers(await indexedNumbers(url, prefix), sent);
  assert.deepEqual([missing, twice], [[], []]);
});
