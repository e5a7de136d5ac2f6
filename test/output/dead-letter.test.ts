import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DeadLetterFile } from '../../src/output/dead-letter.ts';

const LETTER = { type: 'document_parsing_exception', message: 'no "ip"', index: 'weir-flows-2026.11.21', id: 'a-1' };
const NOW = Date.parse('2026-11-21T10:00:00Z');

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'weir-dead-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function fail(error: Error): void {
  throw error;
}

test('writes one line per document, the document as the object it is, into the file of the day', (t) => {
  const directory = join(folder(t), 'deep', 'er');
  let now = NOW;
  const file = new DeadLetterFile({ directory, maxBytes: 1e5 }, fail, () => now);
  assert.ok(file.append({ ...LETTER, text: '{"a":{"b":1}}' }));
  assert.ok(file.append({ ...LETTER, text: '{"a":' }));
  now += 86_400_000;
  assert.ok(file.append({ ...LETTER, text: '{}' }));
  file.close();
  assert.deepEqual(readdirSync(directory).sort(), ['2026-11-21.ndjson', '2026-11-22.ndjson']);
  const [first, second] = readFileSync(join(directory, '2026-11-21.ndjson'), 'utf8').trimEnd().split('\n');
  assert.deepEqual(JSON.parse(first!), {
    time: '2026-11-21T10:00:00.000Z',
    reason: { type: 'document_parsing_exception', message: 'no "ip"' },
    index: 'weir-flows-2026.11.21',
    id: 'a-1',
    document: { a: { b: 1 } },
  });
  assert.equal(JSON.parse(second!).document, '{"a":');
});

test('is bounded over all its files and over restarts', (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, '2026-11-20.ndjson'), 'x'.repeat(900));
  const file = new DeadLetterFile({ directory, maxBytes: 1100 }, fail, () => NOW);
  assert.equal(file.append({ ...LETTER, text: '{}' }), true);
  assert.equal(file.append({ ...LETTER, text: '{}' }), false);
  file.close();
});

test('a line that a crash cut off does not spoil the next one', (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, '2026-11-21.ndjson'), '{"time":"2026-');
  const file = new DeadLetterFile({ directory, maxBytes: 1e5 }, fail, () => NOW);
  file.append({ ...LETTER, text: '{}' });
  file.close();
  const lines = readFileSync(join(directory, '2026-11-21.ndjson'), 'utf8').split('\n');
  assert.equal(lines[0], '{"time":"2026-');
  assert.equal(JSON.parse(lines[1]!).id, 'a-1');
});

test('reports a folder that cannot be made and refuses', (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, 'file'), '');
  const errors: Error[] = [];
  const file = new DeadLetterFile({ directory: join(directory, 'file', 'x'), maxBytes: 1e5 }, (e) => errors.push(e));
  assert.equal(file.append({ ...LETTER, text: '{}' }), false);
  assert.equal((errors[0] as NodeJS.ErrnoException).code, 'ENOTDIR');
});
