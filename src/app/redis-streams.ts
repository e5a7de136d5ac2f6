// How the parts of the scaled form are made out of the configuration.

import { RedisStreams } from '../cluster/redis.ts';
import type { RedisConnection } from '../cluster/redis-options.ts';
import { type Config, hasRedis } from '../config.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

/** Throws ConfigError where no Redis is configured. */
export function createRedisStreams(config: Config, log: Log): RedisStreams {
  if (!hasRedis(config)) {
    throw new ConfigError('redis.url', undefined, 'a URL such as redis://localhost:6379, or WEIR_REDIS_URL set');
  }
  return new RedisStreams(redisConnection(config), config.redis.prefix, log.child({ component: 'redis' }));
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
