// Care for the files of the local store: closed ones are compressed, old ones deleted. Asynchronous and one file at a
// time, so that receiving never waits for it. Every step can be cut off by a crash: the next start takes it up again.

import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface Retention {
  /** Files whose last write is older are deleted, ms; undefined: never. */
  readonly keepMs: number | undefined;
  /** All closed files together, bytes. */
  readonly maxBytes: number;
}

/**
 * Compresses every plain file that is not open; a plain file goes only after its compressed one is complete.
 * Throws an AbortError when `signal` ends it.
 */
export async function compressClosed(
  folders: readonly string[],
  isOpen: (path: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const path of await listFiles(folders)) {
    if (path.endsWith('.tmp')) await rm(path, { force: true });
    else if (path.endsWith('.ndjson') && !isOpen(path)) await compressFile(path, signal);
  }
}

/** Deletes files past their age, then the oldest until all fit, then the folders of days that are empty. */
export async function pruneStore(folders: readonly string[], nowMs: number, retention: Retention): Promise<void> {
  const closed = (await listFiles(folders)).filter((path) => path.endsWith('.gz'));
  const files = await Promise.all(closed.map(async (path) => ({ path, ...(await sizeAndTime(path)) })));
  files.sort((a, b) => a.timeMs - b.timeMs || (a.path < b.path ? -1 : 1));
  let total = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const { path, bytes, timeMs } of files) {
    const isOld = retention.keepMs !== undefined && nowMs - timeMs > retention.keepMs;
    if (!isOld && total <= retention.maxBytes) break;
    await unlink(path);
    total -= bytes;
    await removeEmpty(dirname(path), folders);
  }
}

async function compressFile(path: string, signal: AbortSignal): Promise<void> {
  const temporary = `${path}.gz.tmp`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary), { signal });
  await rename(temporary, `${path}.gz`);
  await unlink(path);
}

/** All files below the folders; none for a folder that does not exist. */
async function listFiles(folders: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      for (const entry of entries) if (entry.isFile()) paths.push(join(entry.parentPath, entry.name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return paths.sort();
}

/** The time a file stands for is that in its name: copying a store does not make it younger. */
async function sizeAndTime(path: string): Promise<{ bytes: number; timeMs: number }> {
  const { size, mtimeMs } = await stat(path);
  const name = /(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z(-\d+)?\.ndjson\.gz$/.exec(path);
  const timeMs = name === null ? mtimeMs : Date.parse(`${name[1]}T${name[2]}:${name[3]}:${name[4]}Z`);
  return { bytes: size, timeMs };
}

/** Removes a folder and its parents as far as they are empty, never the kind's own. */
async function removeEmpty(folder: string, roots: readonly string[]): Promise<void> {
  for (let path = folder; !roots.includes(path); path = dirname(path)) {
    if ((await readdir(path)).length > 0) return;
    await rmdir(path);
  }
}
