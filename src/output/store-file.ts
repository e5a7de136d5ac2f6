// One kind's open file in the local store, with a buffer before it; a new file every rotation period.

import { closeSync, existsSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';
import type { OutputCounters } from './counters.ts';

/** Written when so full, or when the store's timer says so. */
const BUFFER_BYTES = 256 * 1024;

export class StoreFile {
  path: string | undefined;
  readonly #folder: string;
  readonly #suffix: string;
  readonly #counters: OutputCounters;
  readonly #onError: (error: Error) => void;
  #bytes: Buffer | undefined;
  #length = 0;
  #documents = 0;
  #file: number | undefined;
  #fileBytes = 0;
  #endMs = 0;

  /** @param suffix what the name of a file ends in while it is open, e.g. `.part`; empty: nothing */
  constructor(folder: string, suffix: string, counters: OutputCounters, onError: (error: Error) => void) {
    this.#folder = folder;
    this.#suffix = suffix;
    this.#counters = counters;
    this.#onError = onError;
  }

  /** False when the buffer has no room. */
  append(text: string): boolean {
    this.#bytes ??= Buffer.allocUnsafeSlow(BUFFER_BYTES);
    // As in a batch: text is ASCII; should it not be, three bytes per character are enough.
    if (this.#length + text.length * 3 + 1 > BUFFER_BYTES) return false;
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
    this.#bytes[this.#length] = 10;
    this.#length += 1;
    this.#documents += 1;
    return true;
  }

  /** Counts the document that append() had no room for even in an empty buffer, or after a failed write. */
  refuse(): void {
    this.#counters.waiting -= 1;
    this.#counters.dropped.writeError += 1;
  }

  /** Writes what is buffered. On failure it is dropped and counted: memory must not fill while a disk is full. */
  write(nowMs: number, rotateMs: number): void {
    if (this.#documents === 0 || this.#bytes === undefined) return;
    const documents = this.#documents;
    let written = 0;
    try {
      if (this.#file !== undefined && nowMs >= this.#endMs) this.close();
      const file = this.#file ?? this.#open(nowMs, rotateMs);
      while (written < this.#length) written += writeSync(file, this.#bytes, written, this.#length - written);
      this.#fileBytes += written;
      this.#counters.written += documents;
      this.#counters.bytes += written;
    } catch (error) {
      this.#counters.dropped.writeError += documents;
      this.#takeBack();
      this.#onError(error as Error);
    }
    this.#counters.waiting -= documents;
    this.#length = 0;
    this.#documents = 0;
  }

  /** Ends a file where the last complete write ended: what was counted as dropped is not in it. */
  #takeBack(): void {
    try {
      if (this.#file !== undefined) ftruncateSync(this.#file, this.#fileBytes);
    } catch {
      // the disk is failing: the error of the write itself is reported, and documents may be in the file and dropped
    }
    this.close();
  }

  /** Closes a file whose period is over; true when it did. */
  rotate(nowMs: number): boolean {
    if (this.#file === undefined || nowMs < this.#endMs) return false;
    this.close();
    return true;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    if (this.path !== undefined && this.#suffix !== '') renameSync(this.path, this.path.slice(0, -this.#suffix.length));
    this.#file = undefined;
    this.path = undefined;
  }

  #open(nowMs: number, rotateMs: number): number {
    const startMs = Math.floor(nowMs / rotateMs) * rotateMs;
    this.#endMs = startMs + rotateMs;
    const path = unusedPath(this.#folder, startMs, this.#suffix) + this.#suffix;
    makeFolder(dirname(path));
    this.#file = openSync(path, 'ax');
    this.#fileBytes = 0;
    this.path = path;
    return this.#file;
  }
}

/** FOLDER/2026/11/21/2026-11-21T10-05-00Z.ndjson; with -2, -3 … when an earlier process has been there. */
function unusedPath(folder: string, startMs: number, suffix: string): string {
  const time = new Date(startMs).toISOString();
  const stem = join(folder, ...time.slice(0, 10).split('-'), `${time.slice(0, 19).replaceAll(':', '-')}Z`);
  for (let n = 1; ; n += 1) {
    const path = `${stem}${n === 1 ? '' : `-${n}`}.ndjson`;
    if (!existsSync(path) && !existsSync(`${path}.gz`) && !existsSync(path + suffix)) return path;
  }
}
