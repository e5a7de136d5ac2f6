// The user's networks: name, tags, site, and whether they are his own. From the pipeline's list and from files that are
// read again when they change. The longest prefix wins; what its row leaves out (tags, site, internal) comes from the
// network around it. Asked once per address, when its Host is made, so that the number of networks costs no flow.

import { setImmediate } from 'node:timers/promises';
import type { Host } from '../flow/host.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';
import { type NetworkRow, type PlacedNetwork, readNetworks } from './network-rows.ts';
import { PrefixTable } from './prefix-table.ts';

export interface NetworksOptions extends FileTableOptions {
  /** Networks of the pipeline file; those of files come after them, and the last row for a prefix wins. */
  readonly list: readonly NetworkRow[];
}

/** Rows between two pauses while a table is made: 10 ms of work, so that datagrams are taken meanwhile. */
const ROWS_PER_STEP = 2000;
const PREFIX_LENGTHS = 129;

/** A row with what it has from the network around it. */
interface Network extends NetworkRow {
  /** Bits of its prefix; of an address alone more than it has. */
  readonly length: number;
}

export class Networks extends FileTable {
  /** Networks in use. */
  size = 0;
  readonly #list: readonly PlacedNetwork[];
  readonly #onChange: () => void;
  #table = new PrefixTable<Network>();

  /** @param onChange called when other networks are in use than before */
  constructor(options: NetworksOptions, onChange: () => void, log: Log) {
    super(options, 'enrich.networks.files', log);
    this.#list = options.list.map((row, i) => ({ ...row, place: `enrich.networks.list[${i}]` }));
    this.#onChange = onChange;
  }

  /** Makes the table and watches its files. Throws ConfigError for a network or file that cannot be used. */
  override async start(): Promise<void> {
    await this.take([]);
    await super.start();
  }

  /** Fills in what the user says of the host's network; decides isInternal where he says so. */
  complete(host: Host): void {
    if (this.size === 0) return;
    const network = this.#table.find(host.ip);
    if (network === undefined) {
      this.misses++;
      return;
    }
    this.hits++;
    host.network = network.name;
    host.networkLength = network.length;
    host.networkTags = network.tags;
    host.site = network.site;
    if (network.internal !== undefined) host.isInternal = network.internal;
  }

  /** Makes a new table beside the old one, in steps, and then exchanges them. */
  protected override async take(texts: readonly FileText[]): Promise<void> {
    const byLength: PlacedNetwork[][] = Array.from({ length: PREFIX_LENGTHS }, () => []);
    let rows = 0;
    for (const row of this.#rows(texts)) {
      byLength[prefixLength(row.prefix)]!.push(row);
      if (++rows % ROWS_PER_STEP === 0) await setImmediate();
    }
    const table = new PrefixTable<Network>();
    // Short prefixes first: what holds a network is in the table before it.
    for (const networks of byLength) {
      for (const row of networks) {
        table.add(row.prefix, inherit(row, table.find(addressOf(row.prefix))), row.place);
        if (++rows % ROWS_PER_STEP === 0) await setImmediate();
      }
    }
    this.#table = table;
    this.size = byLength.reduce((sum, networks) => sum + networks.length, 0);
    this.#onChange();
  }

  *#rows(texts: readonly FileText[]): Generator<PlacedNetwork> {
    yield* this.#list;
    for (const text of texts) yield* readNetworks(text);
  }
}

function inherit(row: NetworkRow, around: NetworkRow | undefined): Network {
  return {
    prefix: row.prefix,
    length: prefixLength(row.prefix),
    name: row.name,
    tags: row.tags ?? around?.tags,
    site: row.site ?? around?.site,
    internal: row.internal ?? around?.internal,
  };
}

function addressOf(prefix: string): string {
  const slash = prefix.indexOf('/');
  return slash < 0 ? prefix : prefix.slice(0, slash);
}

/** PrefixTable refuses what is no length. */
function prefixLength(prefix: string): number {
  const slash = prefix.indexOf('/');
  const length = slash < 0 ? PREFIX_LENGTHS - 1 : Number(prefix.slice(slash + 1));
  return Number.isInteger(length) && length >= 0 && length < PREFIX_LENGTHS ? length : 0;
}
