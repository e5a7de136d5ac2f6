// The figures of one worker over all its processes: what the dead ones had counted, and what the living one says. Of a
// dead one counts remain; sizes (what waits, what is in a cache) are those of the next as soon as it says them.

import type { EnrichCounters } from '../enrich/enrichment.ts';
import type { ExporterStatus, Status, WorkersStatus } from './status.ts';
import { addExporters, addFigures, zeroFigures } from './sum-figures.ts';
import type { DecodeFigures, OtherFigures, OutputFigures } from './worker-messages.ts';

/** What a status adds up. */
export type WorkerSums = Pick<
  Status,
  'decode' | 'pending' | 'rules' | 'holdBack' | 'documents' | 'output' | 'enrich' | 'reloads' | 'process'
> & {
  addedParts: number;
  workers: { -readonly [Key in keyof WorkersStatus]: number };
};

/** Figures of no worker in `workers`. */
export const NO_WORKERS: Readonly<WorkersStatus> = {
  count: 0,
  restarts: 0,
  waiting: 0,
  dropped: 0,
  resent: 0,
  setAside: 0,
  faults: 0,
  unacknowledged: 0,
  left: 0,
};

/**
 * Sums over workers, but for what each of them has a copy of: databases, threat lists and tables count once.
 * @param sums is changed
 */
export function countCopiesOnce(sums: EnrichCounters, workers: readonly EnrichCounters[]): void {
  const most = (size: (enrich: EnrichCounters) => number) => Math.max(0, ...workers.map(size));
  Object.assign(sums, {
    geoipDatabases: most(({ geoipDatabases }) => geoipDatabases),
    threatNetworks: most(({ threatNetworks }) => threatNetworks),
  });
  for (const [name, table] of Object.entries(sums.tables)) {
    Object.assign(table, { entries: most(({ tables }) => tables[name]?.entries ?? 0) });
  }
}

export class WorkerFigures {
  #decode: DecodeFigures | undefined;
  #output: OutputFigures | undefined;
  #others: OtherFigures | undefined;
  #exporters: readonly ExporterStatus[] = [];
  /** Of the dead. */
  readonly #past = { sums: {} as Partial<WorkerSums>, exporters: new Map<string, ExporterStatus>() };

  /** Why documents wait, by the worker's last report. */
  get fault(): string | undefined {
    return this.#others?.fault;
  }

  /** What its process has said of enrichment last. */
  get enrich(): EnrichCounters | undefined {
    return this.#others?.enrich;
  }

  acknowledged(figures: DecodeFigures, output: OutputFigures): void {
    this.#decode = figures;
    this.#output = output;
  }

  reported(figures: OtherFigures, output: OutputFigures): void {
    this.#others = figures;
    this.#output = output;
    if (figures.exporters !== undefined) this.#exporters = figures.exporters;
  }

  /** The process has ended: its figures become those of the past. */
  ended(): void {
    const sums = this.#living();
    const { output, enrich, process, workers } = sums;
    if (workers !== undefined) workers.left += (output?.waiting ?? 0) + (output?.spooled ?? 0);
    if (output !== undefined) Object.assign(output, { waiting: 0, spooled: 0, spooledBytes: 0, inFlight: 0 });
    if (enrich !== undefined) {
      Object.assign(enrich, { hosts: 0, geoipDatabases: 0, threatNetworks: 0, snmpExporters: 0 });
    }
    for (const table of Object.values(enrich?.tables ?? {})) Object.assign(table, { entries: 0 });
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
    if (this.#decode !== undefined && pending !== undefined) this.#decode = { ...zeroFigures(this.#decode), pending };
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
    let acknowledged = 0;
    if (this.#decode !== undefined) {
      const { faults: _, ...decode } = this.#decode;
      const { flows, counters, exporters } = decode.documents;
      acknowledged = flows + counters + exporters;
      addFigures(sums, decode);
    }
    if (this.#output !== undefined) addFigures(sums, { output: this.#output.output });
    if (this.#others !== undefined) {
      const { enrich, reloads, process } = this.#others;
      addFigures(sums, { enrich, reloads, process });
    }
    const made = this.#output?.made ?? acknowledged;
    sums.workers = { ...NO_WORKERS, faults: this.#decode?.faults ?? 0, unacknowledged: made - acknowledged };
    return sums;
  }
}
