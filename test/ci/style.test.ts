// The linter and formatter find nothing: what `npm run check` says first.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageRoot } from '../../src/lib/package-root.ts';
import { runCommand } from './process.mjs';

test('Biome has nothing to say', { timeout: 120_000 }, async () => {
  const { code, output } = await runCommand('npx', ['biome', 'check', '.'], { cwd: packageRoot });
  assert.equal(code, 0, output);
});
