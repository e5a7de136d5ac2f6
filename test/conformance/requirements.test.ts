// docs/conformance.md names the test of each requirement: they must exist, or the table promises what nothing shows.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/lib/package-root.ts';

const COLUMNS = 4;
const STANDARDS = ['3954', '5103', '5476', '5477', '5610', '5655', '6313', '7011', '7012', '7133']
  .map((number) => `RFC ${number}`)
  .concat('sFlow v5');

test('every test that docs/conformance.md names exists, and whatever is met has one', () => {
  const rows = readFileSync(join(packageRoot, 'docs', 'conformance.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| (RFC|sFlow)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const named = new Set(rows.map((row) => row[0]!.replace(/ §.*/, '')));
  for (const standard of STANDARDS) assert.ok(named.has(standard), standard);
  for (const row of rows) {
    assert.equal(row.length, COLUMNS, row.join(' | '));
    const [section, requirement, met, shownBy] = row as [string, string, string, string];
    assert.match(met, /^(yes|no|partly)\b/, `${section}: ${requirement}`);
    if (met === 'yes') assert.notEqual(shownBy, '', `${section}: ${requirement}`);
    if (shownBy !== '') assertTestExists(shownBy);
  }
});

/** "decode/x.test.ts: sentence": the sentence in quotes, or its fixed part where the name is put together. */
function assertTestExists(shownBy: string): void {
  const separator = shownBy.indexOf(': ');
  const sentence = shownBy.slice(separator + 2);
  const lines = readFileSync(join(packageRoot, 'test', shownBy.slice(0, separator)), 'utf8').split('\n');
  const isName = (line: string): boolean => {
    const at = line.indexOf(sentence);
    return at > 0 && /['"`]/.test(line.slice(0, at)) && !/^ *(\/\/|\*)/.test(line);
  };
  assert.ok(lines.some(isName), shownBy);
}
