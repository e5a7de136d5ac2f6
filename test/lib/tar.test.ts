// Archives of the system's tar as the oracle for the format; damage by hand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extractTar } from '../../src/lib/tar.ts';
import { tarArchive } from './tar-archive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-tar-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const skip = spawnSync('tar', ['--version']).status === 0 ? false : 'no tar here';

test('takes out the files that are asked for, as tar put them in', { skip }, async () => {
  const content = Buffer.alloc(300_000, 'weir ');
  mkdirSync(join(folder, 'package'));
  writeFileSync(join(folder, 'package', 'a.mmdb'), content);
  writeFileSync(join(folder, 'package', 'empty'), '');
  writeFileSync(join(folder, 'package', 'b.txt'), 'other');
  spawnSync('tar', ['-czf', 'x.tgz', 'package'], { cwd: folder });
  const out = join(folder, 'out');
  mkdirSync(out);
  const written = await extractTar(createReadStream(join(folder, 'x.tgz')), (name) =>
    name.endsWith('b.txt') ? undefined : join(out, name.split('/').at(-1)!),
  );
  assert.deepEqual([...written].sort(), ['package/a.mmdb', 'package/empty']);
  assert.deepEqual(readdirSync(out).sort(), ['a.mmdb', 'empty']);
  assert.ok(readFileSync(join(out, 'a.mmdb')).equals(content));
});

const archive = tarArchive({ 'package/a.mmdb': Buffer.alloc(5000, 7) });

for (const [what, bytes] of [
  ['cut short', archive.subarray(0, archive.length - 20)],
  ['no gzip', Buffer.from('<html>not found</html>')],
  ['a wrong checksum', gzipSync(changed(gunzipSync(archive), 3))],
  ['an end within a file', gzipSync(gunzipSync(archive).subarray(0, 2000))],
] as const) {
  test(`refuses an archive with ${what}`, async () => {
    await assert.rejects(extractTar(Readable.from([bytes]), () => join(folder, 'a')));
  });
}

function changed(bytes: Buffer, at: number): Buffer {
  bytes[at] = bytes[at]! ^ 1;
  return bytes;
}
