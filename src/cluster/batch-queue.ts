// Datagrams on their way to one worker process: packed into batches, kept until the worker has acknowledged them, and
// given again, in order, to the process that takes a dead one's place. Bounded: beyond it new datagrams are dropped and
// counted, for a worker that is too slow or does not come up must not take the memory of all.

import type { Datagram } from '../flow/datagram.ts';
import { cutDatagram, OpenBatch } from './batch-format.ts';
import { BufferPool } from './buffer-pool.ts';

export interface BatchQueueOptions {
  /** Names the process in the batches, at most 255 characters. */
  readonly receiver: string;
  /** Size of a batch, bytes; 66 kB at least, so that it holds any datagram. */
  readonly batchBytes: number;
  /** Longest time that a datagram waits for its batch to fill, ms. */
  readonly flushMs: number;
  /** Batches not acknowledged, bytes. */
  readonly maxBytes: number;
}

interface KeptBatch {
  readonly number: number;
  readonly body: Buffer;
  readonly datagrams: number;
}

export class BatchQueue {
  /** Datagrams not acknowledged yet. */
  waiting = 0;
  acknowledged = 0;
  /** Datagrams for which there was no room. */
  dropped = 0;
  /** Datagrams given again to the next process. */
  resent = 0;
  /** Datagrams taken out by remove(). */
  removed = 0;
  readonly #options: BatchQueueOptions;
  readonly #pool: BufferPool;
  readonly #open: OpenBatch;
  #kept: KeptBatch[] = [];
  #bytes = 0;
  #lastSent = 0;
  #send: ((body: Buffer) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatchQueueOptions) {
    this.#options = options;
    this.#pool = new BufferPool(options.batchBytes);
    this.#open = new OpenBatch(options.receiver, this.#pool);
  }

  append(datagram: Datagram): void {
    if (this.#bytes >= this.#options.maxBytes) {
      this.dropped++;
      return;
    }
    if (!this.#open.append(datagram)) {
      this.flush();
      this.#open.append(datagram);
    }
    this.waiting++;
    this.#timer ??= setTimeout(() => this.flush(), this.#options.flushMs);
  }

  /** The end of a transport session, which voids its templates; never dropped. */
  endSession(address: string, port: number, nowMs: number): void {
    if (!this.#open.appendSessionEnd(address, port, nowMs)) {
      this.flush();
      this.#open.appendSessionEnd(address, port, nowMs);
    }
    this.#timer ??= setTimeout(() => this.flush(), this.#options.flushMs);
  }

  /** Closes the batch that is being filled, and sends it where there is somebody to take it. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#open.isEmpty) return;
    const batch = this.#open.close();
    this.#kept.push(batch);
    this.#bytes += batch.body.length;
    if (this.#send === undefined) return;
    this.#lastSent = batch.number;
    this.#send(batch.body);
  }

  /** A process is there that has seen nothing yet: gives it all that is not acknowledged, and what comes. */
  connect(send: (body: Buffer) => void): void {
    for (const { body } of this.#kept) send(body);
    this.#lastSent = this.#kept.at(-1)?.number ?? this.#lastSent;
    this.#send = send;
  }

  /** The process has ended. Batches that it was sent and has not acknowledged will be sent again. */
  disconnect(): void {
    if (this.#send === undefined) return;
    this.#send = undefined;
    for (const { datagrams } of this.#kept) this.resent += datagrams;
  }

  /** Number of the last batch that a process was given; the next one is given them again. */
  get lastSent(): number {
    return this.#lastSent;
  }

  /** Takes a datagram out, while no process is connected: it is not given again. Undefined where it is not there. */
  remove(id: string): Datagram | undefined {
    for (const [i, batch] of this.#kept.entries()) {
      const cut = cutDatagram(batch.body, id);
      if (cut === undefined) continue;
      this.#kept[i] = { ...batch, body: cut.rest, datagrams: batch.datagrams - 1 };
      this.#bytes -= batch.body.length - cut.rest.length;
      this.waiting--;
      this.removed++;
      return cut.datagram;
    }
    return undefined;
  }

  /** All batches up to this number are done with. False where there were none. */
  acknowledge(number: number): boolean {
    let done = 0;
    for (const batch of this.#kept) {
      if (batch.number > number) break;
      this.waiting -= batch.datagrams;
      this.acknowledged += batch.datagrams;
      this.#bytes -= batch.body.length;
      this.#pool.giveBack(batch.body);
      done++;
    }
    if (done > 0) this.#kept = this.#kept.slice(done);
    return done > 0;
  }

  /** True when all that was appended is acknowledged. */
  get isEmpty(): boolean {
    return this.#kept.length === 0 && this.#open.isEmpty;
  }
}
