// Where Redis is and how to speak to it, and the client made of that. Loaded when first needed: `weir decode` has no use
// for a Redis client.

import { readFileSync } from 'node:fs';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { ConfigError } from '../lib/errors.ts';

export interface RedisConnection {
  /** redis:// or rediss:// (TLS): the server; some nodes of a cluster; or the sentinels. */
  readonly url: readonly string[];
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /** What sentinels call the server to be used. */
  readonly master: string;
  /** ACL user; without one the password is that of the user `default`. Those in a URL come after these. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Of the sentinels. */
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
  /** PEM files, for rediss://. */
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Accept any server certificate. */
  readonly insecure: boolean;
  /** Longest wait for a connection and for an answer, ms. */
  readonly timeoutMs: number;
}

const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 1000;

interface Node {
  readonly host: string;
  readonly port: number;
}

/** Throws ConfigError for options and files that do not fit; connects to nobody. */
export function checkConnection(options: RedisConnection): void {
  readConnection(options);
}

/** Begins to connect and goes on trying. Throws ConfigError for options and files that do not fit. */
export async function createRedis(options: RedisConnection): Promise<Redis | Cluster> {
  const { nodes, db, tls, common } = readConnection(options);
  const { Cluster, Redis } = await import('ioredis');
  if (options.mode === 'cluster') {
    return new Cluster(nodes, {
      redisOptions: common,
      clusterRetryStrategy: retryDelay,
      enableOfflineQueue: false,
      slotsRefreshTimeout: options.timeoutMs,
      // Certificates name hosts: their addresses must not be used instead.
      ...(tls === undefined ? {} : { dnsLookup: (host, callback) => callback(null, host) }),
    });
  }
  const where = options.mode === 'standalone' ? nodes[0]! : sentinelOptions(options, nodes, tls);
  return new Redis({ ...common, ...where, db, enableOfflineQueue: false });
}

function readConnection(options: RedisConnection) {
  const urls = options.url.map((text, i) => parseUrl(text, `redis.url[${i}]`));
  const first = urls[0];
  if (first === undefined) throw new ConfigError('redis.url', undefined, 'a URL such as redis://localhost:6379');
  if (options.mode === 'standalone' && urls.length > 1) {
    throw new ConfigError('redis.url', urls.length, 'one URL, or redis.mode: cluster or sentinel');
  }
  const nodes: Node[] = urls.map((url) => ({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (options.mode === 'sentinel' ? 26379 : 6379)),
  }));
  const database = first.pathname.slice(1);
  if (!/^\d*$/.test(database))
    throw new ConfigError('redis.url[0]', `/${database}`, 'the number of a database, if any');
  if (options.mode === 'cluster' && Number(database) > 0) {
    throw new ConfigError('redis.url[0]', `/${database}`, 'no database: a cluster has one only');
  }
  const tls = first.protocol === 'rediss:' ? tlsOptions(options) : undefined;
  return { nodes, db: Number(database), tls, common: commonOptions(options, first, tls) };
}

type Tls = NonNullable<RedisOptions['tls']>;

function commonOptions(options: RedisConnection, url: URL, tls: Tls | undefined) {
  const username = options.username ?? (decodeURIComponent(url.username) || undefined);
  const password = options.password ?? (decodeURIComponent(url.password) || undefined);
  return {
    protocol: 2 as const,
    connectTimeout: options.timeoutMs,
    commandTimeout: options.timeoutMs,
    // Whoever calls knows what may be sent twice.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: retryDelay,
    // After a failover the old master is a replica.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    connectionName: 'weir',
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function sentinelOptions(options: RedisConnection, nodes: readonly Node[], tls: Tls | undefined) {
  const { sentinelUsername, sentinelPassword } = options;
  return {
    sentinels: [...nodes],
    name: options.master,
    sentinelRetryStrategy: retryDelay,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
}

function retryDelay(times: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_MIN_MS * times) * (0.5 + Math.random() / 2);
}

function tlsOptions(options: RedisConnection): Tls {
  return {
    ...pem('ca', options.ca),
    ...pem('cert', options.certificate, 'certificate'),
    ...pem('key', options.key),
    ...(options.insecure ? { rejectUnauthorized: false } : {}),
  };
}

function pem(name: string, file: string | undefined, key = name): Record<string, Buffer> {
  if (file === undefined) return {};
  try {
    return { [name]: readFileSync(file) };
  } catch (cause) {
    throw new ConfigError(`redis.${key}`, file, `a readable PEM file (${(cause as Error).message})`, { cause });
  }
}

/** Errors do not repeat the text: it may hold a password. */
function parseUrl(text: string, path: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // below
  }
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new ConfigError(path, 'something else', 'a redis:// or rediss:// URL');
  }
  return url;
}
