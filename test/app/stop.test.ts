// Flows that wait for option data when weir is stopped are written all the same.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { App } from '../../src/app.ts';
import { configSchema } from '../../src/config.ts';
import { createLog } from '../../src/lib/log.ts';
import { ipfix, set, template, u32 } from '../decode/support.ts';
import { waitFor } from '../helpers/wait.ts';

test('flows of a new exporter, and of a sampler not known, are written when weir stops', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-stop-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let listen = '';
  const silent = createLog('silent');
  const take = (fields: object | string): void => {
    if (typeof fields === 'object' && 'listen' in fields) listen = String(fields.listen);
  };
  const log = { ...silent, child: () => log, error() {}, warn() {}, info: take, debug() {} } as typeof silent;
  const config = configSchema.parse({
    input: { listen: ['127.0.0.1:0'] },
    pending: { newExporter: '1h', sampling: '1h' },
    geoip: { update: 'off' },
    store: { directory: folder },
    state: { file: join(folder, 'state.json') },
  });
  const app = new App(config, log);
  await app.start(undefined);
  const socket = createSocket('udp4');
  // Source, sampler 5, octets.
  const flow = ipfix([set(2, template(256, [8, 4], [48, 4], [1, 4])), set(256, u32(0xc0000201, 5, 100))]);
  await new Promise<void>((done) => socket.send(flow, Number(/\d+$/.exec(listen)![0]), '127.0.0.1', () => done()));
  socket.close();
  await waitFor('the datagram is there', () => app.status().udp.datagrams === 1, 10_000);
  assert.equal(app.status().pending.held, 1);
  await app.stop();
  assert.match(storedText(folder, 'flows'), /"source":\{"ip":"192\.0\.2\.1"/);
  const own = storedText(folder, 'exporters')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: { dataset: string }; collector?: Record<string, unknown> })
    .filter(({ event }) => event.dataset === 'weir.collector');
  assert.deepEqual(
    own.map(({ collector }) => [collector?.['role'], collector?.['datagrams'], collector?.['flows']]),
    [['run', 1, 1]],
  );
  // Linux alone tells of them.
  assert.equal(own[0]?.collector?.['kernel_drops'], process.platform === 'linux' ? 0 : undefined);
});

/** All that the local store has of a kind. */
function storedText(folder: string, kind: string): string {
  const entries = readdirSync(join(folder, kind), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('');
}
