// What a worker is given, and given again, through a pipe that cuts where it likes.

import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { BatchReader, readBatchHeader } from '../../src/cluster/batch-format.ts';
import { FrameReader, writeFrame } from '../../src/cluster/batch-frames.ts';
import { BatchQueue } from '../../src/cluster/batch-queue.ts';
import type { Datagram } from '../../src/flow/datagram.ts';

const BATCH_BYTES = 66_000;

function queueOf(maxBytes = 10_000_000): BatchQueue {
  return new BatchQueue({ receiver: 'boot', batchBytes: BATCH_BYTES, flushMs: 60_000, maxBytes });
}

function datagram(id: string, bytes = 100): Datagram {
  return { bytes: new Uint8Array(bytes), exporterAddress: '192.0.2.1', exporterPort: 2055, receivedMs: 5, id };
}

/** Ids of the datagrams in batches, and `end` for the end of a session. */
function contents(bodies: readonly Buffer[]): string[] {
  const found: string[] = [];
  for (const body of bodies) {
    const reader = new BatchReader(body, {
      datagram: ({ id }) => found.push(id),
      sessionEnd: () => found.push('end'),
    });
    while (reader.next());
  }
  return found;
}

test('what is not acknowledged is given again, in order, before anything new', (t) => {
  const queue = queueOf();
  t.after(() => queue.flush());
  const first: Buffer[] = [];
  queue.append(datagram('a'));
  queue.flush();
  queue.connect((body) => first.push(body));
  queue.append(datagram('b'));
  queue.append(datagram('c'));
  queue.flush();
  queue.endSession('192.0.2.1', 2055, 6);
  queue.flush();
  assert.deepEqual(contents(first), ['a', 'b', 'c', 'end']);
  assert.equal(queue.waiting, 3);
  queue.acknowledge(readBatchHeader(first[0]!).number);
  assert.deepEqual([queue.waiting, queue.acknowledged, queue.resent], [2, 1, 0]);

  queue.disconnect();
  queue.append(datagram('d'));
  queue.flush();
  const second: Buffer[] = [];
  queue.connect((body) => second.push(body));
  queue.append(datagram('e'));
  queue.flush();
  assert.deepEqual(contents(second), ['b', 'c', 'end', 'd', 'e']);
  assert.equal(queue.resent, 2);
  queue.acknowledge(readBatchHeader(second.at(-1)!).number);
  assert.deepEqual([queue.waiting, queue.acknowledged, queue.isEmpty], [0, 5, true]);
});

test('a datagram that is taken out is not given again, and all others are', (t) => {
  const queue = queueOf();
  t.after(() => queue.flush());
  const first: Buffer[] = [];
  queue.connect((body) => first.push(body));
  for (const id of ['a', 'b', 'c']) queue.append(datagram(id));
  queue.endSession('192.0.2.1', 2055, 6);
  queue.flush();
  queue.append(datagram('d'));
  queue.flush();
  assert.equal(queue.lastSent, readBatchHeader(first[1]!).number);
  queue.disconnect();
  queue.append(datagram('e'));
  queue.flush();
  assert.equal(queue.remove('x'), undefined);
  assert.deepEqual(queue.remove('b'), datagram('b'));
  assert.equal(queue.remove('b'), undefined);
  assert.deepEqual([queue.waiting, queue.removed], [4, 1]);
  const second: Buffer[] = [];
  queue.connect((body) => second.push(body));
  assert.deepEqual(contents(second), ['a', 'c', 'end', 'd', 'e']);
  assert.ok(queue.acknowledge(readBatchHeader(second.at(-1)!).number));
  assert.deepEqual([queue.waiting, queue.acknowledged, queue.isEmpty], [0, 4, true]);
  assert.ok(!queue.acknowledge(readBatchHeader(second.at(-1)!).number), 'nothing new');
});

test('beyond its bound it drops and counts, and takes again what there is room for', (t) => {
  const queue = queueOf(100_000);
  t.after(() => queue.flush());
  const bodies: Buffer[] = [];
  queue.connect((body) => bodies.push(body));
  // 60 kB each: two batches are beyond 100 kB, a third one is still open.
  for (const id of ['a', 'b', 'c', 'd']) queue.append(datagram(id, 60_000));
  assert.deepEqual([queue.waiting, queue.dropped], [3, 1]);
  queue.acknowledge(readBatchHeader(bodies[1]!).number);
  queue.append(datagram('e', 100));
  queue.flush();
  assert.deepEqual([queue.waiting, queue.dropped, queue.acknowledged], [2, 1, 2]);
  assert.deepEqual(contents(bodies.slice(2)), ['c', 'e']);
});

test('frames come out of a pipe as they went in, however it cuts them', () => {
  const bodies = [Buffer.from('one'), Buffer.alloc(70_000, 7), Buffer.from('x')];
  const chunks: Buffer[] = [];
  const pipe = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  for (const body of bodies) writeFrame(pipe, body);
  const all = Buffer.concat(chunks);
  for (const step of [1, 2, 3, 5, 4096, all.length]) {
    const found: Buffer[] = [];
    const reader = new FrameReader((body) => found.push(body));
    for (let at = 0; at < all.length; at += step) reader.push(all.subarray(at, at + step));
    assert.deepEqual(found, bodies, `in steps of ${step}`);
  }
});
