// Real captures: the number of datagrams that other tools found in each (the table in their README).

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/lib/package-root.ts';
import { readFile } from './read-bytes.ts';

const folder = join(packageRoot, '..', 'shared', 'captures');
const skip = existsSync(join(folder, 'README.md')) ? false : 'the captures are not beside the package';

test('finds as many datagrams in every capture as its side files say', { skip }, async () => {
  const table = readFileSync(join(folder, 'README.md'), 'utf8');
  let compared = 0;
  const differences: string[] = [];
  for (const line of table.split('\n')) {
    // | file | bytes | protocol | datagrams | …; fragments of frames have no number there
    const [, file, , , datagrams] = line.split('|').map((cell) => cell.trim());
    if (file === undefined || !/^\d+$/.test(datagrams ?? '') || !existsSync(join(folder, file))) continue;
    const result = await readFile(join(folder, file));
    compared++;
    if (result.datagrams.length !== Number(datagrams)) {
      differences.push(`${file}: ${result.datagrams.length} instead of ${datagrams}`);
    }
  }
  assert.ok(compared > 200, `${compared} files`);
  assert.deepEqual(differences, []);
});
