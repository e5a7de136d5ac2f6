// Documents into Elasticsearch: fills bulk bodies, keeps several under way, and brings every document to an end: written,
// dead-lettered, or kept until Elasticsearch takes it. append() is synchronous and never blocks on the network.
//
// A body lives in memory until its answer comes. What fails, what waits longer than `spoolAfterMs`, and everything while
// Elasticsearch is down goes to the spool; replaying the spool is the only way of retrying, unless the disk refuses.
// Ids are stable and the action is `create`, so sending twice writes once.

import type { Client } from '@elastic/elasticsearch';
import type { SpoolFrame } from '../lib/spool.ts';
import type { Batch } from './batch.ts';
import { documentAt, documentOffsets } from './bulk-body.ts';
import type { BulkWriterOptions, BulkWriterParts } from './bulk-options.ts';
import { BulkRequest } from './bulk-request.ts';
import { type BulkOutcome, describeFailure, type Rejection } from './bulk-response.ts';
import { closeClient, untilAborted } from './client-end.ts';
import { Condition } from './condition.ts';
import { OutputCounters } from './counters.ts';
import { DayIndex, dayIndexName } from './day-index.ts';
import type { DeadLetter } from './dead-letter.ts';
import { backoffMs, Destination } from './destination.ts';
import type { DocumentKind, Output } from './output.ts';
import { BatchPool, type Parcel, ParcelQueue } from './parcels.ts';
import type { Receipt } from './receipt.ts';

export class BulkWriter implements Output {
  readonly counters = new OutputCounters();
  /** Whose documents append() is given from now on; undefined: nobody asks. */
  receipt: Receipt | undefined = undefined;
  readonly #options: BulkWriterOptions;
  readonly #parts: BulkWriterParts;
  readonly #index: DayIndex;
  readonly #pool: BatchPool;
  readonly #queue: ParcelQueue;
  readonly #request: BulkRequest;
  readonly #destination: Destination;
  readonly #abort = new AbortController();
  readonly #underWay = new Set<Parcel>();
  readonly #changed = new Condition();
  #open: Batch | undefined;
  #client: Client | undefined;
  #preparation: Promise<void> | undefined;
  #isPrepared = false;
  /** Frames of the spool among those under way. */
  #replays = 0;
  #replayFailures = 0;
  #replayPausedUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #stopped: Promise<void> | undefined;

  constructor(options: BulkWriterOptions, parts: BulkWriterParts) {
    this.#options = options;
    this.#parts = parts;
    this.#index = new DayIndex(options);
    this.#pool = new BatchPool(options.batchBytes, options.memoryBytes, options.whenFull === 'grow');
    this.#queue = new ParcelQueue(this.#pool, parts.spool, this.counters);
    this.#request = new BulkRequest(options, this.counters);
    this.#destination = new Destination(options, parts.log);
  }

  /** True while Elasticsearch takes nothing and documents go to disk. */
  get isDown(): boolean {
    return this.#destination.isDown;
  }

  /** Why Elasticsearch takes nothing now; undefined while it does. */
  get fault(): string | undefined {
    const { fault, isDown } = this.#destination;
    return isDown ? `${fault?.type}: ${fault?.reason}` : undefined;
  }

  /** True when the next body would go to disk or be dropped: who reads files should wait. */
  get isFull(): boolean {
    return this.#pool.isEmpty;
  }

  /** Resolves when it is not full, at the latest after `timeoutMs`. */
  async room(timeoutMs: number): Promise<void> {
    await this.#changed.until(() => !this.isFull, timeoutMs);
  }

  async start(): Promise<void> {
    const { spool, journal, log } = this.#parts;
    if (spool !== undefined) {
      this.counters.recovered = spool.open();
      this.counters.spooled = this.counters.recovered;
      this.counters.spooledBytes = spool.bytes;
      this.counters.tornFrames = spool.tornFrames;
      if (this.counters.recovered > 0) log.info({ documents: this.counters.recovered }, 'found documents in the spool');
      if (spool.tornFrames > 0) log.warn({ frames: spool.tornFrames }, 'the spool holds frames that a crash cut off');
    }
    this.counters.lostByKill = journal?.open() ?? 0;
    if (this.counters.lostByKill > 0) {
      log.warn({ documents: this.counters.lostByKill }, 'weir was killed with documents in memory; they are lost');
    }
    this.#isRunning = true;
    this.#timer = setInterval(() => this.#tick(), Math.min(250, Math.max(10, this.#options.flushMs / 4)));
    this.#pump();
  }

  append(kind: DocumentKind, timestampMs: number, id: string, text: string): void {
    this.counters.appended += 1;
    const action = this.#index.action(kind, timestampMs);
    let batch = this.#open ?? this.#openBatch();
    if (batch !== undefined && !batch.append(action, id, text)) {
      if (batch.documents > 0) {
        this.#closeBatch();
        batch = this.#openBatch();
      }
      if (batch !== undefined && batch.documents === 0 && !batch.append(action, id, text)) {
        const message = `the document is larger than a bulk: ${text.length} bytes`;
        const index = dayIndexName(this.#options, kind, timestampMs);
        this.#bury({ type: 'document_too_large', message, index, id, text });
        return;
      }
    }
    if (batch === undefined) this.counters.dropped.spoolFull += 1;
    else {
      this.counters.waiting += 1;
      if (this.receipt !== undefined) batch.hold(this.receipt);
    }
  }

  async drain(timeoutMs: number): Promise<void> {
    this.#closeBatch();
    await this.#changed.until(() => this.counters.waiting === 0 && this.#underWay.size === this.#replays, timeoutMs);
  }

  /** Like drain(), and waits for the spool to empty, too. True when every document came to its end in time. */
  async settled(timeoutMs: number): Promise<boolean> {
    this.#closeBatch();
    return this.#changed.until(() => this.counters.waiting === 0 && this.counters.spooled === 0, timeoutMs);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#isRunning = false;
    clearInterval(this.#timer);
    this.#closeBatch();
    this.#abort.abort(); // requests under way end at once; their documents go to the spool
    await this.#changed.until(() => this.#underWay.size === 0, Number.POSITIVE_INFINITY);
    await this.#preparation;
    this.#queue.shelve(() => true);
    this.#queue.drop();
    this.#parts.spool?.close();
    this.#parts.journal?.close();
    this.#parts.deadLetter.close();
    await closeClient(this.#client);
  }

  /** A batch to write into; when memory is used up, the oldest body that waits has to go to disk for it. */
  #openBatch(): Batch | undefined {
    if (this.#pool.isEmpty) this.#queue.shelveOldest();
    this.#open = this.#pool.take();
    if (this.#open !== undefined) this.#open.openedMs = performance.now();
    return this.#open;
  }

  #closeBatch(): void {
    const batch = this.#open;
    this.#open = undefined;
    if (batch === undefined || batch.documents === 0) {
      this.#pool.giveBack(batch);
      return;
    }
    const { documents } = batch;
    this.#queue.push({ body: batch.body(), documents, batch, frame: undefined, closedMs: performance.now() });
    this.#pump();
  }

  #tick(): void {
    const now = performance.now();
    const { flushMs, spoolAfterMs } = this.#options;
    if (this.#open !== undefined && now - this.#open.openedMs >= flushMs) this.#closeBatch();
    this.#pump();
    this.#queue.shelve((parcel) => this.#destination.isDown || now - parcel.closedMs >= spoolAfterMs);
    for (const parcel of this.#underWay) if (now - parcel.closedMs >= spoolAfterMs) this.#queue.copyToDisk(parcel);
    this.#parts.journal?.note(this.counters.waiting);
    this.#changed.check();
  }

  /** Sends what may be sent now. */
  #pump(): void {
    while (this.#isRunning && this.#destination.admits(this.#underWay.size)) {
      if (!this.#isPrepared) {
        this.#preparation ??= this.#prepare();
        return;
      }
      // One place belongs to the spool as long as there are two; all of them when nothing new waits.
      const isReplayTurn = this.#replays === 0 && this.#destination.window > 1;
      const frame = isReplayTurn || this.#queue.length === 0 ? this.#nextFrame() : undefined;
      const parcel = frame === undefined ? this.#queue.shift() : undefined;
      if (frame !== undefined) void this.#replay(frame);
      else if (parcel !== undefined) void this.#send(parcel);
      else return;
    }
  }

  async #prepare(): Promise<void> {
    const sentMs = performance.now();
    try {
      this.#client ??= await this.#parts.connect();
      // The client does not always let go of a request whose connections are cut before it is sent.
      await untilAborted(this.#parts.prepare(this.#client, this.#abort.signal), this.#abort.signal);
      this.#isPrepared = true;
      this.#request.forgetLimit();
      const hasWork = this.#queue.length > 0 || this.#parts.spool?.hasUnread === true;
      if (hasWork) this.#destination.answered();
      else this.#destination.succeeded();
    } catch (error) {
      if (this.#isRunning) this.#destination.failed(describeFailure(error), sentMs);
    }
    this.#preparation = undefined;
    this.#pump();
  }

  #nextFrame(): SpoolFrame | undefined {
    return performance.now() < this.#replayPausedUntilMs ? undefined : this.#parts.spool?.next();
  }

  async #replay(frame: SpoolFrame): Promise<void> {
    const { documents } = frame;
    const parcel: Parcel = { body: NOTHING, documents, batch: undefined, frame, closedMs: performance.now() };
    this.#underWay.add(parcel);
    this.#replays += 1;
    const body = await this.#parts.spool?.read(frame);
    if (body === undefined) {
      this.#underWay.delete(parcel);
      this.#queue.lose(frame);
      this.#parts.log.error({ documents }, 'a frame of the spool is damaged; its documents are lost');
    } else {
      parcel.body = body;
      await this.#send(parcel);
    }
    this.#replays -= 1;
    this.#pump();
    this.#changed.check();
  }

  async #send(parcel: Parcel): Promise<void> {
    const sentMs = performance.now();
    this.#underWay.add(parcel);
    this.counters.inFlight = this.#underWay.size;
    // pump() sends only what was prepared, so there is a client
    const outcome = await this.#request.send(this.#client!, parcel.body, parcel.documents, this.#abort.signal);
    this.#underWay.delete(parcel);
    this.counters.inFlight = this.#underWay.size;
    this.counters.written += outcome.written;
    this.counters.duplicates += outcome.duplicates;
    if (outcome.rejections.length > 0) this.#buryAll(parcel, outcome.rejections);
    if (this.#isRunning) this.#judge(parcel, outcome, sentMs);
    const { fault } = outcome;
    this.#queue.finish(parcel, outcome.retry, fault?.scope === 'items' || fault?.status === 400);
    this.counters.spooledBytes = this.#parts.spool?.bytes ?? 0;
    this.#pump();
    this.#changed.check();
  }

  /** What an answer says about the destination. */
  #judge(parcel: Parcel, outcome: BulkOutcome, sentMs: number): void {
    const { fault } = outcome;
    const isReplay = parcel.batch === undefined;
    const hasProgress = outcome.retry.length < parcel.documents;
    if (hasProgress) this.#destination.succeeded();
    if (fault === undefined) {
      if (isReplay) this.#replayFailures = 0;
      return;
    }
    if (fault.scope === 'unreachable') this.#isPrepared = false; // it may come back without its templates
    if (fault.status === 429) this.#destination.slowDown();
    if (fault.scope !== 'items' || !(isReplay || hasProgress)) {
      this.#destination.failed(fault, sentMs);
      return;
    }
    // Some indices refuse, others may not: only the replay waits.
    this.#destination.report(fault, 'Elasticsearch does not take some documents; they wait on disk');
    this.#replayPausedUntilMs = performance.now() + backoffMs(this.#replayFailures, this.#options);
    this.#replayFailures += 1;
  }

  #buryAll(parcel: Parcel, rejections: readonly Rejection[]): void {
    const offsets = documentOffsets(parcel.body, parcel.documents);
    for (const { position, type, reason } of rejections) {
      const document = documentAt(parcel.body, offsets[position]!, offsets[position + 1]!);
      this.#bury({ type, message: reason, ...document });
    }
    const { type, reason } = rejections[0]!;
    const fault = { scope: 'items', status: 400, type, reason } as const;
    this.#destination.report(fault, 'Elasticsearch refused documents for good; they are in the dead-letter folder');
  }

  #bury(letter: DeadLetter): void {
    if (this.#parts.deadLetter.append(letter)) this.counters.deadLettered += 1;
    else this.counters.dropped.deadLetterFull += 1;
  }
}

const NOTHING = Buffer.alloc(0);
