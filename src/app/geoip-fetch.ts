// Fetches GeoIP databases while weir runs, when it starts without any: `weir geoip update` as a process of its own, so that
// neither the download nor the making of the AS table takes time from flows.

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { Config } from '../config.ts';
import type { Log } from '../lib/log.ts';
import { geoipFolder } from './geoip-options.ts';

/** Said when it begins. */
export const FETCH_MESSAGE =
  'no GeoIP databases yet: fetching them in the background (weir geoip update; geoip.update: off stops this)';
const MAX_OUTPUT = 4096;
/** A machine may come to the internet later than weir to the machine. */
const RETRY_MS = 3_600_000;

export class GeoipFetch {
  readonly #command: readonly string[];
  readonly #onFetched: () => void;
  readonly #log: Log;
  #child: ChildProcess | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;

  /**
   * @param command program and arguments that update the databases
   * @param onFetched called when they are there: who watches the folder need not wait for its next look
   */
  constructor(command: readonly string[], onFetched: () => void, log: Log) {
    this.#command = command;
    this.#onFetched = onFetched;
    this.#log = log;
  }

  /** Whether the pipeline has GeoIP, no database, and leave to fetch one. Throws ConfigError. */
  static isNeeded(config: Config): boolean {
    if (config.geoip.update === 'off') return false;
    const folder = geoipFolder(config);
    if (folder === undefined) return false;
    try {
      return !readdirSync(folder).some((name) => name.endsWith('.mmdb'));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  }

  /** Begins; what became of it is one line of the log. What fails is tried again every hour, quietly. */
  start(): void {
    if (this.#child !== undefined) return;
    clearTimeout(this.#retry);
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
    child.once('error', (error) => this.#failed(error.message));
    child.once('close', (code, signal) => {
      this.#child = undefined;
      if (code === 0) {
        this.#log.info('GeoIP databases fetched');
        this.#onFetched();
      } else if (signal === null) this.#failed(reasonIn(output));
    });
  }

  /** Ends a fetch that is under way; what it had begun is removed by itself. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#child?.removeAllListeners('close');
    this.#child?.kill();
    this.#child = undefined;
  }

  #failed(reason: string): void {
    const text = 'GeoIP databases could not be fetched: flows go without places and AS names';
    if (this.#failures++ === 0) this.#log.warn({ reason }, text);
    else this.#log.debug({ reason }, text);
    this.#retry = setTimeout(() => this.start(), RETRY_MS);
    this.#retry.unref();
  }
}

/** The lines that name a failure, else the last one. */
function reasonIn(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const failed = lines.filter((line) => line.startsWith('failed')).map((line) => line.replace(/^failed\s+/, ''));
  return failed.join('; ') || (lines.at(-1) ?? 'no reason given');
}
