// What the scripts promise, asked of a real Redis.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OwnershipLost, type RedisStreams } from '../../src/cluster/redis.ts';
import { ownRedis, redisSkip } from '../helpers/redis.ts';
import { batchOf, streamsOn } from './support.ts';

const options = { skip: redisSkip, timeout: 30_000 };
const MAX = 1e6;
const NO_STATE = new Map<string, string | undefined>();

async function streams(t: TestContext) {
  const redis = await ownRedis(t);
  return { client: redis.client(), streams: await streamsOn(t, redis.url) };
}

/** Adds batches 1 to n of a receiver. */
async function add(redis: RedisStreams, count: number, receiver = 'r'): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const batch = { ...batchOf(receiver, [number]), number };
    assert.deepEqual(await redis.add(0, receiver, batch, 1, MAX), { outcome: 'added' });
  }
}

test('a batch is taken once, in order, and told when it is known or comes too early', options, async (t) => {
  const { streams: redis, client } = await streams(t);
  const batch = batchOf('r', [1, 2]);
  const sent = (number: number, oldest: number) => redis.add(0, 'r', { ...batch, number }, oldest, MAX);
  assert.deepEqual(await sent(1, 1), { outcome: 'added' });
  assert.deepEqual(await sent(1, 1), { outcome: 'known' });
  assert.deepEqual(await sent(3, 1), { outcome: 'gap', lastNumber: 1 });
  assert.deepEqual(await sent(2, 1), { outcome: 'added' });
  assert.deepEqual(await sent(9, 9), { outcome: 'added' }, 'what is between is not to be had any more');
  assert.equal(await client.xlen('weir:{p0}:stream'), 3);
  assert.deepEqual(await redis.lag(0), { bytes: 3 * batch.body.length, datagrams: 6 });
});

test('a full stream takes nothing; an empty one takes any batch', options, async (t) => {
  const { streams: redis } = await streams(t);
  const batch = batchOf('r', [1]);
  const size = batch.body.length;
  assert.deepEqual(await redis.add(0, 'r', batch, 1, 1), { outcome: 'added' });
  assert.deepEqual(await redis.add(0, 'r', { ...batch, number: 2 }, 1, 2 * size - 1), { outcome: 'full' });
  assert.deepEqual(await redis.add(0, 'r', { ...batch, number: 2 }, 1, 2 * size), { outcome: 'added' });
});

test('a partition has one owner until its lease ends, and then another', options, async (t) => {
  const { streams: redis } = await streams(t);
  const first = await redis.acquire(0, 'a', 300);
  assert.ok(first);
  assert.equal(await redis.acquire(0, 'b', 300), undefined);
  assert.equal(await redis.renew(0, first.owner, 300, 1), true);
  let second: Awaited<ReturnType<RedisStreams['acquire']>>;
  while (second === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    second = await redis.acquire(0, 'b', 300);
  }
  assert.equal(await redis.renew(0, first.owner, 300, 1), false);
  await redis.release(0, first.owner); // not its own any more
  assert.equal(await redis.acquire(0, 'a', 300), undefined);
  await redis.release(0, second.owner);
  assert.ok(await redis.acquire(0, 'a', 300));
});

test('who was the owner can neither read nor acknowledge, even with the same name', options, async (t) => {
  const { streams: redis } = await streams(t);
  await add(redis, 2);
  const before = (await redis.acquire(0, 'a', 60_000))!;
  const [entry] = await redis.take(0, before.owner, 'a', 1);
  const now = (await redis.acquire(0, 'a', 60_000))!;
  const saving = { ids: [entry!.id], bytes: 0, datagrams: 0, timeMs: 1, state: NO_STATE };
  await assert.rejects(redis.take(0, before.owner, 'a', 1), OwnershipLost);
  await assert.rejects(redis.claim(0, before.owner, 'a', '0-0', 1), OwnershipLost);
  await assert.rejects(redis.save(0, before.owner, 0, saving), OwnershipLost);
  const claimed = await redis.claim(0, now.owner, 'a', '0-0', 10);
  assert.deepEqual(
    claimed.entries.map(({ id }) => id),
    [entry!.id],
  );
});

test('what was not acknowledged is given to the next owner, oldest first and page by page', options, async (t) => {
  const { streams: redis, client } = await streams(t);
  await add(redis, 5);
  const first = (await redis.acquire(0, 'a', 60_000))!;
  const taken = [...(await redis.take(0, first.owner, 'a', 3)), ...(await redis.take(0, first.owner, 'a', 1))];
  const ids = taken.map(({ id }) => id);
  await redis.save(0, first.owner, 0, { ids: [ids[1]!], bytes: 10, datagrams: 1, timeMs: 1, state: NO_STATE });
  await redis.release(0, first.owner);
  const second = (await redis.acquire(0, 'b', 60_000))!;
  assert.equal(second.saves, 1);
  const found: string[] = [];
  for (let cursor: string | undefined = '0-0'; cursor !== undefined; ) {
    const page = await redis.claim(0, second.owner, 'b', cursor, 2);
    found.push(...page.entries.map(({ id }) => id));
    cursor = page.cursor;
  }
  assert.deepEqual(found, [ids[0], ids[2], ids[3]]);
  assert.equal((await redis.take(0, second.owner, 'b', 10)).length, 1);
  const consumers = (await client.xinfo('CONSUMERS', 'weir:{p0}:stream', 'weir')) as unknown[][];
  assert.deepEqual(
    consumers.map((consumer) => consumer[1]),
    ['b'],
    'the group forgets those who are gone',
  );
});

test('entries leave the stream and their state is stored in one step, or neither', options, async (t) => {
  const { streams: redis, client } = await streams(t);
  await add(redis, 2);
  const { owner } = (await redis.acquire(0, 'a', 60_000))!;
  const [first, second] = await redis.take(0, owner, 'a', 2);
  const bytes = first!.body!.length;
  const state = new Map<string, string | undefined>([['x', '1'], ['y', '2']]); // biome-ignore format: a row
  await redis.save(0, owner, 0, { ids: [first!.id], bytes, datagrams: 1, timeMs: 1, state });
  assert.deepEqual(await redis.state(0), new Map([['x', '1'], ['y', '2']])); // biome-ignore format: a row
  assert.equal(await client.xlen('weir:{p0}:stream'), 1);
  assert.deepEqual(await redis.lag(0), { bytes, datagrams: 1 });
  const next = { ids: [second!.id], bytes, datagrams: 1, timeMs: 1, state: new Map([['x', undefined]]) };
  await assert.rejects(redis.save(0, owner, 0, next), OwnershipLost, 'saved once more than it knows: Redis went back');
  assert.equal(await client.xlen('weir:{p0}:stream'), 1);
  await redis.save(0, owner, 1, next);
  assert.deepEqual(await redis.state(0), new Map([['y', '2']]));
  assert.equal(await client.xlen('weir:{p0}:stream'), 0);
});

test('workers are listed as long as they say that they are there', options, async (t) => {
  const { streams: redis } = await streams(t);
  await redis.attend('b', 60_000);
  assert.deepEqual(await redis.attend('a', 200), ['a', 'b']);
  let workers: string[] = [];
  do workers = await redis.attend('b', 60_000);
  while (workers.length > 1);
  assert.deepEqual(workers, ['b']);
  await redis.leave('b');
  assert.deepEqual(await redis.attend('c', 60_000), ['c']);
});

test('the first one says how many partitions there are', options, async (t) => {
  const { streams: redis } = await streams(t);
  assert.equal(await redis.agree(4), 4);
  assert.equal(await redis.agree(8), 4);
});

test('with its memory used up Redis takes no batch, and workers go on making room', options, async (t) => {
  const { streams: redis, client } = await streams(t);
  await add(redis, 2);
  await client.config('SET', 'maxmemory', '1');
  const third = { ...batchOf('r', [3]), number: 3 };
  await assert.rejects(redis.add(0, 'r', third, 1, MAX), /OOM/);
  assert.equal(await redis.agree(4), 4);
  assert.deepEqual(await redis.attend('a', 60_000), ['a']);
  const { owner } = (await redis.acquire(0, 'a', 60_000))!;
  assert.equal(await redis.renew(0, owner, 60_000, 1), true);
  await redis.save(0, owner, 0, { ids: [], bytes: 0, datagrams: 0, timeMs: 1, state: new Map([['x', '1']]) });
  const entries = await redis.take(0, owner, 'a', 10);
  assert.equal(entries.length, 2);
  await redis.approach(0, owner, 'p');
  assert.equal(await redis.setAside(0, owner, 'p', 'text', 1), true);
  const { bytes } = await redis.lag(0);
  await redis.save(0, owner, 1, { ids: entries.map(({ id }) => id), bytes, datagrams: 2, timeMs: 1, state: NO_STATE });
  assert.deepEqual(await redis.lag(0), { bytes: 0, datagrams: 0 });
  const next = await redis.acquire(0, 'a', 60_000);
  assert.deepEqual((await redis.claim(0, next!.owner, 'a', '0-0', 10)).entries, []);
  await client.config('SET', 'maxmemory', '0');
  assert.deepEqual(await redis.add(0, 'r', third, 1, MAX), { outcome: 'added' });
});
