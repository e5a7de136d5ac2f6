// A partition and its owners, on a real Redis, with a decoder that is easily seen through: a payload "T1" is a template
// that is in force from then on, "D5" is data that becomes the document "5 by T1". The test decides when documents are
// settled.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OpenBatch } from '../../src/cluster/batch-format.ts';
import { BufferPool } from '../../src/cluster/buffer-pool.ts';
import { PartitionOwner } from '../../src/cluster/partition-owner.ts';
import type { PartitionConsumer, Receipt, StateEntry } from '../../src/cluster/partition-state.ts';
import type { RedisStreams } from '../../src/cluster/redis.ts';
import { WorkCounters } from '../../src/cluster/work-counters.ts';
import type { Datagram } from '../../src/flow/datagram.ts';
import { ownRedis, redisSkip } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait.ts';
import { log, numbered, streamsOn } from './support.ts';

const options = { skip: redisSkip, timeout: 30_000 };
const LEASE_MS = 60_000;

class Documents {
  readonly made: string[] = [];
  readonly held = new Map<string, Receipt[]>();
  isFull = false;

  add(text: string, receipt: Receipt): void {
    this.made.push(text);
    const receipts = this.held.get(text) ?? [];
    receipts.push(receipt);
    this.held.set(text, receipts);
    receipt.held();
  }

  settle(text: string): void {
    for (const receipt of this.held.get(text)?.splice(0) ?? []) receipt.settled();
  }

  room(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, Math.min(10, timeoutMs)));
  }
}

class Consumer implements PartitionConsumer {
  readonly #documents: Documents;
  #template: string;
  #isChanged = false;

  constructor(state: ReadonlyMap<string, string>, documents: Documents) {
    this.#documents = documents;
    this.#template = state.get('template') ?? 'nothing';
  }

  decode({ bytes }: Datagram, receipt: Receipt): void {
    const text = Buffer.from(bytes).toString();
    if (text.startsWith('D')) this.#documents.add(`${text.slice(1)} by ${this.#template}`, receipt);
    else {
      this.#template = text;
      this.#isChanged = true;
    }
  }

  takeChanges(): StateEntry[] {
    const changes = this.#isChanged ? [{ key: 'template', value: this.#template }] : [];
    this.#isChanged = false;
    return changes;
  }

  endSession(): void {
    this.#template = 'nothing';
    this.#isChanged = true;
  }

  settle(): void {}
  close(): void {}
}

interface Running {
  readonly owner: PartitionOwner;
  readonly documents: Documents;
  readonly ended: Promise<void>;
}

async function own(t: TestContext, redis: RedisStreams, worker: string): Promise<Running> {
  const acquired = await redis.acquire(0, worker, LEASE_MS);
  assert.ok(acquired, `${worker} becomes owner`);
  const documents = new Documents();
  const owner = new PartitionOwner(
    0,
    worker,
    acquired,
    { readCount: 1, pollMs: 10 },
    {
      redis,
      sink: documents,
      counters: new WorkCounters(),
      open: (_, state) => new Consumer(state, documents),
      log,
    },
  );
  t.after(() => owner.abandon());
  return { owner, documents, ended: owner.run() };
}

/** Ends an owner as kill -9 does, and its lease with it. */
async function kill(client: { del(key: string): Promise<number> }, { owner, ended }: Running): Promise<void> {
  owner.abandon();
  await ended;
  await client.del('weir:{p0}:lease');
}

async function start(t: TestContext) {
  const redis = await ownRedis(t);
  const streams = await streamsOn(t, redis.url);
  const open = new OpenBatch('r', new BufferPool(70_000));
  const send = async (...payloads: readonly string[]) => {
    for (const text of payloads) {
      if (text === 'end') open.appendSessionEnd('192.0.2.1', 2055, 1);
      else open.append({ ...numbered(0), bytes: Buffer.from(text) });
    }
    assert.deepEqual(await streams.add(0, 'r', open.close(), 1, 1e6), { outcome: 'added' });
  };
  return { streams, client: redis.client(), send };
}

function made({ documents }: Running, count: number): Promise<void> {
  return waitFor(
    `${count} documents`,
    () => documents.made.length >= count,
    10_000,
    () => documents.made.join(', '),
  );
}

test('what is redelivered meets the template that was in force, however far its owner had got', options, async (t) => {
  const { streams, client, send } = await start(t);
  await send('T1', 'D1');
  await send('D2');
  await send('T2', 'D3');
  await send('T3', 'D4');
  const first = await own(t, streams, 'a');
  await made(first, 4);
  first.documents.settle('1 by T1');
  first.documents.settle('3 by T2'); // not in its turn: D2 waits before it
  const template = () => client.hget('weir:{p0}:state', 'template');
  await waitFor('the first entry is acknowledged', async () => (await client.xlen('weir:{p0}:stream')) === 3);
  assert.equal(await template(), 'T1');
  await kill(client, first);

  const second = await own(t, streams, 'b');
  await made(second, 3);
  assert.deepEqual(second.documents.made, ['2 by T1', '3 by T2', '4 by T3']);
  for (const text of second.documents.made) second.documents.settle(text);
  await waitFor('all is acknowledged', async () => (await client.xlen('weir:{p0}:stream')) === 0);
  assert.equal(await template(), 'T3');
  second.owner.stop();
  await second.ended;
  assert.equal(await client.exists('weir:{p0}:lease'), 0, 'given back');
});

test('the end of a session is redelivered in its place, too', options, async (t) => {
  const { streams, client, send } = await start(t);
  await send('T1', 'D1', 'end', 'D2');
  const first = await own(t, streams, 'a');
  await made(first, 2);
  await kill(client, first);
  const second = await own(t, streams, 'b');
  await made(second, 2);
  assert.deepEqual(second.documents.made, ['1 by T1', '2 by nothing']);
});

test('an owner that was taken for dead neither acknowledges nor changes the state', options, async (t) => {
  const { streams, client, send } = await start(t);
  await send('T1', 'D1');
  const first = await own(t, streams, 'a');
  await made(first, 1);
  await client.del('weir:{p0}:lease'); // its time was over while it slept
  const second = await own(t, streams, 'b');
  await made(second, 1);
  first.documents.settle('1 by T1');
  await first.ended;
  assert.equal(await client.xlen('weir:{p0}:stream'), 1);
  assert.equal(await client.hget('weir:{p0}:state', 'template'), null);
  second.documents.settle('1 by T1');
  await waitFor('the second acknowledges', async () => (await client.xlen('weir:{p0}:stream')) === 0);
  assert.equal(await second.owner.renew(LEASE_MS), true);
});

test('a stop waits for what was read, and leaves what was not', options, async (t) => {
  const { streams, client, send } = await start(t);
  await send('D1');
  const running = await own(t, streams, 'a');
  await made(running, 1);
  running.owner.stop();
  await send('D2');
  let hasEnded = false;
  void running.ended.then(() => {
    hasEnded = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(hasEnded, false);
  running.documents.settle('1 by nothing');
  await running.ended;
  assert.deepEqual(running.documents.made, ['1 by nothing']);
  assert.equal(await client.xlen('weir:{p0}:stream'), 1);
});

test('nothing is decoded while there is no room for documents', options, async (t) => {
  const { streams, send } = await start(t);
  const running = await own(t, streams, 'a');
  running.documents.isFull = true;
  await send('D1', 'D2');
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(running.documents.made, []);
  running.documents.isFull = false;
  await made(running, 2);
});

test('an entry that is no batch is stepped over; one of a newer weir is left for others', options, async (t) => {
  const { streams, client, send } = await start(t);
  await streams.acquire(0, 'x', LEASE_MS);
  await client.xadd('weir:{p0}:stream', '*', 'other', 'x');
  await client.xadd('weir:{p0}:stream', '*', 'b', 'x');
  await send('D1');
  await client.xadd('weir:{p0}:stream', '*', 'b', Buffer.from('0201720000000000010000', 'hex'));
  await client.del('weir:{p0}:lease');
  const running = await own(t, streams, 'a');
  await made(running, 1);
  running.documents.settle('1 by nothing');
  await running.ended; // the partition is not ours any more
  assert.equal(await client.xlen('weir:{p0}:stream'), 1);
});

test('with Redis gone back in time, its owner begins anew from what is stored', options, async (t) => {
  const { streams, client, send } = await start(t);
  const running = await own(t, streams, 'a');
  await send('D1');
  await made(running, 1);
  running.documents.settle('1 by nothing');
  await waitFor('it is acknowledged', async () => (await client.hget('weir:{p0}:meta', 'saves')) === '1');
  await client.hset('weir:{p0}:meta', 'saves', '0');
  await send('D2');
  await made(running, 2);
  running.documents.settle('2 by nothing');
  await running.ended;
  assert.equal(await client.xlen('weir:{p0}:stream'), 1);
});
