// Records that cannot be decoded, and how they are found when decoding them ends the process. Entries that a dead worker
// left are given to the next one; should one of them be what it died of, that would go on for ever. So, where owners in a
// row got no further than the same entry, the next one notes each record in Redis before it decodes it. A record at which
// owners died again is kept in a hash with all that is known of it, and its entry is acknowledged without it.
//
//   deaths 1, 2   nothing is noted: deploying anew ends workers, too
//   deaths 3, 4   at the record that is noted
//   then          the record is set aside
//
// A worker has many partitions. While it notes, it decodes one at a time (Care): else an innocent one would be noted while
// it dies of another's.
//
// A record is named by its entry and its place in it, "1700000000000-0/17", so that it may come again in another entry.

import type { Datagram } from '../flow/datagram.ts';
import type { Log } from '../lib/log.ts';
import type { Left, RedisStreams } from './redis.ts';
import type { WorkCounters } from './work-counters.ts';

/** The owner that begins with the same entry for this time notes records. */
const CAREFUL_AFTER = 2;
/** Owners that ended at the same record, which they had noted, before it is set aside. */
const DEATHS = 2;
/** Records kept per partition. Those of faults beyond it are only counted; workers do not die so often. */
const MAX_KEPT = 256;

/** A record set aside, as it lies in Redis: JSON. */
export interface AsideRecord {
  readonly reason: string;
  readonly worker: string;
  /** When it was set aside, epoch ms. */
  readonly timeMs: number;
  /** Base64 of the datagram's payload, or of an entry that cannot be read. */
  readonly octets: string;
  /** Of a datagram. */
  readonly exporterAddress?: string;
  readonly exporterPort?: number;
  readonly receivedMs?: number;
  readonly id?: string;
}

/** Shared by all partitions of a worker. */
export class Care {
  /** Partitions whose owners end again and again. */
  partitions = 0;
  #last: Promise<void> = Promise.resolve();

  /** Resolves when nobody else notes, with what ends one's turn. */
  async turn(): Promise<() => void> {
    const before = this.#last;
    let end = (): void => {};
    this.#last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  }
}

export interface SuspectsParts {
  readonly redis: RedisStreams;
  readonly counters: WorkCounters;
  readonly care: Care;
  readonly log: Log;
}

export class Suspects {
  readonly #partition: number;
  readonly #worker: string;
  readonly #owner: string;
  readonly #parts: SuspectsParts;
  #aside: ReadonlySet<string> = new Set();
  #isCareful = false;
  #fatal: string | undefined;
  #isNoted = false;
  #endTurn: (() => void) | undefined;

  constructor(partition: number, worker: string, owner: string, parts: SuspectsParts) {
    this.#partition = partition;
    this.#worker = worker;
    this.#owner = owner;
    this.#parts = parts;
  }

  /** True where no record is looked at before it is decoded. */
  get isIdle(): boolean {
    return this.#parts.care.partitions === 0 && this.#aside.size === 0;
  }

  /** Learns what was set aside before; entries that are given again hold it still. */
  async load(): Promise<void> {
    this.#aside = new Set((await this.#parts.redis.aside(this.#partition)).keys());
  }

  /** To be told of the entries that former owners left. */
  begin({ owners, suspect, deaths }: Left): void {
    if (this.#isCareful || owners < CAREFUL_AFTER) return;
    this.#isCareful = true;
    this.#parts.care.partitions++;
    this.#fatal = deaths >= DEATHS ? suspect : undefined;
    const line = { partition: this.#partition, owners, suspect, deaths };
    this.#parts.log.warn(line, 'owners of the partition end with the same batch: noting each datagram');
  }

  /** All that former owners left is decoded, or it is not our business any more. */
  end(): void {
    if (this.#isCareful) this.#parts.care.partitions--;
    this.#isCareful = false;
    this.#aside = new Set();
  }

  /** Before a record is decoded: 'aside', it was set aside; 'fatal', owners died of it. leave() is to be called then. */
  async look(position: string): Promise<'decode' | 'aside' | 'fatal'> {
    const { redis, care } = this.#parts;
    if (this.#aside.has(position)) return 'aside';
    if (position === this.#fatal) return 'fatal';
    if (care.partitions === 0) return 'decode';
    this.#endTurn ??= await care.turn();
    this.#isNoted = true;
    await redis.approach(this.#partition, this.#owner, position);
    return 'decode';
  }

  /** Whatever ends the process now, it is not the record that was looked at. */
  async pass(): Promise<void> {
    if (!this.#isNoted) return;
    this.#isNoted = false;
    await this.#parts.redis.approach(this.#partition, this.#owner, undefined);
    this.leave();
  }

  /** Others may note. */
  leave(): void {
    this.#endTurn?.();
    this.#endTurn = undefined;
  }

  /** Sets a datagram aside, or an entry that cannot be read. */
  async put(position: string, what: Datagram | Buffer, reason: string, isFatal = false): Promise<void> {
    const { redis, counters, log } = this.#parts;
    const text = JSON.stringify(this.#record(what, reason));
    const max = isFatal ? Number.MAX_SAFE_INTEGER : MAX_KEPT;
    const isKept = await redis.setAside(this.#partition, this.#owner, position, text, max);
    counters.setAside++;
    const exporter = Buffer.isBuffer(what) ? {} : { exporter: what.exporterAddress, id: what.id };
    const line = { partition: this.#partition, position, ...exporter, reason, isKept };
    log.error(line, Buffer.isBuffer(what) ? 'an entry was set aside' : 'a datagram was set aside');
  }

  #record(what: Datagram | Buffer, reason: string): AsideRecord {
    const about = { reason, worker: this.#worker, timeMs: Date.now() };
    if (Buffer.isBuffer(what)) return { ...about, octets: what.toString('base64') };
    const { bytes, exporterAddress, exporterPort, receivedMs, id } = what;
    const octets = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    return { ...about, exporterAddress, exporterPort, receivedMs, id, octets };
  }
}
