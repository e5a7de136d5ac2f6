// What enrichers count: flows by sampling, role and direction; look-ups in tables that found something, or did not.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { type FlowValues, makeFlow } from './flows.ts';

const FILES: Readonly<Record<string, string>> = {
  'services.csv': 'name,port,protocols\nown,8000,tcp/udp\n',
  'applications.csv': 'endpoint,application\n8443/tcp,ERP\n9.9.9.9:25,mail\n',
  'ids.csv': 'id,application\n13:82,chat\n',
  'networks.csv': 'prefix,name\n10.0.0.0/8,office\n',
  'names.csv': 'address,name\n10.0.0.1,desk\n10.0.0.2,shelf\n',
  'as.csv': 'number,name\n701,own\n',
  'exporters.csv': 'exporter,name\n192.0.2.1,edge\n',
  'interfaces.csv': 'exporter,interface,boundary\n192.0.2.1,1,no\n192.0.2.1,2,yes\n198.51.100.1,1,no\n',
  'mac.csv': 'vendor,prefixes\nMaker,00000C\n',
  'rules.yml': '- { when: "server.port == 8000", tags: [own] }\n- { when: "server.port == 1", drop: true }\n',
};

const FLOWS: readonly FlowValues[] = [
  // SYN to a service of the table, from the office.
  {
    ...{ sourceIp: '10.0.0.1', destinationIp: '9.9.9.9', protocolNumber: 6, sourcePort: 50_000, destinationPort: 8000 },
    ...{ tcpFlags: 2, samplingInterval: 100, packetCount: 1, bytes: 40 },
    ...{ sourceMac: '00-00-0C-01-02-03', destinationMac: '00-00-0D-01-02-03' },
  },
  // The table of applications tells the server; an id that it does not need any more.
  {
    ...{ sourceIp: '9.9.9.9', destinationIp: '10.0.0.9', protocolNumber: 6, sourcePort: 25, destinationPort: 40_000 },
    ...{ applicationId: '13:82', sourceAs: 701, destinationAs: 702 },
  },
  // Nobody knows the id; the interface is no boundary.
  {
    ...{ sourceIp: '9.9.9.9', destinationIp: '8.8.8.8', protocolNumber: 17, sourcePort: 50_001, destinationPort: 99 },
    ...{ applicationId: '13:83', inputInterface: 1, samplingInterval: 1 },
  },
  { sourceIp: '10.0.0.1', destinationIp: '10.0.0.9', protocolNumber: 1, icmpType: 8, icmpCode: 0 },
];

test('flows and look-ups are counted by enricher', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-counts-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  const files = (name: string) => ({ files: [join(folder, name)] });
  const enrich = [
    'sampling',
    'hosts',
    { networks: files('networks.csv') },
    { names: files('names.csv') },
    { as: { ...files('as.csv'), order: ['exporter'] } },
    'client-server',
    { applications: { ...files('applications.csv'), ids: [join(folder, 'ids.csv')] } },
    { services: files('services.csv') },
    'locality',
    { exporters: files('exporters.csv') },
    { interfaces: files('interfaces.csv') },
    'duplicates',
    { 'mac-vendor': files('mac.csv') },
    { rules: files('rules.yml') },
  ];
  const pipeline = new Pipeline(configSchema.parse({ enrich }), () => {}, pino({ level: 'silent' }));
  t.after(() => {
    pipeline.stop();
    rmSync(folder, { recursive: true });
  });
  await pipeline.start();
  const { exporter, facts } = makeFlow({});
  for (const values of FLOWS) pipeline.enrichment.enrich(Object.assign(makeFlow(values), { exporter, facts }));

  const { sampling, roles, directions, duplicates, tables } = pipeline.enrichment.counters;
  const some = (counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  // An interval of 1 scales nothing.
  assert.deepEqual(some(sampling), { record: 1 });
  assert.deepEqual(some(roles), { tcp_flags: 1, application: 1, lower_port: 1, icmp: 1 });
  assert.deepEqual(some(directions), { outbound: 1, inbound: 1, external: 1, internal: 1 });
  assert.equal(duplicates, 1);
  assert.deepEqual(tables, {
    // Ports 8000, 25 and 99.
    services: { entries: 2, hits: 1, misses: 2 },
    applications: { entries: 2, hits: 1, misses: 2 },
    'application-ids': { entries: 1, hits: 1, misses: 1 },
    exporters: { entries: 1, hits: 1, misses: 0 },
    interfaces: { entries: 3, hits: 1, misses: 0 },
    duplicates: { entries: 3, hits: 1, misses: 0 },
    'mac-vendor': { entries: 1, hits: 1, misses: 1 },
    rules: { entries: 2, hits: 1, misses: 3 },
    // 10.0.0.1, 9.9.9.9, 10.0.0.9 and 8.8.8.8, once each.
    networks: { entries: 1, hits: 2, misses: 2 },
    names: { entries: 2, hits: 1, misses: 3 },
    as: { entries: 1, hits: 1, misses: 1 },
  });
});
