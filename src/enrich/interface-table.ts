// What the user says of exporters' interfaces: which of them are not a boundary, so that what is metered there is
// metered elsewhere as well. From CSV files `exporter,interface,boundary` that are read again when they change.

import { parseYesNo, readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { type FileText, WatchedFiles } from '../lib/watched-files.ts';
import { PrefixTable } from './prefix-table.ts';

export interface InterfaceTableOptions {
  /** CSV files, absolute paths. */
  readonly files: readonly string[];
  /** Milliseconds between two looks for changed files. */
  readonly reloadMs: number;
}

/** Whether an interface is a boundary, by its index. */
export type Boundaries = ReadonlyMap<number, boolean>;

const MAX_INTERFACE = 4_294_967_295;

export class InterfaceTable {
  /** Grows with every table taken over: what was found in an older one must be looked up again. */
  version = 0;
  readonly #files: WatchedFiles;
  #table = new PrefixTable<Map<number, boolean>>();

  constructor(options: InterfaceTableOptions, log: Log) {
    const watched = { files: options.files, reloadMs: options.reloadMs, key: 'enrich.duplicates.files' };
    this.#files = new WatchedFiles(watched, (texts) => this.#take(texts), log);
  }

  /** Reads the files and watches them. Throws ConfigError for one that cannot be used. */
  start(): Promise<void> {
    return this.#files.start();
  }

  stop(): void {
    this.#files.stop();
  }

  /** Looks for changed files now. */
  check(): Promise<void> {
    return this.#files.check();
  }

  /** Interfaces of an exporter; undefined where the table does not name it. The longest network of exporters wins. */
  boundaries(exporterAddress: string): Boundaries | undefined {
    return this.#table.find(exporterAddress);
  }

  #take(texts: readonly FileText[]): void {
    const byExporter = new Map<string, Map<number, boolean>>();
    const table = new PrefixTable<Map<number, boolean>>();
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, ['exporter', 'interface', 'boundary'])) {
        const exporter = row.cell('exporter');
        const index = row.cell('interface');
        const isBoundary = parseYesNo(row.cell('boundary'), row.place);
        if (!/^\d{1,10}$/.test(index) || Number(index) > MAX_INTERFACE) {
          throw new ConfigError(row.place, index, 'the index of an interface');
        }
        if (isBoundary === undefined) throw new ConfigError(row.place, '', 'yes or no for boundary');
        let interfaces = byExporter.get(exporter);
        if (interfaces === undefined) {
          interfaces = new Map();
          byExporter.set(exporter, interfaces);
          table.add(exporter, interfaces, row.place);
        }
        interfaces.set(Number(index), isBoundary);
      }
    }
    this.#table = table;
    this.version++;
  }
}
