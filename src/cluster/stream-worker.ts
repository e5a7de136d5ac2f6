// Shares the partitions out among the workers that are there. All see the same list of workers and reckon the same quota:
// whoever has more gives back, whoever has less takes what is free. Nobody is in charge, and nobody is told anything.

import type { Log } from '../lib/log.ts';
import { type OwnerOptions, type OwnerParts, PartitionOwner } from './partition-owner.ts';
import type { Lag, Ownership, RedisStreams } from './redis.ts';
import { partitionsError } from './stream-sender.ts';
import { Care } from './suspects.ts';
import type { WorkCounters } from './work-counters.ts';

export interface StreamWorkerOptions extends OwnerOptions {
  /** Unique name of this start of this process. */
  readonly worker: string;
  readonly partitions: number;
  /** A worker that says nothing for so long is taken for dead, ms. */
  readonly leaseMs: number;
}

export interface StreamWorkerParts extends Omit<OwnerParts, 'care'> {
  readonly counters: WorkCounters;
  /** Called once when it makes no sense to go on: others use another number of partitions. */
  onFatal(error: Error): void;
}

/** Turns per lease: a lease survives some that fail. */
const TURNS_PER_LEASE = 5;

export class StreamWorker {
  /** What waited in the streams when it was last read, by partition; undefined: not read yet. */
  readonly lag: (Lag | undefined)[];
  /** Workers there, this one included. */
  workers = 0;
  readonly #options: StreamWorkerOptions;
  readonly #redis: RedisStreams;
  readonly #parts: StreamWorkerParts;
  readonly #care = new Care();
  readonly #log: Log;
  readonly #owners = new Map<number, PartitionOwner>();
  readonly #runs = new Set<Promise<void>>();
  readonly #stopping = new Set<number>();
  #isRunning = false;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #hurry = (): void => {};

  constructor(options: StreamWorkerOptions, parts: StreamWorkerParts) {
    this.#options = options;
    this.#redis = parts.redis;
    this.#parts = parts;
    this.#log = parts.log;
    this.lag = Array.from({ length: options.partitions }, () => undefined);
  }

  /** Partitions that this worker has, those that it is giving back included. */
  get partitions(): number[] {
    return [...this.#owners.keys()].sort((a, b) => a - b);
  }

  /** What waits in all streams; undefined until it was read. */
  get totalLag(): Lag | undefined {
    let [bytes, datagrams] = [0, 0];
    for (const lag of this.lag) {
      if (lag === undefined) return undefined;
      bytes += lag.bytes;
      datagrams += lag.datagrams;
    }
    return { bytes, datagrams };
  }

  /** Does not wait for Redis. */
  start(): void {
    this.#isRunning = true;
    this.#next(0);
  }

  /**
   * Gives everything back: what was read has `timeoutMs` to be acknowledged; the next owner reads the rest again.
   * Idempotent.
   */
  async stop(timeoutMs: number): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    clearTimeout(this.#timer);
    for (const owner of this.#owners.values()) owner.stop();
    const renewals = setInterval(() => void this.#renew(), this.#options.leaseMs / TURNS_PER_LEASE);
    await this.#turn;
    for (const owner of this.#owners.values()) owner.stop();
    const hurried = new Promise<void>((resolve) => {
      setTimeout(resolve, timeoutMs).unref();
      this.#hurry = resolve;
    });
    await Promise.race([Promise.all(this.#runs), hurried]);
    clearInterval(renewals);
    for (const owner of this.#owners.values()) owner.abandon();
    await Promise.all(this.#runs);
    try {
      await this.#redis.leave(this.#options.worker);
    } catch {
      // It counts as gone when its time is over.
    }
  }

  /** Ends the waiting that stop() does. */
  hurry(): void {
    this.#hurry();
  }

  #next(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#turn = this.#takeTurn().catch((error: Error) => {
        this.#log.debug({ error: error.message }, 'Redis failed');
      });
      void this.#turn.then(() => {
        if (this.#isRunning) this.#next(this.#options.leaseMs / TURNS_PER_LEASE);
      });
    }, delayMs);
  }

  async #takeTurn(): Promise<void> {
    const { partitions, worker, leaseMs } = this.#options;
    const { resets } = this.#redis;
    const held = await this.#redis.agree(partitions);
    if (held !== partitions) {
      this.#isRunning = false;
      this.#parts.onFatal(partitionsError(partitions, held));
      return;
    }
    if (this.#redis.resets !== resets) {
      this.#log.error({ datagrams: this.totalLag?.datagrams ?? 0 }, 'datagrams that waited when last looked are lost');
    }
    await this.#renew();
    const workers = await this.#redis.attend(worker, leaseMs);
    this.workers = workers.length;
    const quota = quotaOf(workers, worker, partitions);
    this.#giveBack(this.#owners.size - this.#stopping.size - quota);
    await this.#takeFree(quota);
    const lags = await Promise.all(this.lag.map((_, partition) => this.#redis.lag(partition)));
    this.lag.splice(0, partitions, ...lags);
  }

  async #renew(): Promise<void> {
    const { leaseMs } = this.#options;
    const renewals = [...this.#owners.values()].map((owner) => owner.renew(leaseMs));
    await Promise.allSettled(renewals);
  }

  #giveBack(count: number): void {
    for (const partition of this.partitions.reverse()) {
      if (count <= 0) return;
      if (this.#stopping.has(partition)) continue;
      this.#stopping.add(partition);
      this.#owners.get(partition)!.stop();
      count--;
    }
  }

  /** Begins somewhere, so that workers who start together do not all ask for the same. */
  async #takeFree(quota: number): Promise<void> {
    const { partitions, worker, leaseMs } = this.#options;
    const first = Math.floor(Math.random() * partitions);
    for (let i = 0; i < partitions && this.#isRunning; i++) {
      if (this.#owners.size - this.#stopping.size >= quota) return;
      const partition = (first + i) % partitions;
      if (this.#owners.has(partition)) continue;
      const ownership = await this.#redis.acquire(partition, worker, leaseMs);
      if (ownership !== undefined) this.#own(partition, ownership);
    }
  }

  #own(partition: number, ownership: Ownership): void {
    const { counters, log } = this.#parts;
    counters.acquired++;
    log.debug({ partition, owner: ownership.owner }, 'partition taken');
    const partitionOwner = new PartitionOwner(partition, this.#options.worker, ownership, this.#options, {
      ...this.#parts,
      care: this.#care,
    });
    this.#owners.set(partition, partitionOwner);
    const run = partitionOwner.run().then(() => {
      this.#owners.delete(partition);
      this.#stopping.delete(partition);
      this.#runs.delete(run);
    });
    this.#runs.add(run);
  }
}

/** Partitions that a worker should have: as many as all others, the first ones in the list one more. */
export function quotaOf(workers: readonly string[], worker: string, partitions: number): number {
  const place = workers.indexOf(worker);
  if (place === -1) return 0;
  const each = Math.floor(partitions / workers.length);
  return each + (place < partitions % workers.length ? 1 : 0);
}
