// `weir run` on the embedded default: a real process, real datagrams, real files.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { asnDatabase } from '../../src/enrich/asn-csv.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { cityDatabase, GeoipServers } from '../helpers/geoip-servers.ts';
import { netflow5 } from './netflow5.ts';

const MAIN = join(packageRoot, 'build', 'src', 'main.js');
const folders: string[] = [];
const processes: ChildProcess[] = [];
after(() => {
  for (const process of processes) process.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true });
});

class Weir {
  readonly folder: string;
  readonly process: ChildProcess;
  log = '';

  constructor(folder: string, environment: Record<string, string> = {}, options: readonly string[] = []) {
    const { PATH = '' } = process.env;
    this.folder = folder;
    this.process = spawn(process.execPath, [MAIN, 'run', ...options], {
      cwd: folder,
      env: { PATH, WEIR_INPUT_LISTEN: '127.0.0.1:0', WEIR_GEOIP_UPDATE: 'off', ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    processes.push(this.process);
    this.process.stderr!.on('data', (chunk: Buffer) => {
      this.log += chunk.toString();
    });
  }

  /** The port, once it receives. */
  async port(): Promise<number> {
    await until(
      () => this.log.includes('"receiving"') || this.process.exitCode !== null,
      () => this.log,
    );
    return Number(/"listen":"127\.0\.0\.1:(\d+)"/.exec(this.log)?.[1]);
  }

  /** Sends a signal and waits for the exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.process.kill(signal);
    await until(
      () => this.process.exitCode !== null || this.process.signalCode !== null,
      () => this.log,
    );
    return this.process.exitCode;
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-run-'));
  folders.push(folder);
  return folder;
}

async function until(condition: () => boolean, explain: () => string): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += 20) {
    assert.ok(waitedMs < 20_000, `waited in vain; log: ${explain()}`);
    await sleep(20);
  }
}

async function send(port: number, bytes: Uint8Array): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.send(bytes, port, '127.0.0.1', () => resolve()));
  socket.close();
}

/** Documents of the store, closed files included. */
function stored(folder: string): Record<string, unknown>[] {
  const root = join(folder, 'data', 'flows');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ndjson(\.gz)?$/.test(name))
    .flatMap((name) => {
      const bytes = readFileSync(join(root, name));
      const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
      return text.split('\n').filter((line) => line !== '');
    })
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a flow is in a readable file while weir runs, and SIGTERM ends it with 0', async () => {
  const weir = new Weir(newFolder());
  await send(await weir.port(), netflow5());
  await until(
    () => stored(weir.folder).length === 1,
    () => weir.log,
  );
  const network = stored(weir.folder)[0]!['network'] as { bytes: number };
  assert.equal(network.bytes, 300);
  assert.equal(await weir.end('SIGTERM'), 0, weir.log);
  // The flow, a report about its exporter, and one of weir itself.
  assert.match(weir.log, /"flows":1.*"exporterDocuments":2.*"written":3.*"stopped"/);
});

test('what a killed weir had on disk is there, and compressed by the next', async () => {
  const folder = newFolder();
  const first = new Weir(folder);
  await send(await first.port(), netflow5());
  await until(
    () => stored(folder).length === 1,
    () => first.log,
  );
  await first.end('SIGKILL');
  const second = new Weir(folder);
  await send(await second.port(), netflow5());
  await until(
    () => stored(folder).length === 2,
    () => second.log,
  );
  await until(
    () =>
      readdirSync(join(folder, 'data', 'flows'), { recursive: true, encoding: 'utf8' }).some((name) =>
        name.endsWith('.gz'),
      ),
    () => second.log,
  );
  assert.equal(await second.end('SIGINT'), 0);
});

test('a signal that comes twice, as npm passes it on, loses nothing', async () => {
  const weir = new Weir(newFolder());
  await send(await weir.port(), netflow5());
  await until(
    () => stored(weir.folder).length === 1,
    () => weir.log,
  );
  weir.process.kill('SIGINT');
  assert.equal(await weir.end('SIGINT'), 0, weir.log);
  assert.match(weir.log, /"stopped"/);
});

test('datagrams of no use are counted and harmless', async () => {
  const weir = new Weir(newFolder());
  const port = await weir.port();
  await send(port, new Uint8Array(0));
  await send(port, Buffer.from('hello'));
  await send(port, netflow5().subarray(0, 50));
  await send(port, netflow5());
  await until(
    () => stored(weir.folder).length === 1,
    () => weir.log,
  );
  assert.equal(await weir.end('SIGTERM'), 0);
  assert.match(weir.log, /"datagrams":4,"flows":1,"malformed":1,"refused":2/);
});

test('a port that is taken is a configuration error that names it', async () => {
  const weir = new Weir(newFolder());
  const port = await weir.port();
  const other = new Weir(newFolder(), { WEIR_INPUT_LISTEN: `127.0.0.1:${port}` });
  await until(
    () => other.process.exitCode !== null,
    () => other.log,
  );
  assert.equal(other.process.exitCode, 2);
  assert.match(other.log, new RegExp(`input.listen\\[0\\]: found "127.0.0.1:${port}", expected a port that no other`));
  await weir.end('SIGTERM');
});

test('without databases weir fetches them beside the flows, and uses them without a restart', async (t) => {
  const servers = new GeoipServers();
  await servers.start();
  t.after(() => servers.stop());
  servers.addPackages('Testville');
  const folder = newFolder();
  const geoip = join(folder, 'geoip');
  writeFileSync(join(folder, 'weir.yml'), `enrich: [hosts, { geoip: { folder: ${geoip}, reload: 100ms } }]\n`);
  const { url } = servers;
  const settings = { WEIR_GEOIP_UPDATE: 'auto', WEIR_GEOIP_DBIP_URL: url, WEIR_GEOIP_REGISTRY: url };
  const weir = new Weir(folder, settings, ['--config', 'weir.yml']);
  const port = await weir.port();
  await until(
    () => /asn\.mmdb.*GeoIP databases in use/.test(weir.log),
    () => weir.log,
  );
  assert.equal(weir.log.match(/no GeoIP databases yet/g)?.length, 1);
  await send(port, netflow5());
  await until(
    () => stored(folder).length === 1,
    () => weir.log,
  );
  const source = stored(folder)[0]!['source'] as Record<string, unknown>;
  assert.deepEqual(source['as'], { number: 64_500, organization: { name: 'Test, Inc.' } });
  assert.deepEqual(source['geo'], {
    country_iso_code: 'NL',
    country_name: 'Netherlands',
    continent_code: 'EU',
    city_name: 'Testville',
  });
  assert.equal(await weir.end('SIGTERM'), 0, weir.log);
});

test('weir renews its databases beside the flows when there are newer ones, in the folder of its update command', async (t) => {
  const servers = new GeoipServers();
  await servers.start();
  t.after(() => servers.stop());
  const month = (back: number): string => {
    const now = new Date();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7);
  };
  const systems = (name: string): Buffer =>
    asnDatabase({ tables: [`192.0.2.0,192.0.2.255,64500,${name}`], description: '', buildEpochMs: 0 });
  const folder = newFolder();
  const settings = { WEIR_GEOIP_UPDATE: 'auto', WEIR_GEOIP_DBIP_URL: servers.url, WEIR_GEOIP_REGISTRY: servers.url };
  servers.addDbip('city', month(1), cityDatabase('Oldville'));
  servers.addDbip('asn', month(1), systems('Old'));
  const { PATH = '' } = process.env;
  const update = spawn(process.execPath, [MAIN, 'geoip', 'update'], { cwd: folder, env: { PATH, ...settings } });
  assert.deepEqual(await once(update, 'close'), [0, null]);
  assert.deepEqual(readdirSync(join(folder, 'geoip')).sort(), [
    '.fetched.json',
    'dbip-asn-lite.mmdb',
    'dbip-city-lite.mmdb',
  ]);

  servers.addDbip('city', month(0), cityDatabase('Newville'));
  servers.addDbip('asn', month(0), systems('New'));
  const weir = new Weir(folder, settings);
  const port = await weir.port();
  await until(
    () => /GeoIP databases renewed/.test(weir.log) && weir.log.match(/GeoIP databases in use/g)!.length >= 2,
    () => weir.log,
  );
  assert.doesNotMatch(weir.log, /no GeoIP databases yet|could not be/);
  await send(port, netflow5());
  await until(
    () => stored(folder).length === 1,
    () => weir.log,
  );
  const source = stored(folder)[0]!['source'] as Record<string, Record<string, unknown>>;
  assert.deepEqual([source['as']!['organization'], source['geo']!['city_name']], [{ name: 'New' }, 'Newville']);
  assert.equal(await weir.end('SIGTERM'), 0, weir.log);
});

for (const [what, size] of [
  ['', undefined],
  [', also with GeoIP databases of 200 MB', 100_000_000],
] as const) {
  test(`idle, weir takes no more than 150 MB of memory${what}`, {
    skip: process.platform !== 'linux' && 'needs /proc',
  }, async () => {
    const folder = newFolder();
    if (size !== undefined) {
      for (const family of [4, 6]) writeLargeDatabase(join(folder, `${family}.mmdb`), size);
      writeFileSync(join(folder, 'weir.yml'), `enrich: [hosts, { geoip: { folder: ${folder} } }]\n`);
    }
    const weir = new Weir(folder, {}, size === undefined ? [] : ['--config', 'weir.yml']);
    await weir.port();
    if (size !== undefined) assert.match(weir.log, /GeoIP databases in use/);
    const status = readFileSync(`/proc/${weir.process.pid}/status`, 'utf8');
    // VmHWM: the most that there ever was of VmRSS.
    const kilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
    assert.ok(kilobytes > 0 && kilobytes < 150_000, `${kilobytes} kB`);
    await weir.end('SIGTERM');
  });
}

/** One whose data section is mostly a hole: it takes no disk, but whoever reads it whole has all of it in memory. */
function writeLargeDatabase(path: string, size: number): void {
  const bytes = asnDatabase({ tables: ['192.0.2.0,192.0.2.255,64500,Test'], description: '', buildEpochMs: 0 });
  const end = bytes.lastIndexOf(Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'));
  writeFileSync(path, bytes.subarray(0, end));
  truncateSync(path, size);
  appendFileSync(path, bytes.subarray(end));
}
