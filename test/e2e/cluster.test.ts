// The scaled form under all that can happen to it: workers and receivers killed, Redis killed, stopped, not there yet, and
// full. Real processes, a real Redis; the sink takes bulks at once and knows every id. Each test ends with counting flows.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { collectorDocuments } from '../helpers/collector-documents.ts';
import { askElasticsearch, elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';
import { Fleet, imbalancesOf, metricsOf, statusUrlOf, totalsOf } from '../helpers/fleet.ts';
import { FlowIndex } from '../helpers/flow-index.ts';
import { idleRedis, ownRedis, redisSkip } from '../helpers/redis.ts';
import { ADDRESSES, allArrive, fleetOf, Traffic } from '../helpers/scaled.ts';
import { waitFor } from '../helpers/wait.ts';

const options = { skip: redisSkip, timeout: 120_000 };
test('workers killed, added and removed under load: every flow once, by the template in force', options, async (t) => {
  const redis = await ownRedis(t);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url);
  const receiver = await fleet.receiver('receiver');
  const workers = [await fleet.worker('worker-0'), await fleet.worker('worker-1')];
  await traffic.sendTemplates(receiver.port);
  let isSending = true;
  const sending = (async () => {
    while (isSending) await traffic.send(() => receiver.port, 10);
  })();
  for (let round = 0; round < 3; round++) {
    await waitFor('flows are written', () => sink.documents['flows']!.size > round * 3000, 30_000);
    // So that there is much to do again, and templates have changed meanwhile.
    sink.refuse = 503;
    const before = traffic.numbers.next;
    await waitFor('more is sent', () => traffic.numbers.next > before + 2000);
    for (const member of [receiver, ...workers]) assert.deepEqual(await imbalancesOf(member), []);
    await workers.shift()!.kill();
    sink.refuse = undefined;
    workers.push(await fleet.worker(`worker-${round + 2}`));
  }
  assert.equal(await workers.shift()!.stop(), 0);
  isSending = false;
  await sending;
  await allArrive(sink, traffic, [receiver, ...workers]);
  assert.equal(await receiver.stop(), 0);
  assert.equal(await workers[0]!.stop(), 0);
  const totals = totalsOf(receiver);
  assert.deepEqual([totals['dropped'], totals['waiting'], totals['spooled']], [0, 0, 0]);
  assert.equal(totals['sent'], totals['datagrams']);
  const client = redis.client();
  for (let partition = 0; partition < 4; partition++) {
    assert.equal(await client.xlen(`weir:{p${partition}}:stream`), 0);
    for (const name of ['bytes', 'datagrams']) {
      assert.equal(Number((await client.hget(`weir:{p${partition}}:meta`, name)) ?? 0), 0, name);
    }
  }
});

test('a worker is killed while flows wait for names: they are written by the next, none twice', options, async (t) => {
  // A name server that never answers.
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const dns = { servers: [`127.0.0.1:${server.address().port}`], timeout: '60s', holdBack: '5s' };
  const redis = await ownRedis(t);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url, {}, { enrich: ['hosts', { dns }, 'client-server'] });
  const receiver = await fleet.receiver('receiver');
  const worker = await fleet.worker('worker-0');
  await traffic.sendTemplates(receiver.port);
  await traffic.send(() => receiver.port, 5);
  const flows = traffic.numbers.next - 1;
  // Looks some more times when all are held: what would be acknowledged too early then is.
  let looks = 0;
  const areHeld = async () => (await metricsOf(worker)).get('weir_flows_held') === flows && ++looks > 5;
  await waitFor('all flows are held', areHeld, 30_000);
  await worker.kill();
  const next = await fleet.worker('worker-1');
  await allArrive(sink, traffic, [receiver, next]);
  assert.equal(await next.stop(), 0);
});

test('a receiver is killed: its sibling carries on with the templates that the other one heard', options, async (t) => {
  const redis = await ownRedis(t);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url);
  const receivers = [await fleet.receiver('receiver-0'), await fleet.receiver('receiver-1')];
  const worker = await fleet.worker('worker');
  await traffic.sendTemplates(receivers[0]!.port);
  await traffic.send(() => receivers[0]!.port, 5);
  await allArrive(sink, traffic, [worker]); // so that nothing is in the memory of the one who is killed
  await receivers[0]!.kill();
  await traffic.send(() => receivers[1]!.port, 25);
  await allArrive(sink, traffic, [receivers[1]!, worker]);
  await waitFor('the lag is told to be over', async () => (await metricsOf(worker)).get('weir_stream_lag') === 0);
  const figures = await metricsOf(worker);
  assert.equal(figures.get('weir_flows_total'), traffic.numbers.next - 1);
  assert.equal(figures.get('weir_documents_written_total'), traffic.numbers.next - 1);
  assert.ok((await metricsOf(receivers[1]!)).get('weir_datagrams_streamed_total')! > 0);
  const [mine, port] = [statusUrlOf(receivers[1]!), new URL(statusUrlOf(worker)).port];
  const told = await fleet.command('worker', 'status', '--check', '--url', mine, '--url', port);
  assert.match(told, /datagrams for the streams: ok/);
  assert.match(told, /datagrams read: ok\n {2}\d+ from the streams/);
  assert.match(told, new RegExp(`${traffic.numbers.next - 1} decoded`));
  assert.match(
    await fleet.command('worker', 'status', '--url', port),
    /partitions +4, 1 workers, backlog of 0 datagrams/,
  );
  assert.match(await fleet.command('worker', 'status', '--url', mine), /streamed .* datagrams to Redis at redis:/);
  assert.equal(await worker.stop(), 0);
  const own = [...collectorDocuments(sink).values()].flat();
  assert.equal(
    own.reduce((sum, { flows }) => sum + flows, 0),
    traffic.numbers.next - 1,
  );
  assert.ok(
    own.every(({ role, lag, kernel_drops }) => role === 'work' && lag !== undefined && kernel_drops === undefined),
  );
});

test('Redis is killed and started again under load', options, async (t) => {
  const redis = await ownRedis(t);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url);
  const receiver = await fleet.receiver('receiver');
  const worker = await fleet.worker('worker');
  await traffic.sendTemplates(receiver.port);
  for (let round = 0; round < 2; round++) {
    const sending = traffic.send(() => receiver.port, 60);
    await waitFor('flows are written', () => sink.documents['flows']!.size > round * 3000);
    await redis.kill();
    await sending;
    await redis.start();
    await traffic.send(() => receiver.port, 20);
  }
  await allArrive(sink, traffic, [receiver, worker]);
  assert.equal(await receiver.stop(), 0);
  assert.equal(await worker.stop(), 0);
});

test('Redis is not there at the start, and says nothing for a while: datagrams wait on disk', options, async (t) => {
  const redis = await idleRedis(t);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url, { timeout: '1s' });
  let receiver = await fleet.receiver('receiver');
  const worker = await fleet.worker('worker');
  await traffic.sendTemplates(receiver.port);
  await traffic.send(() => receiver.port, 15);
  assert.equal(await receiver.stop(), 0); // it gives up waiting for Redis
  assert.ok(totalsOf(receiver)['spooled']! > 0);
  receiver = await fleet.receiver('receiver');
  await redis.start();
  await traffic.send(() => receiver.port, 15);
  await allArrive(sink, traffic, [receiver, worker]);
  redis.signal('SIGSTOP');
  await traffic.send(() => receiver.port, 15);
  await new Promise((resolve) => setTimeout(resolve, 2500)); // longer than answers are waited for
  redis.signal('SIGCONT');
  await allArrive(sink, traffic, [receiver, worker]);
});

test(
  'streams are full: receivers spool, also over being killed, and all arrives when there is room',
  options,
  async (t) => {
    const redis = await ownRedis(t);
    const { sink, fleet, traffic } = await fleetOf(t, redis.url, { maxSize: '40kB', batchSize: '128KiB' });
    const receiver = await fleet.receiver('receiver');
    await traffic.sendTemplates(receiver.port);
    await traffic.send(() => receiver.port, 60);
    const client = redis.client();
    let bytes = 0;
    const isQuiet = async () => {
      const before = bytes;
      bytes = 0;
      for (let p = 0; p < 4; p++) bytes += Number((await client.hget(`weir:{p${p}}:meta`, 'bytes')) ?? 0);
      return bytes > 0 && bytes === before;
    };
    await waitFor('the streams are full', isQuiet);
    assert.ok(bytes <= 40_000, `${bytes} bytes in the streams`);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // what is in memory goes to disk after a second
    await receiver.kill();
    const next = await fleet.receiver('receiver');
    const worker = await fleet.worker('worker');
    await traffic.send(() => next.port, 5);
    await allArrive(sink, traffic, [next, worker]);
    assert.equal(await next.stop(), 0);
    const totals = totalsOf(next);
    assert.ok(totals['recovered']! > 0);
    assert.deepEqual([totals['spooled'], totals['waiting'], totals['dropped']], [0, 0, 0]);
  },
);

test(
  'a receiver is stopped under load, with Redis saying nothing: all that it received is written',
  options,
  async (t) => {
    const redis = await ownRedis(t);
    const { sink, fleet, traffic } = await fleetOf(t, redis.url, { timeout: '1s' });
    const receiver = await fleet.receiver('receiver');
    const worker = await fleet.worker('worker');
    await traffic.sendTemplates(receiver.port);
    let isSending = true;
    const sending = (async () => {
      while (isSending) await traffic.send(() => receiver.port, 9); // the template stays
    })();
    await waitFor('flows are written', () => sink.documents['flows']!.size > 0, 30_000);
    redis.signal('SIGSTOP');
    const before = traffic.numbers.next;
    await waitFor('more is sent', () => traffic.numbers.next > before + 2000);
    assert.equal(await receiver.stop(), 0);
    isSending = false;
    await sending;
    redis.signal('SIGCONT');
    const { datagrams = 0, sent = 0, spooled = 0, dropped } = totalsOf(receiver);
    assert.deepEqual([sent + spooled, dropped], [datagrams, 0]);
    assert.ok(spooled > 0);
    const next = await fleet.receiver('receiver');
    const flows = (datagrams - ADDRESSES.length) * 20;
    await waitFor('all is written', () => sink.documents['flows']!.size >= flows, 30_000, worker.log);
    assert.equal(sink.documents['flows']!.size, flows);
    for (const member of [next, worker]) assert.deepEqual(await imbalancesOf(member), []);
  },
);

test('data before its template waits in Redis, is acknowledged, and outlives its worker', options, async (t) => {
  const redis = await ownRedis(t);
  const { sink, fleet, traffic } = await fleetOf(t, redis.url);
  const receiver = await fleet.receiver('receiver');
  const first = await fleet.worker('worker-0');
  for (const exporter of traffic.exporters) await exporter.sendFlows(receiver.port, 20);
  const client = redis.client();
  const parked = async () => {
    let sets = 0;
    let datagrams = 0;
    for (let p = 0; p < 4; p++) {
      const keys = await client.hkeys(`weir:{p${p}}:state`);
      sets += keys.filter((key) => key.startsWith('w|')).length;
      datagrams += Number((await client.hget(`weir:{p${p}}:meta`, 'datagrams')) ?? 0);
    }
    return sets === ADDRESSES.length && datagrams === 0;
  };
  await waitFor('all is parked and acknowledged', parked);
  await first.kill();
  const second = await fleet.worker('worker-1');
  assert.equal(sink.documents['flows']!.size, 0);
  await traffic.sendTemplates(receiver.port);
  await allArrive(sink, traffic, [receiver, second]);
  assert.equal(await second.stop(), 0);
  for (let p = 0; p < 4; p++) {
    const keys = await client.hkeys(`weir:{p${p}}:state`);
    assert.deepEqual(
      keys.filter((key) => key.startsWith('w|')),
      [],
    );
  }
});

test('receivers and workers that mean another number of partitions refuse to start', options, async (t) => {
  const redis = await ownRedis(t);
  const { fleet } = await fleetOf(t, redis.url);
  const worker = await fleet.worker('worker');
  await waitFor(
    'the worker has set the number',
    async () => (await redis.client().exists('weir:{all}:settings')) === 1,
  );
  const other = new Fleet(t, { redisUrl: redis.url, elasticsearchUrl: 'http://127.0.0.1:9', redis: { partitions: 5 } });
  const receiver = await other.receiver('other');
  assert.equal(await receiver.ended, 2);
  assert.match(receiver.log(), /redis\.partitions: found 5, expected 4/);
  assert.equal(await worker.stop(), 0);
});

test('with a real Elasticsearch: a worker is killed, and every flow is there once', {
  ...options,
  skip: redisSkip || elasticsearchSkip,
}, async (t) => {
  const prefix = `weir-scaled-${process.pid}`;
  const url = sharedElasticsearch();
  const index = new FlowIndex(url, prefix);
  t.after(() => index.remove());
  const redis = await ownRedis(t);
  const fleet = new Fleet(t, { redisUrl: redis.url, elasticsearchUrl: url, prefix });
  const traffic = await Traffic.open(t);
  const receiver = await fleet.receiver('receiver');
  const first = await fleet.worker('worker-0');
  await traffic.sendTemplates(receiver.port);
  await traffic.send(() => receiver.port, 20);
  await waitFor('flows are written', async () => (await index.count()) > 0);
  await first.kill();
  const second = await fleet.worker('worker-1');
  await traffic.send(() => receiver.port, 20);
  const expected = traffic.numbers.next - 1;
  await waitFor(`${expected} flows are written`, async () => (await index.count()) >= expected, 60_000, second.log);
  const query = `${url}/${prefix}-flows-*/_search?size=10000&_source=network.bytes&q=source.ip:10.1.0.1`;
  const found = await askElasticsearch<{ hits: { hits: { _source: { network: { bytes: number } } }[] } }>(query);
  const numbers = found!.hits.hits.map(({ _source }) => _source.network.bytes).sort((a, b) => a - b);
  assert.deepEqual(
    numbers,
    Array.from({ length: expected }, (_, i) => i + 1),
  );
  assert.equal(await second.stop(), 0);
});
