import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { ServiceTable } from '../../src/enrich/service-table.ts';
import { servicesEnricher } from '../../src/enrich/services.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import type { Log } from '../../src/lib/log.ts';
import { makeFlow } from './flows.ts';
import { ServiceTexts, shippedServices } from './service-texts.ts';

const table = shippedServices();

function tableOf(file: string, log: Log = pino({ level: 'silent' })): ServiceTable {
  return new ServiceTable({ files: [file], reloadMs: 3_600_000 }, log);
}

// Names by the IANA registry; 9200 and 51820 by services-common.csv. The second port is always the server's.
for (const [protocol, port, name, servicePort] of [
  [6, 443, 'https (TCP/443)', 443],
  [17, 443, 'https (UDP/443)', 443],
  [132, 443, 'https (SCTP/443)', 443],
  [33, 9, 'discard (DCCP/9)', 9],
  [6, 80, 'http (TCP/80)', 80],
  [17, 53, 'domain (UDP/53)', 53],
  [136, 53, 'domain (UDPLITE/53)', 53],
  [6, 465, 'submissions (TCP/465)', 465],
  [6, 9200, 'elasticsearch (TCP/9200)', 9200],
  [17, 9200, 'wap-wsp (UDP/9200)', 9200],
  [17, 51820, 'wireguard (UDP/51820)', 51820],
  [6, 12347, 'TCP/12347', 12347],
  [6, 0, 'TCP', undefined],
  [6, undefined, 'TCP', undefined],
  [1, undefined, 'ICMP', undefined],
  [1, 2048, 'ICMP', undefined],
  [47, undefined, 'GRE', undefined],
  [50, undefined, 'ESP', undefined],
  [253, undefined, 'IP/253', undefined],
  [undefined, 443, undefined, undefined],
] as const) {
  test(`protocol ${protocol} with server port ${port} is ${name}`, () => {
    const enrich = servicesEnricher(table);
    for (const isClientSource of [true, false]) {
      const [sourcePort, destinationPort] = isClientSource ? [40000, port] : [port, 40000];
      for (let again = 0; again < 2; again++) {
        const flow = makeFlow({ protocolNumber: protocol, sourcePort, destinationPort, isClientSource });
        enrich(flow);
        assert.equal(flow.serviceName, name);
        assert.equal(flow.servicePort, servicePort);
      }
    }
  });
}

test('the shipped files hold the whole registry', () => {
  // 11 600 pairs in the registry's copy of 2024.
  assert.ok(table.size >= 11_600, `${table.size} pairs`);
});

for (const [row, complaint] of [
  ['https,443', 'expected name,port,protocols'],
  ['https,0,tcp', 'expected name,port,protocols'],
  ['https,65536,tcp', 'expected name,port,protocols'],
  ['https,443,tcp,more', 'expected the columns name,port,protocols'],
  ['https,x,tcp', 'expected name,port,protocols'],
  [',443,tcp', 'expected name,port,protocols'],
  ['https,443,toString', 'found "toString", expected tcp, udp, sctp or dccp'],
  ['https,443,tcp/tls', 'found "tls", expected tcp, udp, sctp or dccp'],
] as const) {
  test(`refuses the row ${row} and names its line`, () => {
    assert.throws(
      () => new ServiceTexts({ 'mine.csv': `# comment\nname,port,protocols\n\n${row}\n` }),
      (error) =>
        error instanceof ConfigError && error.message.startsWith('mine.csv:4:') && error.message.includes(complaint),
    );
  });
}

test('reads a table as spreadsheets write it', () => {
  const table = new ServiceTexts({ 'mine.csv': '\uFEFFport,name,protocols\r\n8000,"one, or two",tcp/udp\r\n' });
  assert.deepEqual([table.name(6, 8000), table.name(17, 8000), table.size], ['one, or two', 'one, or two', 2]);
});

test('refuses a file without header and a file that is not there', async () => {
  assert.throws(
    () => new ServiceTexts({ 'mine.csv': 'https,443,tcp\n' }),
    /mine\.csv:1: .*a header with name,port,protocols/,
  );
  await assert.rejects(tableOf('/nowhere/services.csv').start(), /enrich\.services\.files\[0\]/);
});

test('a changed file is used from the next flow on; a damaged one is told of, counted, and not used', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-services-'));
  const file = join(folder, 'services.csv');
  writeFileSync(file, 'name,port,protocols\none,8000,tcp\ngone,8001,tcp\n');
  const warnings: string[] = [];
  const reloaded = tableOf(file, pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) }));
  t.after(() => {
    reloaded.stop();
    rmSync(folder, { recursive: true });
  });
  await reloaded.start();
  const enrich = servicesEnricher(reloaded);
  const names = (): unknown[] =>
    [8000, 8001, 8002].map((destinationPort) => {
      const flow = makeFlow({ protocolNumber: 6, sourcePort: 40_000, destinationPort, isClientSource: true });
      enrich(flow);
      return flow.serviceName;
    });
  assert.deepEqual(names(), ['one (TCP/8000)', 'gone (TCP/8001)', 'TCP/8002']);

  writeFileSync(file, 'name,port,protocols\nanother,8000,tcp\nnew,8002,tcp/udp\n');
  await reloaded.check();
  assert.deepEqual(names(), ['another (TCP/8000)', 'TCP/8001', 'new (TCP/8002)']);
  assert.equal(reloaded.size, 3);

  writeFileSync(file, 'name,port,protocols\nbad,8000,tcp\nworse,8000\n');
  await reloaded.check();
  assert.deepEqual(names(), ['another (TCP/8000)', 'TCP/8001', 'new (TCP/8002)']);
  assert.deepEqual([reloaded.files.reloads, reloaded.files.failures, warnings.length], [1, 1, 1]);
  assert.match(warnings[0]!, /services\.csv:3: .*enrich\.services\.files changed and cannot be used/);
});
