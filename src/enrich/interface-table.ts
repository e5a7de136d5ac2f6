// What the user says of exporters' interfaces: names, descriptions, speeds, and which of them are not a boundary, so that
// what is metered there is metered elsewhere as well. From CSV files that are read again when they change:
//
//   exporter,interface,name,alias,speed,boundary        all but the first two may be missing
//   10.0.0.1,3,xe-0/0/3,uplink to Example Net,10G,yes

import type { InterfaceFacts } from '../flow/exporter.ts';
import { parseYesNo, readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';
import { type ExporterStep, forEachExporter } from './for-each-exporter.ts';
import { PrefixTable } from './prefix-table.ts';

export interface InterfaceRow extends InterfaceFacts {
  /** Undefined where the table does not say. */
  readonly isBoundary: boolean | undefined;
}

/** Interfaces of an exporter by their index. */
export type InterfaceRows = ReadonlyMap<number, InterfaceRow>;

const OPTIONAL = ['name', 'alias', 'speed', 'boundary'];
const MAX_INTERFACE = 4_294_967_295;

export class InterfaceTable extends FileTable {
  /** Grows with every table taken over: what was found in an older one must be looked up again. */
  version = 0;
  size = 0;
  #table = new PrefixTable<Map<number, InterfaceRow>>();

  /** @param key of the configuration that names the files, for messages */
  constructor(options: FileTableOptions, key: string, log: Log) {
    super(options, key, log);
  }

  /** Interfaces of an exporter; undefined where the table does not name it. The longest network of exporters wins. */
  find(exporterAddress: string): InterfaceRows | undefined {
    const rows = this.#table.find(exporterAddress);
    if (rows === undefined) this.misses++;
    else this.hits++;
    return rows;
  }

  protected override take(texts: readonly FileText[]): void {
    let size = 0;
    const byExporter = new Map<string, Map<number, InterfaceRow>>();
    const table = new PrefixTable<Map<number, InterfaceRow>>();
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, ['exporter', 'interface'], OPTIONAL)) {
        const exporter = row.cell('exporter');
        const index = row.cell('interface');
        if (!/^\d{1,10}$/.test(index) || Number(index) > MAX_INTERFACE) {
          throw new ConfigError(row.place, index, 'the index of an interface');
        }
        let interfaces = byExporter.get(exporter);
        if (interfaces === undefined) {
          interfaces = new Map();
          byExporter.set(exporter, interfaces);
          table.add(exporter, interfaces, row.place);
        }
        const entry = {
          name: row.cell('name') || undefined,
          alias: row.cell('alias') || undefined,
          speed: parseSpeed(row.cell('speed'), row.place),
          isBoundary: parseYesNo(row.cell('boundary'), row.place),
        };
        if (Object.values(entry).every((value) => value === undefined)) {
          throw new ConfigError(row.place, '', `${OPTIONAL.join(', ')} (yes or no), or some of these`);
        }
        interfaces.set(Number(index), entry);
        size++;
      }
    }
    this.#table = table;
    this.size = size;
    this.version++;
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** `10G`, `2.5 Gbit/s`, `100000000`: in bit/s. */
function parseSpeed(text: string, place: string): number | undefined {
  if (text === '') return undefined;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:bps|bit\/s|bit)?$/i.exec(text) ?? [];
  if (number === undefined) throw new ConfigError(place, text, 'a speed such as 10G or 100000000 (bit/s)');
  return Math.round(Number(number) * UNITS[unit.toLowerCase()]!);
}

/** Sets what the table says of flow.exporter's interfaces. */
export function interfacesEnricher(table: InterfaceTable): ExporterStep {
  return forEachExporter(
    () => table.version,
    (exporter) => {
      exporter.tableInterfaces = table.find(exporter.address);
    },
  );
}
