import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '../../src/output/batch.ts';
import { documentAt, documentOffsets, keepDocuments } from '../../src/output/bulk-body.ts';
import { DayIndex, dayIndexName } from '../../src/output/day-index.ts';

const ACTION = '{"create":{"_index":"weir-flows-2026.11.21","_id":"';

test('a batch holds an action line and a source line per document', () => {
  const batch = new Batch(1024);
  assert.ok(batch.append(ACTION, 'a-1', '{"n":1}'));
  assert.ok(batch.append(ACTION, 'a-2', '{"n":2}'));
  assert.equal(
    batch.body().toString(),
    '{"create":{"_index":"weir-flows-2026.11.21","_id":"a-1"}}\n{"n":1}\n' +
      '{"create":{"_index":"weir-flows-2026.11.21","_id":"a-2"}}\n{"n":2}\n',
  );
  assert.equal(batch.documents, 2);
});

test('a batch refuses what does not fit, stays as it was, and is filled to the last byte', () => {
  const line = `${ACTION}a"}}\n{}\n`;
  const batch = new Batch(line.length * 2);
  assert.ok(batch.append(ACTION, 'a', '{}'));
  assert.equal(batch.append(ACTION, 'a', '{} '), false);
  assert.equal(batch.append(ACTION, 'ab', '{}'), false);
  assert.equal(batch.length, line.length);
  assert.ok(batch.append(ACTION, 'a', '{}'));
  assert.equal(batch.length, line.length * 2);
  batch.clear();
  assert.equal(batch.body().length, 0);
});

test('text that is not ASCII by mistake stays intact, also where its characters fit and its bytes do not', () => {
  const text = '{"name":"Zürich"}';
  const bytes = Buffer.byteLength(`${ACTION}a"}}\n${text}\n`);
  const batch = new Batch(bytes);
  assert.ok(batch.append(ACTION, 'a', text));
  assert.equal(batch.body().toString('utf8').split('\n')[1], text);
  assert.equal(new Batch(bytes - 1).append(ACTION, 'a', text), false);
});

test('a bulk body is taken apart and reduced to some of its documents', () => {
  const batch = new Batch(4096);
  for (const n of [0, 1, 2, 3]) batch.append(ACTION, `id-${n}`, `{"n":${n}}`);
  const offsets = documentOffsets(batch.body(), 4);
  assert.deepEqual(documentAt(batch.body(), offsets[2]!, offsets[3]!), {
    index: 'weir-flows-2026.11.21',
    id: 'id-2',
    text: '{"n":2}',
  });
  const kept = keepDocuments(batch.body(), 4, [1, 3]);
  assert.equal(kept.toString(), `${ACTION}id-1"}}\n{"n":1}\n${ACTION}id-3"}}\n{"n":3}\n`);
  assert.throws(() => documentOffsets(kept, 3), RangeError);
});

test('the daily index is that of the UTC day, also at its edges and before 1970', () => {
  const index = new DayIndex({ prefix: 'weir' });
  for (const [time, name] of [
    ['2026-11-21T00:00:00.000Z', 'weir-flows-2026.11.21'],
    ['2026-11-21T23:59:59.999Z', 'weir-flows-2026.11.21'],
    ['2026-11-22T00:00:00.000Z', 'weir-flows-2026.11.22'],
    ['1969-12-31T23:59:59.999Z', 'weir-flows-1969.12.31'],
  ] as const) {
    assert.equal(index.action('flows', Date.parse(time)), `{"create":{"_index":"${name}","_id":"`);
    assert.equal(dayIndexName({ prefix: 'weir' }, 'flows', Date.parse(time)), name);
  }
  assert.match(index.action('counters', 0), /"weir-counters-1970\.01\.01"/);
});
