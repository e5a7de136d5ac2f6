import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDate, quotedTime } from '../../src/document/timestamp.ts';

test('writes instants as Date does, in any order', () => {
  const instants = [
    0,
    1,
    999,
    1000,
    59_999,
    3_599_999,
    3_600_000,
    86_399_999,
    Date.UTC(2024, 1, 29, 23, 59, 59, 999),
    Date.UTC(2026, 10, 21, 3, 45, 15, 7),
    Date.UTC(9999, 11, 31, 23, 59, 59, 999),
    Date.UTC(10_000, 0, 1),
    8.64e15,
    8.64e15 - 1,
    -1,
    -8.64e15,
  ];
  for (const first of instants) {
    for (const second of instants) {
      assert.equal(JSON.parse(quotedTime(first)), new Date(first).toISOString());
      assert.equal(JSON.parse(quotedTime(second)), new Date(second).toISOString());
    }
  }
});

test('cuts fractions of a millisecond towards the past', () => {
  assert.equal(quotedTime(999.999), '"1970-01-01T00:00:00.999Z"');
  assert.equal(quotedTime(1_700_000_000_123.75), '"2023-11-14T22:13:20.123Z"');
});

test('dates are from 1970 to the end of the range', () => {
  for (const value of [0, 0.5, 8.64e15]) assert.equal(isDate(value), true);
  for (const value of [undefined, -1, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 2])
    assert.equal(isDate(value), false);
});
