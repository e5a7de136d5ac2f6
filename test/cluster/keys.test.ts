import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionKeys, partitionOf } from '../../src/cluster/keys.ts';
import { quotaOf } from '../../src/cluster/stream-worker.ts';

test('the keys of a partition share one hash tag', () => {
  const tags = Object.values(partitionKeys('weir', 3)).map((key) => /\{.*?\}/.exec(key)?.[0]);
  assert.deepEqual(new Set(tags), new Set(['{p3}']));
});

test('neighbouring exporters spread over the partitions, and stay where they are', () => {
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 1600; i++) counts[partitionOf(`10.0.${i >> 8}.${i & 255}`, 16)]!++;
  // 100 each on average; a fair throw of so many leaves 60 to 140 once in ten thousand times.
  assert.ok(Math.min(...counts) >= 60 && Math.max(...counts) <= 140, counts.join(' '));
  assert.equal(partitionOf('10.0.0.1', 16), partitionOf('10.0.0.1', 16));
  assert.equal(partitionOf('2001:db8::1', 1), 0);
});

for (const [workers, partitions, quotas] of [
  [1, 16, [16]],
  [3, 16, [6, 5, 5]],
  [4, 2, [1, 1, 0, 0]],
] as const) {
  test(`${workers} workers share ${partitions} partitions as ${quotas.join(', ')}`, () => {
    const names = Array.from({ length: workers }, (_, i) => `w${i}`);
    assert.deepEqual(names.map((name) => quotaOf(names, name, partitions)), quotas); // biome-ignore format: a row
  });
}

test('a worker that is not in the list has no share', () => {
  assert.equal(quotaOf(['a'], 'b', 4), 0);
});
