import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingFields } from '../../src/output/missing-fields.ts';

test('what an index lacks is found at every level, and only that', () => {
  const wanted = {
    properties: {
      a: { type: 'long' },
      b: { properties: { c: { type: 'ip' }, d: { type: 'keyword' } } },
      e: { properties: { f: { type: 'date' } } },
    },
  };
  const held = { properties: { a: { type: 'long' }, b: { properties: { c: { type: 'ip' } } } } };
  assert.deepEqual(missingFields(wanted, held), {
    properties: { b: { properties: { d: { type: 'keyword' } } }, e: { properties: { f: { type: 'date' } } } },
    conflicts: [],
  });
  assert.deepEqual(missingFields(wanted, wanted), { properties: {}, conflicts: [] });
});

test('a field with another type, or that is an object there, is a conflict and is not asked for', () => {
  const wanted = { properties: { a: { type: 'long' }, b: { properties: { c: { type: 'ip' } } } } };
  const held = { properties: { a: { type: 'keyword' }, b: { type: 'keyword' } } };
  assert.deepEqual(missingFields(wanted, held), { properties: {}, conflicts: ['a', 'b'] });
});
