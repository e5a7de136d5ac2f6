// A partition and its owners, on a real Redis, with a decoder that is easily seen through: a payload "T1" is a template
// that is in force from then on, "D5" is data that becomes the document "5 by T1", "kill" ends its worker, "fault" is
// what weir cannot decode. The test decides when documents are settled.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OpenBatch } from '../../src/cluster/batch-format.ts';
import { BufferPool } from '../../src/cluster/buffer-pool.ts';
import { PartitionOwner } from '../../src/cluster/partition-owner.ts';
import type { PartitionConsumer, Receipt, StateEntry } from '../../src/cluster/partition-state.ts';
import type { RedisStreams } from '../../src/cluster/redis.ts';
import { type AsideRecord, Care } from '../../src/cluster/suspects.ts';
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
  /** The times that its owner told last. */
  openedMs = 0;
  settledMs = 0;
  /** What decoding "kill" does. */
  die = (): void => {};

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

  decode({ bytes }: Datagram, receipt: Receipt): Error | undefined {
    const text = Buffer.from(bytes).toString();
    if (text === 'fault') return new Error('a fault of weir');
    if (text === 'kill') this.#documents.die();
    else if (text.startsWith('D')) this.#documents.add(`${text.slice(1)} by ${this.#template}`, receipt);
    else {
      this.#template = text;
      this.#isChanged = true;
    }
    return undefined;
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

  settle(nowMs: number): void {
    this.#documents.settledMs = nowMs;
  }

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
      care: new Care(),
      open: (_, state, nowMs) => {
        documents.openedMs = nowMs;
        return new Consumer(state, documents);
      },
      log,
    },
  );
  documents.die = () => owner.abandon();
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

/** What was set aside, by position. */
async function setAside(streams: RedisStreams): Promise<[string, AsideRecord][]> {
  return [...(await streams.aside(0))].map(([position, text]) => [position, JSON.parse(text) as AsideRecord]);
}

test('a datagram of which workers die is set aside after some deaths, and nothing else is', options, async (t) => {
  const { streams, client, send } = await start(t);
  await send('T1', 'D1');
  await send('D2', 'kill', 'D3');
  await send('T2', 'D4');
  for (const name of ['a', 'b', 'c', 'd']) {
    const dying = await own(t, streams, name);
    await dying.ended;
    assert.deepEqual(dying.documents.made, ['1 by T1', '2 by T1'], name);
    assert.deepEqual(await setAside(streams), [], name);
    await client.del('weir:{p0}:lease');
  }
  const last = await own(t, streams, 'e');
  await made(last, 4);
  assert.deepEqual(last.documents.made, ['1 by T1', '2 by T1', '3 by T1', '4 by T2']);
  const [[position, record] = assert.fail('none'), ...others] = await setAside(streams);
  assert.deepEqual(others, []);
  assert.match(position, /^\d+-\d+\/1$/);
  assert.equal(Buffer.from(record.octets, 'base64').toString(), 'kill');
  assert.deepEqual([record.reason, record.worker, record.id], ['workers died of it', 'e', 'd0']);

  // Not acknowledged yet: the next owner leaves it out without dying first.
  await kill(client, last);
  const next = await own(t, streams, 'f');
  await made(next, 4);
  for (const text of next.documents.made) next.documents.settle(text);
  await waitFor('all is acknowledged', async () => (await client.xlen('weir:{p0}:stream')) === 0);
  assert.deepEqual(await streams.lag(0), { bytes: 0, datagrams: 0 });
  assert.equal((await setAside(streams)).length, 1);
});

test('workers that end for other reasons, however often, have nothing set aside', options, async (t) => {
  const { streams, client, send } = await start(t);
  await send('D1', 'D2');
  for (let i = 0; i < 8; i++) {
    const running = await own(t, streams, `w${i}`);
    await made(running, 2);
    await waitFor('it is past them', async () => (await client.hexists('weir:{p0}:meta', 'at')) === 0);
    await kill(client, running);
  }
  assert.deepEqual(await setAside(streams), []);
});

test(
  'what weir cannot decode for a fault of its own is set aside at once, and the rest goes on',
  options,
  async (t) => {
    const { streams, client, send } = await start(t);
    await send('D1', 'fault', 'D2');
    const running = await own(t, streams, 'a');
    await made(running, 2);
    const [[, record] = assert.fail('none')] = await setAside(streams);
    assert.match(record.reason, /^Error: a fault of weir\n/);
    for (const text of running.documents.made) running.documents.settle(text);
    await waitFor('all is acknowledged', async () => (await client.xlen('weir:{p0}:stream')) === 0);
  },
);

test('waits are reckoned by the time of the data, whatever the clocks of workers say', options, async (t) => {
  const { streams, client } = await start(t);
  const open = new OpenBatch('r', new BufferPool(70_000));
  open.append({ ...numbered(0), bytes: Buffer.from('T1'), receivedMs: 5_000_000 });
  await streams.add(0, 'r', open.close(), 1, 1e6);
  const first = await own(t, streams, 'a');
  await waitFor('it is acknowledged', async () => (await client.hget('weir:{p0}:meta', 'saves')) === '1');
  await kill(client, first);
  const second = await own(t, streams, 'b');
  await waitFor('it settles', () => second.documents.settledMs > 0);
  assert.ok(second.documents.openedMs >= 5_000_000 && second.documents.openedMs < 5_030_000);
  assert.ok(second.documents.settledMs >= second.documents.openedMs && second.documents.settledMs < 5_030_000);
});
