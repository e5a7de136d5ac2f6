// What the user says of exporters: name, site, tags. From CSV files `exporter,name,site,tags` that are read again when they
// change; exporters by address or network, as of a site whose routers all have addresses of one.

import type { ExporterNames } from '../flow/exporter.ts';
import { readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';
import { type ExporterStep, forEachExporter } from './for-each-exporter.ts';
import { PrefixTable } from './prefix-table.ts';

export class ExporterTable extends FileTable {
  /** Grows with every table taken over: what was found in an older one must be looked up again. */
  version = 0;
  size = 0;
  #table = new PrefixTable<ExporterNames>();

  constructor(options: FileTableOptions, log: Log) {
    super(options, 'enrich.exporters.files', log);
  }

  /** Row of an exporter; undefined where the table does not name it. The longest network wins. */
  find(address: string): ExporterNames | undefined {
    const names = this.#table.find(address);
    if (names === undefined) this.misses++;
    else this.hits++;
    return names;
  }

  protected override take(texts: readonly FileText[]): void {
    const table = new PrefixTable<ExporterNames>();
    let size = 0;
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, ['exporter'], ['name', 'site', 'tags'])) {
        const [name, site, tags] = ['name', 'site', 'tags'].map((column) => row.cell(column) || undefined);
        if (name === undefined && site === undefined && tags === undefined) {
          throw new ConfigError(row.place, row.cell('exporter'), 'a name, a site or tags');
        }
        const list = tags?.split(';').map((tag) => tag.trim());
        table.add(row.cell('exporter'), { name, site, tags: list }, row.place);
        size++;
      }
    }
    this.#table = table;
    this.size = size;
    this.version++;
  }
}

/** Sets what the table says of flow.exporter. */
export function exportersEnricher(table: ExporterTable): ExporterStep {
  return forEachExporter(
    () => table.version,
    (exporter) => {
      exporter.table = table.find(exporter.address);
      exporter.json = undefined;
    },
  );
}
