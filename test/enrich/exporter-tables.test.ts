// The user's tables of exporters and interfaces, up to the document.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ExporterTable, exportersEnricher } from '../../src/enrich/exporter-table.ts';
import { InterfaceTable, interfacesEnricher } from '../../src/enrich/interface-table.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { Flow } from '../../src/flow/flow.ts';
import { createLog } from '../../src/lib/log.ts';

const log = createLog('silent');
let folder: string;
let file: string;
const running: { stop(): void }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-tables-'));
  file = join(folder, 'table.csv');
});
afterEach(() => {
  for (const table of running.splice(0)) table.stop();
  rmSync(folder, { recursive: true });
});

async function exporterTable(text: string): Promise<ExporterTable> {
  writeFileSync(file, text);
  const table = new ExporterTable({ files: [file], reloadMs: 3_600_000 }, log);
  running.push(table);
  await table.start();
  return table;
}

async function interfaceTable(text: string): Promise<InterfaceTable> {
  writeFileSync(file, text);
  const table = new InterfaceTable({ files: [file], reloadMs: 3_600_000 }, 'enrich.interfaces.files', log);
  running.push(table);
  await table.start();
  return table;
}

const flowOf = (exporter: Exporter): Flow => new Flow(exporter, exporter.facts(0), 'ipfix', 'x', 0);

test('the row with the longest network names an exporter', async () => {
  const table = await exporterTable(
    'exporter,name,site,tags\n10.0.0.0/8,,Hamburg,branch\n10.0.0.1,edge-1,Berlin,"core; dmz"\n2001:db8::1,six,,\n',
  );
  const enrich = exportersEnricher(table);
  for (const [address, expected] of [
    ['10.0.0.1', { name: 'edge-1', site: 'Berlin', tags: ['core', 'dmz'] }],
    ['10.0.0.2', { name: undefined, site: 'Hamburg', tags: ['branch'] }],
    ['2001:db8::1', { name: 'six', site: undefined, tags: undefined }],
    ['192.0.2.1', undefined],
  ] as const) {
    const exporter = new Exporter(address);
    enrich(flowOf(exporter));
    assert.deepEqual(exporter.table, expected, address);
  }
});

test('a changed table reaches exporters that are known already', async () => {
  const table = await exporterTable('exporter,name\n10.0.0.1,old\n');
  const enrich = exportersEnricher(table);
  const exporter = new Exporter('10.0.0.1');
  enrich(flowOf(exporter));
  exporter.json = 'made of it';
  enrich(flowOf(exporter));
  assert.deepEqual([exporter.name, exporter.json], ['old', 'made of it']);
  writeFileSync(file, 'exporter,name\n10.0.0.1,newer\n');
  await table.check();
  enrich(flowOf(exporter));
  assert.deepEqual([exporter.name, exporter.json], ['newer', undefined]);
});

test('interfaces have what their row says, in any order of columns', async () => {
  const table = await interfaceTable(
    'speed,interface,exporter,alias,name,boundary\n10G,3,10.0.0.1,uplink,xe-0/0/3,no\n2.5 Gbit/s,4,10.0.0.1,,,\n100000000,1,10.1.0.0/16,,,yes\n',
  );
  const exporter = new Exporter('10.0.0.1');
  interfacesEnricher(table)(flowOf(exporter));
  assert.deepEqual(exporter.tableInterfaces?.get(3), {
    name: 'xe-0/0/3',
    alias: 'uplink',
    speed: 10_000_000_000,
    isBoundary: false,
  });
  assert.equal(exporter.tableInterfaces?.get(4)?.speed, 2_500_000_000);
  assert.equal(exporter.tableInterfaces?.get(1), undefined);
  assert.equal(table.find('10.1.2.3')?.get(1)?.speed, 100_000_000);
});

for (const [text, message] of [
  ['exporter,interface\n10.0.0.1,x\n', /table\.csv:2.*index of an interface/],
  ['exporter,interface,speed\n10.0.0.1,1,fast\n', /table\.csv:2.*speed such as/],
  ['exporter,interface,boundary\n10.0.0.1,1,perhaps\n', /table\.csv:2/],
  ['exporter,interface,colour\n10.0.0.1,1,red\n', /table\.csv:1.*colour/],
  ['exporter,interface\nrouter,1\n', /table\.csv:2.*network such as/],
] as const) {
  test(`refuses interfaces as ${text.split('\n')[1]} under ${text.split('\n')[0]}`, async () => {
    await assert.rejects(interfaceTable(text), message);
  });
}

test('refuses an exporter of whom nothing is said', async () => {
  await assert.rejects(exporterTable('exporter,name,site\n10.0.0.1,,\n'), /table\.csv:2.*a name, a site or tags/);
});
