// Documents to a file descriptor, one per line: stdout of `weir decode`. Synchronous and in large pieces, because a
// stream would queue without bound when the reader is slower than the decoder.

import { writeSync } from 'node:fs';
import { OutputCounters } from './counters.ts';
import type { DocumentKind, Output } from './output.ts';

const BUFFER_BYTES = 256 * 1024;

export class LineOutput implements Output {
  readonly counters = new OutputCounters();
  /** True when nobody reads any more (EPIPE): `weir decode … | head`. What comes then is dropped. */
  isEnded = false;
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;

  /** @param fd open for writing; stays open */
  constructor(options: { readonly fd: number }) {
    this.#fd = options.fd;
  }

  async start(): Promise<void> {}

  /** `text` is ASCII: its length is its size. */
  append(_kind: DocumentKind, _timestampMs: number, _id: string, text: string): void {
    this.counters.appended++;
    if (this.#used + text.length + 1 > BUFFER_BYTES) this.#flush();
    if (text.length + 1 > BUFFER_BYTES) {
      this.#write(Buffer.from(`${text}\n`, 'latin1'));
      return;
    }
    this.#used += this.#buffer.write(text, this.#used, 'latin1');
    this.#buffer[this.#used++] = 10;
  }

  async drain(_timeoutMs: number): Promise<void> {
    this.#flush();
  }

  async stop(): Promise<void> {
    this.#flush();
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  #write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.isEnded; ) {
      try {
        at += writeSync(this.#fd, bytes, at);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        // A pipe that is full and non-blocking: wait for its reader.
        if (code === 'EAGAIN') Atomics.wait(PAUSE, 0, 0, 1);
        else if (code === 'EPIPE') this.isEnded = true;
        else throw error;
      }
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
