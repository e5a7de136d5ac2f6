// Keeps what exporters told us over a restart: templates and option data, in one JSON file written atomically. A file
// that cannot be used is set aside with a warning; weir then learns anew, as it would have without it.

import { readFileSync, renameSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '../lib/log.ts';
import { makeFolder } from '../lib/make-folder.ts';

/** Who has state: the decoder. */
export interface StateOwner {
  save(): object;
  /** Number of templates taken. Throws where the state cannot be used. */
  restore(state: unknown): number;
}

export class StateFile {
  readonly #path: string;
  readonly #owner: StateOwner;
  readonly #log: Log;
  #saving: Promise<void> = Promise.resolve();
  #written = '';
  #isLoaded = false;

  constructor(path: string, owner: StateOwner, log: Log) {
    this.#path = path;
    this.#owner = owner;
    this.#log = log;
  }

  /** Reads the file if there is one. */
  load(): void {
    this.#isLoaded = true;
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return;
    }
    try {
      const templates = this.#owner.restore(JSON.parse(text));
      this.#log.info({ templates, file: this.#path }, 'templates restored');
    } catch (error) {
      const aside = `${this.#path}.unusable`;
      renameSync(this.#path, aside);
      this.#log.warn({ file: aside, error: (error as Error).message }, 'the state file cannot be used, set aside');
    }
  }

  /**
   * Writes the file, if anything changed since the last time: beside it first, so that a crash leaves the old one. Before
   * load() it does nothing: a start that failed early must not empty the file.
   */
  save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#write());
    return this.#saving;
  }

  async #write(): Promise<void> {
    if (!this.#isLoaded) return;
    const text = JSON.stringify(this.#owner.save());
    if (text === this.#written) return;
    try {
      makeFolder(dirname(this.#path));
      await writeFile(`${this.#path}.new`, text);
      await rename(`${this.#path}.new`, this.#path);
      this.#written = text;
    } catch (error) {
      this.#log.warn({ file: this.#path, error: (error as Error).message }, 'the state file cannot be written');
    }
  }
}
