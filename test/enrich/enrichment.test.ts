import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { Enrichment, type EnrichOptions } from '../../src/enrich/enrichment.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { makeFlow } from './flows.ts';

const GEOIP = join(packageRoot, '..', 'shared', 'geoip');
const log = pino({ level: 'silent' });

function options(steps: readonly string[]): EnrichOptions {
  return {
    steps,
    identity: 'agent',
    sampling: { override: {}, default: {} },
    hosts: { cacheSize: 1000, internal: ['10.0.0.0/8'] },
    networks: { list: [], files: [], reloadMs: 60_000 },
    names: { files: [], reloadMs: 60_000 },
    dns: {
      enabled: false,
      servers: [],
      include: [],
      exclude: [],
      ttlMs: 3_600_000,
      negativeTtlMs: 600_000,
      cacheSize: 1000,
      concurrency: 4,
      queueSize: 100,
      timeoutMs: 2000,
    },
    geoip: { enabled: true, folder: GEOIP, reloadSeconds: 60 },
    as: { order: ['database', 'exporter'], files: [], reloadMs: 60_000 },
    clientServer: { learn: undefined },
    applications: { files: [], reloadMs: 60_000 },
    applicationIds: { files: [], reloadMs: 60_000 },
    services: { files: [join(packageRoot, 'pipelines', 'services.csv')], reloadMs: 60_000 },
    exporters: { files: [], reloadMs: 60_000 },
    interfaces: { files: [], reloadMs: 60_000 },
    snmp: {
      enabled: false,
      include: [],
      exclude: [],
      version: '2c',
      community: undefined,
      user: undefined,
      authProtocol: 'sha',
      authPassword: undefined,
      privacyProtocol: 'aes',
      privacyPassword: undefined,
      port: 161,
      timeoutMs: 1000,
      retries: 0,
      concurrency: 1,
      refreshMs: 3_600_000,
    },
    duplicates: { windowMs: 900_000, files: [], reloadMs: 60_000 },
    threats: { lists: [], allow: [], allowFiles: [], reloadMs: 60_000, directory: '' },
    macVendor: { files: [], reloadMs: 60_000 },
    rules: { list: [], files: [], reloadMs: 60_000 },
    communityId: { seed: 0 },
  };
}

const ALL = ['sampling', 'hosts', 'client-server', 'services', 'locality', 'community-id'];

test('runs the named enrichers in their order', async () => {
  const enrichment = new Enrichment(options(ALL), log);
  await enrichment.start();
  const flow = makeFlow({
    sourceIp: '81.2.69.142',
    sourcePort: 443,
    destinationIp: '10.0.0.1',
    destinationPort: 50000,
    protocolNumber: 6,
    tcpFlags: 0x12,
    packetCount: 1,
    bytes: 60,
    samplingInterval: 100,
  });
  enrichment.enrich(flow);
  enrichment.stop();
  assert.deepEqual([flow.bytes, flow.packetCount, flow.sampledPackets], [6000, 100, 1]);
  assert.deepEqual([flow.isClientSource, flow.roleReason], [false, 'tcp_flags']);
  assert.deepEqual([flow.serviceName, flow.servicePort], ['https (TCP/443)', 443]);
  assert.deepEqual([flow.locality, flow.networkDirection], ['public', 'inbound']);
  assert.match(flow.communityId ?? '', /^1:[A-Za-z0-9+/]{27}=$/);
  assert.equal(flow.source?.cityName, existsSync(GEOIP) ? 'London' : undefined);
});

test('names exporters of whom there are counters only', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-enrichment-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'exporters.csv');
  writeFileSync(file, 'exporter,name\n192.0.2.1,edge-1\n');
  const named = { ...options(['exporters']), exporters: { files: [file], reloadMs: 60_000 } };
  const enrichment = new Enrichment(named, log);
  await enrichment.start();
  const exporter = new Exporter('192.0.2.1');
  enrichment.introduce({ exporter });
  enrichment.stop();
  assert.equal(exporter.name, 'edge-1');
});

test('leaves out what is not named', async () => {
  const enrichment = new Enrichment(options(['locality']), log);
  await enrichment.start();
  const flow = makeFlow({ sourceIp: '10.0.0.1', destinationIp: '10.0.0.2', bytes: 1, samplingInterval: 10 });
  enrichment.enrich(flow);
  enrichment.stop();
  assert.deepEqual([flow.source, flow.bytes, flow.locality, flow.communityId], [undefined, 1, undefined, undefined]);
});

for (const [steps, message] of [
  [['sampling', 'geo'], /^enrich\.steps\[1\]: found "geo", expected one of sampling, hosts, .*community-id$/],
  [['clientserver'], /\(did you mean client-server\?\)$/],
  [['comunity-id'], /\(did you mean community-id\?\)$/],
  [['hosts', 'hosts'], /^enrich\.steps\[1\]: found "hosts", expected every enricher once$/],
  [['toString'], /found "toString"/],
] as const) {
  test(`refuses the steps ${steps.join(', ')}`, () => {
    assert.throws(
      () => new Enrichment(options(steps), log),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  });
}
