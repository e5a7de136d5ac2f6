// A table that a user keeps in files: read at the start, and again when one of them changes. What reads the texts, and
// what it makes of them, is for each table to say; one that cannot be used leaves what was read before in force.

import type { Log } from '../lib/log.ts';
import { type FileText, WatchedFiles } from '../lib/watched-files.ts';

export interface FileTableOptions {
  /** Files, absolute paths; a later one wins. */
  readonly files: readonly string[];
  /** Milliseconds between two looks for changed files. */
  readonly reloadMs: number;
}

export abstract class FileTable {
  /** Look-ups that found something, and those that did not, since the start. */
  hits = 0;
  misses = 0;
  /** How often they were read again. */
  readonly files: WatchedFiles;

  /** @param key of the configuration that names the files, for messages */
  constructor({ files, reloadMs }: FileTableOptions, key: string, log: Log) {
    this.files = new WatchedFiles({ files, reloadMs, key }, (texts) => this.take(texts), log);
  }

  /** Reads the files and watches them. Throws ConfigError, naming file and line, for one that cannot be used. */
  start(): Promise<void> {
    return this.files.start();
  }

  /** Looks no more for changed files. */
  stop(): void {
    this.files.stop();
  }

  /** Looks for changed files now. */
  check(): Promise<void> {
    return this.files.check();
  }

  /** Entries in use. */
  abstract get size(): number;

  /** Makes a new table of all texts, and then exchanges them. Throws ConfigError, having changed nothing. */
  protected abstract take(texts: readonly FileText[]): void | Promise<void>;
}
