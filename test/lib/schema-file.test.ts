import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/lib/package-root.ts';
import { schemaDocument } from '../../src/lib/schema-doc.ts';
import { loadSchema, parseSchema } from '../../src/lib/schema-file.ts';

function rows(...texts: string[]): string {
  return `version: 1\nflows:\n${texts.map((text) => `  - {${text}, from: x, about: X.}\n`).join('')}`;
}

test('the schema that ships loads, with defaults filled in', () => {
  const { flows } = loadSchema();
  const bytes = flows.find((field) => field.name === 'network.bytes')!;
  assert.equal(bytes.type, 'long');
  assert.equal(bytes.unit, 'bytes');
  assert.equal(bytes.index, false);
  assert.equal(bytes.docValues, true);
  assert.equal(flows.find((field) => field.name === 'client.ip')?.index, true);
});

test('client and server have the types of source and destination', () => {
  const types = new Map(loadSchema().flows.map((field) => [field.name, field.type]));
  for (const [name, type] of types) {
    const counterpart = name.replace(/^client\./, 'source.').replace(/^server\./, 'destination.');
    assert.equal(types.get(counterpart), type, name);
  }
});

test('mistakes are refused with the row or the name', () => {
  const cases: [string, RegExp][] = [
    [rows('name: a, type: string, label: A'), /flows\[0\]\.type/],
    [rows('name: a, type: long, label: A, indexed: false'), /indexed/],
    [rows('name: A b, type: long, label: A'), /flows\[0\]\.name/],
    [rows('name: a, type: long, label: A', 'name: a, type: long, label: B'), /a stands twice/],
    [rows('name: a, type: long, label: A', 'name: b, type: long, label: A'), /label "A" of b/],
    [rows('name: a.b, type: long, label: A', 'name: a, type: long, label: B'), /a is a value and a\.b/],
    ['version: 2\nflows: []\n', /version/],
  ];
  for (const [text, expected] of cases) assert.throws(() => parseSchema(text), expected);
});

test('docs/fields.md is what the schema makes of it', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'fields.md'), 'utf8');
  assert.equal(page, schemaDocument(loadSchema()), 'docs/fields.md is not current: npm run docs');
});
