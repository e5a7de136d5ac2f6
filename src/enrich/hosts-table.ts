// Names of addresses that the user keeps in files: hosts files as /etc/hosts is one, and CSV with address and name. Read
// again when they change. Asked once per address, when its Host is made; a name found here is not asked of DNS.

import { canonicalAddress } from '../flow/address.ts';
import type { Host } from '../flow/host.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { type FileText, WatchedFiles } from '../lib/watched-files.ts';

export interface HostsTableOptions {
  /** Files, absolute paths; a later one wins. */
  readonly files: readonly string[];
  /** Milliseconds between two looks for changed files. */
  readonly reloadMs: number;
}

const CSV_HEADER = 'address,name';

export class HostsTable {
  /** How often they were read again. */
  readonly files: WatchedFiles;
  readonly #onChange: () => void;
  #names: ReadonlyMap<string, string> = new Map();

  /** @param onChange called when other names are in use than before */
  constructor(options: HostsTableOptions, onChange: () => void, log: Log) {
    this.#onChange = onChange;
    const watched = { files: options.files, reloadMs: options.reloadMs, key: 'enrich.names.files' };
    this.files = new WatchedFiles(watched, (texts) => this.#take(texts), log);
  }

  /** Reads the files and watches them. Throws ConfigError that names file and line. */
  start(): Promise<void> {
    return this.files.start();
  }

  stop(): void {
    this.files.stop();
  }

  /** Looks for changed files now. */
  check(): Promise<void> {
    return this.files.check();
  }

  /** Addresses that have a name. */
  get size(): number {
    return this.#names.size;
  }

  complete(host: Host): void {
    if (this.#names.size > 0) host.domain = this.#names.get(host.ip) ?? host.domain;
  }

  #take(texts: readonly FileText[]): void {
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
