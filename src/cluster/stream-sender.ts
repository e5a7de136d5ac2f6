// The way of datagrams from the socket into the streams. receive() copies a datagram into the batch of its partition and
// returns; batches are closed when they are full or `flushMs` have passed. Nothing here ever waits for Redis: what it does
// not take is kept in memory, then on disk (partition-sender.ts).

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Datagram } from '../flow/datagram.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { Spool } from '../lib/spool.ts';
import { BufferPool } from './buffer-pool.ts';
import { partitionOf } from './keys.ts';
import { PartitionSender, type SenderOptions } from './partition-sender.ts';
import type { RedisStreams } from './redis.ts';
import { SendCounters } from './send-counters.ts';

export interface StreamSenderOptions extends SenderOptions {
  readonly partitions: number;
  /** Size of a batch; one datagram at least (66 kB) fits in. */
  readonly batchBytes: number;
  /** Longest time that a datagram waits for its batch to fill, ms. */
  readonly flushMs: number;
  /** Closed batches in memory, all partitions together, bytes. */
  readonly memoryBytes: number;
  /** Parent of the partitions' folders on disk, and the bound of all of them, bytes. */
  readonly directory: string;
  readonly maxSpoolBytes: number;
}

export interface StreamSenderHooks {
  /** Told of every failed write to disk; the caller limits its logging. */
  onSpoolError(error: Error): void;
  /** Called once when it makes no sense to go on: others use another number of partitions. */
  onFatal(error: Error): void;
  readonly log: Log;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
const TICK_MS = 250;
const AGREE_EVERY_MS = 2000;
/** The largest datagram with all that goes with it. */
const MIN_BATCH_BYTES = 66_048;
/** Exporters whose partition is remembered; forged ones must not grow the memory. */
const EXPORTERS_CACHED = 65_536;

export class StreamSender {
  readonly counters = new SendCounters();
  readonly #options: StreamSenderOptions;
  readonly #redis: RedisStreams;
  readonly #hooks: StreamSenderHooks;
  readonly #partitions: PartitionSender[];
  readonly #ofExporter = new Map<string, PartitionSender>();
  readonly #timers: NodeJS.Timeout[] = [];
  #isRunning = false;
  #hasAgreed = false;
  #isEnded = false;
  #isHurried = false;

  constructor(options: StreamSenderOptions, redis: RedisStreams, hooks: StreamSenderHooks) {
    this.#options = options;
    this.#redis = redis;
    this.#hooks = hooks;
    const { counters } = this;
    const memory = { used: 0, max: options.memoryBytes };
    const budget = { bytes: 0 };
    const pool = new BufferPool(Math.max(MIN_BATCH_BYTES, options.batchBytes));
    const limits = { maxBytes: options.maxSpoolBytes, segmentBytes: SEGMENT_BYTES, budget };
    this.#partitions = Array.from({ length: options.partitions }, (_, partition) => {
      const directory = join(options.directory, folderName(partition));
      const spool = new Spool({ directory, ...limits }, hooks.onSpoolError);
      return new PartitionSender(partition, options, { redis, spool, memory, counters, pool });
    });
  }

  /** Finds what is on disk and begins to send. Does not wait for Redis. Throws ConfigError. */
  start(): void {
    this.#checkFolders();
    for (const partition of this.#partitions) partition.recover();
    const { recovered } = this.counters;
    if (recovered > 0) this.#hooks.log.info({ datagrams: recovered }, 'found datagrams in the spool');
    this.#isRunning = true;
    this.#timers.push(
      setInterval(() => {
        for (const partition of this.#partitions) partition.flush();
      }, this.#options.flushMs),
      setInterval(() => {
        const now = performance.now();
        for (const partition of this.#partitions) partition.tick(now);
      }, TICK_MS),
    );
    void this.#agree();
  }

  /** Datagrams in batches that are being filled. */
  get open(): number {
    return this.#partitions.reduce((sum, { open }) => sum + open.datagrams, 0);
  }

  /** Takes a datagram; copies its bytes. */
  receive(datagram: Datagram): void {
    this.counters.datagrams++;
    const partition = this.#ofExporter.get(datagram.exporterAddress) ?? this.#learn(datagram.exporterAddress);
    if (partition.open.append(datagram)) return;
    partition.flush();
    partition.open.append(datagram);
  }

  /** The templates of a transport session are void. */
  endSession(address: string, port: number): void {
    const partition = this.#ofExporter.get(address) ?? this.#learn(address);
    if (partition.open.appendSessionEnd(address, port, Date.now())) return;
    partition.flush();
    partition.open.appendSessionEnd(address, port, Date.now());
  }

  /** Gives Redis at most `timeoutMs` to take the rest, and keeps on disk what it has not taken. Idempotent. */
  async stop(timeoutMs: number): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    for (const partition of this.#partitions) partition.flush();
    const isDone = () => this.#hasAgreed && this.#partitions.every((partition) => partition.isEmpty);
    for (const until = performance.now() + timeoutMs; !isDone() && performance.now() < until; ) {
      if (this.#isHurried) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.#isEnded = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const partition of this.#partitions) partition.stop();
  }

  /** Ends the waiting that stop() does. */
  hurry(): void {
    this.#isHurried = true;
  }

  /** Sending begins when it is sure that all mean the same partitions. Asked again: Redis may have forgotten. */
  async #agree(): Promise<void> {
    const { partitions, retryMs } = this.#options;
    while (!this.#isEnded) {
      let pauseMs = AGREE_EVERY_MS;
      try {
        const held = await this.#redis.agree(partitions);
        if (this.#isEnded) return;
        if (held !== partitions) {
          this.#hooks.onFatal(partitionsError(partitions, held));
          return;
        }
        if (!this.#hasAgreed) for (const partition of this.#partitions) partition.start();
        this.#hasAgreed = true;
      } catch {
        // Logged by the client.
        pauseMs = retryMs;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
    }
  }

  #learn(address: string): PartitionSender {
    if (this.#ofExporter.size >= EXPORTERS_CACHED) this.#ofExporter.clear();
    const partition = this.#partitions[partitionOf(address, this.#partitions.length)]!;
    this.#ofExporter.set(address, partition);
    return partition;
  }

  /** What was left under another number of partitions belongs into other streams. */
  #checkFolders(): void {
    const { directory, partitions } = this.#options;
    if (!existsSync(directory)) return;
    for (const name of readdirSync(directory)) {
      const number = Number(/^p(\d+)$/.exec(name)?.[1] ?? -1);
      if (number < partitions) continue;
      const hasFiles = readdirSync(join(directory, name)).length > 0;
      if (hasFiles) {
        throw new ConfigError(
          'redis.partitions',
          partitions,
          `more than ${number}: ${directory}/${name} holds datagrams`,
        );
      }
    }
  }
}

/** Sorts as its number does. */
function folderName(partition: number): string {
  return `p${String(partition).padStart(4, '0')}`;
}

/** Somebody was first with another number. */
export function partitionsError(ours: number, held: number): ConfigError {
  return new ConfigError(
    'redis.partitions',
    ours,
    `${held}, as all receivers and workers of this Redis and prefix have`,
  );
}
