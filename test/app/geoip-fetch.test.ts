import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pino } from 'pino';
import { GeoipFetch } from '../../src/app/geoip-fetch.ts';
import { databaseFolder } from '../../src/app/geoip-options.ts';
import { configSchema } from '../../src/config.ts';
import type { GeoipState } from '../../src/enrich/geoip-note.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { waitFor } from '../helpers/wait.ts';

let folder: string;
let lines: { level: number; msg: string; reason?: string; databases?: string[] }[];
const log = pino(
  { level: 'debug' },
  { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) },
);
/** What weir was told, in its order. */
let told: string[];
const hooks = { onFirst: () => told.push('first'), onFetched: () => told.push('fetched') };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-geoip-fetch-'));
  lines = [];
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const lineSaid = () =>
  waitFor(
    'a line',
    () => lines.length > 0,
    30_000,
    () => '',
  );

test('looks where the pipeline has GeoIP and it is switched on', () => {
  const enrich = ['hosts', { geoip: { folder } }];
  const stateOf = (settings: object) => GeoipFetch.stateOf(configSchema.parse({ enrich, ...settings }));
  assert.equal(stateOf({ geoip: { update: 'auto' } })!(), 'missing');
  assert.equal(stateOf({})!(), 'missing', 'on by default');
  assert.equal(stateOf({ geoip: { update: 'off' } }), undefined);
  assert.equal(stateOf({ enrich: ['hosts'] }), undefined);
  writeFileSync(join(folder, 'any.mmdb'), '');
  assert.equal(stateOf({})!(), 'fresh', 'copied there by hand');
});

const UPDATED = 'console.log("  updated   a: a.mmdb\\n  unchanged b: b.mmdb")';
const FAILED = 'console.log("  updated   a: a.mmdb\\n  failed    b: no network"); process.exit(1)';
const OFFLINE = 'console.log("  failed    a: no network\\n  failed    b: no network"); process.exit(1)';

for (const [what, state, script, level, message, reason, hooksCalled] of [
  ['fetched', 'missing', UPDATED, 30, 'GeoIP databases fetched', undefined, ['first', 'fetched']],
  [
    'half fetched',
    'missing',
    FAILED,
    40,
    /^GeoIP databases could not be fetched/,
    'b: no network',
    ['first', 'fetched'],
  ],
  ['not fetched', 'missing', OFFLINE, 40, /could not be fetched/, 'a: no network; b: no network', ['first']],
  ['renewed', 'due', UPDATED, 30, 'GeoIP databases renewed', undefined, ['fetched']],
  ['not renewed', 'due', OFFLINE, 30, /could not be renewed/, 'a: no network; b: no network', []],
] as const) {
  test(`says in one line that they are ${what}`, async () => {
    const fetch = new GeoipFetch(() => state, [process.execPath, '-e', script], hooks, log);
    fetch.start();
    await lineSaid();
    fetch.stop();
    assert.equal(lines.length, 1);
    assert.equal(lines[0]!.level, level);
    assert.match(lines[0]!.msg, message instanceof RegExp ? message : new RegExp(`^${message}$`));
    assert.equal(lines[0]!.reason, reason);
    assert.deepEqual(told, hooksCalled);
  });
}

test('asks nobody while databases are fresh, and says nothing where there is nothing new', async () => {
  const mark = join(folder, 'asked');
  let state: GeoipState = 'fresh';
  const script = `require('fs').appendFileSync(${JSON.stringify(mark)}, '1'); console.log("  unchanged a: a.mmdb")`;
  const fetch = new GeoipFetch(() => state, [process.execPath, '-e', script], hooks, log);
  fetch.start();
  fetch.look();
  state = 'due';
  fetch.look();
  fetch.look();
  await waitFor(
    'a fetch that has ended',
    () => !fetch.isFetching,
    30_000,
    () => '',
  );
  fetch.stop();
  assert.deepEqual([lines, told], [[], []]);
  assert.equal(readFileSync(mark, 'utf8'), '1', 'once, and only when they were due');
});

test('an offline machine is told once', async () => {
  const fetch = new GeoipFetch(() => 'due', [process.execPath, '-e', OFFLINE], hooks, log);
  for (let times = 1; times <= 3; times++) {
    fetch.look();
    await waitFor(
      'the next line',
      () => lines.length === times,
      30_000,
      () => '',
    );
  }
  fetch.stop();
  assert.deepEqual(
    lines.map(({ level }) => level),
    [30, 20, 20],
  );
});

test('a program that is not there is said, too', async () => {
  const fetch = new GeoipFetch(() => 'missing', [join(folder, 'nothing')], hooks, log);
  fetch.start();
  await lineSaid();
  fetch.stop();
  assert.match(lines[0]!.reason ?? '', /ENOENT/);
});

test('the folder is that of the working folder, unless only weir itself has databases', () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    assert.equal(databaseFolder('geoip'), join(process.cwd(), 'geoip'), 'neither has any: where data lies');
    assert.equal(databaseFolder('/srv/geoip'), '/srv/geoip');
    const name = `geoip-test-${process.pid}`;
    const shipped = join(packageRoot, 'build', name);
    mkdirSync(shipped);
    try {
      writeFileSync(join(shipped, 'README.md'), '');
      assert.equal(databaseFolder(`build/${name}`), join(process.cwd(), 'build', name));
      writeFileSync(join(shipped, 'a.mmdb'), '');
      assert.equal(databaseFolder(`build/${name}`), shipped);
      mkdirSync(join('build', name), { recursive: true });
      assert.equal(databaseFolder(`build/${name}`), join(process.cwd(), 'build', name));
    } finally {
      rmSync(shipped, { recursive: true });
    }
  } finally {
    process.chdir(before);
  }
});
