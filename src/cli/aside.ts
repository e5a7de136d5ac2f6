// `weir aside`: shows what workers of the scaled form could not decode and put aside in Redis, and deals with it.

import { type Aside, AsideRetry, datagramOf, readAside } from '../app/aside.ts';
import { createRedisStreams } from '../app/redis-streams.ts';
import { setAside } from '../app/set-aside.ts';
import type { RedisStreams } from '../cluster/redis.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config.ts';
import { createLog } from '../lib/log.ts';
import { type Arguments, CONFIG_OPTION, type Command } from './command.ts';

export const aside: Command = {
  name: 'aside',
  usage: 'weir aside [--save FOLDER] [--retry | --remove]',
  summary: 'Shows what workers of the scaled form could not decode.',
  about: `A datagram that ends every worker that decodes it, or meets a fault of weir, is set aside in Redis. Prints a line of
JSON for each. Exit code 0: done, or there is none; 1: Redis failed, or a stream had no room.`,
  options: {
    ...CONFIG_OPTION,
    save: { type: 'string', value: 'FOLDER', about: 'write each as a capture, for weir decode, and what happened' },
    retry: { type: 'boolean', about: 'give them to the workers again: when weir was mended' },
    remove: { type: 'boolean', about: 'forget them' },
  },
  positionals: { min: 0, max: 0 },

  async run(args) {
    const { config } = loadConfig(args.text('config'));
    const redis = createRedisStreams(config, createLog('error'));
    await redis.start();
    try {
      return await handle(redis, config, args);
    } catch (error) {
      process.stderr.write(`weir: Redis failed: ${(error as Error).message}\n`);
      return 1;
    } finally {
      redis.stop();
    }
  },
};

async function handle(
  redis: RedisStreams,
  { redis: { partitions, maxSize } }: Config,
  args: Arguments,
): Promise<number> {
  const folder = args.text('save');
  const retry = new AsideRetry(redis, Math.floor(maxSize / partitions));
  let code = 0;
  for (const item of await readAside(redis, partitions)) {
    process.stdout.write(`${line(item)}\n`);
    const datagram = datagramOf(item.record);
    if (folder !== undefined && datagram !== undefined)
      setAside(folder, datagram, item.record.reason, createLog('silent'));
    if (args.flag('remove')) await redis.giveUp(item.partition, item.position);
    else if (args.flag('retry') && datagram !== undefined && !(await retry.put(item, datagram))) code = 1;
  }
  return code;
}

function line({ partition, position, record }: Aside): string {
  const { octets, timeMs, receivedMs, ...about } = record;
  const time = new Date(timeMs).toISOString();
  return JSON.stringify({
    time,
    partition,
    position,
    ...about,
    receivedMs,
    bytes: Buffer.from(octets, 'base64').length,
  });
}
