// Fields of a document, and whether their values are of the kind that a schema says.

import assert from 'node:assert/strict';
import type { SchemaField } from '../../src/lib/schema-file.ts';

/** Leaves of a document by dotted name; arrays and geo points are leaves. */
export function leaves(value: unknown, name: string, found: Map<string, unknown>): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || name.endsWith('location')) {
    return found.set(name, value);
  }
  const entries = Object.entries(value);
  assert.notEqual(entries.length, 0, `${name} is an object without members`);
  for (const [key, member] of entries) {
    assert.ok(!key.includes('.'), `${key} is nested, not dotted`);
    leaves(member, name === '' ? key : `${name}.${key}`, found);
  }
  return found;
}

const RANGES = { long: 2 ** 63, integer: 2 ** 31 - 1, short: 32_767 };

/** Whether a field of this type takes the value. */
export function fits(field: SchemaField, value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => fits(field, item));
  switch (field.type) {
    case 'long':
    case 'integer':
    case 'short':
      return Number.isInteger(value) && (value as number) <= RANGES[field.type];
    case 'boolean':
      return typeof value === 'boolean';
    case 'float':
      return typeof value === 'number';
    case 'geo_point':
      return Object.keys(value as object).join() === 'lat,lon';
    case 'date':
      return new Date(value as string).toISOString() === value;
    default:
      return typeof value === 'string' && value !== '';
  }
}
