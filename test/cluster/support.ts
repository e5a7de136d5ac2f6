// Receivers' and workers' halves of the streams on a real Redis, without processes of their own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { OpenBatch } from '../../src/cluster/batch-format.ts';
import { BufferPool } from '../../src/cluster/buffer-pool.ts';
import { RedisStreams } from '../../src/cluster/redis.ts';
import type { RedisConnection } from '../../src/cluster/redis-options.ts';
import { StreamSender, type StreamSenderOptions } from '../../src/cluster/stream-sender.ts';
import type { Datagram } from '../../src/flow/datagram.ts';
import { createLog } from '../../src/lib/log.ts';

export const log = createLog(process.env['WEIR_TEST_LOG'] === undefined ? 'silent' : 'debug');

export function connection(url: string, more: Partial<RedisConnection> = {}): RedisConnection {
  const none = undefined;
  return {
    url: [url],
    mode: 'standalone',
    master: 'mymaster',
    username: none,
    password: none,
    sentinelUsername: none,
    sentinelPassword: none,
    ca: none,
    certificate: none,
    key: none,
    insecure: false,
    timeoutMs: 1000,
    ...more,
  };
}

/** Connected; ended with the test. */
export async function streamsOn(
  t: TestContext,
  url: string,
  more: Partial<RedisConnection> = {},
): Promise<RedisStreams> {
  const streams = new RedisStreams(connection(url, more), 'weir', log);
  t.after(() => streams.stop());
  await streams.start();
  return streams;
}

export function temporaryFolder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'weir-cluster-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function senderOn(
  t: TestContext,
  redis: RedisStreams,
  directory: string,
  more: Partial<StreamSenderOptions> = {},
): StreamSender {
  const sender = new StreamSender(
    {
      receiver: `r${Math.random().toString(36).slice(2, 8)}`,
      partitions: 2,
      batchBytes: 70_000,
      flushMs: 10,
      memoryBytes: 1e6,
      spoolAfterMs: 200,
      keepMs: 60_000,
      keepBytes: 1e6,
      retryMs: 20,
      maxStreamBytes: 1e6,
      directory,
      maxSpoolBytes: 1e6,
      ...more,
    },
    redis,
    {
      onSpoolError: (error) => {
        throw error;
      },
      onFatal: (error) => {
        throw error;
      },
      log,
    },
  );
  t.after(() => sender.stop(0));
  return sender;
}

/** A datagram whose id and payload say its number. */
export function numbered(number: number, exporterAddress = '192.0.2.1'): Datagram {
  return {
    bytes: Buffer.from(`${number}`),
    exporterAddress,
    exporterPort: 2055,
    receivedMs: 1_700_000_000_000 + number,
    id: `d${number}`,
  };
}

/** A batch of numbered datagrams. */
export function batchOf(receiver: string, numbers: readonly number[]) {
  const open = new OpenBatch(receiver, new BufferPool(70_000));
  for (const number of numbers) open.append(numbered(number));
  return open.close();
}
