// `weir run` as a user runs it: the built program, a configuration file, the environment. Ports are chosen by the system
// and read from the log; files lie in a folder of their own that goes when weir has been stopped.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identities, imbalance } from '../../src/app/accounting.ts';
import type { Status } from '../../src/app/status.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { endProcess } from './tools.ts';
import { waitFor } from './wait.ts';

export interface WeirOptions {
  readonly elasticsearchUrl: string;
  /** Index prefix, this test's own. */
  readonly prefix: string;
  /** Further keys of the configuration, as YAML. */
  readonly yaml?: string;
  /** Where it runs and keeps its data: the caller's, and kept; else one that goes when weir has been stopped. */
  readonly folder?: string;
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningWeir {
  /** UDP port on 127.0.0.1. */
  readonly port: number;
  /** All its figures. */
  readonly status: () => Promise<Status>;
  /** The accounting identities that do not hold at this moment, as text. */
  readonly imbalances: () => Promise<string[]>;
  /** The lines of its log so far, parsed. */
  readonly log: () => readonly LogLine[];
  /** SIGTERM; resolves with the exit code when it has ended, and removes its files. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL; resolves when it has ended, and removes its files where it chose their place. */
  readonly kill: () => Promise<void>;
}

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

/** Resolves when weir receives. */
export async function startWeir(options: WeirOptions): Promise<RunningWeir> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'weir-run-'));
  const configFile = join(folder, 'weir.yml');
  writeFileSync(configFile, configuration(options));
  const child = spawn(process.execPath, [join(packageRoot, 'dist', 'main.js'), 'run', '--config', configFile], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      WEIR_ELASTICSEARCH_URL: options.elasticsearchUrl,
      WEIR_GEOIP_UPDATE: 'off',
      ...options.env,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const log = () => logLines(text);
  const receiving = () => log().find((line) => line.msg === 'receiving');
  const clear = () => {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const stop = async () => {
    const code = await endProcess(child, 60_000);
    clear();
    return code;
  };
  const isUp = () => {
    if (child.exitCode !== null) throw new Error(`weir run ended with ${child.exitCode}: ${text}`);
    return receiving() !== undefined;
  };
  try {
    await waitFor('weir receives', isUp, 60_000, () => text);
  } catch (error) {
    await stop();
    throw error;
  }
  const statusUrl = log().find((line) => line['component'] === 'metrics')?.['url'];
  const status = async () => (await (await fetch(`${statusUrl}/status`)).json()) as Status;
  return {
    port: Number(/:(\d+)$/.exec(String(receiving()?.['listen']))?.[1]),
    status,
    async imbalances() {
      const violated = identities(await status()).filter((identity) => imbalance(identity) !== 0);
      return violated.map((identity) => JSON.stringify(identity));
    },
    log,
    stop,
    async kill() {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
      clear();
    },
  };
}

function configuration({ prefix, yaml }: WeirOptions): string {
  return `input:
  listen: ["127.0.0.1:0"]
metrics:
  listen: 127.0.0.1:0
index:
  prefix: ${prefix}
  refresh: 1s
${yaml ?? ''}`;
}

/** What is not (yet) a whole line of JSON is left out. */
function logLines(text: string): LogLine[] {
  const lines: LogLine[] = [];
  for (const line of text.split('\n')) {
    try {
      lines.push(JSON.parse(line) as LogLine);
    } catch {
      // a line still being written, or a warning of Node itself
    }
  }
  return lines;
}
