import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptBatches } from '../../src/cluster/kept-batches.ts';

/** Adds batches whose bodies are their number, `length` times. */
function add(kept: KeptBatches, from: number, to: number, length: number): void {
  for (let number = from; number <= to; number++) kept.add('r', number, 1, Buffer.alloc(length, number));
}

function assertWhole(batches: ReturnType<KeptBatches['takeAfter']>, numbers: readonly number[], length: number): void {
  assert.deepEqual(
    batches.map(({ number }) => number),
    numbers,
  );
  for (const { number, body } of batches) assert.deepEqual(body, Buffer.alloc(length, number));
}

test('remembers as many of the last batches as there is room for', () => {
  const kept = new KeptBatches(100, 60_000);
  add(kept, 1, 3, 30);
  assert.equal(kept.oldest('r'), 1);
  add(kept, 4, 4, 30); // begins anew, over the first
  assert.equal(kept.oldest('r'), 2);
  add(kept, 5, 11, 30);
  assertWhole(kept.takeAfter(9), [10, 11], 30);
  assert.equal(kept.oldest('r'), 9);
});

for (const lengths of [
  [30, 7, 50, 100, 1, 1, 99, 2, 64, 33, 3, 90, 10, 10, 10, 10, 70],
  [60, 60, 60, 20, 20, 20, 20, 60, 60],
]) {
  test(`none is overwritten while it counts as remembered: ${lengths.join(' ')}`, () => {
    for (let count = 1; count <= lengths.length; count++) {
      const kept = new KeptBatches(100, 60_000);
      for (let i = 0; i < count; i++) kept.add('r', i + 1, 1, Buffer.alloc(lengths[i]!, i + 1));
      const found = kept.takeAfter(0);
      assert.equal(found.at(-1)?.number, count, 'the last is there');
      for (const [place, { number, body }] of found.entries()) {
        assert.equal(number, count - found.length + 1 + place, 'without gaps');
        assert.deepEqual(body, Buffer.alloc(lengths[number - 1]!, number));
      }
    }
  });
}

test('forgets what is too large, too old, and of another receiver', () => {
  const kept = new KeptBatches(100, 1000);
  add(kept, 1, 2, 40);
  add(kept, 3, 3, 101);
  assert.equal(kept.oldest('r'), undefined);
  add(kept, 4, 4, 40);
  kept.expire(performance.now() + 2000);
  assert.equal(kept.oldest('r'), undefined);
  add(kept, 5, 5, 40);
  kept.add('other', 1, 1, Buffer.alloc(10));
  assert.deepEqual([kept.oldest('r'), kept.oldest('other')], [undefined, 1]);
});
