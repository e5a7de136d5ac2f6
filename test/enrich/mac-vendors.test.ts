// The shipped table is checked against what IEEE's registry says of well-known blocks.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { MacVendors } from '../../src/enrich/mac-vendors.ts';
import { createLog } from '../../src/lib/log.ts';
import { packageRoot } from '../../src/lib/package-root.ts';

const SHIPPED = join(packageRoot, 'pipelines', 'mac-vendors.csv');

let folder: string;
let file: string;
let vendors: MacVendors | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-mac-'));
  file = join(folder, 'own.csv');
});
afterEach(() => {
  vendors?.stop();
  rmSync(folder, { recursive: true });
});

async function started(...files: string[]): Promise<MacVendors> {
  vendors = new MacVendors({ files, reloadMs: 3_600_000 }, createLog('silent'));
  await vendors.start();
  return vendors;
}

for (const [mac, vendor, why] of [
  ['00-00-0C-12-34-56', 'Cisco Systems, Inc', 'MA-L'],
  ['00-00-5E-00-53-23', 'ICANN, IANA Department', 'MA-L'],
  ['02-00-0C-12-34-56', undefined, 'locally administered'],
  ['AA-BB-CC-DD-EE-FF', undefined, 'locally administered, among old blocks'],
  ['01-00-5E-00-00-01', undefined, 'multicast'],
  ['FF-FF-FF-FF-FF-FF', undefined, 'broadcast'],
  ['70-B3-D5-00-1A-BC', 'SOREDI touch systems GmbH', 'MA-S: 36 bits'],
  ['00-55-DA-01-23-45', 'Shinko Technos co.,ltd.', 'MA-M: 28 bits'],
] as const) {
  test(`${mac} is of ${vendor ?? 'nobody'} (${why})`, async () => {
    const table = await started(SHIPPED);
    assert.equal(table.find(mac), vendor);
    assert.equal(table.find(mac), vendor, 'asked again');
    assert.ok(table.size > 50_000);
  });
}

test('files of the user win, longest prefix first, and are read again when they change', async () => {
  writeFileSync(file, 'vendor,prefixes\nOurs,00:00:0C; 001122\n"One, card",00000C123456\n');
  const table = await started(SHIPPED, file);
  assert.equal(table.find('00-00-0C-12-34-56'), 'One, card');
  assert.equal(table.find('00-00-0C-12-34-57'), 'Ours');
  writeFileSync(file, 'vendor,prefixes\nTheirs,00000C\n');
  await table.check();
  assert.equal(table.find('00-00-0C-12-34-56'), 'Theirs');
  writeFileSync(file, 'vendor,prefixes\nTheirs,00000\n');
  await table.check();
  assert.equal(table.find('00-00-0C-12-34-56'), 'Theirs', 'what cannot be used changes nothing');
});

test('a table that cannot be used names file and line', async () => {
  writeFileSync(file, 'vendor,prefixes\nOurs,XYZ\n');
  await assert.rejects(started(file), /own\.csv:2.*hexadecimal/);
});
