import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pino } from 'pino';
import { GeoipFetch } from '../../src/app/geoip-fetch.ts';
import { configSchema } from '../../src/config.ts';
import { waitFor } from '../helpers/wait.ts';

let folder: string;
let lines: { level: number; msg: string; reason?: string }[];
const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-geoip-fetch-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const needed = (settings: object, path = folder): boolean =>
  GeoipFetch.isNeeded(configSchema.parse({ enrich: ['hosts', { geoip: { folder: path } }], ...settings }));

test('is needed where there is no database and it is switched on', () => {
  const auto = { geoip: { update: 'auto' } };
  assert.equal(needed(auto), true);
  assert.equal(needed(auto, join(folder, 'missing')), true);
  assert.equal(needed({}), true, 'on by default');
  assert.equal(needed({ geoip: { update: 'off' } }), false);
  assert.equal(needed({ ...auto, enrich: ['hosts'] }), false);
  writeFileSync(join(folder, 'any.mmdb'), '');
  assert.equal(needed(auto), false);
});

for (const [what, script, level, reason] of [
  ['done', 'console.log("  updated   a: a.mmdb")', 30, undefined],
  ['failed', 'console.log("  updated   a: a.mmdb\\n  failed    b: no network"); process.exit(1)', 40, 'b: no network'],
] as const) {
  test(`says in one line that it is ${what}`, async () => {
    let fetched = 0;
    const fetch = new GeoipFetch([process.execPath, '-e', script], () => fetched++, log);
    fetch.start();
    await waitFor(
      'a line',
      () => lines.length > 0,
      30_000,
      () => '',
    );
    assert.equal(lines[0]!.level, level);
    assert.equal(lines[0]!.reason, reason);
    assert.equal(fetched, what === 'done' ? 1 : 0, 'who uses them is told');
    fetch.stop();
  });
}

test('a program that is not there is said, too', async () => {
  new GeoipFetch([join(folder, 'nothing')], () => {}, log).start();
  await waitFor(
    'a line',
    () => lines.length > 0,
    30_000,
    () => '',
  );
  assert.match(lines[0]!.reason ?? '', /ENOENT/);
});
