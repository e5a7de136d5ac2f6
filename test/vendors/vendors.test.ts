// One record of each of many vendors' devices, as a whole document. Where the expected values come from: README.md.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/lib/package-root.ts';
import { decodeSession } from '../conformance/documents.ts';
import { captureSkip } from '../conformance/feeds.ts';

interface Expectation {
  readonly device: string;
  /** Captures in their order, relative to the folder of captures; one session. */
  readonly files: readonly string[];
  /** Number of the document among those of the last file. */
  readonly record: number;
  /** How the values were found. */
  readonly checked: string;
  readonly document: unknown;
  /** The same by `schema: elastiflow-3.5`, of one device for each protocol. */
  readonly elastiflow?: unknown;
}

/** The default of `clock.maxSkew`. */
const GUARD_MS = 30 * 60_000;

const folder = join(packageRoot, 'test', 'vendors');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('at least ten vendors are here', () => assert.ok(names.length >= 10, `${names.length}`));

for (const name of names) {
  const expected = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Expectation;
  test(`${expected.device}: the whole document`, { skip: captureSkip }, async () => {
    const documents = (await decodeSession(expected.files, GUARD_MS)).at(-1)!;
    assert.deepEqual(documents[expected.record], expected.document);
  });
  if (expected.elastiflow === undefined) continue;
  test(`${expected.device}: the whole document of ElastiFlow 3.5`, { skip: captureSkip }, async () => {
    const documents = (await decodeSession(expected.files, GUARD_MS, 'elastiflow-3.5')).at(-1)!;
    assert.deepEqual(documents[expected.record], expected.elastiflow);
  });
}
