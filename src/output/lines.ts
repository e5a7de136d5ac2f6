// Documents as lines on stdout, for `weir decode`. Written synchronously in large pieces: the process may end right after
// the last one. A reader that closes the pipe (head) is a quiet end.

import { writeSync } from 'node:fs';
import { OutputCounters } from './counters.ts';
import type { DocumentKind, Output } from './output.ts';
import { OutputError } from './output.ts';

const BUFFER_BYTES = 128 * 1024;
/** Pause while the reader of a non-blocking pipe is slow, ms. */
const RETRY_MS = 2;

export class LineOutput implements Output {
  readonly counters = new OutputCounters();
  readonly #file: number;
  readonly #write: typeof writeSync;
  readonly #bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #length = 0;
  #documents = 0;
  #isEnded = false;

  /** @param write for tests. The descriptor (1 for stdout) is open and stays open. */
  constructor(options: { readonly fd: number }, write: typeof writeSync = writeSync) {
    this.#file = options.fd;
    this.#write = write;
  }

  /** True when nobody reads any more (EPIPE): `weir decode … | head`. What comes then is dropped and counted. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  async start(): Promise<void> {}

  /** Throws OutputError when the descriptor fails otherwise than by a closed pipe (a full disk). */
  append(_kind: DocumentKind, _timestampMs: number, _id: string, text: string): void {
    this.counters.appended += 1;
    if (this.#isEnded) {
      this.counters.dropped.writeError += 1;
      return;
    }
    this.counters.waiting += 1;
    const mostBytes = text.length * 3 + 1; // ASCII as a rule
    if (mostBytes > BUFFER_BYTES - this.#length) this.flush();
    this.#documents += 1;
    if (mostBytes > BUFFER_BYTES) {
      this.#send(Buffer.from(`${text}\n`));
      return;
    }
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
    this.#bytes[this.#length] = 10;
    this.#length += 1;
  }

  /** Writes what is buffered. Throws OutputError. */
  flush(): void {
    this.#send(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
  }

  async drain(): Promise<void> {
    this.flush();
  }

  async stop(): Promise<void> {
    this.flush();
  }

  #send(bytes: Buffer): void {
    const documents = this.#documents;
    this.#documents = 0;
    if (documents === 0) return;
    this.counters.waiting -= documents;
    try {
      if (!this.#isEnded) this.#writeAll(bytes);
    } catch (cause) {
      this.counters.dropped.writeError += documents;
      const message = `writing documents to descriptor ${this.#file}: ${(cause as Error).message}`;
      throw new OutputError(message, false, { cause });
    }
    if (this.#isEnded) this.counters.dropped.writeError += documents;
    else this.counters.written += documents;
  }

  #writeAll(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += this.#write(this.#file, bytes, at, bytes.length - at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EPIPE') {
          this.#isEnded = true;
          return;
        }
        if (code !== 'EAGAIN') throw error;
        Atomics.wait(SLEEP, 0, 0, RETRY_MS);
      }
    }
    this.counters.bytes += bytes.length;
  }
}

const SLEEP = new Int32Array(new SharedArrayBuffer(4));
