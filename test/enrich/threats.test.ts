// Lists in files and on a server on loopback.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { type ThreatListOptions, Threats, type ThreatsOptions } from '../../src/enrich/threats.ts';
import { Host } from '../../src/flow/host.ts';
import { waitFor } from '../helpers/wait.ts';

const BAD = '198.18.0.7';

let folder: string;
let file: string;
let changes: number;
let warnings: string[];
let threats: Threats | undefined;
const log = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-threats-'));
  file = join(folder, 'bad.txt');
  changes = 0;
  warnings = [];
});
afterEach(() => {
  threats?.stop();
  rmSync(folder, { recursive: true });
});

const list = (members: Partial<ThreatListOptions>): ThreatListOptions => {
  return {
    name: 'x',
    kind: undefined,
    file: undefined,
    url: undefined,
    column: undefined,
    refreshMs: 3_600_000,
    ...members,
  };
};

async function started(lists: readonly ThreatListOptions[], options: Partial<ThreatsOptions> = {}): Promise<Threats> {
  const all = { lists, allow: [], allowFiles: [], reloadMs: 3_600_000, directory: join(folder, 'kept'), ...options };
  threats = new Threats(all, () => changes++, log);
  await threats.start();
  return threats;
}

function threatOf(ip: string, scope: Host['scope'] = 'public'): Host['threat'] {
  const host = new Host(ip);
  host.scope = scope;
  threats!.complete(host);
  return host.threat;
}

test('names all lists that an address is on, and each kind once', async () => {
  writeFileSync(file, `${BAD}\n2001:db8::/32\n`);
  const other = join(folder, 'other.csv');
  writeFileSync(other, 'ip,seen\n198.18.0.0/24,today\n');
  const third = join(folder, 'third.txt');
  writeFileSync(third, '# nothing\n');
  const table = await started([
    list({ name: 'one', kind: 'botnet', file }),
    list({ name: 'two', kind: 'botnet', file: other }),
    list({ name: 'three', file: third }),
  ]);
  assert.deepEqual(threatOf(BAD), { lists: ['one', 'two'], kinds: ['botnet'] });
  assert.deepEqual(threatOf('198.18.0.8'), { lists: ['two'], kinds: ['botnet'] });
  assert.deepEqual(threatOf('2001:db8:1::1'), { lists: ['one'], kinds: ['botnet'] });
  assert.equal(threatOf('198.18.1.0'), undefined);
  assert.deepEqual([table.size, table.hits, table.failures], [3, 3, 0]);
});

test('names neither private addresses nor those that the user allows', async () => {
  writeFileSync(file, '10.0.0.0/8\n198.18.0.0/24\n');
  const allowed = join(folder, 'allowed.txt');
  writeFileSync(allowed, '198.18.0.9 # ours\n');
  await started([list({ file })], { allow: ['198.18.0.0/29'], allowFiles: [allowed] });
  assert.equal(threatOf('10.0.0.1', 'private'), undefined);
  assert.equal(threatOf(BAD), undefined);
  assert.equal(threatOf('198.18.0.9'), undefined);
  assert.deepEqual(threatOf('198.18.0.8')?.lists, ['x']);
});

test('reads a changed file again, and keeps the old list in the face of an unusable one', async () => {
  writeFileSync(file, `${BAD}\n`);
  const table = await started([list({ file })]);
  assert.equal(changes, 1);
  writeFileSync(file, '198.18.0.8\n198.18.0.9\n');
  await table.check();
  assert.deepEqual([threatOf(BAD), threatOf('198.18.0.8')?.lists], [undefined, ['x']]);
  assert.equal(changes, 2);
  writeFileSync(file, '<html>\nnothing\nhere\n');
  await table.check();
  assert.deepEqual(threatOf('198.18.0.8')?.lists, ['x']);
  assert.equal(warnings.length, 1);
  assert.equal(table.failures, 1);
});

test('while a long list is read, the old one answers', async () => {
  writeFileSync(file, `${BAD}\n`);
  const table = await started([list({ file })]);
  const lines = Array.from({ length: 20_000 }, (_, i) => `203.${i >> 8}.${i & 255}.0/24`);
  writeFileSync(file, [...lines, BAD].join('\n'));
  let isRead = false;
  let looks = 0;
  const reading = table.check().then(() => {
    isRead = true;
  });
  while (!isRead) {
    assert.deepEqual(threatOf(BAD)?.lists, ['x']);
    if (table.size === 1) looks++;
    await setImmediate();
  }
  await reading;
  assert.ok(looks > 10, `${looks} looks before the exchange`);
  assert.equal(table.size, 20_001);
});

test('a file that cannot be used at the start is a configuration error', async () => {
  await assert.rejects(started([list({ file })]), /enrich\.threat\.lists\[0\]\.file.*readable/);
  writeFileSync(file, 'one\ntwo\nthree\n');
  await assert.rejects(started([list({ file })]), /3 of 3 lines hold no address/);
  await assert.rejects(started([list({ file }), list({ file })]), /every name once/);
});

class ListServer {
  text = `${BAD}\n`;
  status = 200;
  readonly answers: number[] = [];
  readonly #server: Server = createServer((request, response) => {
    const etag = `"${this.text.length}"`;
    const status = this.status === 200 && request.headers['if-none-match'] === etag ? 304 : this.status;
    this.answers.push(status);
    response.writeHead(status, { etag }).end(status === 200 ? this.text : undefined);
  });

  async start(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/list?key=secret`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

test('fetches a list beside the flows, keeps it for the next start, and asks whether it has changed', async (t) => {
  const server = new ListServer();
  const url = await server.start();
  t.after(() => server.stop());
  const table = await started([list({ name: 'net', url })]);
  await waitFor(
    'the list',
    () => table.size > 0,
    10_000,
    () => warnings.join(),
  );
  assert.deepEqual(threatOf(BAD)?.lists, ['net']);
  const kept = join(folder, 'kept', 'net.txt');
  await waitFor(
    'the file',
    () => existsSync(kept),
    10_000,
    () => '',
  );
  assert.equal(readFileSync(kept, 'utf8'), server.text);
  await table.check();
  assert.deepEqual(server.answers, [200, 304]);
  assert.equal(changes, 1);

  server.text = '198.18.0.8\n198.18.0.9\n';
  await table.check();
  assert.deepEqual([threatOf(BAD), threatOf('198.18.0.8')?.lists], [undefined, ['net']]);

  for (const [status, text] of [
    [503, ''],
    [200, '<html>\n<p>\nlater\n'],
    [404, ''],
  ] as const) {
    server.status = status;
    server.text = text;
    await table.check();
    assert.deepEqual(threatOf('198.18.0.8')?.lists, ['net'], 'the old list stays');
  }
  assert.equal(table.failures, 3);
  assert.match(warnings[0]!, /503/);
  assert.ok(!warnings.join().includes('secret'), 'a key in the address is not shown');
  table.stop();

  // Young enough not to be fetched; the next start has it although the server is of no use.
  await started([list({ name: 'net', url })]);
  assert.deepEqual(threatOf('198.18.0.9')?.lists, ['net']);
  assert.equal(server.answers.length, 6);
  threats!.stop();

  // Old: used until there is a new one.
  utimesSync(kept, 1, 1);
  server.status = 200;
  server.text = `${BAD}\n`;
  const again = await started([list({ name: 'net', url })]);
  assert.deepEqual(threatOf('198.18.0.9')?.lists, ['net']);
  await waitFor(
    'the new list',
    () => threatOf(BAD) !== undefined,
    10_000,
    () => warnings.join(),
  );
  assert.equal(again.size, 1);
});

test('of several processes with one folder one fetches, and all have the list', async (t) => {
  const server = new ListServer();
  const url = await server.start();
  t.after(() => server.stop());
  const options = { allow: [], allowFiles: [], reloadMs: 3_600_000, directory: join(folder, 'kept') };
  const tables = ['a', 'b', 'c'].map(
    () => new Threats({ ...options, lists: [list({ name: 'net', url })] }, () => {}, log),
  );
  t.after(() => {
    for (const table of tables) table.stop();
  });
  await Promise.all(tables.map((table) => table.start()));
  await waitFor('all have it', () => tables.every(({ size }) => size === 1));
  assert.deepEqual(server.answers, [200]);
  assert.deepEqual(
    tables.map(({ failures }) => failures),
    [0, 0, 0],
  );
});

test('a process that was killed while it fetched holds nobody up', async (t) => {
  const server = new ListServer();
  const url = await server.start();
  t.after(() => server.stop());
  const kept = join(folder, 'kept');
  mkdirSync(kept);
  writeFileSync(join(kept, 'net.txt.part'), 'half a li');
  utimesSync(join(kept, 'net.txt.part'), 1, 1);
  const table = await started([list({ name: 'net', url })]);
  await waitFor('the list', () => table.size === 1);
  assert.deepEqual(server.answers, [200]);
  await waitFor('it is kept', () => existsSync(join(kept, 'net.txt')));
  assert.ok(!existsSync(join(kept, 'net.txt.part')));
});
