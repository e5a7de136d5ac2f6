// The scaled form when something goes wrong that ought never to: datagrams that end every worker that decodes them, workers
// that stand still and go on, a Redis that has forgotten everything. Real processes, a real Redis.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Member, metricsOf } from '../helpers/fleet.ts';
import { faults, NumberedExporter } from '../helpers/numbered-flows.ts';
import { POISON, poisonEnv } from '../helpers/poison.ts';
import { ownRedis, redisSkip } from '../helpers/redis.ts';
import { allArrive, fleetOf, type Traffic } from '../helpers/scaled.ts';
import { waitFor } from '../helpers/wait.ts';

const options = { skip: redisSkip, timeout: 120_000 };
/** One exporter of the traffic's, in a domain of its own. */
const ADDRESS = '127.0.5.1';

async function poisonousExporter(t: TestContext, traffic: Traffic, port: number): Promise<NumberedExporter> {
  const exporter = await NumberedExporter.open(ADDRESS, 99, traffic.numbers);
  t.after(() => exporter.close());
  await exporter.sendTemplate(port);
  return exporter;
}

/** So many missing, from `first` on. */
function missing(first: number, count: number): string {
  return `${count} missing: ${Array.from({ length: count }, (_, i) => first + i).join(' ')}`;
}

test('a datagram ends every worker, whichever way: it is set aside, and nothing else is', options, async (t) => {
  const redis = await ownRedis(t);
  // A worker that hangs is ended after three times its lease.
  const { sink, fleet, traffic } = await fleetOf(t, redis.url, { lease: '700ms' });
  const receiver = await fleet.receiver('receiver');
  await traffic.sendTemplates(receiver.port);
  const exporter = await poisonousExporter(t, traffic, receiver.port);
  await traffic.send(() => receiver.port, 3);
  const poisonous = await exporter.sendFlows(receiver.port, 10, Buffer.from(POISON));
  await traffic.send(() => receiver.port, 12);
  const expected = traffic.numbers.next - 1;
  for (const what of ['crash', 'crash', 'hang', 'crash'] as const) {
    const worker = await fleet.worker(`worker-${what}`, poisonEnv(what));
    assert.equal(await worker.ended, null, 'a signal ended it');
    assert.equal(/busy for 2100 ms with one thing/.test(worker.log()), what === 'hang');
  }
  const worker = await fleet.worker('worker', poisonEnv('crash'));
  await waitFor('the others are written', () => sink.documents['flows']!.size >= expected - 10, 30_000, worker.log);
  assert.deepEqual(faults(sink, expected + 1), [missing(poisonous, 10)]);
  assert.match(worker.log(), /"exporter":"127\.0\.5\.1".*workers died of it.*"a datagram was set aside"/);
  assert.equal((await metricsOf(worker)).get('weir_records_set_aside_total'), 1);
  await waitFor('all is acknowledged', async () => (await metricsOf(worker)).get('weir_stream_lag') === 0);
  assert.equal(await worker.stop(), 0);

  const mended = await fleet.worker('mended');
  const told = JSON.parse(await fleet.command('mended', 'aside', '--save', 'saved')) as Record<string, unknown>;
  assert.deepEqual([told['exporterAddress'], told['reason']], [ADDRESS, 'workers died of it']);
  // A capture that can be read; its template is not in it.
  assert.equal(await fleet.command('mended', 'decode', `saved/datagram-${told['id']}.pcap`), '');
  await fleet.command('mended', 'aside', '--retry');
  await allArrive(sink, traffic, [mended]);
  assert.equal(await fleet.command('mended', 'aside'), '');
});

test('an exception that nobody expects costs the datagram, which is set aside, and no worker', options, async (t) => {
  const redis = await ownRedis(t);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url);
  const receiver = await fleet.receiver('receiver');
  const worker = await fleet.worker('worker', poisonEnv('throw'));
  await traffic.sendTemplates(receiver.port);
  const exporter = await poisonousExporter(t, traffic, receiver.port);
  await traffic.send(() => receiver.port, 3);
  await allArrive(sink, traffic, [worker]);
  await exporter.sendFlows(receiver.port, 10, Buffer.from(POISON));
  const kept = async () => (await metricsOf(worker)).get('weir_records_set_aside_total') === 1;
  await waitFor('it is set aside', kept, 10_000, worker.log);
  assert.match(worker.log(), /"reason":"Error: thrown by a test/);
});

test('a worker stands still for longer than its lease and goes on: every flow once', options, async (t) => {
  const redis = await ownRedis(t);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url);
  const receiver = await fleet.receiver('receiver');
  const workers = [await fleet.worker('worker-0'), await fleet.worker('worker-1')];
  await traffic.sendTemplates(receiver.port);
  const owned = async (worker: Member) => (await metricsOf(worker)).get('weir_partitions_owned');
  await waitFor(
    'both have partitions',
    async () => (await owned(workers[0]!)) === 2 && (await owned(workers[1]!)) === 2,
  );
  let isSending = true;
  const sending = (async () => {
    while (isSending) await traffic.send(() => receiver.port, 10);
  })();
  for (const [round, paused] of workers.entries()) {
    const other = workers[1 - round]!;
    await waitFor('flows are written', () => sink.documents['flows']!.size > round * 3000, 30_000);
    // It stands still with much that it has read and that is not written yet.
    sink.refuse = 503;
    const before = traffic.numbers.next;
    await waitFor('more is sent', () => traffic.numbers.next > before + 2000);
    paused.signal('SIGSTOP');
    sink.refuse = undefined;
    await waitFor('the other one has taken over', async () => (await owned(other)) === 4, 30_000);
    paused.signal('SIGCONT');
    const hasLost = async () => (await metricsOf(paused)).get('weir_partitions_lost_total')! >= 2;
    await waitFor('it knows that it has lost them', hasLost, 30_000, paused.log);
    await waitFor('it has others', async () => (await owned(paused)) === 2, 30_000, paused.log);
  }
  isSending = false;
  await sending;
  await allArrive(sink, traffic, [receiver, ...workers]);
  for (const member of [receiver, ...workers]) assert.equal(await member.stop(), 0);
});

test('Redis comes back empty, and is emptied: all go on by themselves, and say what was lost', options, async (t) => {
  const redis = await ownRedis(t, ['--appendonly', 'no']);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url);
  const receiver = await fleet.receiver('receiver');
  const worker = await fleet.worker('worker');
  const forget = [
    async () => {
      await redis.kill();
      await redis.start();
    },
    () => redis.client().flushall(),
  ];
  for (const [round, task] of forget.entries()) {
    await traffic.sendTemplates(receiver.port);
    await traffic.send(() => receiver.port, 9);
    await allArrive(sink, traffic, [receiver, worker]);
    await task();
    for (const member of [receiver, worker]) {
      const knows = async () => (await metricsOf(member)).get('weir_redis_resets_total') === round + 1;
      await waitFor('it is noticed', knows, 15_000, member.log);
      assert.match(member.log(), /Redis has lost all its data/);
    }
  }
  await traffic.sendTemplates(receiver.port);
  await traffic.send(() => receiver.port, 9);
  await allArrive(sink, traffic, [receiver, worker]);
  for (const member of [receiver, worker]) assert.equal(await member.stop(), 0);
});
