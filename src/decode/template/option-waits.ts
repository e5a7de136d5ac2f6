// Flows that wait for option data, so that its coming late does not change their documents (RFC 7011 §8.2 allows it):
//
//   new exporters   all flows of one that was not known wait a moment: what it says of itself comes along with its
//                   templates; longer where an options template announces sampling intervals that have not come
//   samplers        a record that names a sampler without known interval waits, with those behind it in its set
//
// What waits are octets, under the bound of data sets without template. Where there is no room, nothing waits. Each wait
// ends in time and is over for good then: a sampler that was waited for in vain is remembered as one without interval.

import type { Exporter } from '../../flow/exporter.ts';
import type { Flow } from '../../flow/flow.ts';
import type { StatedFields } from '../../flow/stated-fields.ts';
import type { Message } from '../context.ts';
import type { DecodeCounters } from '../counters.ts';
import type { DecodeOptions } from '../decode-options.ts';
import type { FactWriter } from './fact-writer.ts';
import type { PendingSet, PendingSets } from './pending.ts';
import { isKnown, remember, type SamplerReference, statesInterval } from './sampler-reference.ts';
import type { Template } from './template.ts';

/** The records of a data set, or its last ones. */
export interface WaitingRecords extends PendingSet {
  readonly template: Template;
  /** When the wait began, epoch ms. */
  readonly sinceMs: number;
}

interface SamplerWait extends WaitingRecords {
  readonly sampler: SamplerReference;
}

interface NewExporter {
  readonly sinceMs: number;
  dueMs: number;
  readonly waiting: WaitingRecords[];
}

export interface OptionWaitsHooks {
  /** Decodes records whose wait is over. */
  resume(records: WaitingRecords): void;
  /** True where an options template announces sampling intervals, and no record of it has come. */
  awaitsIntervals(exporter: Exporter): boolean;
}

/** How often waits are looked through at most, ms. */
const LOOK_EVERY_MS = 100;
/** Waits that a datagram with option data may look through: more, and news in each could cost what thousands do. */
const MOST_AT_ONCE = 64;

export class OptionWaits {
  readonly #options: DecodeOptions;
  readonly #counters: DecodeCounters;
  readonly #pending: PendingSets;
  readonly #hooks: OptionWaitsHooks;
  readonly #new = new Map<Exporter, NewExporter>();
  readonly #bySampler = new Map<Exporter, SamplerWait[]>();
  #nowMs = 0;
  /** No wait ends before, epoch ms. */
  #dueMs = Number.POSITIVE_INFINITY;
  /** Nothing waits any more: the end of the input. */
  #isEnding = false;
  /** Of the records that are resumed: what waits once more does not begin anew. */
  #resumedSinceMs: number | undefined = undefined;

  constructor(options: DecodeOptions, counters: DecodeCounters, pending: PendingSets, hooks: OptionWaitsHooks) {
    this.#options = options;
    this.#counters = counters;
    this.#pending = pending;
    this.#hooks = hooks;
  }

  /** Data sets, whole or their last records, that wait. */
  get sets(): number {
    let sets = 0;
    for (const { waiting } of this.#new.values()) sets += waiting.length;
    for (const waiting of this.#bySampler.values()) sets += waiting.length;
    return sets;
  }

  /** Takes the time, epoch ms, and ends waits that are over. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs;
    if (nowMs >= this.#dueMs) this.#expire();
  }

  /** True where the records, those of a new exporter, wait from now on. */
  holdNew(message: Message, template: Template, view: DataView, from: number, to: number, offset: number): boolean {
    const { exporter } = message;
    const limitMs = this.#options.pendingNewExporterMs;
    if (limitMs === 0 || this.#isEnding) {
      exporter.isNew = false;
      return false;
    }
    let entry = this.#new.get(exporter);
    if (entry === undefined) {
      entry = { sinceMs: this.#nowMs, dueMs: this.#nowMs + limitMs, waiting: [] };
      this.#new.set(exporter, entry);
      this.#dueMs = Math.min(this.#dueMs, entry.dueMs);
    }
    if (!this.#pending.hasRoom(message.domain, to - from)) {
      this.#endNew(exporter);
      return false;
    }
    const octets = copyOf(view, from, to);
    const records = { message, setId: template.id, template, octets, offset, sinceMs: entry.sinceMs };
    entry.waiting.push(records);
    this.#keep(records);
    return true;
  }

  /** Decodes what waits because its exporter is new; what comes next waits as before. */
  settleNew(exporter: Exporter): void {
    const entry = this.#new.get(exporter);
    if (entry !== undefined) for (const records of entry.waiting.splice(0)) this.#resume(records);
  }

  /** An exporter counts as known from now on. */
  #endNew(exporter: Exporter): void {
    exporter.isNew = false;
    this.settleNew(exporter);
    this.#new.delete(exporter);
  }

  /**
   * Takes back records that waited elsewhere. They are looked at when time is taken next, and wait on if that makes
   * sense. False where there is no room.
   */
  restore(records: WaitingRecords): boolean {
    const { exporter } = records.message;
    if (!this.#pending.hasRoom(records.message.domain, records.octets.length)) return false;
    let entry = this.#new.get(exporter);
    if (entry === undefined) {
      entry = { sinceMs: records.sinceMs, dueMs: Number.NEGATIVE_INFINITY, waiting: [] };
      this.#new.set(exporter, entry);
    }
    exporter.isNew = true;
    this.#dueMs = Number.NEGATIVE_INFINITY;
    entry.waiting.push(records);
    this.#keep(records);
    return true;
  }

  /** True where the flow has to wait for the interval of the sampler that its record names; holdRecords is next then. */
  awaitsSampler(flow: Flow, stated: StatedFields, writer: FactWriter): boolean {
    const { facts } = flow;
    if (this.#options.pendingSamplingMs === 0 || statesInterval(flow, stated) || isKnown(facts, stated)) return false;
    if (!this.#isEnding) return true;
    writer.exporter = flow.exporter;
    remember(facts, stated, writer);
    return false;
  }

  /** Lets records wait the first of which names the sampler; false where there is no room. */
  holdRecords(
    sampler: SamplerReference,
    message: Message,
    template: Template,
    view: DataView,
    from: number,
    to: number,
    offset: number,
  ): boolean {
    if (!this.#pending.hasRoom(message.domain, to - from)) return false;
    const { samplerId, selectorId, selectionSequenceId, samplerName } = sampler;
    const wait: SamplerWait = {
      message,
      setId: template.id,
      template,
      octets: copyOf(view, from, to),
      offset,
      sinceMs: this.#resumedSinceMs ?? this.#nowMs,
      sampler: { samplerId, selectorId, selectionSequenceId, samplerName },
    };
    this.#keep(wait);
    const waiting = this.#bySampler.get(message.exporter);
    if (waiting === undefined) this.#bySampler.set(message.exporter, [wait]);
    else waiting.push(wait);
    this.#dueMs = Math.min(this.#dueMs, wait.sinceMs + this.#options.pendingSamplingMs);
    return true;
  }

  /** Looks through what waits for samplers of an exporter that has told of some: at once, or soon where much waits. */
  retry(exporter: Exporter): void {
    const count = this.#bySampler.get(exporter)?.length ?? 0;
    if (count > MOST_AT_ONCE) this.#dueMs = Math.min(this.#dueMs, this.#nowMs + LOOK_EVERY_MS);
    else if (count > 0) this.#settleSamplers(exporter, Number.NEGATIVE_INFINITY);
  }

  /** Ends all waits, and lets nothing wait until `isEnding` is false again. */
  end(isEnding: boolean): void {
    this.#isEnding = isEnding;
    if (isEnding) this.#expire();
  }

  #expire(): void {
    const nowMs = this.#nowMs;
    const { pendingSamplingMs } = this.#options;
    let dueMs = Number.POSITIVE_INFINITY;
    for (const [exporter, entry] of this.#new) {
      if (this.#isOver(exporter, entry)) this.#endNew(exporter);
      else dueMs = Math.min(dueMs, entry.dueMs);
    }
    for (const exporter of [...this.#bySampler.keys()]) {
      const before = this.#isEnding ? Number.POSITIVE_INFINITY : nowMs - pendingSamplingMs;
      this.#settleSamplers(exporter, before);
      const first = this.#bySampler.get(exporter)?.[0];
      if (first !== undefined) dueMs = Math.min(dueMs, first.sinceMs + pendingSamplingMs);
    }
    this.#dueMs = Math.max(dueMs, nowMs + LOOK_EVERY_MS);
  }

  #isOver(exporter: Exporter, entry: NewExporter): boolean {
    if (this.#isEnding) return true;
    if (this.#nowMs < entry.dueMs) return false;
    const lastMs = entry.sinceMs + this.#options.pendingSamplingMs;
    if (this.#nowMs >= lastMs || !this.#hooks.awaitsIntervals(exporter)) return true;
    // Asked again soon, not at the end: the interval may come any time.
    entry.dueMs = Math.min(this.#nowMs + LOOK_EVERY_MS, lastMs);
    return false;
  }

  /** Resumes records whose sampler is known by now, and those that have waited since `sinceMs` or longer. */
  #settleSamplers(exporter: Exporter, sinceMs: number): void {
    const waiting = this.#bySampler.get(exporter);
    if (waiting === undefined) return;
    this.#bySampler.delete(exporter);
    const wasEnding = this.#isEnding;
    for (const wait of waiting) {
      const isOverdue = wait.sinceMs <= sinceMs;
      if (isOverdue || isKnown(wait.message.domain.facts, wait.sampler)) {
        if (isOverdue) this.#counters.setsHeldInVain++;
        // Whatever samplers the rest of its records name, they have waited as long.
        this.#isEnding = wasEnding || isOverdue;
        this.#resume(wait);
        this.#isEnding = wasEnding;
      } else {
        const left = this.#bySampler.get(exporter);
        if (left === undefined) this.#bySampler.set(exporter, [wait]);
        else left.push(wait);
      }
    }
  }

  #keep(records: WaitingRecords): void {
    const { message } = records;
    this.#counters.setsHeld++;
    this.#pending.keep(records);
    message.systemInitMs ??= message.domain.facts.systemInitMs;
  }

  #resume(records: WaitingRecords): void {
    this.#counters.setsResumed++;
    this.#pending.letGo(records);
    const outer = this.#resumedSinceMs;
    this.#resumedSinceMs = records.sinceMs;
    this.#hooks.resume(records);
    this.#resumedSinceMs = outer;
  }
}

/** A copy: the datagram's memory may be reused. */
function copyOf(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from).slice();
}
