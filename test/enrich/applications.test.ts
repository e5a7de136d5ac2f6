import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { ApplicationTable } from '../../src/enrich/application-table.ts';
import { applicationsEnricher } from '../../src/enrich/applications.ts';
import { clientServerEnricher } from '../../src/enrich/client-server.ts';
import { ServiceTable } from '../../src/enrich/service-table.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { type FlowValues, makeFlow, reversed } from './flows.ts';

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
    const setRoles = clientServerEnricher(new ServiceTable(), table, undefined);
    const setApplication = applicationsEnricher(table);
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
  clientServerEnricher(new ServiceTable(), table, undefined)(flow);
  applicationsEnricher(table)(flow);
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
