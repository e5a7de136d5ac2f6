// A Redis of a test's own, on a port of its own: started, killed, paused and started again with its data.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { endProcess, findProgram } from '../ci/process.mjs';
import { toolSkip } from './tools.ts';
import { waitFor } from './wait.ts';

/** For `test(…, { skip })`. */
export const redisSkip = toolSkip('redis-server');

export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** A client for looking into it; valid until the Redis is ended. */
  client(): Redis;
  /** Ends it without any warning; its append-only file stays. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it answers. */
  start(): Promise<void>;
  /** Stops and continues it: it keeps its connections and says nothing. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
}

/** Starts one that ends with the test. Its writes are in its append-only file when it answers. */
export async function ownRedis(t: TestContext, more: readonly string[] = []): Promise<OwnRedis> {
  const redis = await idleRedis(t, more);
  await redis.start();
  return redis;
}

/** A sentinel that watches one master, which it calls "weir". */
export async function ownSentinel(t: TestContext, masterPort: number): Promise<OwnRedis> {
  const rules = ['down-after-milliseconds weir 500', 'failover-timeout weir 5000'];
  const lines = [`monitor weir 127.0.0.1 ${masterPort} 1`, ...rules].map((rule) => `sentinel ${rule}\n`);
  const sentinel = await idleRedis(t, ['--sentinel'], lines.join(''));
  await sentinel.start();
  return sentinel;
}

const DURABLE = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--loglevel', 'warning'];

/**
 * One that has a port, and is not started yet.
 * @param file contents of its configuration file, in place of what makes it durable
 */
export async function idleRedis(t: TestContext, more: readonly string[] = [], file?: string): Promise<OwnRedis> {
  const program = findProgram('redis-server');
  if (program === undefined) throw new Error('redis-server is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'weir-redis-'));
  const port = await freePort();
  const configFile = join(folder, 'redis.conf');
  if (file !== undefined) writeFileSync(configFile, file);
  const clients: Redis[] = [];
  let child: ChildProcess | undefined;
  const closeClients = () => {
    for (const client of clients.splice(0)) client.disconnect();
  };
  const redis: OwnRedis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    client() {
      const client = new Redis({ port, host: '127.0.0.1', protocol: 2 });
      client.on('error', () => {});
      clients.push(client);
      return client;
    },
    async kill() {
      closeClients();
      const ended = child;
      child = undefined;
      if (ended === undefined) return;
      const exit = new Promise((resolve) => ended.once('exit', resolve));
      ended.kill('SIGKILL');
      await exit;
    },
    async start() {
      const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder];
      const kind = file === undefined ? [...settings, ...DURABLE] : [configFile, ...settings];
      child = spawn(program, [...kind, ...more], { stdio: 'ignore' });
      await waitFor('Redis answers', () => answers(port), 20_000);
    },
    signal(name) {
      child?.kill(name);
    },
  };
  t.after(async () => {
    closeClients();
    child?.kill('SIGCONT');
    if (child !== undefined) await endProcess(child, 5_000);
    rmSync(folder, { recursive: true, force: true });
  });
  return redis;
}

async function answers(port: number): Promise<boolean> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null, protocol: 2 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** Asked of the system, which does not give it to the next one who asks. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
