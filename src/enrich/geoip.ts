// Place and autonomous system of an address, from the databases that lie in one folder. Which file serves what is
// decided by what the files say of themselves, not by their names: per kind and address family the newest one.
// The folder is looked at again and again; a new file is used, and hosts are asked for anew, without a restart.
// A damaged file is refused with one warning; if it replaced a good one, that stays in use. Nothing here fetches files.

import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Host } from '../flow/host.ts';
import type { Log } from '../lib/log.ts';
import { checkMmdb } from './mmdb-check.ts';
import { MmdbReader } from './mmdb-reader.ts';
import { type DatabaseKind, databaseKind, readPlace, readSystem } from './mmdb-record.ts';

export interface GeoipOptions {
  /** False: no database is opened. */
  readonly enabled: boolean;
  /** Folder with `*.mmdb` files, absolute path; it may be missing. */
  readonly folder: string;
  /** Seconds between two looks at the folder. */
  readonly reloadSeconds: number;
}

/** A file in use. */
export interface Database {
  readonly file: string;
  readonly kind: DatabaseKind;
  /** databaseType of its metadata. */
  readonly type: string;
  readonly buildEpochMs: number;
  readonly hasIpv4: boolean;
  readonly hasIpv6: boolean;
}

interface OpenDatabase extends Database {
  readonly reader: MmdbReader;
}

/** What is known of a file. */
interface Known {
  readonly version: FileVersion;
  /** Undefined for files that were refused or are of no use. */
  readonly database: OpenDatabase | undefined;
}

interface FileVersion {
  /** Changes when the content does. */
  readonly text: string;
  /** Tells another file of the same name from the same file written anew. */
  readonly inode: number;
}

export class Geoip {
  /** Look-ups that failed inside of a database: damage that the check at opening did not find. */
  lookupErrors = 0;
  /** Files refused since the start. */
  refusedFiles = 0;
  readonly #options: GeoipOptions;
  readonly #onChange: () => void;
  readonly #log: Log;
  readonly #files = new Map<string, Known>();
  #ipv4: readonly OpenDatabase[] = [];
  #ipv6: readonly OpenDatabase[] = [];
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> | undefined;

  /** @param onChange called when other databases are in use than before */
  constructor(options: GeoipOptions, onChange: () => void, log: Log) {
    this.#options = options;
    this.#onChange = onChange;
    this.#log = log;
  }

  /** Opens the databases, and looks for changes from now on. Never fails because of a file. */
  async start(): Promise<void> {
    if (!this.#options.enabled || this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.check(), this.#options.reloadSeconds * 1000);
    this.#timer.unref();
    await this.check();
  }

  /** Looks no more for changes; what is open stays usable. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The databases in use, in the order in which they are asked. */
  get databases(): readonly Database[] {
    return [...new Set([...this.#ipv4, ...this.#ipv6])];
  }

  /** Fills in what the databases know of the host. */
  complete(host: Host): void {
    const databases = host.ip.includes(':') ? this.#ipv6 : this.#ipv4;
    for (const { kind, reader } of databases) {
      if (kind === 'country' && host.countryIsoCode !== undefined) continue;
      try {
        const record = reader.find(host.ip);
        if (record === undefined) continue;
        if (kind !== 'asn') readPlace(record, host);
        if (kind !== 'country') readSystem(record, host);
      } catch {
        this.lookupErrors++;
      }
    }
  }

  /** Looks at the folder now; joins a look that is under way. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const found = await listFiles(this.#options.folder);
    const before = this.#readers();
    let isChanged = false;
    for (const path of this.#files.keys()) {
      if (found.has(path)) continue;
      this.#files.delete(path);
      isChanged = true;
    }
    for (const [path, version] of found) {
      const known = this.#files.get(path);
      if (known?.version.text === version.text) continue;
      // What was written over, and not replaced, is no longer what is open: there is no former content to stay with.
      const former = known?.version.inode === version.inode ? undefined : known?.database;
      this.#files.set(path, { version, database: (await this.#open(path)) ?? former });
      isChanged = true;
    }
    if (!isChanged) return;
    this.#choose();
    const after = this.#readers();
    for (const reader of before) if (!after.has(reader)) reader.close();
  }

  #readers(): ReadonlySet<MmdbReader> {
    return new Set([...this.#files.values()].flatMap(({ database }) => database?.reader ?? []));
  }

  async #open(path: string): Promise<OpenDatabase | undefined> {
    const file = basename(path);
    let reader: MmdbReader | undefined;
    try {
      reader = new MmdbReader(path);
      const { databaseType, buildEpochMs, ipVersion } = reader.metadata;
      const { damage, sample } = await checkMmdb(path, reader);
      if (damage !== undefined) throw new Error(damage);
      const kind = databaseKind(databaseType, sample);
      if (kind !== undefined) {
        const { hasIpv4 } = reader;
        return { file, kind, type: databaseType, buildEpochMs, hasIpv4, hasIpv6: ipVersion === 6, reader };
      }
      this.#log.info({ file, type: databaseType }, 'GeoIP database holds nothing that is used');
    } catch (error) {
      this.refusedFiles++;
      this.#log.warn({ file, reason: (error as Error).message }, 'GeoIP database is damaged and not used');
    }
    reader?.close();
    return undefined;
  }

  /** Takes the newest database per kind and family. */
  #choose(): void {
    const open = [...this.#files.values()].flatMap(({ database }) => database ?? []);
    open.sort((a, b) => b.buildEpochMs - a.buildEpochMs || (a.file < b.file ? -1 : 1));
    const newest = (databases: readonly OpenDatabase[]): readonly OpenDatabase[] =>
      KINDS.flatMap((kind) => databases.find((database) => database.kind === kind) ?? []);
    this.#ipv4 = newest(open.filter((database) => database.hasIpv4));
    this.#ipv6 = newest(open.filter((database) => database.hasIpv6));
    const inUse = this.databases.map(({ file, type, buildEpochMs }) => {
      return { file, type, built: new Date(buildEpochMs).toISOString().slice(0, 10) };
    });
    this.#log.info({ databases: inUse }, 'GeoIP databases in use');
    this.#onChange();
  }
}

/** Country after city: it is asked only where no city database knew the country. */
const KINDS: readonly DatabaseKind[] = ['city', 'country', 'asn'];

/** Databases of the folder and what changes when their content does; empty where there is no such folder. */
async function listFiles(folder: string): Promise<Map<string, FileVersion>> {
  const found = new Map<string, FileVersion>();
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    return found;
  }
  for (const entry of entries) {
    if (!entry.name.endsWith('.mmdb')) continue;
    const path = join(folder, entry.name);
    // A file may go between the two calls: then it is not there.
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile()) found.set(path, { text: `${info.mtimeMs} ${info.size} ${info.ino}`, inode: info.ino });
  }
  return found;
}
