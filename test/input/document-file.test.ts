import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DocumentFileStats, readDocuments } from '../../src/input/document-file.ts';

test('documents go into the indices of their kind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-documents-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'mixed.ndjson');
  const datasets = ['weir.flow', 'weir.counters', 'weir.exporter', 'weir.collector'];
  const lines = datasets.map((dataset) => `{"@timestamp":"2026-11-21T05:01:00.000Z","event":{"dataset":"${dataset}"}}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const kinds: string[] = [];
  for await (const { kind } of readDocuments(file, new DocumentFileStats())) kinds.push(kind);
  assert.deepEqual(kinds, ['flows', 'counters', 'exporters', 'exporters']);
});
