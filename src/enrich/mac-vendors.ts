// Who made a network card: the organisation that IEEE gave the first 24, 28 or 36 bits of its address (MA-L, MA-M, MA-S).
// Addresses that somebody chose (locally administered: virtual machines, phones that hide themselves) and group addresses
// have no maker. The table ships as pipelines/mac-vendors.csv, 54,000 blocks; users may add files of
// their own, CSV `vendor,prefixes`.

import { setImmediate } from 'node:timers/promises';
import type { Flow } from '../flow/flow.ts';
import { readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import type { Enricher } from './enricher.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';

/** Addresses whose vendor is remembered; full, it starts anew. */
const CACHE_LIMIT = 16_384;
const ROWS_PER_STEP = 1000;
const GROUP_OR_LOCAL = 3;

/** By the number of hexadecimal digits: vendors by the number that these are. */
interface Blocks {
  readonly digits: number;
  readonly vendors: Map<number, string>;
}

export class MacVendors extends FileTable {
  #blocks: readonly Blocks[] = [];
  #cache = new Map<string, string | undefined>();

  constructor(options: FileTableOptions, log: Log) {
    super(options, 'enrich.mac-vendor.files', log);
  }

  /** Blocks in the table. */
  get size(): number {
    return this.#blocks.reduce((sum, { vendors }) => sum + vendors.size, 0);
  }

  /** Vendor of an address as ECS writes it, 00-00-5E-00-53-23; undefined where it has none, or it is not known. */
  find(mac: string): string | undefined {
    const vendor = this.#cached(mac);
    if (vendor === undefined) this.misses++;
    else this.hits++;
    return vendor;
  }

  #cached(mac: string): string | undefined {
    const known = this.#cache.get(mac);
    if (known !== undefined || this.#cache.has(mac)) return known;
    const vendor = this.#find(mac.replaceAll('-', ''));
    if (this.#cache.size >= CACHE_LIMIT) this.#cache.clear();
    this.#cache.set(mac, vendor);
    return vendor;
  }

  #find(digits: string): string | undefined {
    if ((Number.parseInt(digits.slice(0, 2), 16) & GROUP_OR_LOCAL) !== 0) return undefined;
    for (const block of this.#blocks) {
      const vendor = block.vendors.get(Number.parseInt(digits.slice(0, block.digits), 16));
      if (vendor !== undefined) return vendor;
    }
    return undefined;
  }

  /** Makes a new table beside the old one, in steps, and then exchanges them. */
  protected override async take(texts: readonly FileText[]): Promise<void> {
    const byDigits = new Map<number, Map<number, string>>();
    let rows = 0;
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, ['vendor', 'prefixes'])) {
        const vendor = row.cell('vendor');
        if (vendor === '') throw new ConfigError(row.place, '', 'a vendor');
        for (const prefix of row.cell('prefixes').split(';')) addPrefix(byDigits, prefix.trim(), vendor, row.place);
        if (++rows % ROWS_PER_STEP === 0) await setImmediate();
      }
    }
    this.#blocks = [...byDigits].map(([digits, vendors]) => ({ digits, vendors })).sort((a, b) => b.digits - a.digits);
    this.#cache = new Map();
  }
}

/** `00000C`, `00:00:0C`, `0055DA0` or `70B3D5001`. */
function addPrefix(byDigits: Map<number, Map<number, string>>, prefix: string, vendor: string, place: string): void {
  const digits = prefix.replaceAll(/[-:.]/g, '');
  if (!/^[0-9A-Fa-f]{6,12}$/.test(digits)) throw new ConfigError(place, prefix, '6 to 12 hexadecimal digits');
  let vendors = byDigits.get(digits.length);
  if (vendors === undefined) {
    vendors = new Map();
    byDigits.set(digits.length, vendors);
  }
  vendors.set(Number.parseInt(digits, 16), vendor);
}

/** Sets sourceMacVendor and destinationMacVendor. */
export function macVendorEnricher(vendors: MacVendors): Enricher {
  return function macVendor(flow: Flow): void {
    if (flow.sourceMac !== undefined) flow.sourceMacVendor = vendors.find(flow.sourceMac);
    if (flow.destinationMac !== undefined) flow.destinationMacVendor = vendors.find(flow.destinationMac);
  };
}
