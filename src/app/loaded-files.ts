// Which files `weir load` has put into the local store, so that it does so once: the store's lines have no ids of their
// own. One line per file, `DIGEST PATH`, in STORE/loaded.

import { createHash } from 'node:crypto';
import { appendFileSync, createReadStream, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../lib/make-folder.ts';

export class LoadedFiles {
  readonly #path: string;
  readonly #digests: Set<string>;

  constructor(storeDirectory: string) {
    this.#path = join(storeDirectory, 'loaded');
    this.#digests = new Set(readLines(this.#path).map((line) => line.split(' ')[0]!));
  }

  has(digest: string): boolean {
    return this.#digests.has(digest);
  }

  add(digest: string, path: string): void {
    if (this.#digests.has(digest)) return;
    this.#digests.add(digest);
    makeFolder(dirname(this.#path));
    appendFileSync(this.#path, `${digest} ${path}\n`);
  }
}

/** SHA-256 of a file's content, in hexadecimal. Rejects where it cannot be read. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
