// One partition at the worker's side, from becoming its owner to not being it any more.
//
// The order of things is what makes it exact. The state (templates, facts, waiting data) in Redis is always the one after
// the last acknowledged entry, since both change in one script. A new owner starts from it and is first given what was
// not acknowledged, oldest first; so redelivered data meets the template that was in force when it was received, and
// learns later ones where they came. What was written before the former owner died is written again under the same ids,
// which changes nothing. Every script asks whether the caller is still the owner; whatever goes wrong, the owner forgets
// all it knows and begins anew from what is stored. There is no other way of recovering.

import type { Datagram } from '../flow/datagram.ts';
import type { Log } from '../lib/log.ts';
import { BatchError, BatchReader } from './batch-format.ts';
import { DataClock } from './data-clock.ts';
import type { DocumentSink, PartitionConsumer } from './partition-state.ts';
import { type Ownership, OwnershipLost, RedisError, type RedisStreams, type StreamEntry } from './redis.ts';
import { Round } from './round.ts';
import { type Care, Suspects } from './suspects.ts';
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
  readonly care: Care;
  /** Makes the decoder of the partition, from the state as it is stored at `nowMs`, in the time of the data. */
  open(partition: number, state: ReadonlyMap<string, string>, nowMs: number): PartitionConsumer;
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
  readonly #suspects: Suspects;
  readonly #hasAside: boolean;
  #saves: number;
  /** Datagrams read. */
  #unacknowledged = 0;
  #consumer: PartitionConsumer | undefined;
  /** Not acknowledged yet, oldest first. */
  #rounds: Round[] = [];
  #isSaving = false;
  #isStopping = false;
  #isLost = false;
  #wake = (): void => {};
  #settledMs = 0;
  readonly #clock: DataClock;

  /** @param ownership as Redis gave it to `worker` */
  constructor(partition: number, worker: string, ownership: Ownership, options: OwnerOptions, parts: OwnerParts) {
    this.partition = partition;
    this.#worker = worker;
    this.#owner = ownership.owner;
    this.#saves = ownership.saves;
    this.#hasAside = ownership.aside > 0;
    this.#clock = new DataClock(ownership.timeMs);
    this.#options = options;
    this.#parts = parts;
    this.#suspects = new Suspects(partition, worker, ownership.owner, parts);
  }

  /** Works until stop() is called or the partition is lost. Never rejects. */
  async run(): Promise<void> {
    const { redis, counters, log } = this.#parts;
    try {
      const state = await redis.state(this.partition);
      if (this.#hasAside) await this.#suspects.load();
      this.#consumer = this.#parts.open(this.partition, state, this.#clock.nowMs);
      await this.#readClaimed();
      await this.#readNew();
    } catch (error) {
      this.#lose(error as Error);
    }
    this.#suspects.end();
    this.#consumer?.close();
    counters.waiting -= this.#unacknowledged;
    counters.givenBack += this.#unacknowledged;
    this.#unacknowledged = 0;
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
    const isOurs = await this.#parts.redis.renew(this.partition, this.#owner, ttlMs, this.#clock.nowMs);
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
      this.#suspects.begin(page.left);
      if (page.entries.length > 0) await this.#decode(page.entries);
    }
    this.#suspects.end();
  }

  async #readNew(): Promise<void> {
    const { redis } = this.#parts;
    while (!this.#hasEnded) {
      const entries = await redis.take(this.partition, this.#owner, this.#worker, this.#options.readCount);
      if (entries.length > 0) await this.#decode(entries);
      else {
        this.#settle();
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
      if (!(await this.#decodeBatch(id, body, round))) {
        // The next owner decodes all of it; what is written by then is written twice, that is, once.
        this.#rounds.pop();
        this.stop();
        return;
      }
      // Other partitions, sockets and timers have their turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#settle(round);
    round.close(this.#consumer!.takeChanges());
  }

  /** False when it was left in the middle, to be decoded by another owner. */
  async #decodeBatch(id: string, body: Buffer | undefined, round: Round): Promise<boolean> {
    const { counters, log } = this.#parts;
    counters.batches++;
    try {
      if (body === undefined) throw new BatchError('entry without a batch', false);
      return await this.#decodeRecords(id, body, round).finally(() => this.#suspects.leave());
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      if (error.isNewer) {
        const line = { partition: this.partition, error: error.message };
        log.error(line, 'partition left alone: its next batch is of a newer weir');
        return false;
      }
      counters.unreadable++;
      await this.#suspects.put(id, body ?? Buffer.alloc(0), error.message);
      return true;
    }
  }

  async #decodeRecords(id: string, body: Buffer, round: Round): Promise<boolean> {
    const { sink, counters } = this.#parts;
    const suspects = this.#suspects;
    const consumer = this.#consumer!; // made before anything is read
    let verdict: Awaited<ReturnType<Suspects['look']>> = 'decode';
    let failed: { datagram: Datagram; reason: string } | undefined;
    const reader = new BatchReader(body, {
      datagram: (datagram) => {
        counters.datagrams++;
        counters.waiting++;
        this.#unacknowledged++;
        if (verdict !== 'decode') counters.leftOut++;
        if (verdict === 'fatal') failed = { datagram, reason: 'workers died of it' };
        if (verdict !== 'decode') return;
        const fault = consumer.decode(datagram, round);
        if (fault !== undefined) failed = { datagram, reason: fault.stack ?? fault.message };
      },
      sessionEnd: (address, port) => consumer.endSession(address, port),
    });
    for (let record = 0; ; record++) {
      while (sink.isFull && !this.#isLost) {
        await suspects.pass();
        if (this.#isStopping) return false;
        await sink.room(1000);
      }
      if (this.#isLost) return false;
      const position = suspects.isIdle ? '' : `${id}/${record}`;
      if (position !== '') verdict = await suspects.look(position);
      if (!reader.next()) break;
      if (failed !== undefined) {
        await suspects.put(`${id}/${record}`, failed.datagram, failed.reason, verdict === 'fatal');
        failed = undefined;
      }
    }
    await suspects.pass();
    round.datagrams += reader.datagrams;
    this.#clock.set(reader.receivedMs);
    return true;
  }

  /** In the time of the data: what has waited in the stream has not waited for its template. */
  #settle(round?: Round): void {
    const now = performance.now();
    if (now - this.#settledMs < SETTLE_EVERY_MS) return;
    this.#settledMs = now;
    const own = round ?? this.#begin();
    this.#consumer!.settle(this.#clock.nowMs, own);
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
    const timeMs = this.#clock.nowMs;
    await redis.save(this.partition, this.#owner, this.#saves, { ids, bytes, datagrams, timeMs, state });
    this.#saves++;
    counters.saves++;
    counters.acknowledged += datagrams;
    counters.waiting -= datagrams;
    this.#unacknowledged -= datagrams;
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
