import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { ApplicationIds } from '../../src/enrich/application-ids.ts';
import { ApplicationTable } from '../../src/enrich/application-table.ts';
import { applicationsEnricher } from '../../src/enrich/applications.ts';
import { clientServerEnricher } from '../../src/enrich/client-server.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { type FlowValues, makeFlow, noHosts, reversed } from './flows.ts';
import { ServiceTexts } from './service-texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-applications-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'applications.csv');

async function tableOf(text: string): Promise<ApplicationTable> {
  writeFileSync(path, text);
  const table = new ApplicationTable({ files: [path], reloadMs: 3_600_000 }, pino({ level: 'silent' }));
  await table.start();
  table.stop();
  return table;
}

const services = new ServiceTexts({
  services: 'name,port,protocols\nhttps,443,tcp\nhttp3,443,udp\nudp-only,9999,udp\ntcp-only,22,tcp\n',
});
const idsOf = (files: readonly string[]): ApplicationIds =>
  new ApplicationIds({ files, reloadMs: 3_600_000 }, services, pino({ level: 'silent' }));
const noIds = idsOf([]);

const TABLE = `endpoint,application
10.0.0.5:8443,ERP
[2001:DB8:0::5]:8443,ERP6
10.0.0.53:53/udp,resolver
9100/tcp,printing
10.0.0.9:9100/TCP,big printer
`;

for (const [protocol, port, ip, name, weight] of [
  [6, 8443, '10.0.0.5', 'ERP', 2],
  [17, 8443, '10.0.0.5', 'ERP', 2],
  [6, 8443, '10.0.0.6', undefined, 0],
  [6, 8443, '2001:db8::5', 'ERP6', 2],
  [17, 53, '10.0.0.53', 'resolver', 2],
  [136, 53, '10.0.0.53', 'resolver', 2],
  [6, 53, '10.0.0.53', undefined, 0],
  [6, 9100, '10.0.0.1', 'printing', 1],
  [6, 9100, undefined, 'printing', 1],
  [6, 9100, '10.0.0.9', 'big printer', 2],
  [17, 9100, '10.0.0.9', undefined, 0],
] as const) {
  test(`${ip} port ${port} of protocol ${protocol} is ${name}`, async () => {
    const table = await tableOf(TABLE);
    assert.deepEqual([table.name(protocol, port, ip), table.weight(protocol, port, ip)], [name, weight]);
  });
}

for (const endpoint of [
  '8443',
  '10.0.0.5',
  '10.0.0.5:0',
  '10.0.0.5:70000',
  '10.0.0.500:80',
  '80/icmp',
  '2001:db8::5:80',
]) {
  test(`refuses the endpoint ${endpoint}`, async () => {
    await assert.rejects(
      tableOf(`endpoint,application\n${endpoint},x\n`),
      (error) =>
        error instanceof ConfigError && /applications\.csv:2: found .*, expected an endpoint/.test(error.message),
    );
  });
}

const CONVERSATION: FlowValues = { protocolNumber: 6, sourceIp: '10.0.0.1', destinationIp: '10.0.0.5' };

/** The record client → server; the reverse must agree. */
for (const [name, values, reason, application] of [
  [
    'an endpoint against a lower port',
    { ...CONVERSATION, sourcePort: 1024, destinationPort: 8443 },
    'application',
    'ERP',
  ],
  ['a port', { ...CONVERSATION, sourcePort: 2000, destinationPort: 9100 }, 'application', 'printing'],
  ['an endpoint against a port', { ...CONVERSATION, sourcePort: 9100, destinationPort: 8443 }, 'application', 'ERP'],
  ['neither', { ...CONVERSATION, sourcePort: 50_001, destinationPort: 50_000 }, 'lower_port', undefined],
] as const) {
  test(`${name} tells the server in both directions`, async () => {
    const table = await tableOf(TABLE);
    const setRoles = clientServerEnricher(new ServiceTexts(), table, undefined, noHosts);
    const setApplication = applicationsEnricher(table, noIds);
    for (const [record, isClientSource] of [
      [values, true],
      [reversed(values), false],
    ] as const) {
      const flow = makeFlow({ ...record, applicationName: 'as the exporter says' });
      setRoles(flow);
      setApplication(flow);
      assert.deepEqual(
        [flow.isClientSource, flow.roleReason, flow.applicationName],
        [isClientSource, reason, application ?? 'as the exporter says'],
      );
    }
  });
}

test("a client's port names no application", async () => {
  const table = await tableOf(TABLE);
  const flow = makeFlow({ ...CONVERSATION, sourcePort: 9100, destinationPort: 443, tcpFlags: 2 });
  clientServerEnricher(new ServiceTexts(), table, undefined, noHosts)(flow);
  applicationsEnricher(table, noIds)(flow);
  assert.deepEqual([flow.roleReason, flow.applicationName], ['tcp_flags', undefined]);
});

test('a changed file is read again, a damaged one is not used', async () => {
  const table = await tableOf('endpoint,application\n80/tcp,one\n');
  writeFileSync(path, 'endpoint,application\n80/tcp,other\n');
  await table.check();
  assert.equal(table.name(6, 80, undefined), 'other');
  writeFileSync(path, 'endpoint,application\n80/tcp,\n');
  await table.check();
  assert.equal(table.name(6, 80, undefined), 'other');
});

test('ids have the name of the record, else of option data, of the table, of IANA', async () => {
  const file = join(folder, 'ids.csv');
  writeFileSync(file, 'id,application\n13:82,table\n3:80,web\n20:12356:15832,Fortinet app\n13:83,old\n13:83,new\n');
  const ids = idsOf([file]);
  await ids.start();
  ids.stop();
  const setApplication = applicationsEnricher(await tableOf('endpoint,application\n'), ids);
  for (const [applicationId, protocolNumber, name] of [
    ['13:82', 6, 'table'],
    ['13:83', 6, 'new'],
    ['13:84', 6, undefined],
    ['20:12356:15832', 17, 'Fortinet app'],
    ['3:80', 6, 'web'],
    ['3:443', 6, 'https'],
    ['3:443', 17, 'http3'],
    ['3:443', 1, 'https'],
    ['3:9999', 6, 'udp-only'],
    ['3:22', 17, 'tcp-only'],
    ['3:444', 6, undefined],
    ['1:89', 89, 'ospf'],
    ['1:255', 255, undefined],
    ['13:443', 6, undefined],
  ] as const) {
    const flow = makeFlow({ applicationId, protocolNumber });
    setApplication(flow);
    assert.equal(flow.applicationName, name, applicationId);
  }
  const stated = makeFlow({ applicationId: '13:82', applicationName: 'stated' });
  setApplication(stated);
  assert.equal(stated.applicationName, 'stated');
  const told = makeFlow({ applicationId: '13:82' });
  told.facts.applicationNames.set('13:82', 'told');
  setApplication(told);
  assert.equal(told.applicationName, undefined, 'the document finds it in option data');
});

for (const [row, found] of [
  ['13,x', '13'],
  ['13:82:1:1,x', '13:82:1:1'],
  ['13:82,', '13:82'],
] as const) {
  test(`a table of ids with ${row} cannot be used`, async () => {
    const file = join(folder, 'bad-ids.csv');
    writeFileSync(file, `id,application\n${row}\n`);
    await assert.rejects(
      idsOf([file]).start(),
      (error: Error) => error instanceof ConfigError && error.message.includes(found),
    );
  });
}
