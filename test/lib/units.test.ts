import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatNumber, parseBytes, parseDuration } from '../../src/lib/units.ts';

test('sizes are read in decimal and binary units', () => {
  const cases: [string | number, number | undefined][] = [
    [4096, 4096],
    ['64kB', 64_000],
    ['16MiB', 16_777_216],
    ['1.5 GB', 1_500_000_000],
    ['', undefined],
    ['-1', undefined],
    ['5 apples', undefined],
  ];
  for (const [text, bytes] of cases) assert.equal(parseBytes(text), bytes, String(text));
});

test('durations are read in ms to weeks; a number alone is seconds', () => {
  const cases: [string | number, number | undefined][] = [
    ['500ms', 500],
    [30, 30_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['soon', undefined],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, String(text));
});

test('figures for people have three digits and a unit', () => {
  assert.equal(formatBytes(318), '318 B');
  assert.equal(formatBytes(1_400_000), '1.4 MB');
  assert.equal(formatBytes(999_999), '1 MB');
  assert.equal(formatNumber(950), '950');
  assert.equal(formatNumber(1234), '1.23k');
});
