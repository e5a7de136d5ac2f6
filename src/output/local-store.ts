// The embedded default: documents as lines in plain files, no server needed.
//
//   data/flows/2026/11/21/2026-11-21T10-05-00Z.ndjson       being written: plain, readable, flushed every second
//   data/flows/2026/11/21/2026-11-21T10-00-00Z.ndjson.gz    closed: compressed beside the hot path
//
// Files are cut by the time of writing, at multiples of the rotation period; a restart within a period goes on in a file
// of its own (…-2). What cannot be written is counted and warned about, and never ends the process.

import { join } from 'node:path';
import type { Log } from '../lib/log.ts';
import { OutputCounters } from './counters.ts';
import type { DocumentKind, Output } from './output.ts';
import { StoreFile } from './store-file.ts';
import { compressClosed, pruneStore } from './store-files.ts';

export interface LocalStoreOptions {
  /** Parent of flows/, counters/ and exporters/. */
  readonly directory: string;
  /** A file is closed and compressed at multiples of this, ms. */
  readonly rotateMs: number;
  /** Longest time until a document is in its file, ms. */
  readonly flushMs: number;
  /** Files are deleted at this age, ms; undefined: never. */
  readonly keepMs: number | undefined;
  /** All closed files together, bytes; the oldest are deleted beyond it. */
  readonly maxBytes: number;
  /**
   * True for a process beside the one that keeps the store, which compresses every closed file: an open one has a name of
   * its own until it is closed, and compression and retention are left to the other.
   */
  readonly isGuest: boolean;
  /** A failure to write that lasts is logged again after so many ms. */
  readonly logIntervalMs: number;
}

/** Compression of old files and retention look again after this, ms, besides every rotation. */
const TIDY_MS = 60_000;
const KINDS: readonly DocumentKind[] = ['flows', 'counters', 'exporters'];

export class LocalStore implements Output {
  readonly counters = new OutputCounters();
  readonly #options: LocalStoreOptions;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #files: Record<DocumentKind, StoreFile>;
  #timer: NodeJS.Timeout | undefined;
  #tidying: Promise<void> | undefined;
  #tidyAgain = false;
  readonly #abort = new AbortController();
  #tidiedMs = 0;
  #loggedMs = Number.NEGATIVE_INFINITY;

  /** @param now epoch ms; for tests */
  constructor(options: LocalStoreOptions, log: Log, now: () => number = Date.now) {
    this.#options = options;
    this.#log = log;
    this.#now = now;
    const file = (kind: DocumentKind): StoreFile =>
      new StoreFile(join(options.directory, kind), options.isGuest ? '.part' : '', this.counters, (error) =>
        this.#warn(error),
      );
    this.#files = { flows: file('flows'), counters: file('counters'), exporters: file('exporters') };
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.tick(), Math.max(10, this.#options.flushMs));
    this.#tidy(); // what a crash left uncompressed
  }

  append(kind: DocumentKind, _timestampMs: number, _id: string, text: string): void {
    this.counters.appended += 1;
    this.counters.waiting += 1;
    const file = this.#files[kind];
    if (file.append(text)) return;
    file.write(this.#now(), this.#options.rotateMs);
    if (!file.append(text)) file.refuse();
  }

  /** Flushes and rotates what is due; the timer calls it. */
  tick(): void {
    const now = this.#now();
    let hasClosed = false;
    for (const kind of KINDS) {
      this.#files[kind].write(now, this.#options.rotateMs);
      hasClosed = this.#files[kind].rotate(now) || hasClosed;
    }
    if (hasClosed || now - this.#tidiedMs >= TIDY_MS) this.#tidy();
  }

  async drain(): Promise<void> {
    this.tick();
  }

  /** Resolves when no file is being compressed or deleted. */
  async tidied(): Promise<void> {
    while (this.#tidying !== undefined) await this.#tidying;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const kind of KINDS) {
      this.#files[kind].write(this.#now(), this.#options.rotateMs);
      this.#files[kind].close();
    }
    this.#tidyAgain = false;
    this.#abort.abort(); // compressing a large file may take long: the next start begins it anew
    await this.#tidying;
  }

  /** Compresses closed files and deletes old ones; one round at a time. */
  #tidy(): void {
    if (this.#options.isGuest) return;
    if (this.#tidying !== undefined) {
      this.#tidyAgain = true;
      return;
    }
    this.#tidiedMs = this.#now();
    const folders = KINDS.map((kind) => join(this.#options.directory, kind));
    const isOpen = (path: string): boolean => KINDS.some((kind) => this.#files[kind].path === path);
    this.#tidying = compressClosed(folders, isOpen, this.#abort.signal)
      .then(() => pruneStore(folders, this.#now(), this.#options))
      .catch((error: Error) => {
        if (error.name !== 'AbortError') this.#warn(error);
      })
      .finally(() => {
        this.#tidying = undefined;
        if (this.#tidyAgain) {
          this.#tidyAgain = false;
          this.#tidy();
        }
      });
  }

  #warn(error: Error): void {
    const now = this.#now();
    if (now - this.#loggedMs < this.#options.logIntervalMs) return;
    this.#loggedMs = now;
    this.#log.error({ reason: error.message, dropped: this.counters.dropped.writeError }, 'the local store fails');
  }
}
