// From datagrams of any protocol to flows. The datagram itself says what it is, whatever port it came to. Here is the
// one place where bad input is caught: a DecodeError becomes a count, everything else is a bug and goes up.
// No I/O, no timers: the application calls expire() now and then, and flush() at the end of its input.

import type { CounterSample } from '../flow/counter-sample.ts';
import type { Datagram } from '../flow/datagram.ts';
import type { Exporter } from '../flow/exporter.ts';
import type { ExportProtocol, Flow } from '../flow/flow.ts';
import { type CounterTable, loadCounterTable } from '../lib/counter-table.ts';
import { DecodeCounters } from './counters.ts';
import type { DecodeOptions } from './decode-options.ts';
import { DecodeError } from './errors.ts';
import { decodeIpfix } from './ipfix.ts';
import { decodeNetflow1 } from './netflow1.ts';
import { decodeNetflow5 } from './netflow5.ts';
import { decodeNetflow6 } from './netflow6.ts';
import { decodeNetflow7 } from './netflow7.ts';
import { decodeNetflow8 } from './netflow8.ts';
import { decodeNetflow9 } from './netflow9.ts';
import { RunningCounts } from './running-counts.ts';
import { SflowLoss } from './sflow/loss.ts';
import { decodeSflow } from './sflow/sflow.ts';
import type { SflowContext } from './sflow/sflow-context.ts';
import { StateChanges, type StateEntry } from './template/changes.ts';
import type { Session } from './template/domain.ts';
import { type ElementTable, loadElements } from './template/elements.ts';
import { FactWriter } from './template/fact-writer.ts';
import { OptionWaits } from './template/option-waits.ts';
import { borrowTemplate, templateOfOtherPort } from './template/other-ports.ts';
import { type PendingSet, PendingSets } from './template/pending.ts';
import { type RestoredEntries, restoreEntries } from './template/restore-entries.ts';
import { decodePending, resumeRecords, type SetContext } from './template/sets.ts';
import { restoreState, type SavedState, saveState } from './template/state.ts';
import { TemplateStore } from './template/store.ts';
import type { Template } from './template/template.ts';

export interface DecoderHooks {
  /** Takes every flow, finished. It is the receiver's from then on. */
  emit(flow: Flow): void;
  /** Takes every counter sample; without it they are only counted. */
  emitCounters?(sample: CounterSample): void;
}

type NetflowProtocol = Exclude<ExportProtocol, `sflow_${string}`>;

const DECODERS: Readonly<
  Record<NetflowProtocol, (context: SetContext, datagram: Datagram, session: Session, view: DataView) => void>
> = {
  netflow_v1: decodeNetflow1,
  netflow_v5: decodeNetflow5,
  netflow_v6: decodeNetflow6,
  netflow_v7: decodeNetflow7,
  netflow_v8: decodeNetflow8,
  netflow_v9: decodeNetflow9,
  ipfix: decodeIpfix,
};

export class Decoder {
  readonly counters = new DecodeCounters();
  readonly #options: DecodeOptions;
  readonly #context: SetContext;
  readonly #sflow: SflowContext;
  #elements: ElementTable | undefined = undefined;
  #counterTable: CounterTable | undefined = undefined;

  /** `loadTable`: where elements come from, asked at the first template. */
  constructor(options: DecodeOptions, hooks: DecoderHooks, loadTable: () => ElementTable = loadElements) {
    this.#options = options;
    const templates = new TemplateStore(options, this.counters);
    const pending = new PendingSets(options, this.counters);
    const waits = new OptionWaits(options, this.counters, pending, {
      resume: (records) => resumeRecords(this.#context, records),
      awaitsIntervals: (exporter) => templates.awaitsIntervals(exporter),
    });
    this.#context = {
      options,
      counters: this.counters,
      templates,
      pending,
      // What an exporter takes back held for what came before.
      factWriter: new FactWriter(options.maxFacts, templates.memory, this.counters, (exporter) =>
        waits.settleNew(exporter),
      ),
      waits,
      running: new RunningCounts(options, this.counters),
      elements: () => {
        this.#elements ??= loadTable();
        return this.#elements;
      },
      emit: (flow) => hooks.emit(flow),
    };
    this.#sflow = {
      bytes: options.sflowBytes,
      counters: this.counters.sflow,
      loss: new SflowLoss(this.counters, options.maxFacts, templates.memory),
      exporterOf: (address) => templates.exporter(address),
      factsOf: (exporter, subAgentId) => templates.facts(exporter, subAgentId),
      // Read from its file at the first counter sample.
      counterTable: hooks.emitCounters === undefined ? undefined : () => this.#loadCounterTable(),
      emitCounters: (sample) => hooks.emitCounters?.(sample),
      emit: (flow) => {
        this.counters.flows++;
        flow.exporter.flows++;
        hooks.emit(flow);
      },
    };
  }

  /** All exporters known, by address (sFlow: agent address). */
  get exporters(): ReadonlyMap<string, Exporter> {
    return this.#context.templates.exporters;
  }

  /** Data sets that wait for their template now, those that wait for option data, and the memory of both. */
  get pending(): { readonly sets: number; readonly held: number; readonly octets: number } {
    const { pending, waits } = this.#context;
    return { sets: pending.sets, held: waits.sets, octets: pending.octets };
  }

  /** Emits the datagram's flows, and those that waited for its templates. Never throws for bad input: counts. */
  decode(datagram: Datagram): void {
    const { counters } = this;
    counters.datagrams++;
    const { bytes } = datagram;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const protocol = protocolOf(view);
    if (protocol === undefined) {
      counters.refused++;
      counters.refusedUnknownVersion++;
      return;
    }
    if (protocol === 'sflow') this.#decodeSflow(datagram);
    else this.#decodeNetflow(protocol, datagram, view);
  }

  /**
   * End of the input: flows that wait for option data go without, and what still waits for a template is tried with
   * those of other ports, else counted as expired. Facts and templates stay.
   */
  flush(_nowMs: number): void {
    const { pending, waits } = this.#context;
    // Option data first, or flows before it would go without.
    for (const set of pending.all()) {
      const template = templateOfOtherPort(this.#context, set.message, set.setId);
      if (template?.isOptions) this.#decodeByOtherPort(set, template);
    }
    waits.end(true);
    this.#settlePending(Number.POSITIVE_INFINITY);
    waits.end(false);
  }

  /** Ends the waits for option data that are over; to be called every second or so. */
  settle(nowMs: number): void {
    this.#context.waits.advance(nowMs);
  }

  /** Ends the waits that are over, and forgets silent templates and exporters. Cheap enough for every few seconds. */
  expire(nowMs: number): void {
    this.#settlePending(nowMs - this.#options.pendingExpireMs);
    this.#context.running.expire(nowMs);
    this.#context.templates.expire(nowMs - this.#options.templateExpireMs);
  }

  /** Forgets the templates of a transport session that has begun or ended anew: a TCP connection. */
  forgetSession(exporterAddress: string, exporterPort: number): void {
    this.#context.templates.forgetSession(exporterAddress, exporterPort);
  }

  /** Memory that all we know of exporters takes, octets by estimate: at most options.memory, and what waits. */
  get memoryOctets(): number {
    return this.#context.templates.memory.octets + this.#context.pending.octets;
  }

  /** Templates known of an exporter, of all its ports and domains; walks them all. */
  templateCount(exporterAddress: string): number {
    return this.#context.templates.templateCount(exporterAddress);
  }

  /** Templates and facts, ready for JSON.stringify. */
  save(): SavedState {
    return saveState(this.#context.templates);
  }

  /** Takes back what save() gave; number of templates. Throws where `saved` is no such state. */
  restore(saved: unknown): number {
    return restoreState(this.#context.templates, this.#context.factWriter, this.#context.elements, saved);
  }

  /**
   * For state that is kept elsewhere: takes back what takeChanges() gave, and from now on notes what changes. Needs a
   * decoder that has decoded nothing yet.
   */
  trackChanges(entries: ReadonlyMap<string, string>, nowMs: number): RestoredEntries {
    const { templates, pending, waits, factWriter, running, elements } = this.#context;
    const restored = restoreEntries(templates, pending, waits, factWriter, running, elements, entries, nowMs);
    const changes = new StateChanges();
    templates.changes = changes;
    pending.changes = changes;
    running.onChange = (key, value) => changes.counted(key, value);
    return restored;
  }

  /** Entries that changed since the last call; of each, the value it has now. */
  takeChanges(): StateEntry[] {
    const { templates } = this.#context;
    return templates.changes?.take(templates) ?? [];
  }

  #decodeNetflow(protocol: NetflowProtocol, datagram: Datagram, view: DataView): void {
    const { counters } = this;
    const context = this.#context;
    const exporter = context.templates.exporter(datagram.exporterAddress);
    if (exporter === undefined) {
      counters.refused++;
      counters.refusedExporterLimit++;
      return;
    }
    exporter.datagrams++;
    exporter.lastSeenMs = datagram.receivedMs;
    const session = context.templates.session(exporter, datagram.exporterPort, datagram.receivedMs);
    const refusedBefore = counters.refusedDomainLimit;
    const newsBefore = context.factWriter.news;
    context.waits.advance(datagram.receivedMs);
    try {
      DECODERS[protocol](context, datagram, session, view);
      if (counters.refusedDomainLimit === refusedBefore) counters.decoded++;
      else counters.refused++;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      exporter.malformed++;
      this.#countMalformed(error);
    }
    if (context.factWriter.news !== newsBefore) context.waits.retry(exporter);
  }

  /** sFlow names its exporter inside the datagram, and has no templates. */
  #decodeSflow(datagram: Datagram): void {
    const { counters } = this;
    const { sflow } = counters;
    const refusedBefore = sflow.limitedDatagrams;
    try {
      decodeSflow(datagram, this.#sflow);
      if (sflow.limitedDatagrams === refusedBefore) counters.decoded++;
      else counters.refused++;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#countMalformed(error);
    }
  }

  #loadCounterTable(): CounterTable {
    this.#counterTable ??= loadCounterTable();
    return this.#counterTable;
  }

  #countMalformed(error: DecodeError): void {
    const { counters } = this;
    counters.malformed++;
    if (error.kind === 'truncated') counters.malformedTruncated++;
    else if (error.kind === 'length') counters.malformedLength++;
    else counters.malformedValue++;
  }

  #settlePending(beforeMs: number): void {
    const { pending } = this.#context;
    for (const set of pending.older(beforeMs)) {
      const template = borrowTemplate(this.#context, set.message, set.setId);
      if (template !== undefined) {
        this.#decodeByOtherPort(set, template);
      } else {
        pending.remove(set);
        this.counters.setsExpired++;
        set.message.exporter.setsGivenUp++;
      }
    }
  }

  #decodeByOtherPort(set: PendingSet, template: Template): void {
    this.#context.pending.remove(set);
    this.counters.setsByOtherPort++;
    decodePending(this.#context, set, template);
  }
}

/** What a datagram is, by its first octets: sFlow has a 32-bit version, all others a 16-bit one. */
function protocolOf(view: DataView): NetflowProtocol | 'sflow' | undefined {
  if (view.byteLength < 4) return undefined;
  switch (view.getUint16(0)) {
    case 1:
      return 'netflow_v1';
    case 5:
      return 'netflow_v5';
    case 6:
      return 'netflow_v6';
    case 7:
      return 'netflow_v7';
    case 8:
      return 'netflow_v8';
    case 9:
      return 'netflow_v9';
    case 10:
      return 'ipfix';
    case 0:
      return isSflowVersion(view.getUint16(2)) ? 'sflow' : undefined;
    default:
      return undefined;
  }
}

function isSflowVersion(version: number): boolean {
  return version === 5 || version === 4 || version === 2;
}
