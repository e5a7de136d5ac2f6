// MaxMind's test databases, with the JSON that they were built from as the oracle.

import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pino } from 'pino';
import { Geoip } from '../../src/enrich/geoip.ts';
import { Host } from '../../src/flow/host.ts';
import { packageRoot } from '../../src/lib/package-root.ts';

const SOURCES = join(packageRoot, '..', 'shared', 'geoip');
const skip = existsSync(SOURCES) ? false : 'the GeoIP test databases are not there';

interface LogLine {
  readonly level: number;
  readonly file?: string;
  readonly reason?: string;
}

let folder: string;
let lines: LogLine[];
let changes: number;
let geoip: Geoip;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-geoip-'));
  lines = [];
  changes = 0;
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line) as LogLine) });
  geoip = new Geoip({ enabled: true, folder, reloadSeconds: 3600 }, () => changes++, log);
});
afterEach(() => {
  geoip.stop();
  rmSync(folder, { recursive: true });
});

const put = (name: string, as = name): void => copyFileSync(join(SOURCES, name), join(folder, as));
const warnings = (): LogLine[] => lines.filter(({ level }) => level === 40);
const filesInUse = (): string[] => geoip.databases.map(({ file }) => file);

function complete(ip: string): Host {
  const host = new Host(ip);
  geoip.complete(host);
  return host;
}

/** [network, record] of a JSON source. */
function oracle(name: string): [string, Record<string, unknown>][] {
  const list = JSON.parse(readFileSync(join(SOURCES, name), 'utf8')) as Record<string, Record<string, unknown>>[];
  return list.flatMap((entry) => Object.entries(entry));
}

test('finds what the databases were built from', { skip }, async () => {
  // Names do not matter: the metadata tells which is which.
  put('GeoLite2-City-Test.mmdb', 'one.mmdb');
  put('GeoLite2-ASN-Test.mmdb', 'two.mmdb');
  await geoip.start();
  const cities = oracle('GeoLite2-City-Test.json');
  const systems = oracle('GeoLite2-ASN-Test.json');
  const networks = new Set([...cities, ...systems].map(([network]) => network));
  const lengthOf = (network: string): number => Number(network.split('/')[1]);

  let checked = 0;
  for (const [network, record] of cities as [string, Nested][]) {
    const address = network.split('/')[0]!;
    // A network inside of this one, with the same first address, answers instead.
    if ([...networks].some((other) => other.startsWith(`${address}/`) && lengthOf(other) > lengthOf(network))) continue;
    const host = complete(address);
    assert.equal(host.countryIsoCode, record.country?.iso_code, network);
    assert.equal(host.countryName, record.country?.names.en, network);
    assert.equal(host.continentCode, record.continent?.code, network);
    assert.equal(host.cityName, record.city?.names?.en, network);
    assert.equal(host.regionName, record.subdivisions?.[0]?.names?.en, network);
    assert.equal(host.latitude, fourDecimals(record.location?.latitude), network);
    assert.equal(host.longitude, fourDecimals(record.location?.longitude), network);
    checked++;
  }
  for (const [network, record] of systems) {
    const address = network.split('/')[0]!;
    if ([...networks].some((other) => other.startsWith(`${address}/`) && lengthOf(other) > lengthOf(network))) continue;
    const host = complete(address);
    assert.equal(host.asNumber, record['autonomous_system_number'], network);
    assert.equal(host.asOrganization, record['autonomous_system_organization'], network);
    checked++;
  }
  assert.ok(checked > 500, `${checked} networks`);
  assert.equal(geoip.lookupErrors, 0);
  assert.deepEqual(warnings(), []);
});

/** Hosts keep four decimals (11 m). */
function fourDecimals(degrees: number | undefined): number | undefined {
  return degrees === undefined ? undefined : Math.round(degrees * 10_000) / 10_000;
}

interface Nested {
  readonly country?: { readonly iso_code: string; readonly names: { readonly en: string } };
  readonly continent?: { readonly code: string };
  readonly city?: { readonly names?: { readonly en?: string } };
  readonly subdivisions?: readonly { readonly names?: { readonly en?: string } }[];
  readonly location?: { readonly latitude?: number; readonly longitude?: number };
}

test('keeps names as they are, whatever their script', { skip }, async () => {
  put('GeoLite2-City-Test.mmdb');
  await geoip.start();
  const host = complete('89.160.20.112');
  assert.deepEqual([host.cityName, host.regionName], ['Linköping', 'Östergötland County']);
});

for (const name of [
  'GeoIP2-City-Test-Broken-Double-Format.mmdb',
  'MaxMind-DB-test-broken-pointers-24.mmdb',
  'MaxMind-DB-test-broken-search-tree-24.mmdb',
]) {
  test(`refuses ${name} with one warning`, { skip }, async () => {
    put(name);
    await geoip.start();
    await geoip.check();
    assert.deepEqual(geoip.databases, []);
    assert.deepEqual(
      warnings().map(({ file }) => file),
      [name],
    );
    assert.equal(geoip.refusedFiles, 1);
    assert.equal(complete('81.2.69.142').countryIsoCode, undefined);
  });
}

test('refuses what is no database, or half of one, and uses the rest', { skip }, async () => {
  writeFileSync(join(folder, 'empty.mmdb'), '');
  writeFileSync(join(folder, 'text.mmdb'), '<html>404</html>');
  put('GeoLite2-ASN-Test.mmdb', 'half.mmdb');
  truncateSync(join(folder, 'half.mmdb'), 6000);
  put('GeoLite2-City-Test.mmdb');
  await geoip.start();
  assert.deepEqual(filesInUse(), ['GeoLite2-City-Test.mmdb']);
  assert.deepEqual(
    warnings()
      .map(({ file }) => file)
      .sort(),
    ['empty.mmdb', 'half.mmdb', 'text.mmdb'],
  );
});

test('survives every single cut of a file', { skip }, async () => {
  const whole = readFileSync(join(SOURCES, 'MaxMind-DB-test-broken-pointers-24.mmdb'));
  for (let length = 0; length < whole.length; length += 97) {
    writeFileSync(join(folder, 'cut.mmdb'), whole.subarray(0, length));
    await geoip.check();
  }
  assert.deepEqual(geoip.databases, []);
});

test('passes over databases of other things without a warning', { skip }, async () => {
  put('GeoIP2-Anonymous-IP-Test.mmdb');
  await geoip.start();
  assert.deepEqual(geoip.databases, []);
  assert.deepEqual(warnings(), []);
});

test('takes the newest of several databases of one kind', { skip }, async () => {
  // Both test files were built at the same time: the name decides. Then an older build of the same schema comes.
  put('GeoLite2-City-Test.mmdb');
  put('GeoIP2-City-Test.mmdb');
  await geoip.start();
  const builds = geoip.databases.map(({ buildEpochMs }) => buildEpochMs);
  assert.deepEqual(filesInUse(), ['GeoIP2-City-Test.mmdb']);
  writeFileSync(join(folder, 'A-older.mmdb'), withBuildEpoch(join(SOURCES, 'GeoLite2-City-Test.mmdb'), -1000));
  await geoip.check();
  assert.deepEqual(filesInUse(), ['GeoIP2-City-Test.mmdb']);
  writeFileSync(join(folder, 'Z-newer.mmdb'), withBuildEpoch(join(SOURCES, 'GeoLite2-City-Test.mmdb'), 1000));
  await geoip.check();
  assert.deepEqual(filesInUse(), ['Z-newer.mmdb']);
  assert.deepEqual(
    geoip.databases.map(({ buildEpochMs }) => buildEpochMs),
    [builds[0]! + 1_000_000],
  );
});

/** The file with another build time: `build_epoch` is a uint64 of four bytes behind its key. */
function withBuildEpoch(file: string, seconds: number): Buffer {
  const bytes = readFileSync(file);
  const at = bytes.lastIndexOf('build_epoch') + 'build_epoch'.length;
  assert.deepEqual([bytes[at], bytes[at + 1]], [4, 2], 'four bytes of type uint64');
  bytes.writeUInt32BE(bytes.readUInt32BE(at + 2) + seconds, at + 2);
  return bytes;
}

test('follows the folder: new, replaced, damaged and removed files', { skip }, async () => {
  await geoip.start();
  assert.equal(complete('81.2.69.142').cityName, undefined);
  assert.equal(changes, 0);

  put('GeoLite2-City-Test.mmdb', 'city.mmdb');
  await geoip.check();
  assert.equal(complete('81.2.69.142').cityName, 'London');
  assert.equal(changes, 1);

  await geoip.check();
  assert.equal(changes, 1, 'nothing changed, hosts stay');

  writeFileSync(join(folder, 'next'), 'an interrupted download');
  renameSync(join(folder, 'next'), join(folder, 'city.mmdb'));
  await geoip.check();
  assert.equal(complete('81.2.69.142').cityName, 'London', 'the former content stays in use');
  assert.equal(warnings().length, 1);

  put('GeoIP2-City-Test.mmdb', 'city.mmdb');
  utimesSync(join(folder, 'city.mmdb'), 1, 1);
  await geoip.check();
  assert.deepEqual(
    geoip.databases.map(({ type }) => type),
    ['GeoIP2-City'],
  );

  rmSync(join(folder, 'city.mmdb'));
  await geoip.check();
  assert.equal(complete('81.2.69.142').cityName, undefined);
});

test('gives up what was written over with damage: nothing of the former content is left', { skip }, async () => {
  put('GeoLite2-City-Test.mmdb', 'city.mmdb');
  await geoip.start();
  assert.equal(complete('81.2.69.142').cityName, 'London');
  writeFileSync(join(folder, 'city.mmdb'), 'an interrupted copy');
  await geoip.check();
  assert.deepEqual(geoip.databases, []);
  assert.equal(warnings().length, 1);
});

test('notices a change by itself', { skip }, async () => {
  const changed = new Promise<void>((resolve) => {
    geoip = new Geoip({ enabled: true, folder, reloadSeconds: 0.01 }, resolve, pino({ level: 'silent' }));
  });
  await geoip.start();
  put('GeoLite2-City-Test.mmdb', 'next');
  renameSync(join(folder, 'next'), join(folder, 'city.mmdb'));
  const alive = setInterval(() => {}, 1000);
  await changed;
  clearInterval(alive);
  assert.equal(complete('81.2.69.142').cityName, 'London');
});

test('does without a folder, and without anything when it is switched off', async () => {
  const silent = pino({ level: 'silent' });
  for (const options of [
    { enabled: true, folder: join(folder, 'missing'), reloadSeconds: 3600 },
    { enabled: false, folder: SOURCES, reloadSeconds: 3600 },
  ]) {
    const other = new Geoip(options, () => {}, silent);
    await other.start();
    assert.deepEqual(other.databases, []);
    other.stop();
  }
});
