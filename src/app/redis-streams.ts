// How the parts of the scaled form are made out of the configuration.

import { RedisStreams } from '../cluster/redis.ts';
import { checkConnection, type RedisConnection } from '../cluster/redis-options.ts';
import { type Config, hasRedis } from '../config.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { urlWithoutCredentials } from '../lib/url.ts';

/** Throws ConfigError where no Redis is configured. */
export function createRedisStreams(config: Config, log: Log): RedisStreams {
  if (!hasRedis(config)) {
    throw new ConfigError('redis.url', undefined, 'a URL such as redis://localhost:6379, or WEIR_REDIS_URL set');
  }
  return new RedisStreams(redisConnection(config), config.redis.prefix, log.child({ component: 'redis' }));
}

/** Throws ConfigError for settings that cannot be used; asks nobody. What it is, for people; undefined: no Redis. */
export function checkRedis(config: Config): string | undefined {
  if (!hasRedis(config)) return undefined;
  checkConnection(redisConnection(config));
  const { mode, partitions } = config.redis;
  return `${redisAddress(config)}, ${mode}, ${partitions} partitions (weir receive, weir work)`;
}

/** Where it is, as messages say it: without credentials. */
export function redisAddress({ redis }: Config): string {
  return `Redis at ${redis.url.map(urlWithoutCredentials).join(', ')}`;
}

function redisConnection(config: Config): RedisConnection {
  const { redis } = config;
  return {
    url: redis.url,
    mode: redis.mode,
    master: redis.master,
    username: redis.username,
    password: redis.password,
    sentinelUsername: redis.sentinelUsername,
    sentinelPassword: redis.sentinelPassword,
    ca: redis.ca,
    certificate: redis.certificate,
    key: redis.key,
    insecure: redis.insecure,
    timeoutMs: redis.timeout,
  };
}
