import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withFieldTable } from '../../src/lib/elastiflow-doc.ts';
import { loadElastiflowFields } from '../../src/lib/elastiflow-fields.ts';
import { packageRoot } from '../../src/lib/package-root.ts';

test('the table of docs/migrating-from-elastiflow.md is what pipelines/elastiflow-3.5.yml makes of it', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'migrating-from-elastiflow.md'), 'utf8');
  assert.equal(page, withFieldTable(page, loadElastiflowFields()), 'the page is not current: npm run docs');
  assert.match(page, /^\| `flow\.src_addr` +\| ip +\| `source\.ip` /m);
});

test('a page without a place for the table is an error', () => {
  assert.throws(() => withFieldTable('# Migrating\n', []), /lacks/);
});
