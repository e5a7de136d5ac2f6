import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { Hosts } from '../../src/enrich/hosts.ts';
import type { NetworkRow } from '../../src/enrich/network-rows.ts';
import { Networks } from '../../src/enrich/networks.ts';
import { ConfigError } from '../../src/lib/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-networks-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
function file(text: string, ending = 'csv'): string {
  const path = join(folder, `${count++}.${ending}`);
  writeFileSync(path, text);
  return path;
}

interface Warnings {
  readonly lines: string[];
}

async function hostsOf(list: readonly NetworkRow[], files: readonly string[] = []) {
  const warnings: Warnings = { lines: [] };
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.lines.push(line) });
  const networks = new Networks({ list, files, reloadMs: 3_600_000 }, () => hosts.clear(), log);
  const hosts = new Hosts({ cacheSize: 100, internal: ['10.0.0.0/8'] }, [(host) => networks.complete(host)]);
  await networks.start();
  return { hosts, networks, warnings };
}

test('the longest prefix names a host, and takes what it leaves out from the network around it', async () => {
  const { hosts, networks } = await hostsOf([
    { prefix: '10.1.2.0/24', name: 'lab' },
    { prefix: '10.1.0.0/16', name: 'offices', tags: ['wifi'], site: 'Berlin' },
    { prefix: '10.1.2.3', name: 'printer', tags: ['print', 'old'] },
    { prefix: '2001:db8::/32', name: 'six' },
  ]);
  const said = (ip: string) => {
    const { network, networkTags, site } = hosts.get(ip);
    return [network, networkTags, site];
  };
  assert.deepEqual(said('10.1.9.9'), ['offices', ['wifi'], 'Berlin']);
  assert.deepEqual(said('10.1.2.9'), ['lab', ['wifi'], 'Berlin']);
  assert.deepEqual(said('10.1.2.3'), ['printer', ['print', 'old'], 'Berlin']);
  assert.deepEqual(said('2001:db8::7'), ['six', undefined, undefined]);
  assert.deepEqual(said('192.0.2.1'), [undefined, undefined, undefined]);
  assert.equal(networks.size, 4);
});

for (const [ip, isInternal, scope] of [
  ['10.1.0.1', true, 'private'], // by the internal networks of `hosts`
  ['10.9.0.1', false, 'private'], // a partner's, although private
  ['10.9.1.1', false, 'private'], // inherits it
  ['5.5.5.5', true, 'private'], // public, and the user's own
  ['5.5.5.200', false, 'public'], // but for a part of it
  ['8.8.8.8', false, 'public'],
] as const) {
  test(`${ip} is ${isInternal ? 'internal' : 'external'} and ${scope}, as the networks say`, async () => {
    const { hosts } = await hostsOf([
      { prefix: '10.9.0.0/16', name: 'partner', internal: false },
      { prefix: '10.9.1.0/24', name: 'partner lab' },
      { prefix: '5.5.5.0/24', name: 'dmz', internal: true },
      { prefix: '5.5.5.128/25', name: 'let to others', internal: false },
    ]);
    const host = hosts.get(ip);
    assert.deepEqual([host.isInternal, host.scope], [isInternal, scope]);
  });
}

test('files are CSV in any order of columns, or YAML', async () => {
  const csv = file(
    '# mine\nname,prefix,tags,internal\n"Offices, Berlin",10.1.0.0/16,wifi; guests,yes\n\nlab,10.2.0.0/16\n',
  );
  const yaml = file('- {prefix: 10.3.0.0/16, name: dmz, tags: [web, public], site: Bonn, internal: no}\n', 'yml');
  const { hosts } = await hostsOf([], [csv, yaml]);
  const offices = hosts.get('10.1.0.1');
  assert.deepEqual([offices.network, offices.networkTags], ['Offices, Berlin', ['wifi', 'guests']]);
  assert.equal(hosts.get('10.2.0.1').network, 'lab');
  const dmz = hosts.get('10.3.0.1');
  assert.deepEqual([dmz.network, dmz.networkTags, dmz.site, dmz.isInternal], ['dmz', ['web', 'public'], 'Bonn', false]);
});

for (const [text, ending, message] of [
  ['prefix,name\n10.0.0.0/33,x\n', 'csv', /\.csv:2: found "10\.0\.0\.0\/33", expected a network such as/],
  ['prefix,name\n10.0.0.0/8,\n', 'csv', /\.csv:2: found "10\.0\.0\.0\/8", expected a name for the network$/],
  ['prefix,nam\n', 'csv', /\.csv:1: found "prefix,nam", expected a header with prefix,name; besides/],
  ['prefix,name,internal\n10.0.0.0/8,x,maybe\n', 'csv', /\.csv:2: found "maybe", expected yes or no$/],
  ['prefix,name\n10.0.0.0/8,x,y\n', 'csv', /\.csv:2: .*expected the columns prefix,name$/],
  ['', 'csv', /expected a header such as/],
  ['- {prefix: 10.0.0.0/8, nmae: x}\n', 'yaml', /\.yaml\[0\]: found "nmae", expected one of prefix, name/],
  ['a: b\n', 'yaml', /expected a list of networks$/],
  ['- [}\n', 'yaml', /expected valid YAML$/],
] as const) {
  test(`refuses at the start a file with ${JSON.stringify(text)}`, async () => {
    await assert.rejects(
      hostsOf([], [file(text, ending)]),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  });
}

test('refuses at the start a file that is not there', async () => {
  await assert.rejects(hostsOf([], [join(folder, 'none.csv')]), /enrich\.networks\.files\[0\]: .*a readable file/);
});

test('takes over a changed file, and keeps the old table with one warning where it cannot', async () => {
  const path = file('prefix,name\n10.0.0.0/8,one\n');
  const { hosts, networks, warnings } = await hostsOf([{ prefix: '192.0.2.0/24', name: 'listed' }], [path]);
  assert.equal(hosts.get('10.0.0.1').network, 'one');

  writeFileSync(path, 'prefix,name\n10.0.0.0/8,another\n');
  await networks.check();
  assert.equal(hosts.get('10.0.0.1').network, 'another');
  assert.equal(hosts.get('192.0.2.1').network, 'listed');

  writeFileSync(path, 'prefix,name\n10.0.0.0/8,third\nnonsense,x\n');
  await networks.check();
  await networks.check();
  assert.equal(hosts.get('10.0.0.1').network, 'another');
  assert.equal(warnings.lines.length, 1);
  assert.match(warnings.lines[0]!, /:3: found \\"nonsense\\"/);

  rmSync(path);
  await networks.check();
  assert.equal(hosts.get('10.0.0.1').network, 'another');
  assert.deepEqual([networks.files.reloads, networks.files.failures], [1, 2]);
  networks.stop();
});

test('flows are enriched while a long table is read', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24,n${i}`);
  const path = file('prefix,name\n10.0.0.0/8,one\n');
  const { hosts, networks } = await hostsOf([], [path]);
  writeFileSync(path, `prefix,name\n${rows.join('\n')}\n`);
  let turns = 0;
  let isDone = false;
  const reading = networks.check().then(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise(setImmediate);
    const { network } = hosts.get('10.0.1.1');
    // Whole or not at all: never a table that is half made.
    assert.ok(network === 'one' || network === 'n1', network);
    turns++;
  }
  await reading;
  assert.ok(turns >= 10, `${turns} turns of the event loop`);
  assert.equal(hosts.get('10.0.1.1').network, 'n1');
  networks.stop();
});
