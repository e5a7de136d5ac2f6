// The dozen things that receivers and workers ask of Redis, typed, each answered or failed within a bound of time. What is
// behind it (one server, sentinels, a cluster) makes no difference. Nothing is ever sent again from here: callers know
// what may be repeated.

import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { Log } from '../lib/log.ts';
import { type SendAdd, sendAdd } from './add-command.ts';
import { type PartitionKeys, partitionKeys, settingsKey, workersKey } from './keys.ts';
import { createRedis, type RedisConnection } from './redis-options.ts';
import { SCRIPTS, type ScriptName } from './scripts.ts';

const GROUP = 'weir';
/** A receiver's last number is forgotten so long after its last batch, s. */
const FROM_TTL_SECONDS = 86_400;
/** Entries of the state per question. */
const SCAN_COUNT = 1000;
const LOG_EVERY_MS = 60_000;
const START_MS = 1000;
/** ioredis has its own bound, which does not cover waiting for a cluster to be known. */
const GRACE_MS = 1000;

/** Another worker owns the partition, or Redis knows less than we do: begin anew from what is stored. */
export class OwnershipLost extends Error {
  override readonly name = 'OwnershipLost';
}

/** Redis cannot be reached, does not answer in time, or refuses; the reason is logged here. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
}

export interface StreamEntry {
  readonly id: string;
  /** The batch; undefined where the entry has none. */
  readonly body: Buffer | undefined;
}

export interface Lag {
  readonly bytes: number;
  readonly datagrams: number;
}

export type AddResult =
  | { readonly outcome: 'added' | 'known' | 'full' }
  /** Redis has lost what came after this number. */
  | { readonly outcome: 'gap'; readonly lastNumber: number };

/** What Redis tells the new owner of a partition. */
export interface Ownership {
  /** Its name, which never comes again. */
  readonly owner: string;
  readonly saves: number;
  /** Records that were set aside. */
  readonly aside: number;
  /** Receive time of the last data that was acknowledged, epoch ms; 0: none was. */
  readonly timeMs: number;
}

/** What former owners left behind, beside entries. */
export interface Left {
  /** Owners in a row that began with the same entry, this one included. */
  readonly owners: number;
  /** The record at which the last of them ended that had noted one; '': none had. */
  readonly suspect: string;
  /** How many ended there. */
  readonly deaths: number;
}

export interface Claimed {
  readonly entries: StreamEntry[];
  readonly cursor: string | undefined;
  readonly left: Left;
}

export interface Saving {
  readonly ids: readonly string[];
  readonly bytes: number;
  readonly datagrams: number;
  /** Receive time of the last of them, epoch ms. */
  readonly timeMs: number;
  /** Entries of the state; an undefined value: gone. */
  readonly state: ReadonlyMap<string, string | undefined>;
}

type Argument = string | number | Buffer;
type Call = (...args: Argument[]) => Promise<unknown>;

export class RedisStreams {
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #log: Log;
  readonly #keys: PartitionKeys[] = [];
  #client: Redis | Cluster | undefined;
  #sendAdd: SendAdd = () => Promise.reject(new Error('not started'));
  #loggedMs = Number.NEGATIVE_INFINITY;
  #isDown = false;
  #life: string | undefined;
  /** How often Redis was found to have lost all its data. */
  resets = 0;

  /** @param prefix of all keys */
  constructor(connection: RedisConnection, prefix: string, log: Log) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#log = log;
  }

  /** Begins to connect, and waits a moment for it; goes on trying if that was in vain. Throws ConfigError. */
  async start(): Promise<void> {
    const client = await createRedis(this.#connection);
    const { Command } = await import('ioredis');
    this.#sendAdd = sendAdd(client, Command);
    client.on('error', (error: Error) => this.#failed(error));
    for (const [name, { keys, lua }] of Object.entries(SCRIPTS))
      client.defineCommand(name, { numberOfKeys: keys, lua });
    this.#client = client;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, START_MS);
      for (const event of ['ready', 'error'] as const) {
        client.once(event, () => {
          clearTimeout(timer);
          resolve();
        });
      }
    });
  }

  stop(): void {
    this.#client?.disconnect();
  }

  /** The number of partitions that all share: ours, if we are the first to say one. To be asked now and then. */
  async agree(partitions: number): Promise<number> {
    const answer = await this.#run('weirAgree', [settingsKey(this.#prefix)], [partitions, randomUUID()]);
    const [held, life] = answer as [string, string];
    if (this.#life !== undefined && this.#life !== life) {
      this.resets++;
      this.#log.error('Redis has lost all its data: what waited in the streams, templates, what was set aside');
    }
    this.#life = life;
    return Number(held);
  }

  /** @param oldestNumber the lowest number of this receiver and partition that could be sent (again) */
  async add(
    partition: number,
    receiver: string,
    batch: { readonly number: number; readonly body: Buffer; readonly datagrams: number },
    oldestNumber: number,
    maxBytes: number,
  ): Promise<AddResult> {
    const { stream, meta, from } = this.#of(partition);
    const { body, number, datagrams } = batch;
    const keys = [stream, meta, from + receiver];
    const args = [number, oldestNumber, datagrams, maxBytes, FROM_TTL_SECONDS];
    const [code, known] = (await this.#add(keys, args, body)) as [number, number];
    if (code === -2) return { outcome: 'gap', lastNumber: known };
    return { outcome: code === 1 ? 'added' : code === 0 ? 'known' : 'full' };
  }

  /** Undefined when somebody else owns the partition. */
  async acquire(partition: number, worker: string, ttlMs: number): Promise<Ownership | undefined> {
    const { stream, meta, lease } = this.#of(partition);
    const answer = (await this.#run('weirAcquire', [stream, meta, lease], [worker, ttlMs, GROUP])) as string[] | null;
    if (answer === null) return undefined;
    const [owner = '', saves, aside, timeMs] = answer;
    return { owner, saves: Number(saves), aside: Number(aside), timeMs: Number(timeMs) };
  }

  /** @param timeMs time of the data. False when somebody else owns the partition. */
  async renew(partition: number, owner: string, ttlMs: number, timeMs: number): Promise<boolean> {
    const { meta, lease } = this.#of(partition);
    return (await this.#run('weirRenew', [meta, lease], [owner, ttlMs, timeMs])) === 1;
  }

  async release(partition: number, owner: string): Promise<void> {
    const { meta, lease } = this.#of(partition);
    await this.#run('weirRelease', [meta, lease], [owner]);
  }

  /** New entries; none where there are none now. Throws OwnershipLost. */
  async take(partition: number, owner: string, worker: string, count: number): Promise<StreamEntry[]> {
    const { stream, meta } = this.#of(partition);
    return readEntries(await this.#run('weirTake', [stream, meta], [owner, GROUP, worker, count], true));
  }

  /** What former owners left, from `cursor` on; the next cursor is undefined after the last. Throws OwnershipLost. */
  async claim(partition: number, owner: string, worker: string, cursor: string, count: number): Promise<Claimed> {
    const { stream, meta } = this.#of(partition);
    const args = [owner, GROUP, worker, cursor, count];
    const answer = (await this.#run('weirClaim', [stream, meta], args, true)) as [Buffer, unknown, ...Buffer[]];
    const [next, entries, ...left] = answer;
    const [owners, suspect = '', deaths] = left.map(String);
    const isLast = next.toString() === '0-0';
    const further = isLast ? undefined : next.toString();
    return {
      entries: readEntries(entries),
      cursor: further,
      left: { owners: Number(owners), suspect, deaths: Number(deaths) },
    };
  }

  /** Notes what is about to be decoded; undefined: nothing. Throws OwnershipLost. */
  async approach(partition: number, owner: string, position: string | undefined): Promise<void> {
    await this.#run('weirApproach', [this.#of(partition).meta], [owner, position ?? '']);
  }

  /** Keeps a record as text; false when there are `max` already. Throws OwnershipLost. */
  async setAside(partition: number, owner: string, position: string, text: string, max: number): Promise<boolean> {
    const { meta, aside } = this.#of(partition);
    return (await this.#run('weirSetAside', [meta, aside], [owner, position, text, max])) === 1;
  }

  /** Forgets a record that was set aside; false when there is none. */
  async giveUp(partition: number, position: string): Promise<boolean> {
    const { meta, aside } = this.#of(partition);
    return (await this.#run('weirGiveUp', [meta, aside], [position])) === 1;
  }

  /** What was set aside, by position. */
  aside(partition: number): Promise<Map<string, string>> {
    return this.#hash(this.#of(partition).aside, 10);
  }

  /** Acknowledges, and stores what goes with it. Throws OwnershipLost. */
  async save(partition: number, owner: string, saves: number, saving: Saving): Promise<void> {
    const { stream, meta, state } = this.#of(partition);
    const { ids, bytes, datagrams, timeMs } = saving;
    const args: Argument[] = [owner, saves, GROUP, bytes, datagrams, timeMs, ids.length, ...ids];
    for (const [key, value] of saving.state) args.push(key, value ?? '');
    await this.#run('weirSave', [stream, meta, state], args);
  }

  /** The state of a partition. Only its owner changes it, so it may be read in parts. */
  state(partition: number): Promise<Map<string, string>> {
    return this.#hash(this.#of(partition).state, SCAN_COUNT);
  }

  async #hash(key: string, count: number): Promise<Map<string, string>> {
    const entries = new Map<string, string>();
    let cursor = '0';
    do {
      const scan = this.#ready().hscan(key, cursor, 'COUNT', count);
      const [next, flat] = await this.#within(scan);
      for (let i = 0; i + 1 < flat.length; i += 2) entries.set(flat[i]!, flat[i + 1]!);
      cursor = next;
    } while (cursor !== '0');
    return entries;
  }

  /** What waits in the stream of a partition. */
  async lag(partition: number): Promise<Lag> {
    const [bytes, datagrams] = await this.#within(this.#ready().hmget(this.#of(partition).meta, 'bytes', 'datagrams'));
    return { bytes: Number(bytes ?? 0), datagrams: Number(datagrams ?? 0) };
  }

  /** Says that a worker is there; all workers, in an order on which all agree. */
  async attend(worker: string, ttlMs: number): Promise<string[]> {
    const workers = (await this.#run('weirAttend', [workersKey(this.#prefix)], [worker, ttlMs, 1])) as string[];
    return workers.sort();
  }

  async leave(worker: string): Promise<void> {
    await this.#run('weirAttend', [workersKey(this.#prefix)], [worker, 0, 0]);
  }

  async #add(keys: string[], args: readonly (string | number)[], body: Buffer): Promise<unknown> {
    try {
      return await this.#within(this.#sendAdd(keys, args, body), isUnknownScript);
    } catch (error) {
      // The plain way brings the script along.
      if (isUnknownScript(error as Error)) return await this.#run('weirAdd', keys, [...args, body]);
      throw error;
    }
  }

  #of(partition: number): PartitionKeys {
    this.#keys[partition] ??= partitionKeys(this.#prefix, partition);
    return this.#keys[partition];
  }

  async #run(name: ScriptName, keys: string[], args: readonly Argument[], isBinary = false): Promise<unknown> {
    // as: defineCommand() has added it, once plain and once for answers in Buffers
    const client = this.#ready() as unknown as Record<string, Call>;
    return this.#within(client[isBinary ? `${name}Buffer` : name]!.call(client, ...keys, ...args));
  }

  #ready(): Redis | Cluster {
    if (this.#client === undefined) throw new Error('not started');
    return this.#client;
  }

  /** @param isOurs errors that are the caller's business, and go to it as they are */
  async #within<Answer>(promise: Promise<Answer>, isOurs = (_: Error) => false): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new RedisError('no answer in time')), this.#connection.timeoutMs + GRACE_MS);
    });
    try {
      const answer = await Promise.race([promise, late]);
      this.#succeeded();
      return answer;
    } catch (error) {
      const { message } = error as Error;
      if (isOurs(error as Error)) throw error;
      if (/\bLOST\b/.test(message)) throw new OwnershipLost('another worker owns the partition', { cause: error });
      this.#failed(error as Error);
      throw new RedisError(message, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(error: Error): void {
    this.#isDown = true;
    const now = performance.now();
    if (now - this.#loggedMs < LOG_EVERY_MS) return;
    this.#loggedMs = now;
    this.#log.warn({ error: error.message }, 'Redis cannot be used');
  }

  #succeeded(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#loggedMs = Number.NEGATIVE_INFINITY;
    this.#log.info('Redis can be used again');
  }
}

function isUnknownScript(error: Error): boolean {
  return error.message.startsWith('NOSCRIPT');
}

function readEntries(answer: unknown): StreamEntry[] {
  // as: what XREADGROUP and XAUTOCLAIM give, [id, [field, value, …]]
  return (answer as [Buffer, Buffer[]][]).map(([id, fields]) => ({ id: id.toString(), body: fields[1] }));
}
