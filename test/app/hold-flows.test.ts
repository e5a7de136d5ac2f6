// A fault of weir's own where a flow goes on that waited for its names: there is nobody above who could catch it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { createLog } from '../../src/lib/log.ts';
import { netflow5 } from '../cli/netflow5.ts';

test('a flow that cannot be written when its names have come is an error in the log, and settled', async () => {
  const config = configSchema.parse({
    enrich: ['hosts', { dns: { servers: ['127.0.0.1:9'], timeout: '60s', holdBack: '60s' } }],
  });
  const errors: string[] = [];
  const silent = createLog('silent');
  const error = (_: object | string, message?: string) => void errors.push(message ?? '');
  const log = { ...silent, child: () => log, error, warn() {}, info() {}, debug() {} } as typeof silent;
  const append = () => {
    throw new Error('thrown by a test');
  };
  const pipeline = new Pipeline(config, append, log);
  await pipeline.start();
  let open = 0;
  let released = 0;
  pipeline.account = { receipt: { held: () => void open++, settled: () => void open-- } };
  pipeline.onReleased = () => void released++;
  const bytes = netflow5();
  bytes.writeUInt32BE(0x0a000001, 24); // 10.0.0.1 may have a name
  pipeline.decoder.decode({
    bytes,
    exporterAddress: '192.0.2.1',
    exporterPort: 2055,
    receivedMs: Date.now(),
    id: 'd',
  });
  assert.deepEqual([pipeline.holdBack?.size, open], [1, 1]);
  pipeline.stop();
  assert.deepEqual([open, released, errors], [0, 1, ['a flow is lost: a fault of weir']]);
});
