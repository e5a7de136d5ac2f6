// The package maxmind, which has the whole file in memory, is the second opinion.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Reader, type Response } from 'maxmind';
import { asnDatabase } from '../../src/enrich/asn-csv.ts';
import { MmdbReader } from '../../src/enrich/mmdb-reader.ts';
import { packageRoot } from '../../src/lib/package-root.ts';

const SOURCES = join(packageRoot, '..', 'shared', 'geoip');
const skip = existsSync(SOURCES) ? false : 'the GeoIP test databases are not there';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-mmdb-'));
  path = join(folder, 'x.mmdb');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Numbers that are the same in every run (xorshift). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function addresses(count: number): string[] {
  const next = random(1);
  const result = ['0.0.0.0', '255.255.255.255', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::1.2.3.4'];
  for (let i = 0; i < count; i++) {
    const value = next();
    result.push([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.'));
    result.push(`2${(next() & 0xfff).toString(16).padStart(3, '0')}:${(next() & 0xffff).toString(16)}::1`);
  }
  return result;
}

for (const [name, json] of [
  ['GeoLite2-City-Test.mmdb', 'GeoLite2-City-Test.json'],
  ['GeoLite2-ASN-Test.mmdb', 'GeoLite2-ASN-Test.json'],
  ['GeoIP2-City-Test.mmdb', 'GeoLite2-City-Test.json'],
  ['GeoIP2-Anonymous-IP-Test.mmdb', 'GeoLite2-ASN-Test.json'],
] as const) {
  test(`finds in ${name} what maxmind finds`, { skip }, () => {
    const file = join(SOURCES, name);
    const reader = new MmdbReader(file);
    const other = new Reader<Response>(readFileSync(file));
    const networks = (JSON.parse(readFileSync(join(SOURCES, json), 'utf8')) as object[]).flatMap(Object.keys);
    let found = 0;
    for (const address of [...networks.map((network) => network.split('/')[0]!), ...addresses(2000)]) {
      // maxmind takes ::ffff:… and the like as they stand; we as the IPv4 addresses that they are.
      const expected = other.get(address);
      const record = reader.find(address);
      assert.deepEqual(plain(record), plain(expected ?? undefined), address);
      if (record !== undefined) found++;
    }
    assert.ok(found > 100, `${found} found`);
    reader.close();
  });
}

/** Without the difference between maps with and without a prototype. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

test('reads what lies across pages, and no more of the file than it needs', () => {
  const rows: string[] = [];
  for (let i = 0; i < 40_000; i++) rows.push(`10.${i >> 8}.${i & 255}.0,10.${i >> 8}.${i & 255}.255,${i + 1},Net ${i}`);
  const bytes = asnDatabase({ tables: [rows.join('\n')], description: '', buildEpochMs: 0 });
  writeFileSync(path, bytes);
  const reader = new MmdbReader(path);
  const other = new Reader<Response>(bytes);
  for (let i = 0; i < 40_000; i += 7) {
    const address = `10.${i >> 8}.${i & 255}.9`;
    assert.deepEqual(plain(reader.find(address)), plain(other.get(address)), address);
  }
  const { reads } = reader;
  for (let i = 0; i < 1000; i++) reader.find('10.0.0.9');
  assert.equal(reader.reads, reads, 'what was read stays');
  reader.close();
});

test('goes on with the file that it opened when another is renamed over it', () => {
  const table = (number: number): Buffer =>
    asnDatabase({ tables: [`192.0.2.0,192.0.2.255,${number},Test`], description: '', buildEpochMs: 0 });
  writeFileSync(path, table(1));
  const reader = new MmdbReader(path);
  writeFileSync(join(folder, 'next'), table(2));
  renameSync(join(folder, 'next'), path);
  assert.deepEqual(
    plain(reader.find('192.0.2.1')),
    plain({ autonomous_system_number: 1, autonomous_system_organization: 'Test' }),
  );
  reader.close();
  assert.throws(() => reader.find('192.0.2.1'), /closed/);
});

test('says so when the file has become shorter', { skip }, () => {
  writeFileSync(path, readFileSync(join(SOURCES, 'GeoLite2-City-Test.mmdb')));
  const reader = new MmdbReader(path);
  truncateSync(path, 10);
  assert.throws(() => {
    for (const address of addresses(500)) reader.find(address);
  }, /shorter/);
  reader.close();
});

test('survives any damage, quickly', { skip }, () => {
  const whole = readFileSync(join(SOURCES, 'GeoIP2-City-Test.mmdb'));
  const next = random(7);
  const asked = addresses(20);
  for (let run = 0; run < 300; run++) {
    const bytes = Buffer.from(whole);
    for (let i = 0; i < 200; i++) bytes[next() % bytes.length] = next() & 255;
    writeFileSync(path, bytes);
    try {
      const reader = new MmdbReader(path);
      for (const address of [...asked, '81.2.69.142', '2001:218::1']) {
        try {
          reader.find(address);
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error));
        }
      }
      reader.close();
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
  }
});

test('ends a record whose pointers lead in a circle, or that would be a million values', () => {
  // Data: an array of 29 + 255 pointers to itself; then, of 28 to one another in a row.
  const loop = mmdb(Buffer.concat([Buffer.from([0x1d, 0x04, 0xff]), Buffer.alloc(568, Buffer.from([0x20, 0x00]))]));
  writeFileSync(path, loop);
  assert.throws(() => new MmdbReader(path).find('1.2.3.4'), /nested/);

  const levels: Buffer[] = [];
  for (let level = 0; level < 8; level++) {
    const target = (level + 1) * 58;
    levels.push(
      Buffer.concat([Buffer.from([0x1c, 0x04]), Buffer.alloc(56, Buffer.from([0x20 | (target >> 8), target & 255]))]),
    );
  }
  writeFileSync(path, mmdb(Buffer.concat([...levels, Buffer.from([0x41, 0x78])])));
  assert.throws(() => new MmdbReader(path).find('1.2.3.4'), /more than 4096 values/);
});

/** A database of one node, both sides of which lead to the start of the data. */
function mmdb(data: Buffer): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)]);
  const metadata = Buffer.concat([
    Buffer.from([0xe4]),
    Buffer.concat([text('node_count'), Buffer.from([0xc1, 1])]),
    Buffer.concat([text('record_size'), Buffer.from([0xa1, 24])]),
    Buffer.concat([text('ip_version'), Buffer.from([0xa1, 4])]),
    Buffer.concat([text('database_type'), text('x')]),
  ]);
  const tree = Buffer.from([0, 0, 17, 0, 0, 17]);
  const marker = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
  return Buffer.concat([tree, Buffer.alloc(16), data, marker, metadata]);
}
