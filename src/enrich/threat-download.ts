// A list of bad addresses that lies on a server: fetched every so often, only when it has changed, and kept in a file, so
// that the next start has it at once, and also without internet. A fetch that fails leaves everything as it is. Of several
// processes with one such file one fetches, and the others take what it has written.

import { open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '../lib/log.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { urlWithoutCredentials } from '../lib/url.ts';

export interface ThreatDownloadOptions {
  readonly url: string;
  /** Where the last text is kept. */
  readonly file: string;
  /** Milliseconds between two fetches. */
  readonly refreshMs: number;
}

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 64 << 20;
/** After a failure; sooner where the list is refreshed more often. */
const RETRY_MS = 900_000;
/** While another process fetches. */
const LOOK_AGAIN_MS = 1000;
/** A process that has not finished by then was killed. */
const STALE_MS = 2 * TIMEOUT_MS;

export class ThreatDownload {
  /** Fetches that failed, or brought what cannot be used. */
  failures = 0;
  readonly #options: ThreatDownloadOptions;
  readonly #take: (text: string) => Promise<void>;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #abort = new AbortController();
  #version: Readonly<Record<string, string>> = {};
  /** Of the kept text that is in use, epoch ms. */
  #takenMs = 0;

  /** @param take uses a text; rejects for what it cannot use, and then changes nothing */
  constructor(options: ThreatDownloadOptions, take: (text: string) => Promise<void>, log: Log) {
    this.#options = options;
    this.#take = take;
    this.#log = log;
  }

  /** Takes what is kept, and fetches in the background when that is old. Never fails because of either. */
  async start(): Promise<void> {
    this.#abort = new AbortController();
    await this.#look();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  /** Fetches now. Never fails: the old stays. */
  async refresh(): Promise<void> {
    const { url, refreshMs } = this.#options;
    let next = refreshMs;
    try {
      if (!(await this.#fetchAlone())) next = LOOK_AGAIN_MS;
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.failures++;
      next = Math.min(refreshMs, RETRY_MS);
      const { message, cause } = error as Error;
      const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
      this.#log.warn({ url: urlWithoutCredentials(url), reason }, 'threat list could not be fetched: the old stays');
    }
    this.#schedule(next);
  }

  #schedule(afterMs: number, task: () => Promise<void> = () => this.#look()): void {
    clearTimeout(this.#timer);
    if (this.#abort.signal.aborted) return;
    this.#timer = setTimeout(() => void task(), afterMs);
    this.#timer.unref();
  }

  /** Takes what is kept, where that is new, and fetches when it is old. */
  async #look(): Promise<void> {
    const leftMs = this.#options.refreshMs - (await this.#takeKept());
    if (leftMs > 0) this.#schedule(leftMs);
    else this.#schedule(0, () => this.refresh());
  }

  /** How old the kept text is, in milliseconds. */
  async #takeKept(): Promise<number> {
    const { file } = this.#options;
    try {
      const { mtimeMs } = await stat(file);
      if (mtimeMs > this.#takenMs) await this.#take(await readFile(file, 'utf8'));
      this.#takenMs = mtimeMs;
      return Math.max(0, Date.now() - mtimeMs);
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isMissing) this.#log.warn({ file, reason: (error as Error).message }, 'kept threat list is not used');
      return Number.POSITIVE_INFINITY;
    }
  }

  get #part(): string {
    return `${this.#options.file}.part`;
  }

  /** False where another process is fetching. */
  async #fetchAlone(): Promise<boolean> {
    if (!(await this.#begin())) return false;
    try {
      await this.#fetch();
    } finally {
      await rm(this.#part, { force: true });
    }
    return true;
  }

  /** Makes the part file, which tells others that somebody is fetching. False where it is there. */
  async #begin(): Promise<boolean> {
    const part = this.#part;
    try {
      makeFolder(dirname(part));
      await (await open(part, 'wx')).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return true; // nothing can be kept, but still be used
      const since = await stat(part).catch(() => undefined);
      if (since !== undefined && Date.now() - since.mtimeMs > STALE_MS) await rm(part, { force: true });
      return false;
    }
  }

  async #fetch(): Promise<void> {
    const { url, file } = this.#options;
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(url, { headers: this.#version, signal });
    if (response.status === 304) {
      this.#takenMs = Date.now();
      const now = new Date(this.#takenMs);
      await utimes(file, now, now).catch(() => {}); // then others ask, too
      return;
    }
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body) {
      length += chunk.length;
      if (length > MAX_BYTES) throw new RangeError(`it is larger than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    await this.#take(bytes.toString('utf8'));
    const etag = response.headers.get('etag');
    const modified = response.headers.get('last-modified');
    this.#version = {
      ...(etag !== null && { 'if-none-match': etag }),
      ...(modified !== null && { 'if-modified-since': modified }),
    };
    makeFolder(dirname(file));
    await writeFile(this.#part, bytes);
    await rename(this.#part, file);
    this.#takenMs = (await stat(file)).mtimeMs;
  }
}
