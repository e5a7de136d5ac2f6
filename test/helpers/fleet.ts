// The scaled form as a user runs it: processes of `weir receive` and `weir work` on one Redis, writing into a stand-in for
// Elasticsearch, started, stopped and killed one by one.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { identities, imbalance } from '../../src/app/accounting.ts';
import { isReceiveStatus, type ReceiveStatus } from '../../src/app/receive-status.ts';
import { receiveIdentities } from '../../src/app/scaled-accounting.ts';
import type { Status } from '../../src/app/status.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { endProcess } from '../ci/process.mjs';
import { waitFor } from './wait.ts';

export interface Member {
  /** UDP port of a receiver on 127.0.0.1; 0 of a worker. */
  readonly port: number;
  /** Its log so far. */
  readonly log: () => string;
  /** Its exit code, when it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Any other signal. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface FleetOptions {
  readonly redisUrl: string;
  readonly elasticsearchUrl: string;
  /** Keys under `redis:` beside url. */
  readonly redis?: Readonly<Record<string, string | number>>;
  /** Index prefix. */
  readonly prefix?: string;
  /** The list of enrichers, where it is not the default one. */
  readonly enrich?: readonly unknown[];
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'weir-fleet-'));
  readonly #children = new Set<ChildProcess>();

  constructor(t: TestContext, options: FleetOptions) {
    this.#options = options;
    t.after(async () => {
      for (const child of this.#children) child.kill('SIGCONT');
      await Promise.all([...this.#children].map((child) => endProcess(child, 15_000)));
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  /** @param name its folder, where its spool is: the same name finds the same spool */
  receiver(name: string): Promise<Member> {
    return this.#start('receive', name, 'receiving');
  }

  /** @param env more variables of its environment */
  worker(name: string, env: Readonly<Record<string, string>> = {}): Promise<Member> {
    return this.#start('work', name, 'working', env);
  }

  /** Runs a command that comes to its end, with the configuration of a member; returns what it printed. */
  async command(member: string, ...args: readonly string[]): Promise<string> {
    const file = join(this.#folder, `${member}.yml`);
    const [name = '', ...rest] = args;
    const program = [join(packageRoot, 'dist', 'main.js'), name, '--config', file, ...rest];
    const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: this.#folder, timeout: 30_000 });
    return stdout;
  }

  async #start(command: string, name: string, message: string, env = {}): Promise<Member> {
    const configFile = join(this.#folder, `${name}.yml`);
    const { redis = {}, redisUrl, elasticsearchUrl, prefix = 'weir', enrich } = this.#options;
    const settings = {
      input: { listen: ['127.0.0.1:0'], receiveBuffer: '4MiB' },
      redis: { url: redisUrl, lease: '1500ms', flush: '20ms', partitions: 4, ...redis },
      elasticsearch: { url: elasticsearchUrl, flush: '100ms', bulkSize: '200kB' },
      ...(enrich === undefined ? {} : { enrich }),
      index: { prefix, refresh: '1s' },
      spool: { directory: join(this.#folder, name, 'spool'), memory: '4MiB' },
      deadLetter: { directory: join(this.#folder, name, 'dead-letter') },
      metrics: { listen: '127.0.0.1:0' },
      stop: { timeout: '3s' },
      log: { level: process.env['WEIR_TEST_LOG'] ?? 'info' },
    };
    writeFileSync(configFile, JSON.stringify(settings));
    const child = spawn(process.execPath, [join(packageRoot, 'dist', 'main.js'), command, '--config', configFile], {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], WEIR_GEOIP_UPDATE: 'off', ...env },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    this.#children.add(child);
    const ended = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => {
        this.#children.delete(child);
        resolve(code);
      });
    });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const isUp = () => {
      if (child.exitCode !== null) throw new Error(`weir ${command} ended with ${child.exitCode}: ${text}`);
      return text.includes(`"msg":"${message}"`);
    };
    await waitFor(`weir ${command} is up`, isUp, 30_000, () => text);
    return {
      port: Number(/"listen":"127\.0\.0\.1:(\d+)"/.exec(text)?.[1] ?? 0),
      log: () => text,
      ended,
      stop: () => endProcess(child, 60_000),
      signal: (name) => void child.kill(name),
      async kill() {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }
}

/** The totals of a member's last line. */
export function totalsOf(member: Member): Readonly<Record<string, number>> {
  const line = member
    .log()
    .split('\n')
    .findLast((text) => text.includes('"msg":"stopped"'));
  return JSON.parse(line ?? '{}') as Record<string, number>;
}

/** Where it answers for its status. */
export function statusUrlOf(member: Member): string {
  return /"url":"(http:[^"]+)"/.exec(member.log())?.[1] ?? '';
}

async function ask(member: Member, path: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await (await fetch(`${statusUrlOf(member)}${path}`)).text();
    } catch (cause) {
      // A connection that was kept may be closed just when it is used again.
      if (attempt === 3) throw new Error(`a member does not answer:\n${member.log()}`, { cause });
    }
  }
}

/** What its /metrics says, by name. */
export async function metricsOf(member: Member): Promise<ReadonlyMap<string, number>> {
  const text = await ask(member, '/metrics');
  return new Map([...text.matchAll(/^(\w+) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]));
}

/** What of its accounting does not add up, as text; empty: all does. */
export async function imbalancesOf(member: Member): Promise<string[]> {
  const status = JSON.parse(await ask(member, '/status')) as Status | ReceiveStatus;
  const all = isReceiveStatus(status) ? receiveIdentities(status) : identities(status);
  return all.filter((identity) => imbalance(identity) !== 0).map((identity) => JSON.stringify(identity));
}
