// The figures of one worker over all its processes: what the dead ones had counted, and what the living one says. Of a
// dead one counts remain; sizes (what waits, what is in a cache) are those of the next as soon as it says them.

import type { OutputCounters } from '../output/counters.ts';
import type { ExporterStatus, Status, WorkersStatus } from './status.ts';
import { addExporters, addFigures, copyFigures } from './sum-figures.ts';
import type { DecodeFigures, OutputFigures } from './worker-messages.ts';

/** What a status adds up. */
export type WorkerSums = Pick<
  Status,
  'decode' | 'pending' | 'rules' | 'holdBack' | 'documents' | 'output' | 'enrich' | 'reloads' | 'process'
> & {
  addedParts: number;
  workers: { -readonly [Key in keyof WorkersStatus]: number };
};

export class WorkerFigures {
  restarts = 0;
  #decode: DecodeFigures | undefined;
  #output: OutputCounters | undefined;
  #others: OutputFigures | undefined;
  #exporters: readonly ExporterStatus[] = [];
  /** Of the dead. */
  readonly #past = { sums: {} as Partial<WorkerSums>, exporters: new Map<string, ExporterStatus>() };

  /** Why documents wait, by the worker's last report. */
  get fault(): string | undefined {
    return this.#others?.fault;
  }

  acknowledged(figures: DecodeFigures, output: OutputCounters): void {
    this.#decode = figures;
    this.#output = output;
  }

  reported(figures: OutputFigures): void {
    this.#others = figures;
    this.#output = figures.output;
    if (figures.exporters !== undefined) this.#exporters = figures.exporters;
  }

  /** The process has ended: its figures become those of the past. */
  ended(): void {
    const sums = this.#living();
    const { output, enrich, process } = sums;
    const left = (output?.waiting ?? 0) + (output?.spooled ?? 0);
    if (sums.workers !== undefined) sums.workers.left += left;
    if (output !== undefined) Object.assign(output, { waiting: 0, spooled: 0, spooledBytes: 0, inFlight: 0 });
    if (enrich !== undefined) Object.assign(enrich, { hosts: 0, threatNetworks: 0, snmpExporters: 0 });
    if (process !== undefined) Object.assign(process, { residentBytes: 0 });
    // What waits is in the state that the next process begins with; until it says so, this is still true.
    const { pending, ...counts } = sums;
    addFigures(this.#past.sums, counts);
    addExporters(
      this.#past.exporters,
      this.#exporters.map((exporter) => ({ ...exporter, templates: 0 })),
    );
    this.#exporters = [];
    this.#output = undefined;
    this.#decode =
      pending === undefined || this.#decode === undefined ? undefined : { ...zeroes(this.#decode), pending };
    this.#others = undefined;
  }

  /** Adds all of it to the sums of other workers. */
  addTo(sums: Partial<WorkerSums>, exporters: Map<string, ExporterStatus>): void {
    addFigures(sums, this.#past.sums);
    addFigures(sums, this.#living());
    addExporters(exporters, this.#past.exporters.values());
    addExporters(exporters, this.#exporters);
  }

  #living(): Partial<WorkerSums> {
    const sums: Partial<WorkerSums> = {};
    if (this.#decode !== undefined) addFigures(sums, this.#decode);
    const made = this.#decode === undefined ? 0 : documentsOf(this.#decode);
    const output = this.#output;
    if (output !== undefined) addFigures(sums, { output });
    if (this.#others !== undefined) {
      const { enrich, reloads, process } = this.#others;
      addFigures(sums, { enrich, reloads, process });
    }
    sums.workers = {
      count: 0,
      restarts: 0,
      waiting: 0,
      dropped: 0,
      resent: 0,
      faults: this.#decode?.faults ?? 0,
      unacknowledged: (output?.appended ?? 0) - made,
      left: 0,
    };
    return sums;
  }
}

function documentsOf({ documents }: DecodeFigures): number {
  return documents.flows + documents.counters + documents.exporters;
}

/** The same fields, nothing counted. */
function zeroes<T extends object>(figures: T): T {
  const copy = copyFigures(figures) as Record<string, unknown>;
  for (const [key, value] of Object.entries(copy)) {
    copy[key] = typeof value === 'number' ? 0 : typeof value === 'object' && value !== null ? zeroes(value) : value;
  }
  return copy as T; // as: the same fields
}
