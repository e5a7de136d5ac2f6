// Closed bulk bodies on their way to Elasticsearch, in memory or on disk, and the two counters that say where their
// documents are: `waiting` (memory only) and `spooled` (disk). Every move between the two is made here.

import type { Spool, SpoolFrame } from '../lib/spool.ts';
import { Batch } from './batch.ts';
import { keepDocuments } from './bulk-body.ts';
import type { OutputCounters } from './counters.ts';

export interface Parcel {
  body: Buffer;
  documents: number;
  /** The memory of the body; undefined when it was read from the spool. */
  readonly batch: Batch | undefined;
  /** Set as soon as the documents are on disk. */
  frame: SpoolFrame | undefined;
  /** When the body was closed, in the writer's clock. */
  readonly closedMs: number;
}

/** A bounded number of batches, made when first needed and used again. */
export class BatchPool {
  readonly #batchBytes: number;
  readonly #maxBatches: number;
  readonly #canGrow: boolean;
  readonly #free: Batch[] = [];
  #made = 0;

  /** @param canGrow beyond the bound take() makes more, which are let go again: whoever appends heeds isEmpty */
  constructor(batchBytes: number, memoryBytes: number, canGrow: boolean) {
    this.#canGrow = canGrow;
    this.#batchBytes = batchBytes;
    this.#maxBatches = Math.max(2, Math.floor(memoryBytes / batchBytes));
  }

  get isEmpty(): boolean {
    return this.#free.length === 0 && this.#made >= this.#maxBatches;
  }

  take(): Batch | undefined {
    const batch = this.#free.pop();
    if (batch !== undefined || (this.#made >= this.#maxBatches && !this.#canGrow)) return batch;
    this.#made += 1;
    return new Batch(this.#batchBytes);
  }

  giveBack(batch: Batch | undefined): void {
    if (batch === undefined) return;
    const receipts = batch.receipts.slice();
    batch.clear();
    if (this.#made > this.#maxBatches) this.#made -= 1;
    else this.#free.push(batch);
    for (const receipt of receipts) receipt.settled();
  }
}

/** Bodies that wait to be sent, oldest first, and their way to the spool and out of it. */
export class ParcelQueue {
  readonly #pool: BatchPool;
  readonly #spool: Spool | undefined;
  readonly #counters: OutputCounters;
  #waiting: Parcel[] = [];

  constructor(pool: BatchPool, spool: Spool | undefined, counters: OutputCounters) {
    this.#pool = pool;
    this.#spool = spool;
    this.#counters = counters;
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(parcel: Parcel): void {
    this.#waiting.push(parcel);
  }

  shift(): Parcel | undefined {
    return this.#waiting.shift();
  }

  /** Leaves every body that is due to the spool. */
  shelve(isDue: (parcel: Parcel) => boolean): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter((parcel) => !isDue(parcel) || !this.#shelve(parcel));
  }

  /** Frees the memory of the oldest body, if the spool takes it. */
  shelveOldest(): void {
    const oldest = this.#waiting[0];
    if (oldest !== undefined && this.#shelve(oldest)) this.#waiting.shift();
  }

  /** Puts a copy of a body under way on disk; from then on its documents count as spooled. */
  copyToDisk(parcel: Parcel): boolean {
    if (parcel.frame !== undefined) return true;
    parcel.frame = this.#spool?.append(parcel.body, parcel.documents);
    if (parcel.frame === undefined) return false;
    this.#counters.waiting -= parcel.documents;
    this.#counters.spooled += parcel.documents;
    return true;
  }

  /**
   * Ends an attempt: the documents at `retry` (ascending positions) are kept for another one, all others are done.
   * @param isBlocking these documents may fail for long: let others pass
   */
  finish(parcel: Parcel, retry: readonly number[], isBlocking: boolean): void {
    const done = parcel.documents - retry.length;
    if (parcel.frame === undefined) this.#counters.waiting -= done;
    else this.#counters.spooled -= done;
    this.#counters.retries += retry.length;
    if (retry.length === 0) {
      if (parcel.frame !== undefined) this.#spool?.settle(parcel.frame);
      this.#pool.giveBack(parcel.batch);
    } else if (done === 0 && parcel.frame !== undefined) {
      if (isBlocking) this.#spool?.enqueue(parcel.frame);
      else this.#spool?.putBack(parcel.frame);
      this.#pool.giveBack(parcel.batch);
    } else {
      if (done > 0) parcel.body = keepDocuments(parcel.body, parcel.documents, retry);
      parcel.documents = retry.length;
      if (!this.#shelve(parcel)) this.#waiting.unshift(parcel); // the disk refuses: memory has to keep them
    }
  }

  /** The documents of a frame that cannot be read. */
  lose(frame: SpoolFrame): void {
    this.#counters.spooled -= frame.documents;
    this.#counters.dropped.spoolCorrupt += frame.documents;
    this.#spool?.settle(frame);
  }

  /** Gives up what is in memory only. */
  drop(): void {
    this.#counters.dropped.stopped += this.#counters.waiting;
    this.#counters.waiting = 0;
    this.#waiting = [];
  }

  /** Leaves a body to the spool and frees its memory. One that is the rest of a frame replaces that frame. */
  #shelve(parcel: Parcel): boolean {
    const old = parcel.frame;
    if (old === undefined) {
      if (!this.copyToDisk(parcel)) return false;
      this.#spool?.enqueue(parcel.frame!); // copyToDisk() set it
    } else {
      const rest = this.#spool?.append(parcel.body, parcel.documents, true);
      if (rest === undefined) return false;
      this.#spool?.enqueue(rest);
      this.#spool?.settle(old);
    }
    this.#pool.giveBack(parcel.batch);
    return true;
  }
}
