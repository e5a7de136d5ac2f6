import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootId, DatagramIds, fileId, sortableNumber } from '../../src/input/datagram-id.ts';

test('numbers sort as text like as numbers', () => {
  assert.deepEqual([0, 35, 36, 1295, 1296].map(sortableNumber), ['000000', '00000z', '000010', '0000zz', '000100']);
  assert.deepEqual([35 * 36 ** 5 - 1, 35 * 36 ** 5].map(sortableNumber), ['yzzzzz', 'z00000z00000']);
  const numbers = [0, 1, 35, 36, 37, 1295, 1296, 46655, 46656, 1e6, 2 ** 31, 2 ** 32, 2 ** 53 - 1];
  const texts = numbers.map(sortableNumber);
  assert.deepEqual([...texts].sort(), texts);
});

test('ids of a later start sort later, whatever the random part', () => {
  const earlier = new DatagramIds(bootId(1767323045006, 36 ** 4 - 1));
  const later = new DatagramIds(bootId(1767323045007, 0));
  let last = '';
  for (let i = 0; i < 2000; i++) {
    const id = earlier.next();
    assert.ok(id > last);
    last = id;
  }
  assert.ok(later.next() > last);
});

test('starts in the same millisecond differ', () => {
  assert.notEqual(bootId(1767323045006, 1), bootId(1767323045006, 2));
  assert.equal(bootId(1767323045006, 1).length, 12);
});

test('file ids depend on size, head and tail', () => {
  const [a, b] = [new Uint8Array([1]), new Uint8Array([2])];
  const ids = [fileId(1, a, a), fileId(2, a, a), fileId(1, b, a), fileId(1, a, b)];
  assert.equal(new Set(ids).size, 4);
  assert.equal(fileId(1, a, a), ids[0]);
  for (const id of ids) assert.match(id, /^0[0-9a-z]{11}$/);
});
