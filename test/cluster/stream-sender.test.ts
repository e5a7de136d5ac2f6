import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BatchReader } from '../../src/cluster/batch-format.ts';
import { partitionOf } from '../../src/cluster/keys.ts';
import { sendDrops } from '../../src/cluster/send-counters.ts';
import type { StreamSender } from '../../src/cluster/stream-sender.ts';
import { idleRedis, type OwnRedis, ownRedis, redisSkip } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait.ts';
import { numbered, senderOn, streamsOn, temporaryFolder } from './support.ts';

const options = { skip: redisSkip, timeout: 60_000 };
const PARTITION = partitionOf('192.0.2.1', 2);

/** Numbers of all datagrams in the stream, in its order. */
async function streamed(redis: OwnRedis): Promise<number[]> {
  const entries = await redis.client().xrangeBuffer(`weir:{p${PARTITION}}:stream`, '-', '+');
  const numbers: number[] = [];
  for (const [, fields] of entries) {
    const reader = new BatchReader(fields[1]!, {
      datagram: ({ bytes }) => numbers.push(Number(Buffer.from(bytes).toString())),
      sessionEnd: () => {},
    });
    while (reader.next());
  }
  return numbers;
}

function assertBalance({ counters }: StreamSender): void {
  const { datagrams, recovered, sent, waiting, spooled, dropped } = counters;
  assert.equal(sent + waiting + spooled + sendDrops(dropped), datagrams + recovered);
}

/** Receives the numbers from `from` to before `to`, a few at a time, so that there are many batches. */
async function receive(sender: StreamSender, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    sender.receive(numbered(number));
    if (number % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 12));
  }
}

const range = (to: number): number[] => Array.from({ length: to }, (_, number) => number);

async function ready(t: TestContext) {
  const redis = await ownRedis(t);
  return { redis, streams: await streamsOn(t, redis.url), directory: temporaryFolder(t) };
}

test('datagrams reach the stream in the order in which they came', options, async (t) => {
  const { redis, streams, directory } = await ready(t);
  const sender = senderOn(t, streams, directory);
  sender.start();
  await receive(sender, 0, 100);
  await sender.stop(5000);
  assert.deepEqual(await streamed(redis), range(100));
  assert.equal(sender.counters.sent, 100);
  assert.ok(sender.counters.batches > 3 && sender.counters.batches < 50, `${sender.counters.batches} batches`);
  assertBalance(sender);
});

test('without Redis they wait in memory, then on disk, and go off in order when it is there', options, async (t) => {
  const redis = await idleRedis(t);
  const sender = senderOn(t, await streamsOn(t, redis.url), temporaryFolder(t));
  sender.start();
  await receive(sender, 0, 50);
  await waitFor('all are on disk', () => sender.counters.spooled === 50 && sender.counters.waiting === 0);
  await receive(sender, 50, 100);
  await redis.start();
  await receive(sender, 100, 120);
  await waitFor('all are sent', () => sender.counters.sent === 120);
  assert.deepEqual(await streamed(redis), range(120));
  assertBalance(sender);
});

test('what a stop leaves on disk is sent by the next run, and before its own', options, async (t) => {
  const redis = await idleRedis(t);
  const directory = temporaryFolder(t);
  const streams = await streamsOn(t, redis.url);
  const first = senderOn(t, streams, directory);
  first.start();
  await receive(first, 0, 40);
  await first.stop(0);
  assert.deepEqual([first.counters.spooled, sendDrops(first.counters.dropped)], [40, 0]);
  assertBalance(first);
  await redis.start();
  const second = senderOn(t, streams, directory);
  second.start();
  assert.equal(second.counters.recovered, 40);
  await receive(second, 40, 60);
  await waitFor('all are sent', () => second.counters.sent === 60);
  assert.deepEqual(await streamed(redis), range(60));
  await second.stop(1000);
  for (const name of readdirSync(directory)) assert.deepEqual(readdirSync(join(directory, name)), []);
});

test('a stream that is full is waited for', options, async (t) => {
  const { redis, streams, directory } = await ready(t);
  const sender = senderOn(t, streams, directory, { maxStreamBytes: 1000, batchBytes: 66_000 });
  sender.start();
  await receive(sender, 0, 200);
  await waitFor('it is full, and the rest on disk', () => sender.counters.full > 0 && sender.counters.waiting === 0);
  const { sent } = sender.counters;
  assert.ok(sent > 0 && sent < 200);
  assertBalance(sender);
  // A worker that acknowledges all there is, again and again.
  const { owner } = (await streams.acquire(PARTITION, 'w', 60_000))!;
  const found: number[] = [];
  for (let saves = 0; found.length < 200; ) {
    const entries = await streams.take(PARTITION, owner, 'w', 100);
    for (const { body } of entries) {
      const reader = new BatchReader(body!, {
        datagram: ({ bytes }) => found.push(Number(Buffer.from(bytes).toString())),
        sessionEnd: () => {},
      });
      while (reader.next());
      saves++;
    }
    const bytes = entries.reduce((sum, { body }) => sum + body!.length, 0);
    if (entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    else {
      saves -= entries.length;
      const ids = entries.map(({ id }) => id);
      await streams.save(PARTITION, owner, saves, { ids, bytes, datagrams: 0, timeMs: 1, state: new Map() });
      saves++;
    }
  }
  assert.deepEqual(found, range(200));
  assert.deepEqual(await streamed(redis), []);
});

test('what Redis has lost of what it took is sent again, in order', options, async (t) => {
  const { redis, streams, directory } = await ready(t);
  const sender = senderOn(t, streams, directory);
  sender.start();
  await receive(sender, 0, 60);
  await waitFor('all are sent', () => sender.counters.sent === 60);
  // As after a failover to a replica that had not got the last batches.
  const client = redis.client();
  const [from = ''] = await client.keys(`weir:{p${PARTITION}}:from:*`);
  const entries = await client.xrange(`weir:{p${PARTITION}}:stream`, '-', '+');
  for (const [id] of entries.slice(-2)) await client.xdel(`weir:{p${PARTITION}}:stream`, id);
  await client.decrby(from, 2);
  await receive(sender, 60, 70);
  await waitFor('all are sent', () => sender.counters.sent === 70);
  assert.equal(sender.counters.rewound, 2);
  assert.deepEqual(await streamed(redis), range(70));
  // As after a Redis that has lost everything: the receiver sends what it still has.
  await client.flushall();
  await receive(sender, 70, 80);
  await waitFor('all are sent', () => sender.counters.sent === 80);
  assert.deepEqual(await streamed(redis), range(80));
  assertBalance(sender);
});

test('with memory and disk full the newest are dropped, counted, and the rest arrives', options, async (t) => {
  const redis = await idleRedis(t);
  const limits = { memoryBytes: 2000, maxSpoolBytes: 2000 };
  const sender = senderOn(t, await streamsOn(t, redis.url), temporaryFolder(t), limits);
  sender.start();
  await receive(sender, 0, 400);
  const dropped = () => sender.counters.dropped.spoolFull;
  await waitFor('some are dropped', () => dropped() > 0);
  assertBalance(sender);
  await redis.start();
  await waitFor('the rest is sent', () => sender.counters.sent + dropped() === 400);
  const numbers = await streamed(redis);
  assert.equal(numbers.length, 400 - dropped());
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b),
  );
  assert.equal(numbers[0], 0);
});
