import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createLog } from '../../src/lib/log.ts';
import { LocalStore, type LocalStoreOptions } from '../../src/output/local-store.ts';
import { assertBalance, eventually, temporaryFolder } from './writer-fixture.ts';

const TEN = Date.parse('2026-11-21T10:00:00Z');
const MINUTE = 60_000;
const DAY = '2026/11/21';

interface Bench {
  readonly directory: string;
  readonly clock: { now: number };
  make(more?: Partial<LocalStoreOptions>): LocalStore;
}

function bench(t: TestContext): Bench {
  const directory = temporaryFolder(t);
  const clock = { now: TEN };
  const stores: LocalStore[] = [];
  t.after(() => Promise.all(stores.map((store) => store.stop())));
  const make = (more: Partial<LocalStoreOptions> = {}): LocalStore => {
    const options = { rotateMs: 5 * MINUTE, flushMs: 20, keepMs: undefined, maxBytes: 1e9, logIntervalMs: MINUTE };
    const store = new LocalStore(
      { directory, isGuest: false, ...options, ...more },
      createLog('silent'),
      () => clock.now,
    );
    stores.push(store);
    return store;
  };
  return { directory, clock, make };
}

function put(store: LocalStore, n: number): void {
  store.append('flows', TEN, String(n), `{"n":${n}}`);
}

/** Paths below the store's folder. */
function files(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

test('documents can be read from the open file soon after they came', async (t) => {
  const { directory, make } = bench(t);
  const store = make();
  await store.start();
  put(store, 1);
  const path = join(directory, 'flows', DAY, '2026-11-21T10-00-00Z.ndjson');
  await eventually('the document is on disk', () => existsSync(path) && readFileSync(path, 'utf8') === '{"n":1}\n');
  assertBalance(store.counters);
});

test('each kind of document has a folder of its own', async (t) => {
  const { directory, make } = bench(t);
  const store = make();
  store.append('flows', TEN, 'a', '{}');
  store.append('counters', TEN, 'b', '{}');
  store.append('exporters', TEN, 'c', '{}');
  await store.stop();
  const name = '2026-11-21T10-00-00Z.ndjson';
  assert.deepEqual(files(directory), [`counters/${DAY}/${name}`, `exporters/${DAY}/${name}`, `flows/${DAY}/${name}`]);
});

test('files are cut at multiples of the period, closed ones compressed, the plain one removed', async (t) => {
  const { directory, clock, make } = bench(t);
  const store = make();
  clock.now = TEN + 7 * MINUTE;
  put(store, 1);
  await store.drain();
  await store.tidied();
  clock.now = TEN + 10 * MINUTE - 1;
  put(store, 2);
  await store.drain();
  await store.tidied();
  clock.now = TEN + 10 * MINUTE;
  await store.drain();
  await store.tidied();
  put(store, 3);
  await store.drain();
  await store.tidied();
  const closed = join('flows', DAY, '2026-11-21T10-05-00Z.ndjson.gz');
  assert.deepEqual(files(directory), [closed, join('flows', DAY, '2026-11-21T10-10-00Z.ndjson')]);
  assert.equal(gunzipSync(readFileSync(join(directory, closed))).toString(), '{"n":1}\n{"n":2}\n');
  assert.equal(store.counters.written, 3);
  assertBalance(store.counters);
});

test('what a crash left is compressed at the next start, and never written to again', async (t) => {
  const { directory, clock, make } = bench(t);
  const folder = join(directory, 'flows', DAY);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '2026-11-21T10-00-00Z.ndjson'), '{"n":1}\n{"n":');
  writeFileSync(join(folder, '2026-11-21T09-55-00Z.ndjson'), '{"n":0}\n');
  writeFileSync(join(folder, '2026-11-21T09-55-00Z.ndjson.gz.tmp'), 'half');
  clock.now = TEN + MINUTE;
  const store = make();
  put(store, 2);
  store.tick();
  await store.start();
  await store.drain();
  await store.tidied();
  assert.deepEqual(files(folder), [
    '2026-11-21T09-55-00Z.ndjson.gz',
    '2026-11-21T10-00-00Z-2.ndjson',
    '2026-11-21T10-00-00Z.ndjson.gz',
  ]);
  assert.equal(gunzipSync(readFileSync(join(folder, '2026-11-21T10-00-00Z.ndjson.gz'))).toString(), '{"n":1}\n{"n":');
});

test('files past their age go, then the oldest until the rest fits, and empty days with them', async (t) => {
  const { directory, make } = bench(t);
  const write = (day: string, time: string, bytes: number): void => {
    const folder = join(directory, 'flows', ...day.split('-'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${day}T${time}Z.ndjson.gz`), Buffer.alloc(bytes));
  };
  write('2026-11-10', '10-00-00', 100); // too old
  write('2026-11-19', '10-00-00', 600); // beyond the size
  write('2026-11-20', '10-00-00', 600);
  write('2026-11-21', '09-00-00', 300);
  const store = make({ keepMs: 7 * 86_400_000, maxBytes: 1000 });
  await store.start();
  await store.drain();
  await store.tidied();
  assert.deepEqual(files(directory), [
    'flows/2026/11/20/2026-11-20T10-00-00Z.ndjson.gz',
    'flows/2026/11/21/2026-11-21T09-00-00Z.ndjson.gz',
  ]);
  assert.deepEqual(readdirSync(join(directory, 'flows', '2026', '11')).sort(), ['20', '21']);
});

test('many documents arrive whole and in order, also across buffers', async (t) => {
  const { directory, make } = bench(t);
  const store = make();
  for (let n = 0; n < 100_000; n += 1) put(store, n);
  await store.stop();
  const lines = readFileSync(join(directory, files(directory)[0]!), 'utf8')
    .trimEnd()
    .split('\n');
  assert.equal(lines.length, 100_000);
  assert.ok(lines.every((line, n) => line === `{"n":${n}}`));
});

test('a folder that cannot be written costs documents, which are counted, and heals by itself', async (t) => {
  const { directory, make } = bench(t);
  writeFileSync(join(directory, 'flows'), 'a file where the folder should be');
  const store = make();
  put(store, 1);
  await store.drain();
  await store.tidied();
  assert.equal(store.counters.dropped.writeError, 1);
  assertBalance(store.counters);
  rmSync(join(directory, 'flows'));
  put(store, 2);
  await store.drain();
  await store.tidied();
  assert.equal(store.counters.written, 1);
  assertBalance(store.counters);
});
