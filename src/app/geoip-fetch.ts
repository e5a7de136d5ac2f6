// Fetches GeoIP databases while weir runs: when it starts without any, and when those that it fetched may be old, for which
// it looks once a day. By `weir geoip update` as a process of its own, so that neither the download nor the making of the AS
// table takes time from flows. Databases that weir did not fetch are left alone.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Config } from '../config.ts';
import { type GeoipState, geoipState } from '../enrich/geoip-note.ts';
import { geoipSources } from '../enrich/geoip-update.ts';
import type { Log } from '../lib/log.ts';
import { geoipFolder, geoipUpdateOptions } from './geoip-options.ts';

/** Said when the first ones are fetched. */
export const FETCH_MESSAGE =
  'no GeoIP databases yet: fetching them in the background (weir geoip update; geoip.update: off stops this)';
const MAX_OUTPUT = 4096;
/** A machine may come to the internet later than weir to the machine. */
const RETRY_MS = 3_600_000;
/** Between two looks, and after a failure of which nobody needs to know at once. */
const LOOK_MS = 86_400_000;

export interface GeoipFetchHooks {
  /** Told before the first databases are fetched; not before they are renewed. */
  onFirst(): void;
  /** Told when there are new ones: who watches the folder need not wait for its next look. */
  onFetched(): void;
}

export class GeoipFetch {
  readonly #state: () => GeoipState;
  readonly #command: readonly string[];
  readonly #hooks: GeoipFetchHooks;
  readonly #log: Log;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #failures = 0;

  /**
   * @param state what is known of the databases now
   * @param command program and arguments that update the databases
   */
  constructor(state: () => GeoipState, command: readonly string[], hooks: GeoipFetchHooks, log: Log) {
    this.#state = state;
    this.#command = command;
    this.#hooks = hooks;
    this.#log = log;
  }

  /** Undefined where the pipeline has no GeoIP, or weir has no leave to fetch any. Throws ConfigError. */
  static stateOf(config: Config): (() => GeoipState) | undefined {
    const folder = config.geoip.update === 'off' ? undefined : geoipFolder(config);
    if (folder === undefined) return undefined;
    const sources = geoipSources(geoipUpdateOptions(config, folder));
    return () => geoipState(folder, sources, Date.now());
  }

  /** Looks now, and from now on; what becomes of a fetch is one line of the log. */
  start(): void {
    this.#isStopped = false;
    this.look();
  }

  /** Ends a fetch that is under way; what it had begun is removed by itself. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#child?.kill();
  }

  get isFetching(): boolean {
    return this.#child !== undefined;
  }

  /** Fetches what is missing, or what may be old. A fetch that is under way goes on. */
  look(): void {
    if (this.#child !== undefined) return;
    const state = this.#state();
    if (state === 'missing' && this.#failures === 0) this.#hooks.onFirst();
    if (state === 'fresh') this.#lookAgain(LOOK_MS);
    else this.#fetch(state === 'missing');
  }

  #fetch(isFirst: boolean): void {
    const [program = '', ...args] = this.#command;
    // Node itself then goes through the proxy of HTTPS_PROXY, where it knows how (22.21 and later).
    const env = { NODE_USE_ENV_PROXY: '1', ...process.env };
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-MAX_OUTPUT);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => collect(Buffer.from(error.message)));
    child.once('close', (code) => {
      this.#child = undefined;
      if (this.#isStopped) return;
      const updated = linesOf(output, 'updated');
      if (updated.length > 0) this.#hooks.onFetched();
      if (code !== 0) this.#failed(isFirst, linesOf(output, 'failed').join('; ') || lastLine(output));
      else this.#fetched(isFirst, updated);
    });
  }

  #fetched(isFirst: boolean, databases: readonly string[]): void {
    this.#failures = 0;
    // Asked, and nothing new: nobody needs to know.
    if (databases.length > 0)
      this.#log.info({ databases }, isFirst ? 'GeoIP databases fetched' : 'GeoIP databases renewed');
    this.#lookAgain(LOOK_MS);
  }

  /** Said once, and then quietly; where there are old ones it is nothing to warn of. */
  #failed(isFirst: boolean, reason: string): void {
    const text = isFirst
      ? 'GeoIP databases could not be fetched: flows go without places and AS names'
      : 'GeoIP databases could not be renewed: those that are there stay in use';
    const level = this.#failures++ > 0 ? 'debug' : isFirst ? 'warn' : 'info';
    this.#log[level]({ reason }, text);
    this.#lookAgain(isFirst ? RETRY_MS : LOOK_MS);
  }

  #lookAgain(afterMs: number): void {
    this.#timer = setTimeout(() => this.look(), afterMs);
    this.#timer.unref();
  }
}

/** What stands behind a word at the beginning of a line. */
function linesOf(output: string, word: string): string[] {
  return output.split('\n').flatMap((line) => {
    const text = line.trim();
    return text.startsWith(`${word} `) ? text.slice(word.length).trim() : [];
  });
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) || 'no reason given';
}
