// Names of addresses that the user keeps in files: hosts files as /etc/hosts is one, and CSV with address and name. Read
// again when they change. Asked once per address, when its Host is made; a name found here is not asked of DNS.

import { canonicalAddress } from '../flow/address.ts';
import type { Host } from '../flow/host.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';

const CSV_HEADER = 'address,name';

export class HostsTable extends FileTable {
  readonly #onChange: () => void;
  #names: ReadonlyMap<string, string> = new Map();

  /** @param onChange called when other names are in use than before */
  constructor(options: FileTableOptions, onChange: () => void, log: Log) {
    super(options, 'enrich.names.files', log);
    this.#onChange = onChange;
  }

  /** Addresses that have a name. */
  get size(): number {
    return this.#names.size;
  }

  complete(host: Host): void {
    if (this.#names.size === 0) return;
    const name = this.#names.get(host.ip);
    if (name === undefined) {
      this.misses++;
      return;
    }
    this.hits++;
    host.domain = name;
  }

  protected override take(texts: readonly FileText[]): void {
    const names = new Map<string, string>();
    for (const { file, text } of texts) {
      text.split('\n').forEach((line, i) => {
        addLine(names, line.replace(/#.*/, '').trim(), `${file}:${i + 1}`);
      });
    }
    this.#names = names;
    this.#onChange();
  }
}

/** `192.0.2.1 name alias …` or `192.0.2.1,name`. The first name counts. */
function addLine(names: Map<string, string>, line: string, place: string): void {
  if (line === '' || line === CSV_HEADER) return;
  const [address = '', name = ''] = line.split(line.includes(',') ? ',' : /\s+/).map((part) => part.trim());
  const ip = canonicalAddress(address);
  if (ip === undefined || name === '') throw new ConfigError(place, line, 'an address and a name');
  names.set(ip, name);
}
