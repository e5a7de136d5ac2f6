import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../../src/lib/make-folder.ts';

test('a folder is made with those above it, or was there; a file in its place is an error', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-make-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a', 'b', 'c');
  makeFolder(path);
  makeFolder(path);
  assert.ok(existsSync(path));
  writeFileSync(join(folder, 'file'), '');
  assert.throws(() => makeFolder(join(folder, 'file')), /EEXIST/);
  assert.throws(() => makeFolder(join(folder, 'file', 'd')), /ENOTDIR/);
});

test('a relative one in a working directory that was deleted is an error in words, not an endless loop', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-make-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const cwd = join(folder, 'cwd');
  mkdirSync(cwd);
  const script = `
    const { makeFolder } = await import(${JSON.stringify(new URL('../../src/lib/make-folder.js', import.meta.url).href)});
    const { rmSync } = await import('node:fs');
    rmSync(${JSON.stringify(cwd)}, { recursive: true });
    try { makeFolder('data/state'); } catch (error) { console.log(error.message); }
  `;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = spawnSync(process.execPath, args, { cwd, timeout: 20_000, encoding: 'utf8' });
  assert.equal(stdout, 'data cannot be made: the working directory was deleted\n');
});
