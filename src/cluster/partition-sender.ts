// One partition at the receiver's side: batches go to Redis one at a time, in the order in which they were closed. Where
// each one is at any time:
//
//   kept      in the stream, and remembered for a moment: a Redis that is killed, or fails over, may come back without its
//             last writes; it then says so, and they are sent again
//   again     kept ones to be sent again
//   sending   the one under way; tried until Redis has it
//   spool     on disk, oldest first
//   queue     in memory, oldest first; all of them newer than those on disk
//
// What has waited in memory for `spoolAfterMs` goes to disk, as does everything when memory is used up.

import type { Spool, SpoolFrame } from '../lib/spool.ts';
import { OpenBatch, readBatchHeader } from './batch-format.ts';
import type { BufferPool } from './buffer-pool.ts';
import { KeptBatches } from './kept-batches.ts';
import type { RedisStreams } from './redis.ts';
import type { SendCounters } from './send-counters.ts';

export interface SenderOptions {
  /** Id of this receiver: one start of one process. */
  readonly receiver: string;
  /** A batch that waits longer in memory goes to disk, ms. */
  readonly spoolAfterMs: number;
  /** How long batches are remembered after Redis took them, ms, and how many bytes of them. */
  readonly keepMs: number;
  readonly keepBytes: number;
  /** Pause after Redis was full or failed, ms. */
  readonly retryMs: number;
  /** A stream holds no more, bytes of batches. */
  readonly maxStreamBytes: number;
}

/** Memory of all partitions for closed batches. */
export interface SendMemory {
  used: number;
  readonly max: number;
}

interface Batch {
  readonly receiver: string;
  readonly number: number;
  readonly datagrams: number;
  readonly body: Buffer;
  /** When it was closed, or read from disk. */
  readonly sinceMs: number;
  /** Set when it is on disk. */
  frame: SpoolFrame | undefined;
}

export class PartitionSender {
  readonly open: OpenBatch;
  readonly #partition: number;
  readonly #options: SenderOptions;
  readonly #redis: RedisStreams;
  readonly #spool: Spool;
  readonly #memory: SendMemory;
  readonly #counters: SendCounters;
  readonly #pool: BufferPool;
  readonly #kept: KeptBatches;
  #again: Batch[] = [];
  #sending: Batch | undefined;
  #queue: Batch[] = [];
  #isRunning = false;
  #isPumping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    partition: number,
    options: SenderOptions,
    parts: {
      readonly redis: RedisStreams;
      readonly spool: Spool;
      readonly memory: SendMemory;
      readonly counters: SendCounters;
      readonly pool: BufferPool;
    },
  ) {
    this.#partition = partition;
    this.#options = options;
    this.#redis = parts.redis;
    this.#spool = parts.spool;
    this.#memory = parts.memory;
    this.#counters = parts.counters;
    this.#pool = parts.pool;
    this.#kept = new KeptBatches(options.keepBytes, options.keepMs);
    this.open = new OpenBatch(options.receiver, parts.pool);
  }

  /** True when Redis has everything. */
  get isEmpty(): boolean {
    const isIdle = this.#sending === undefined && this.#again.length === 0 && this.#queue.length === 0;
    return isIdle && this.open.isEmpty && !this.#spool.hasUnread;
  }

  /** Finds what an earlier run left on disk. */
  recover(): void {
    const found = this.#spool.open();
    this.#counters.recovered += found;
    this.#counters.spooled += found;
  }

  /** Begins to send. */
  start(): void {
    this.#isRunning = true;
    void this.#pump();
  }

  /** Closes the batch that is being filled, and sends it when its turn comes. */
  flush(): void {
    if (this.open.isEmpty) return;
    const { body, number, datagrams } = this.open.close();
    const { receiver } = this.#options;
    this.#counters.waiting += datagrams;
    this.#memory.used += body.length;
    this.#queue.push({ receiver, number, datagrams, body, sinceMs: performance.now(), frame: undefined });
    if (this.#memory.used > this.#memory.max) {
      this.#shelve(Number.NEGATIVE_INFINITY);
      while (this.#memory.used > this.#memory.max && this.#queue.length > 0) this.#drop();
    }
    void this.#pump();
  }

  /** To be called now and then: moves to disk what has waited too long, and forgets what was kept. */
  tick(nowMs: number): void {
    this.#shelve(this.#options.spoolAfterMs);
    this.#kept.expire(nowMs);
  }

  /** Ends; what Redis has not taken goes to disk. */
  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    this.flush();
    this.#shelve(Number.NEGATIVE_INFINITY);
    const unsaved = [this.#sending, ...this.#again, ...this.#queue];
    for (const batch of unsaved) {
      if (batch === undefined || batch.frame !== undefined) continue;
      this.#counters.waiting -= batch.datagrams;
      this.#counters.dropped.stopped += batch.datagrams;
    }
    this.#spool.close();
  }

  async #pump(): Promise<void> {
    if (this.#isPumping || !this.#isRunning || this.#timer !== undefined) return;
    this.#isPumping = true;
    let goesOn = true;
    while (goesOn && this.#isRunning) {
      this.#sending ??= this.#again.shift() ?? (await this.#fromDisk()) ?? this.#queue.shift();
      goesOn = this.#sending !== undefined && this.#isRunning && (await this.#send(this.#sending));
    }
    this.#isPumping = false;
    if (this.#sending === undefined || !this.#isRunning) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#pump();
    }, this.#options.retryMs);
  }

  /** False: to be tried again after a pause. */
  async #send(batch: Batch): Promise<boolean> {
    const counters = this.#counters;
    const oldest = this.#kept.oldest(batch.receiver) ?? batch.number;
    try {
      const { maxStreamBytes } = this.#options;
      const result = await this.#redis.add(this.#partition, batch.receiver, batch, oldest, maxStreamBytes);
      if (result.outcome === 'full') {
        counters.full++;
        return false;
      }
      if (result.outcome === 'gap') this.#rewind(result.lastNumber);
      else {
        if (result.outcome === 'known') counters.known++;
        this.#taken(batch);
      }
      return true;
    } catch {
      // Logged by the client. Whether Redis has it, it will say at the next attempt.
      counters.failures++;
      return false;
    }
  }

  #taken(batch: Batch): void {
    // After stop() it is on disk, and counted as such; the next run hears that Redis knows it.
    if (!this.#isRunning) return;
    const counters = this.#counters;
    this.#sending = undefined;
    counters.batches++;
    counters.bytes += batch.body.length;
    counters.sent += batch.datagrams;
    if (batch.frame === undefined) counters.waiting -= batch.datagrams;
    else {
      counters.spooled -= batch.datagrams;
      this.#spool.settle(batch.frame);
    }
    this.#memory.used -= batch.body.length;
    this.#kept.add(batch.receiver, batch.number, batch.datagrams, batch.body);
    // Should an old request with it still be on its way: Redis knows its number, and takes nothing.
    this.#pool.giveBack(batch.body);
  }

  /** Redis has lost what came after `lastNumber`: that is sent again, then the one that was under way. */
  #rewind(lastNumber: number): void {
    const { receiver } = this.#sending!; // Redis speaks of the one under way
    const sinceMs = performance.now();
    // None: what Redis misses was dropped, or is damaged on disk. The next attempt asks for nothing older.
    const lost: Batch[] = this.#kept.takeAfter(lastNumber).map((kept) => {
      return { ...kept, receiver, sinceMs, frame: undefined };
    });
    for (const batch of lost) {
      this.#memory.used += batch.body.length;
      this.#counters.sent -= batch.datagrams;
      this.#counters.waiting += batch.datagrams;
    }
    this.#counters.rewound += lost.length;
    this.#again = [...lost, this.#sending!, ...this.#again];
    this.#sending = undefined;
  }

  async #fromDisk(): Promise<Batch | undefined> {
    for (let frame = this.#spool.next(); frame !== undefined; frame = this.#spool.next()) {
      const body = await this.#spool.read(frame);
      if (!this.#isRunning) return undefined; // it stays where it is
      const header = body === undefined ? undefined : headerOf(body);
      if (body !== undefined && header !== undefined) {
        this.#memory.used += body.length;
        const { receiver, number } = header;
        return { receiver, number, datagrams: frame.documents, body, sinceMs: performance.now(), frame };
      }
      this.#counters.spooled -= frame.documents;
      this.#counters.dropped.spoolCorrupt += frame.documents;
      this.#spool.settle(frame);
    }
    return undefined;
  }

  /** Puts what has waited in memory for `afterMs` on disk, oldest first, until the disk refuses. */
  #shelve(afterMs: number): void {
    const dueMs = performance.now() - afterMs;
    if (this.#sending !== undefined && this.#sending.sinceMs <= dueMs && !this.#copyToDisk(this.#sending)) return;
    for (const batch of this.#again) if (batch.sinceMs <= dueMs && !this.#copyToDisk(batch)) return;
    let shelved = 0;
    for (const batch of this.#queue) {
      if (batch.sinceMs > dueMs || !this.#copyToDisk(batch)) break;
      this.#spool.enqueue(batch.frame!); // copyToDisk() set it
      this.#memory.used -= batch.body.length;
      this.#pool.giveBack(batch.body);
      shelved++;
    }
    if (shelved > 0) this.#queue = this.#queue.slice(shelved);
  }

  #copyToDisk(batch: Batch): boolean {
    if (batch.frame !== undefined) return true;
    batch.frame = this.#spool.append(batch.body, batch.datagrams);
    if (batch.frame === undefined) return false;
    this.#counters.waiting -= batch.datagrams;
    this.#counters.spooled += batch.datagrams;
    return true;
  }

  /** Gives up the newest: what is older has its place already. Its number is missing then, which Redis must not mind. */
  #drop(): void {
    const batch = this.#queue.pop()!;
    this.#memory.used -= batch.body.length;
    this.#pool.giveBack(batch.body);
    this.#counters.waiting -= batch.datagrams;
    this.#counters.dropped.spoolFull += batch.datagrams;
  }
}

function headerOf(body: Buffer): { receiver: string; number: number } | undefined {
  try {
    return readBatchHeader(body);
  } catch {
    return undefined;
  }
}
