// One partition at the worker's side, from becoming its owner to not being it any more.
//
// The order of things is what makes it exact. The state (templates, facts, waiting data) in Redis is always the one after
// the last acknowledged entry, since both change in one script. A new owner starts from it and is first given what was
// not acknowledged, oldest first; so redelivered data meets the template that was in force when it was received, and
// learns later ones where they came. What was written before the former owner died is written again under the same ids,
// which changes nothing. Every script asks whether the caller is still the owner; whatever goes wrong, the owner forgets
// all it knows and begins anew from what is stored. There is no other way of recovering.

import type { Log } from '../lib/log.ts';
import { BatchError, BatchReader } from './batch-format.ts';
import type { DocumentSink, PartitionConsumer } from './partition-state.ts';
import { OwnershipLost, RedisError, type RedisStreams, type StreamEntry } from './redis.ts';
import { Round } from './round.ts';
import type { WorkCounters } from './work-counters.ts';

export interface OwnerOptions {
  /** Entries read at a time. */
  readonly readCount: number;
  /** Pause when nothing was there, ms. */
  readonly pollMs: number;
}

export interface OwnerParts {
  readonly redis: RedisStreams;
  readonly sink: DocumentSink;
  readonly counters: WorkCounters;
  /** Makes the decoder of the partition, from the state as it is stored. */
  open(partition: number, state: ReadonlyMap<string, string>): PartitionConsumer;
  readonly log: Log;
}

const SETTLE_EVERY_MS = 500;
/** Rounds acknowledged in one script. */
const SAVE_ROUNDS = 32;

export class PartitionOwner {
  readonly partition: number;
  readonly #worker: string;
  readonly #owner: string;
  readonly #options: OwnerOptions;
  readonly #parts: OwnerParts;
  #saves: number;
  #consumer: PartitionConsumer | undefined;
  /** Not acknowledged yet, oldest first. */
  #rounds: Round[] = [];
  #isSaving = false;
  #isStopping = false;
  #isLost = false;
  #wake = (): void => {};
  #settledMs = 0;
  /** Receive time of the last record, epoch ms. */
  #receivedMs = 0;

  /** @param owner as Redis named it when it made `worker` the owner */
  constructor(
    partition: number,
    worker: string,
    owner: { readonly owner: string; readonly saves: number },
    options: OwnerOptions,
    parts: OwnerParts,
  ) {
    this.partition = partition;
    this.#worker = worker;
    this.#owner = owner.owner;
    this.#saves = owner.saves;
    this.#options = options;
    this.#parts = parts;
  }

  /** Works until stop() is called or the partition is lost. Never rejects. */
  async run(): Promise<void> {
    const { redis, counters, log } = this.#parts;
    try {
      const state = await redis.state(this.partition);
      this.#consumer = this.#parts.open(this.partition, state);
      await this.#readClaimed();
      await this.#readNew();
    } catch (error) {
      this.#lose(error as Error);
    }
    this.#consumer?.close();
    if (this.#isLost) {
      counters.lost++;
      return;
    }
    try {
      await redis.release(this.partition, this.#owner);
      counters.released++;
    } catch (error) {
      log.debug({ partition: this.partition, error: (error as Error).message }, 'lease not released, it will end');
    }
  }

  /** Stops reading, and gives the partition back when all that was read is acknowledged. */
  stop(): void {
    this.#isStopping = true;
    this.#wake();
  }

  /** Forgets everything: what was read and not acknowledged will be read by the next owner. */
  abandon(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#wake();
  }

  /** Keeps the lease. False when the partition is not ours any more. */
  async renew(ttlMs: number): Promise<boolean> {
    const isOurs = await this.#parts.redis.renew(this.partition, this.#owner, ttlMs);
    if (!isOurs) this.#lose(new OwnershipLost('another worker owns the partition'));
    return isOurs;
  }

  get #hasEnded(): boolean {
    return this.#isStopping || this.#isLost;
  }

  async #readClaimed(): Promise<void> {
    const { redis, counters } = this.#parts;
    for (let cursor: string | undefined = '0-0'; cursor !== undefined && !this.#hasEnded; ) {
      const count = this.#options.readCount;
      const page = await redis.claim(this.partition, this.#owner, this.#worker, cursor, count);
      cursor = page.cursor;
      counters.claimed += page.entries.length;
      if (page.entries.length > 0) await this.#decode(page.entries);
    }
  }

  async #readNew(): Promise<void> {
    const { redis } = this.#parts;
    while (!this.#hasEnded) {
      const entries = await redis.take(this.partition, this.#owner, this.#worker, this.#options.readCount);
      if (entries.length > 0) await this.#decode(entries);
      else {
        this.#settle(Date.now());
        await this.#sleep(this.#options.pollMs);
      }
    }
    while (this.#rounds.length > 0 && !this.#isLost) await this.#sleep(this.#options.pollMs);
  }

  async #decode(entries: readonly StreamEntry[]): Promise<void> {
    const round = this.#begin();
    for (const { id, body } of entries) {
      round.ids.push(id);
      round.bytes += body?.length ?? 0;
      if (!(await this.#decodeBatch(body, round))) {
        // The next owner decodes all of it; what is written by then is written twice, that is, once.
        this.#rounds.pop();
        this.stop();
        return;
      }
      // Other partitions, sockets and timers have their turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#settle(this.#receivedMs, round);
    round.close(this.#consumer!.takeChanges());
  }

  /** False when it was left in the middle, to be decoded by another owner. */
  async #decodeBatch(body: Buffer | undefined, round: Round): Promise<boolean> {
    const { sink, counters, log } = this.#parts;
    const consumer = this.#consumer!; // made before anything is read
    counters.batches++;
    try {
      if (body === undefined) throw new BatchError('entry without a batch', false);
      const reader = new BatchReader(body, {
        datagram: (datagram) => consumer.decode(datagram, round),
        sessionEnd: (address, port) => consumer.endSession(address, port),
      });
      do {
        while (sink.isFull && !this.#isLost) {
          if (this.#isStopping) return false;
          await sink.room(1000);
        }
        if (this.#isLost) return false;
      } while (reader.next());
      round.datagrams += reader.datagrams;
      counters.datagrams += reader.datagrams;
      this.#receivedMs = reader.receivedMs;
      return true;
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      const line = { partition: this.partition, error: error.message };
      if (error.isNewer) {
        log.error(line, 'partition left alone: its next batch is of a newer weir');
        return false;
      }
      counters.unreadable++;
      log.error(line, 'an entry of the stream cannot be read');
      return true;
    }
  }

  /** In the time of the data: what has waited in the stream has not waited for its template. */
  #settle(nowMs: number, round?: Round): void {
    const now = performance.now();
    if (now - this.#settledMs < SETTLE_EVERY_MS) return;
    this.#settledMs = now;
    const own = round ?? this.#begin();
    this.#consumer!.settle(nowMs, own);
    if (round === undefined) own.close(this.#consumer!.takeChanges());
  }

  #begin(): Round {
    const round = new Round(() => void this.#save());
    this.#rounds.push(round);
    return round;
  }

  /** Acknowledges the rounds that are done, up to the first that is not. One script at a time. */
  async #save(): Promise<void> {
    if (this.#isSaving || this.#isLost) return;
    this.#isSaving = true;
    try {
      for (let rounds = this.#doneRounds(); rounds.length > 0 && !this.#isLost; rounds = this.#doneRounds()) {
        await this.#acknowledge(rounds);
        this.#rounds = this.#rounds.slice(rounds.length);
      }
    } catch (error) {
      this.#lose(error as Error);
    }
    this.#isSaving = false;
    if (this.#isStopping && this.#rounds.length === 0) this.#wake();
  }

  #doneRounds(): Round[] {
    const pending = this.#rounds.findIndex((round) => !round.isDone);
    return this.#rounds.slice(0, Math.min(pending === -1 ? this.#rounds.length : pending, SAVE_ROUNDS));
  }

  async #acknowledge(rounds: readonly Round[]): Promise<void> {
    const { redis, counters } = this.#parts;
    const state = new Map<string, string | undefined>();
    const ids: string[] = [];
    let bytes = 0;
    let datagrams = 0;
    for (const round of rounds) {
      ids.push(...round.ids);
      bytes += round.bytes;
      datagrams += round.datagrams;
      for (const { key, value } of round.changes) state.set(key, value);
    }
    if (ids.length === 0 && state.size === 0) return;
    await redis.save(this.partition, this.#owner, this.#saves, { ids, bytes, datagrams, state });
    this.#saves++;
    counters.saves++;
    counters.acknowledged += datagrams;
  }

  #lose(error: Error): void {
    if (this.#isLost) return;
    const { log } = this.#parts;
    const line = { partition: this.partition, error: error.message };
    if (error instanceof RedisError) log.debug(line, 'partition left alone: Redis failed');
    else if (error instanceof OwnershipLost) log.info(line, 'partition lost');
    else log.error({ ...line, stack: error.stack }, 'partition left alone: a fault of weir');
    this.abandon();
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      this.#wake = finish;
    });
  }
}
