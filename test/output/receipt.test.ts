import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { BulkWriter } from '../../src/output/bulk-writer.ts';
import type { Receipt } from '../../src/output/receipt.ts';
import { startBulkSink } from '../helpers/bulk-sink.ts';
import { eventually, makeWriter, put, temporaryFolder } from './writer-fixture.ts';

class Count implements Receipt {
  open = 0;
  total = 0;
  held(): void {
    this.open++;
    this.total++;
  }
  settled(): void {
    this.open--;
  }
}

async function start(t: TestContext, memoryBytes: number) {
  const sink = await startBulkSink();
  t.after(() => sink.close());
  const writer = makeWriter({
    url: sink.url,
    prefix: 'weir',
    directory: temporaryFolder(t),
    hasSpool: false,
    options: { memoryBytes, whenFull: 'grow' },
  });
  t.after(() => writer.stop());
  await writer.start();
  return { sink, writer };
}

function putMany(writer: BulkWriter, receipt: Receipt, from: number, count: number): void {
  writer.receipt = receipt;
  for (let n = from; n < from + count; n++) put(writer, n);
  writer.receipt = undefined;
}

test('a receipt is settled when all bodies with its documents are, and not before', async (t) => {
  const { sink, writer } = await start(t, 100_000);
  sink.refuse = 503;
  const [first, second] = [new Count(), new Count()];
  putMany(writer, first, 0, 100); // 4 kB bodies of some 100 bytes each document
  putMany(writer, second, 100, 1);
  assert.ok(first.total >= 3, `${first.total} bodies`);
  assert.deepEqual([first.open, second.open], [first.total, 1]);
  await eventually('the sink refused', () => writer.counters.failedBulks > 0);
  assert.deepEqual([first.open, second.open], [first.total, 1]);
  sink.refuse = undefined;
  await eventually('all are settled', () => first.open === 0 && second.open === 0);
  assert.deepEqual([sink.documents['flows']?.size, sink.duplicates], [101, 0]);
});

test('a writer that may grow drops nothing, says that it is full, and shrinks again', async (t) => {
  const { sink, writer } = await start(t, 8_000);
  sink.refuse = 0;
  const receipt = new Count();
  putMany(writer, receipt, 0, 400);
  assert.equal(writer.isFull, true);
  assert.equal(writer.counters.dropped.spoolFull, 0);
  const room = writer.room(30_000);
  sink.refuse = undefined;
  await room;
  assert.equal(writer.isFull, false);
  await eventually('all are settled', () => receipt.open === 0);
  assert.equal(sink.documents['flows']?.size, 400);
});

test('what a stop gives up is not settled', async (t) => {
  const { sink, writer } = await start(t, 100_000);
  sink.refuse = 503;
  const receipt = new Count();
  putMany(writer, receipt, 0, 100);
  await writer.stop();
  assert.equal(receipt.open, receipt.total);
  assert.equal(writer.counters.dropped.stopped, 100);
});
