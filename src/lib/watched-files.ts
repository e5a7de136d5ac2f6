// Files that a user changes while weir runs: read at the start, where any fault ends it, and again when one of them
// changes. Then a fault is a warning and what was read before stays in use. Looks at times and sizes, since watching
// folders misses changes on network file systems and in mounted ConfigMaps.

import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from './errors.ts';
import type { Log } from './log.ts';

export interface WatchedFilesOptions {
  /** Paths, absolute or relative to the working folder; none: nothing is watched. */
  readonly files: readonly string[];
  /** Milliseconds between two looks. */
  readonly reloadMs: number;
  /** Key of the configuration that names the files, for messages. */
  readonly key: string;
}

export interface FileText {
  readonly file: string;
  readonly text: string;
}

export class WatchedFiles {
  /** Times that changed files were taken over since the start. */
  reloads = 0;
  /** Times that changed files could not be used. */
  failures = 0;
  readonly #options: WatchedFilesOptions;
  readonly #take: (texts: readonly FileText[]) => void | Promise<void>;
  readonly #log: Log;
  #version = '';
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> | undefined;

  /** @param take uses all files' texts together; throws ConfigError for what it cannot use, and then changes nothing */
  constructor(options: WatchedFilesOptions, take: (texts: readonly FileText[]) => void | Promise<void>, log: Log) {
    this.#options = options;
    this.#take = take;
    this.#log = log;
  }

  /** Reads the files, and looks for changes from now on. Throws ConfigError for a file that cannot be used. */
  async start(): Promise<void> {
    if (this.#options.files.length === 0 || this.#timer !== undefined) return;
    this.#version = await this.#versions();
    await this.#take(await this.#read());
    this.#timer = setInterval(() => void this.check(), this.#options.reloadMs);
    this.#timer.unref();
  }

  /** Looks no more for changes. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks now; joins a look that is under way. Never fails. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #check(): Promise<void> {
    // Before reading: who writes meanwhile changes the version, and is read again at the next look.
    const version = await this.#versions();
    if (version === this.#version) return;
    this.#version = version;
    const { files, key } = this.#options;
    try {
      await this.#take(await this.#read());
      this.reloads++;
      this.#log.info({ files }, `${key} read again`);
    } catch (error) {
      this.failures++;
      this.#log.warn({ files, reason: (error as Error).message }, `${key} changed and cannot be used: the old stays`);
    }
  }

  async #versions(): Promise<string> {
    const infos = await Promise.all(this.#options.files.map((file) => stat(file).catch(() => undefined)));
    return infos.map((info) => (info === undefined ? '-' : `${info.mtimeMs} ${info.size} ${info.ino}`)).join('/');
  }

  #read(): Promise<FileText[]> {
    const { files, key } = this.#options;
    return Promise.all(
      files.map(async (file, i) => {
        try {
          return { file, text: await readFile(file, 'utf8') };
        } catch (cause) {
          throw new ConfigError(`${key}[${i}]`, file, 'a readable file', { cause });
        }
      }),
    );
  }
}
