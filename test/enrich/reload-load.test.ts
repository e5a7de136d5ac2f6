// Files of enrichers change while flows come: every flow sees the tables of one version, the old or the new, and none fails.
// Tables are long enough to be read in several steps; one version in between cannot be used at all.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { cityDatabase } from '../helpers/geoip-servers.ts';
import { type FlowValues, makeFlow } from './flows.ts';

/** Rows of each table beside those that the flows ask for. */
const ROWS = 20_000;
const FLOWS_PER_STEP = 200;
/** Far more than a reload takes; a table that never comes ends the test. */
const LIMIT_MS = 60_000;

/** What each file says in a version, and what a flow then shows. */
const TABLES: Readonly<
  Record<
    string,
    { rows: (v: string) => string | Buffer; seen: (flow: Flow, recognised: Flow) => (string | undefined)[] }
  >
> = {
  'networks.csv': {
    rows: (v) =>
      `prefix,name\n10.0.0.0/8,${v}\n9.9.9.0/24,${v}\n${many((n) => `172.${16 + (n >> 13)}.${(n >> 5) & 255}.${(n & 31) * 8}/29,x${n}`)}`,
    seen: ({ source, destination }) => [source?.network, destination?.network],
  },
  'names.csv': {
    rows: (v) =>
      `address,name\n10.0.0.1,${v}\n9.9.9.9,${v}\n${many((n) => `172.16.${n >> 8}.${n & 255},x${n}.example`)}`,
    seen: ({ source, destination }) => [source?.domain, destination?.domain],
  },
  'as.csv': {
    rows: (v) => `number,name\n64500,${v}\n64501,${v}\n${many((n) => `${100_000 + n},x${n}`)}`,
    seen: ({ sourceAsName, destinationAsName }) => [sourceAsName, destinationAsName],
  },
  'applications.csv': {
    rows: (v) => `endpoint,application\n9.9.9.9:8443,${v}\n${many((n) => `172.16.${n >> 8}.${n & 255}:80,x${n}`)}`,
    seen: ({ applicationName }) => [applicationName],
  },
  'ids.csv': {
    rows: (v) => `id,application\n13:82,${v}\n${many((n) => `13:${1000 + n},x${n}`)}`,
    seen: (_, recognised) => [recognised.applicationName],
  },
  'services.csv': {
    rows: (v) => `name,port,protocols\n${v},8443,tcp\n${many((n) => `x${n},${10_000 + n},udp`)}`,
    seen: ({ serviceName }) => [serviceName?.replace(' (TCP/8443)', '')],
  },
  'interfaces.csv': {
    // Two interfaces in turn are no boundary: a flow goes in by one and out by the other.
    rows: (v) =>
      `exporter,interface,boundary\n192.0.2.1,${Number(v) % 2 === 0 ? 1 : 3},no\n${many((n) => `172.16.${n >> 8}.${n & 255},1,no`)}`,
    seen: ({ isDuplicate }) => [isDuplicate ? 'even' : 'odd'],
  },
  // Even versions of the list name the address.
  'threat.netset': {
    rows: (v) => `# list ${v}\n${Number(v) % 2 === 0 ? '9.9.9.9\n' : ''}${many((n) => `9.${n >> 8}.${n & 255}.0/30`)}`,
    seen: ({ destination }) => [destination?.threat === undefined ? 'odd' : 'even'],
  },
  'geoip/city.mmdb': {
    rows: (v) => cityDatabase(v, '9.0.0.0', '9.255.255.255'),
    seen: ({ destination }) => [destination?.cityName],
  },
  'exporters.csv': {
    rows: (v) => `exporter,name\n192.0.2.1,${v}\n${many((n) => `172.16.${n >> 8}.${n & 255},x${n}`)}`,
    seen: ({ exporter }) => [exporter.name],
  },
  'mac-vendors.csv': {
    rows: (v) => `vendor,prefixes\n${v},00000C;00000D\n${many((n) => `x${n},${(0x100000 + 4 * n).toString(16)}`)}`,
    seen: ({ sourceMacVendor, destinationMacVendor }) => [sourceMacVendor, destinationMacVendor],
  },
  'rules.yml': {
    rows: (v) =>
      `${Array.from({ length: 50 }, (_, n) => `- { name: r${n}, when: 'server.port == ${n + 1}', drop: true }\n`).join('')}- { name: tag, tags: ["${v}"] }\n`,
    seen: ({ tags }) => [tags?.[0]],
  },
};

function many(row: (n: number) => string): string {
  return `${Array.from({ length: ROWS }, (_, n) => row(n)).join('\n')}\n`;
}

/** The files that a warning speaks of. */
function namesOf({ files, file }: { files?: unknown; file?: unknown }): string {
  return String(files ?? file);
}

/** A file is replaced as careful people do it: whole, by renaming. */
function replace(path: string, text: string | Buffer): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

test('every flow sees one version of each table while all of them change', async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-reload-'));
  const file = (name: string): string => join(folder, name);
  const write = (version: string): void => {
    for (const [name, { rows }] of Object.entries(TABLES)) replace(file(name), rows(version));
  };
  mkdirSync(file('geoip'));
  write('1');
  const watch = (name: string) => ({ files: [file(name)], reload: '10ms' });
  const enrich = [
    'hosts',
    { networks: watch('networks.csv') },
    { names: watch('names.csv') },
    { geoip: { folder: file('geoip'), reload: '10ms' } },
    { threat: { lists: [{ name: 'bad', file: file('threat.netset') }], reload: '10ms' } },
    { as: { ...watch('as.csv'), order: ['exporter'] } },
    'client-server',
    { applications: { ...watch('applications.csv'), ids: [file('ids.csv')] } },
    { services: watch('services.csv') },
    'locality',
    { exporters: watch('exporters.csv') },
    { 'mac-vendor': watch('mac-vendors.csv') },
    { interfaces: watch('interfaces.csv') },
    { duplicates: watch('interfaces.csv') },
    { rules: watch('rules.yml') },
  ];
  /** Which files could not be used. */
  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => warnings.push(namesOf(JSON.parse(line))) });
  const pipeline = new Pipeline(configSchema.parse({ enrich }), () => {}, log);
  t.after(() => {
    pipeline.stop();
    rmSync(folder, { recursive: true });
  });
  await pipeline.start();

  const values: FlowValues = {
    sourceIp: '10.0.0.1',
    destinationIp: '9.9.9.9',
    sourcePort: 50000,
    destinationPort: 8443,
    protocolNumber: 6,
    sourceAs: 64500,
    destinationAs: 64501,
    inputInterface: 1,
    outputInterface: 2,
    direction: 0,
    sourceMac: '00-00-0C-01-02-03',
    destinationMac: '00-00-0D-01-02-03',
  };
  /** A flow that all tables but one have something for, and one for that one: an application that the exporter knows. */
  const enriched = (): readonly [Flow, Flow] => {
    const flow = makeFlow(values);
    const recognised = makeFlow({ ...values, destinationPort: 8444, applicationId: '13:82' });
    pipeline.enrichment.enrich(flow);
    pipeline.enrichment.enrich(recognised);
    return [flow, recognised];
  };
  const shown = (version: string): string => (Number(version) % 2 === 0 ? 'even' : 'odd');
  /** Which tables show the version; fails for any that shows neither it nor the one before. */
  const look = ([flow, recognised]: readonly [Flow, Flow], version: string, before: string): boolean => {
    let isAll = true;
    for (const [name, { seen }] of Object.entries(TABLES)) {
      const [first, ...others] = seen(flow, recognised);
      for (const other of others) assert.equal(other, first, `${name} in halves`);
      const isParity = name === 'interfaces.csv' || name === 'threat.netset';
      const now = isParity ? shown(version) : version;
      assert.ok(
        first === now || first === (isParity ? shown(before) : before),
        `${name}: ${first} in version ${version}`,
      );
      if (first !== now) isAll = false;
    }
    return isAll;
  };

  look(enriched(), '1', '1');
  let flows = 0;
  const pour = async (version: string, before: string): Promise<void> => {
    const until = Date.now() + LIMIT_MS;
    for (let isAll = false; !isAll; ) {
      assert.ok(Date.now() < until, `version ${version} did not come`);
      for (let n = 0; n < FLOWS_PER_STEP; n++) isAll = look(enriched(), version, before);
      flows += FLOWS_PER_STEP;
      await setImmediate();
    }
  };
  for (const [version, before] of [
    ['2', '1'],
    ['3', '2'],
  ] as const) {
    write(version);
    await pour(version, before);
  }

  // Worse: all tables stay as they are.
  for (const name of Object.keys(TABLES)) replace(file(name), 'no such\ntable: [');
  const refused = (): number => new Set(warnings).size;
  const until = Date.now() + LIMIT_MS;
  while (refused() < Object.keys(TABLES).length) {
    assert.ok(Date.now() < until, `not all were looked at: ${warnings}`);
    assert.ok(look(enriched(), '3', '3'));
    flows++;
    await setImmediate();
  }
  write('4');
  await pour('4', '3');
  for (const [name, { reloads, failures }] of Object.entries(pipeline.enrichment.reloads)) {
    assert.ok(reloads >= 3 && failures >= 1, `${name}: ${reloads} reloads, ${failures} failures`);
  }
  t.diagnostic(`${flows} flows`);
});
