// Which addresses are on lists of bad ones, from files and from servers. Asked once per address, when its Host is made.
// Only public addresses are looked up: lists of unusable ranges would name every private one. Whatever a list says, the
// networks that the user allows are never named.

import { join } from 'node:path';
import { parseAddress } from '../flow/address.ts';
import type { Host, Threat } from '../flow/host.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { WatchedFiles } from '../lib/watched-files.ts';
import { PrefixSet } from './prefix-set.ts';
import { PrefixTable } from './prefix-table.ts';
import { ThreatDownload } from './threat-download.ts';
import { parseThreatList } from './threat-list-text.ts';

export interface ThreatListOptions {
  /** As it stands in documents; also the name of the file in which a download is kept. */
  readonly name: string;
  /** What its addresses are bad for, e.g. botnet. */
  readonly kind: string | undefined;
  /** One of the two. Absolute path. */
  readonly file: string | undefined;
  readonly url: string | undefined;
  /** Column of CSV with the address, from 1; undefined: the first address in a line. */
  readonly column: number | undefined;
  /** Milliseconds between two downloads. */
  readonly refreshMs: number;
}

export interface ThreatsOptions {
  readonly lists: readonly ThreatListOptions[];
  /** Networks and addresses that are never named. */
  readonly allow: readonly string[];
  /** Files with more of them, in the form of the lists, absolute paths. */
  readonly allowFiles: readonly string[];
  /** Milliseconds between two looks for changed files. */
  readonly reloadMs: number;
  /** Where downloads are kept. */
  readonly directory: string;
}

interface List {
  readonly options: ThreatListOptions;
  networks: PrefixSet;
}

/** What watches over a list. */
interface Source {
  start(): Promise<void>;
  stop(): void;
  readonly failures: number;
}

export class Threats {
  /** Public addresses found on a list, and those that are on none, each time that its Host was made. */
  hits = 0;
  misses = 0;
  readonly #lists: readonly List[];
  readonly #sources: Source[] = [];
  /** How often they were read again. */
  readonly files: WatchedFiles[] = [];
  readonly #downloads: ThreatDownload[] = [];
  readonly #onChange: () => void;
  readonly #allow = new PrefixTable<true>();
  #allowed = new PrefixSet();
  /** One object per combination of lists. */
  readonly #threats = new Map<string, Threat>();

  /** @param onChange called when a list has changed. Throws ConfigError for an unusable network, or a name used twice. */
  constructor(options: ThreatsOptions, onChange: () => void, log: Log) {
    this.#onChange = onChange;
    options.allow.forEach((network, i) => {
      this.#allow.add(network, true, `enrich.threat.allow[${i}]`);
    });
    if (options.allowFiles.length > 0) {
      this.#watch(options.allowFiles, options.reloadMs, 'enrich.threat.allowFiles', log, async (texts) => {
        this.#allowed = await parseThreatList(texts.join('\n'));
      });
    }
    this.#lists = options.lists.map((list) => ({ options: list, networks: new PrefixSet() }));
    this.#lists.forEach((list, i) => {
      const { name, file, url, column, refreshMs } = list.options;
      const key = `enrich.threat.lists[${i}]`;
      if (this.#lists.some((other, j) => j < i && other.options.name === name)) {
        throw new ConfigError(`${key}.name`, name, 'every name once');
      }
      const take = async (text: string): Promise<void> => {
        list.networks = await parseThreatList(text, column);
      };
      if (file !== undefined) {
        this.#watch([file], options.reloadMs, `${key}.file`, log, (texts) => take(texts[0]!));
      } else if (url !== undefined) {
        const kept = join(options.directory, `${name}.txt`);
        const download = new ThreatDownload(
          { url, file: kept, refreshMs },
          async (text) => {
            await take(text);
            this.#onChange();
            log.info({ list: name, networks: list.networks.size }, 'threat list in use');
          },
          log,
        );
        this.#downloads.push(download);
        this.#sources.push(download);
      } else {
        throw new ConfigError(key, name, 'a file or a url');
      }
    });
  }

  /** Reads the files and watches them; begins to download. Throws ConfigError for a file that cannot be used. */
  async start(): Promise<void> {
    for (const source of this.#sources) await source.start();
  }

  /** Reads the files only. Throws ConfigError for one that cannot be used. */
  async readFiles(): Promise<void> {
    for (const files of this.files) await files.start();
  }

  stop(): void {
    for (const source of this.#sources) source.stop();
  }

  /** Looks for changed files, and downloads, now. */
  async check(): Promise<void> {
    for (const files of this.files) await files.check();
    for (const download of this.#downloads) await download.refresh();
  }

  /** Networks on all lists. */
  get size(): number {
    return this.#lists.reduce((sum, { networks }) => sum + networks.size, 0);
  }

  /** Files and downloads that could not be used. */
  get failures(): number {
    return this.#sources.reduce((sum, { failures }) => sum + failures, 0);
  }

  /** Names the lists that the host is on. */
  complete(host: Host): void {
    if (host.scope !== 'public' || this.#lists.length === 0) return;
    const bytes = parseAddress(host.ip);
    if (bytes === undefined) return;
    let key = '';
    for (let i = 0; i < this.#lists.length; i++) if (this.#lists[i]!.networks.has(bytes)) key += `${i} `;
    if (key === '' || this.#allowed.has(bytes) || this.#allow.find(host.ip) === true) {
      this.misses++;
      return;
    }
    this.hits++;
    host.threat = this.#threat(key);
  }

  #threat(key: string): Threat {
    let threat = this.#threats.get(key);
    if (threat === undefined) {
      const lists = key
        .trim()
        .split(' ')
        .map((index) => this.#lists[Number(index)]!.options);
      const kinds = lists.flatMap(({ kind }) => kind ?? []);
      threat = { lists: lists.map(({ name }) => name), kinds: [...new Set(kinds)] };
      this.#threats.set(key, threat);
    }
    return threat;
  }

  #watch(
    files: readonly string[],
    reloadMs: number,
    key: string,
    log: Log,
    take: (texts: readonly string[]) => Promise<void>,
  ): void {
    const watched = new WatchedFiles(
      { files, reloadMs, key },
      async (texts) => {
        try {
          await take(texts.map(({ text }) => text));
        } catch (cause) {
          throw new ConfigError(key, files.join(', '), `a list of addresses: ${(cause as Error).message}`, { cause });
        }
        this.#onChange();
      },
      log,
    );
    this.files.push(watched);
    this.#sources.push(watched);
  }
}
