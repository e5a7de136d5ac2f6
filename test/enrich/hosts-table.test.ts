import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { HostsTable } from '../../src/enrich/hosts-table.ts';
import { Host } from '../../src/flow/host.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { createLog } from '../../src/lib/log.ts';

let folder: string;
let table: HostsTable;
let changes: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-hosts-'));
  changes = 0;
});
afterEach(() => {
  table.stop();
  rmSync(folder, { recursive: true });
});

async function start(...texts: readonly string[]): Promise<void> {
  const files = texts.map((text, i) => {
    const file = join(folder, `hosts-${i}`);
    writeFileSync(file, text);
    return file;
  });
  table = new HostsTable({ files, reloadMs: 3_600_000 }, () => changes++, createLog('silent'));
  await table.start();
}

function nameOf(ip: string): string | undefined {
  const host = new Host(ip);
  table.complete(host);
  return host.domain;
}

test('reads hosts files and CSV, the last file wins', async () => {
  await start(
    '127.0.0.1\tlocalhost\n\n# a comment\n192.0.2.1   web web.example.org # the site\r\n2001:DB8:0::1 six\nfe80::1%eth0 router\n',
    'address,name\n192.0.2.2,mail\n192.0.2.1,www\n',
  );
  assert.equal(nameOf('192.0.2.1'), 'www');
  assert.equal(nameOf('192.0.2.2'), 'mail');
  assert.equal(nameOf('2001:db8::1'), 'six');
  assert.equal(nameOf('fe80::1'), 'router');
  assert.equal(nameOf('192.0.2.3'), undefined);
  assert.equal(table.size, 5);
});

test('a changed file is read again, a damaged one is not used', async () => {
  await start('192.0.2.1 one\n');
  writeFileSync(join(folder, 'hosts-0'), '192.0.2.1 another\n');
  await table.check();
  assert.equal(nameOf('192.0.2.1'), 'another');
  assert.equal(changes, 2);
  writeFileSync(join(folder, 'hosts-0'), 'nonsense\n');
  await table.check();
  assert.equal(nameOf('192.0.2.1'), 'another');
});

test('names file and line of what it cannot read', async () => {
  await assert.rejects(start('192.0.2.1 one\n192.0.2.300 two\n'), (error: Error) => {
    return error instanceof ConfigError && error.message.includes('hosts-0:2');
  });
});
