// weir's account of itself: once a minute one document of each process that writes, with what it counted meanwhile and
// what waits in it. A process that only receives writes nothing, and so has none: its figures are in `weir status`.

import { hostname } from 'node:os';
import type { DecodeCounters } from '../decode/counters.ts';
import { collectorDocument } from '../document/collector-document.ts';
import { packageVersion } from '../lib/package-root.ts';
import { droppedTotal, type OutputCounters } from '../output/counters.ts';

/** Figures since the start of the process, and states as of now. */
export interface CollectorFigures {
  readonly decode: Readonly<Pick<DecodeCounters, 'datagrams' | 'flows'>>;
  readonly output: Readonly<OutputCounters>;
  /** Datagrams that the kernel dropped; absent where the system does not tell, or another process receives. */
  readonly kernelDrops?: number | undefined;
  /** Datagrams in all streams that are not acknowledged; absent where there are none, or not known yet. */
  readonly lag?: number | undefined;
}

/** Which process it is. */
export interface CollectorIdentity {
  readonly role: 'run' | 'work';
  /** What tells it from others of its role on this host: the number of the worker, a process id. */
  readonly process?: number | undefined;
}

/** Takes one document: `@timestamp` in epoch ms, `_id`, one line of JSON. */
export type AppendCollector = (timestampMs: number, id: string, text: string) => void;

const NOTHING = { datagrams: 0, flows: 0, kernelDrops: 0, written: 0, deadLettered: 0, dropped: 0 };

export class CollectorReport {
  readonly #identity: { readonly host: string; readonly role: string; readonly name: string };
  readonly #figures: () => CollectorFigures;
  readonly #nextId: () => string;
  readonly #append: AppendCollector;
  /** As of the last document. */
  #last: typeof NOTHING = NOTHING;
  #startMs = 0;

  /** @param nextId gives each document its `_id`: unique over all starts and processes */
  constructor(
    { role, process }: CollectorIdentity,
    figures: () => CollectorFigures,
    nextId: () => string,
    append: AppendCollector,
    host = hostname(),
  ) {
    const name = process === undefined ? `${host} ${role}` : `${host} ${role} ${process}`;
    this.#identity = { host, role, name };
    this.#figures = figures;
    this.#nextId = nextId;
    this.#append = append;
  }

  /** Begins the first interval. */
  start(nowMs: number): void {
    this.#startMs = nowMs;
  }

  /** Writes the document of the interval that ends now, and begins the next. */
  report(nowMs: number): void {
    const { decode, output, kernelDrops, lag } = this.#figures();
    const { datagrams, flows } = decode;
    const { written, deadLettered, waiting, spooled, spooledBytes } = output;
    const dropped = droppedTotal(output.dropped);
    const last = this.#last;
    const text = collectorDocument({
      ...this.#identity,
      version: packageVersion,
      startMs: this.#startMs,
      endMs: nowMs,
      datagrams: datagrams - last.datagrams,
      flows: flows - last.flows,
      kernelDrops: kernelDrops === undefined ? undefined : kernelDrops - last.kernelDrops,
      written: written - last.written,
      deadLettered: deadLettered - last.deadLettered,
      dropped: dropped - last.dropped,
      waiting,
      spooled,
      spooledBytes,
      lag,
      residentBytes: process.memoryUsage.rss(),
    });
    this.#last = { datagrams, flows, kernelDrops: kernelDrops ?? last.kernelDrops, written, deadLettered, dropped };
    this.#startMs = nowMs;
    this.#append(nowMs, this.#nextId(), text);
  }

  /** At the stop. Nothing where nothing came: one that is idle need not wait for an Elasticsearch that is down. */
  reportLast(nowMs: number): void {
    if (this.#figures().decode.datagrams > this.#last.datagrams) this.report(nowMs);
  }
}
