// No dependency that users get has a known vulnerability. Asks the registry, which not every one answers: then skipped.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageRoot } from '../../src/lib/package-root.ts';
import { runCommand } from './process.mjs';

interface Report {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
}

test('npm audit finds nothing in what users install', { timeout: 120_000 }, async (t) => {
  const { output } = await runCommand('npm', ['audit', '--omit=dev', '--json', '--loglevel=silent'], {
    cwd: packageRoot,
    timeoutMs: 100_000,
  });
  const report = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1) || '{}') as Report;
  if (report.metadata === undefined) return t.skip(`the registry does not audit: ${output.trim().slice(0, 200)}`);
  assert.equal(report.metadata.vulnerabilities['total'], 0, Object.keys(report.vulnerabilities ?? {}).join(', '));
});
