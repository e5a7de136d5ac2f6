// weir's own account of its exporters: once a minute one document for each that sent something, with what was counted
// meanwhile. One that sent flows before and is silent now gets zeros: an alert on silence cannot see what is not there.

import { exporterDocument } from '../document/exporter-document.ts';
import type { Exporter } from '../flow/exporter.ts';
import type { Flow } from '../flow/flow.ts';

/** Takes one document: `@timestamp` in epoch ms, `_id`, one line of JSON. */
export type AppendExporter = (timestampMs: number, id: string, text: string) => void;

/** What the decoder knows. */
export interface ExporterSource {
  readonly exporters: ReadonlyMap<string, Exporter>;
  templateCount(exporterAddress: string): number;
}

/** Documents of zeros in a minute: forged addresses are forgotten after a day, and must not fill an index until then. */
const MAX_SILENT = 1000;

/** Counts of an exporter when it was last reported, and what its flows were like since. */
class Tally {
  datagrams = 0;
  flows = 0;
  malformed = 0;
  setsWithoutTemplate = 0;
  setsGivenUp = 0;
  droppedFlows = 0;
  lostFlows = 0;
  readonly protocols = new Set<string>();
  /** The protocol seen last, which nearly always is the next one, too. */
  lastProtocol = '';
  longestFlowMs = -1;
}

export class ExporterReport {
  /** Documents made since the start. */
  documents = 0;
  readonly #source: ExporterSource;
  readonly #append: AppendExporter;
  readonly #nextId: () => string;
  /** Exporters that the decoder forgets are forgotten here, too. */
  readonly #tallies = new WeakMap<Exporter, Tally>();
  #startMs = 0;
  // Neighbouring flows come from one exporter: remembering it spares the WeakMap.
  #lastExporter: Exporter | undefined = undefined;
  #lastTally = new Tally();

  /** @param nextId gives each document its `_id`: unique over all starts and processes */
  constructor(source: ExporterSource, nextId: () => string, append: AppendExporter) {
    this.#source = source;
    this.#nextId = nextId;
    this.#append = append;
  }

  /** Begins the first interval. */
  start(nowMs: number): void {
    this.#startMs = nowMs;
  }

  /** To be told of every flow. */
  add(flow: Flow): void {
    if (flow.exporter !== this.#lastExporter) {
      this.#lastExporter = flow.exporter;
      this.#lastTally = this.#tally(flow.exporter);
    }
    const tally = this.#lastTally;
    if (flow.protocol !== tally.lastProtocol) {
      tally.lastProtocol = flow.protocol;
      tally.protocols.add(flow.protocol);
    }
    if (flow.startMs === undefined || flow.endMs === undefined) return;
    const durationMs = flow.endMs - flow.startMs;
    if (durationMs > tally.longestFlowMs) tally.longestFlowMs = durationMs;
  }

  /** Writes the documents of the interval that ends now, and begins the next. */
  report(nowMs: number): void {
    let silent = 0;
    for (const exporter of this.#source.exporters.values()) {
      const tally = this.#tally(exporter);
      const isSilent =
        exporter.datagrams === tally.datagrams &&
        exporter.flows === tally.flows &&
        exporter.setsGivenUp === tally.setsGivenUp;
      if (isSilent && (exporter.flows === 0 || silent++ >= MAX_SILENT)) continue;
      this.documents++;
      this.#append(nowMs, this.#nextId(), this.#document(exporter, tally, nowMs));
    }
    this.#startMs = nowMs;
  }

  #document(exporter: Exporter, tally: Tally, nowMs: number): string {
    const { datagrams, flows, malformed, setsWithoutTemplate, setsGivenUp, droppedFlows, lostFlows } = exporter;
    const text = exporterDocument({
      address: exporter.address,
      name: exporter.name,
      startMs: this.#startMs,
      endMs: nowMs,
      lastSeenMs: exporter.lastSeenMs,
      protocols: [...tally.protocols],
      datagrams: datagrams - tally.datagrams,
      flows: flows - tally.flows,
      malformed: malformed - tally.malformed,
      setsWithoutTemplate: setsWithoutTemplate - tally.setsWithoutTemplate,
      setsGivenUp: setsGivenUp - tally.setsGivenUp,
      droppedFlows: droppedFlows - tally.droppedFlows,
      lostFlows: Math.round(lostFlows) - tally.lostFlows,
      templates: this.#source.templateCount(exporter.address),
      longestFlowMs: tally.longestFlowMs < 0 ? undefined : tally.longestFlowMs,
    });
    tally.datagrams = datagrams;
    tally.flows = flows;
    tally.malformed = malformed;
    tally.setsWithoutTemplate = setsWithoutTemplate;
    tally.setsGivenUp = setsGivenUp;
    tally.droppedFlows = droppedFlows;
    tally.lostFlows = Math.round(lostFlows);
    tally.protocols.clear();
    tally.lastProtocol = '';
    tally.longestFlowMs = -1;
    return text;
  }

  #tally(exporter: Exporter): Tally {
    let tally = this.#tallies.get(exporter);
    if (tally === undefined) {
      tally = new Tally();
      this.#tallies.set(exporter, tally);
    }
    return tally;
  }
}
