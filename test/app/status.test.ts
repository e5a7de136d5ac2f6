// A real weir over HTTP: /status, /metrics, /healthz, the token, and what `weir status` makes of them.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { identities, imbalance } from '../../src/app/accounting.ts';
import type { Status } from '../../src/app/status.ts';
import { App } from '../../src/app.ts';
import { configSchema } from '../../src/config.ts';
import { createLog } from '../../src/lib/log.ts';
import { netflow5 } from '../cli/netflow5.ts';
import { runWeir } from '../helpers/run-weir.ts';
import { waitFor } from '../helpers/wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-status-'));
const apps: App[] = [];
after(async () => {
  for (const app of apps) await app.stop();
  rmSync(folder, { recursive: true });
});

/** A weir in this process, and the addresses it logged. */
async function start(name: string, metrics: Record<string, unknown> = {}, input: Record<string, unknown> = {}) {
  const lines: Record<string, string>[] = [];
  const silent = createLog('silent');
  const log = { ...silent, child: () => log, error() {}, warn, info: warn, debug() {} } as typeof silent;
  function warn(fields: object | string, message?: string): void {
    if (typeof fields === 'object') lines.push({ ...(fields as Record<string, string>), msg: message ?? '' });
  }
  const config = configSchema.parse({
    input: { listen: ['127.0.0.1:0'], ...input },
    metrics: { listen: '127.0.0.1:0', ...metrics },
    geoip: { update: 'off' },
    store: { directory: join(folder, name) },
    state: { file: join(folder, name, 'state.json') },
  });
  const app = new App(config, log);
  apps.push(app);
  await app.start(undefined);
  const url = lines.find(({ msg }) => msg === 'status and metrics')?.['url'];
  const port = Number(/(\d+)$/.exec(lines.find(({ msg }) => msg === 'receiving')?.['listen'] ?? '')?.[1]);
  return { app, url, port, lines };
}

async function send(port: number, datagrams: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const bytes of datagrams) await new Promise<void>((done) => socket.send(bytes, port, '127.0.0.1', () => done()));
  socket.close();
}

const weirStatus = (...args: string[]) => runWeir(['status', ...args], folder);

test('what was sent is in /status and in /metrics, and adds up', { timeout: 30_000 }, async () => {
  const { app, url, port } = await start('sums');
  const truncated = netflow5().subarray(0, 40);
  await send(port, [netflow5(), netflow5(), truncated, Buffer.from('no flow datagram')]);
  await waitFor('all were received', () => app.status().udp.datagrams === 4, 10_000);
  const status = (await (await fetch(`${url}/status`)).json()) as Status;
  assert.deepEqual([status.decode.flows, status.decode.malformed, status.decode.refused], [2, 1, 1]);
  assert.deepEqual([status.documents.flows, status.output.appended], [2, 2]);
  assert.equal(status.exporters[0]?.address, '127.0.0.1');
  assert.deepEqual(
    identities(status).map((identity) => [identity.name, imbalance(identity)]),
    identities(status).map(({ name }) => [name, 0]),
  );
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const line of [
    'weir_udp_datagrams_total 4',
    'weir_flows_total 2',
    'weir_datagrams_malformed_total 1',
    'weir_exporter_flows_total{exporter="127.0.0.1"} 2',
    'weir_output_up 1',
    // Both ports are registered; neither address is one of the user's own; unscaled.
    'weir_flow_roles_total{reason="lower_port"} 2',
    'weir_flow_roles_total{reason="service"} 0',
    'weir_flow_directions_total{direction="external"} 2',
    'weir_flows_sampled_total{source="header"} 0',
    'weir_table_hits_total{enricher="services"} 2',
    'weir_table_misses_total{enricher="services"} 0',
    'weir_reload_failures_total{enricher="services"} 0',
  ]) {
    assert.ok(metrics.split('\n').includes(line), line);
  }
});

test('the metrics are in the exposition format: each once, with help and type before it', {
  timeout: 30_000,
}, async () => {
  const { url, app, port } = await start('format');
  await send(port, [netflow5()]);
  await waitFor('it was received', () => app.status().udp.datagrams === 1, 10_000);
  const answer = await fetch(`${url}/metrics`);
  assert.match(answer.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
  const seen = new Set<string>();
  let described = '';
  for (const line of (await answer.text()).trimEnd().split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)$/.exec(line);
    if (comment !== null) {
      described = comment[2]!;
      if (comment[1] === 'TYPE') assert.match(comment[3]!, /^(counter|gauge)$/);
      continue;
    }
    const sample =
      /^([a-z_:][a-z0-9_:]*)(\{(?:exporter="[0-9a-f.:]+"|(?:enricher|source|reason|direction)="[a-z_-]+")\})? (-?[0-9.e+-]+)$/.exec(
        line,
      );
    assert.ok(sample, line);
    assert.equal(sample[1], described, 'the sample follows its own description');
    assert.ok(Number.isFinite(Number(sample[3])), line);
    assert.ok(!seen.has(`${sample[1]}${sample[2]}`), `${line} twice`);
    seen.add(`${sample[1]}${sample[2]}`);
  }
  assert.ok(seen.size > 40, `${seen.size} metrics`);
});

test('a token is asked for where there is one, but not for /healthz', { timeout: 30_000 }, async () => {
  const { url } = await start('token', { token: 'correct horse' });
  const ask = async (path: string, headers = {}) => (await fetch(`${url}${path}`, { headers })).status;
  assert.equal(await ask('/status'), 401);
  assert.equal(await ask('/metrics', { Authorization: 'Bearer wrong horse' }), 401);
  assert.equal(await ask('/metrics', { Authorization: 'Bearer correct horse' }), 200);
  assert.equal(await ask('/healthz'), 200);
  assert.equal(await ask('/other'), 404);
  assert.equal((await fetch(`${url}/healthz`, { method: 'POST' })).status, 405);
});

test('weir runs on where the address for its figures is taken', { timeout: 30_000 }, async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port: taken } = server.address() as AddressInfo;
  const { app, url, lines, port } = await start('taken', { listen: `127.0.0.1:${taken}` });
  assert.equal(url, undefined);
  assert.ok(lines.some(({ msg }) => msg?.includes('metrics.listen')));
  await send(port, [netflow5()]);
  await waitFor('flows come', () => app.status().decode.flows === 1, 10_000);
  server.close();
});

test('datagrams that input.allow does not name are counted and go no further', { timeout: 30_000 }, async () => {
  const { app, url, port } = await start('allow', {}, { allow: ['192.0.2.0/24'] });
  await send(port, [netflow5(), netflow5()]);
  await waitFor('they were received', () => app.status().udp.datagrams === 2, 10_000);
  const status = app.status();
  assert.deepEqual([status.admission.notAllowed, status.decode.datagrams, status.exporters.length], [2, 0, 0]);
  assert.deepEqual(status.refusedSenders, [{ address: '127.0.0.1', notAllowed: 2, rateLimited: 0 }]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^weir_exporter_not_allowed_total\{exporter="127\.0\.0\.1"\} 2$/m);
  assert.match((await weirStatus('--url', url!)).stdout, /^ {2}refused most +2 of 127\.0\.0\.1$/m);
  assert.ok(identities(status).every((identity) => imbalance(identity) === 0));
});

test('weir status shows a running weir, and --check exits with 1 where figures do not add up', {
  timeout: 60_000,
}, async () => {
  const { app, url, port } = await start('command');
  await send(port, [netflow5()]);
  await waitFor('it was received', () => app.status().udp.datagrams === 1, 10_000);
  const shown = await weirStatus('--url', url!);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /^ {2}decoded +\S+, 1 flows of 1 exporters$/m);
  assert.match(shown.stdout, /^ {2}client known by +1 lower_port$/m);
  assert.match(shown.stdout, /^ {2}tables +services 1[12]\.\dk$/m);
  assert.match(shown.stdout, /^ {2}127\.0\.0\.1 +\S+ +1 /m);
  const check = await weirStatus('--url', url!, '--check');
  assert.equal(check.code, 0, check.stdout);
  assert.equal((check.stdout.match(/: ok$/gm) ?? []).length, identities(app.status()).length);

  const status = structuredClone(app.status()) as { output: { appended: number } };
  status.output.appended += 7;
  const liar = createServer((_, response) => response.end(JSON.stringify(status))).listen(0, '127.0.0.1');
  await new Promise((resolve) => liar.once('listening', resolve));
  const violated = await weirStatus('--url', `http://127.0.0.1:${(liar.address() as AddressInfo).port}`, '--check');
  liar.close();
  assert.equal(violated.code, 1);
  assert.match(violated.stdout, /^documents made: VIOLATED by -7$/m);
  assert.match(violated.stdout, /^documents settled: VIOLATED by 7$/m);
});

test('weir status says what to do where no weir answers', { timeout: 30_000 }, async () => {
  const { code, stderr } = await weirStatus('--url', 'http://127.0.0.1:1');
  assert.equal(code, 1);
  assert.match(stderr, /no weir answers at http:\/\/127\.0\.0\.1:1\/status .*metrics\.listen/);
  assert.equal((await weirStatus('--url', 'nonsense')).code, 2);
});
