// What workers are put together from: figures over their deaths, folders of their spools, the state in both its forms.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { claimFolder, gatherSpools, releaseFolder, workerFolder } from '../../src/app/spool-folders.ts';
import type { ExporterStatus } from '../../src/app/status.ts';
import { addFigures } from '../../src/app/sum-figures.ts';
import { countCopiesOnce, WorkerFigures, type WorkerSums } from '../../src/app/worker-figures.ts';
import type { DecodeFigures, OtherFigures } from '../../src/app/worker-messages.ts';
import { WorkersApp } from '../../src/app/workers-app.ts';
import { configSchema } from '../../src/config.ts';
import { DecodeCounters } from '../../src/decode/counters.ts';
import { entriesOf, stateOfEntries } from '../../src/decode/template/state-entries.ts';
import { createLog } from '../../src/lib/log.ts';
import { OutputCounters } from '../../src/output/counters.ts';

const log = createLog('silent');

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-folders-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function segment(folder: string, number: number, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${String(number).padStart(10, '0')}.spool`), text);
}

/** Texts of the segments of a folder, oldest first. */
function texts(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.spool'));
  return names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
}

test('spools of three workers become those of two, and of one, oldest first', async (t) => {
  const spool = folderOf(t);
  segment(workerFolder(spool, 1), 4, 'own of 1');
  segment(workerFolder(spool, 3), 1, 'first of 3');
  segment(workerFolder(spool, 3), 2, 'second of 3');
  segment(spool, 7, 'of a single process');
  await gatherSpools(spool, 2, 1000, log);
  assert.deepEqual(texts(workerFolder(spool, 1)), ['own of 1', 'first of 3', 'of a single process']);
  assert.deepEqual(texts(workerFolder(spool, 2)), ['second of 3']);
  assert.deepEqual(texts(spool), []);
  await gatherSpools(spool, 1, 1000, log);
  assert.deepEqual(texts(spool), ['own of 1', 'first of 3', 'of a single process', 'second of 3']);
  assert.deepEqual(
    readdirSync(spool).filter((name) => name.startsWith('worker')),
    [],
  );
});

test('a folder is left alone while its worker lives, and taken over when it has gone or does not go', async (t) => {
  const spool = folderOf(t);
  const folder = workerFolder(spool, 2);
  segment(folder, 1, 'text');
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  t.after(() => other.kill('SIGKILL'));
  claimFolder(folder);
  releaseFolder(folder);
  writeFileSync(join(folder, 'owner'), `${other.pid}\n`);
  let isDone = false;
  const gathered = gatherSpools(spool, 1, 60_000, log).then(() => {
    isDone = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(isDone, false);
  assert.deepEqual(texts(folder), ['text']);
  other.kill('SIGKILL');
  await gathered;
  assert.deepEqual(texts(spool), ['text']);

  segment(folder, 1, 'later');
  writeFileSync(join(folder, 'owner'), '1\n'); // there always is one
  await gatherSpools(spool, 1, 200, log);
  assert.deepEqual(texts(spool), ['text', 'later']);
});

function decodeFigures(flows: number, sets: number, flowDocuments: number): DecodeFigures {
  return {
    decode: Object.assign(new DecodeCounters(), { flows, datagrams: flows, decoded: flows }),
    pending: { sets, held: 0, octets: 100 * sets },
    rules: { dropped: 1, byRule: { quiet: 1 }, failures: 0 },
    holdBack: { held: 0, waited: 0, inVain: 0 },
    addedParts: 0,
    documents: { flows: flowDocuments, counters: 0, exporters: 0 },
    faults: 0,
  };
}

const ENRICH = {
  hosts: 5,
  hostMisses: 5,
  geoipDatabases: 0,
  geoipRefusedFiles: 0,
  geoipLookupErrors: 0,
  dnsQuestions: 0,
  dnsFailures: 0,
  dnsSkipped: 0,
  threatNetworks: 0,
  threatHosts: 0,
  threatFailures: 0,
  snmpExporters: 0,
  snmpPolls: 0,
  snmpFailures: 0,
  duplicates: 1,
  sampling: { record: 3 },
  roles: { service: 4 },
  directions: { inbound: 2 },
  tables: { hosts: { entries: 7, hits: 1, misses: 2 } },
};

function sumsOf(figures: WorkerFigures): { sums: WorkerSums; exporters: ExporterStatus[] } {
  const sums = {} as WorkerSums;
  const exporters = new Map<string, ExporterStatus>();
  figures.addTo(sums, exporters);
  return { sums, exporters: [...exporters.values()] };
}

test('counts of a dead worker stay, sizes do not, and what it held has terms of its own', () => {
  const figures = new WorkerFigures();
  // 100 documents to the output, of which 90 are of acknowledged batches; 60 written, 30 on disk, 10 in memory.
  const output = Object.assign(new OutputCounters(), { appended: 100, written: 60, spooled: 30, waiting: 10 });
  figures.acknowledged(decodeFigures(90, 2, 90), { output, made: 100 });
  const report: OtherFigures = { enrich: ENRICH, reloads: {}, process: { residentBytes: 1000, cpuSeconds: 2 } };
  figures.reported({ ...report, fault: 'down' }, { output, made: 100 });
  const before = sumsOf(figures).sums;
  assert.deepEqual([before.workers.unacknowledged, before.workers.left], [10, 0]);
  assert.deepEqual([before.pending.sets, before.output.waiting, before.enrich.hosts], [2, 10, 5]);
  assert.equal(figures.fault, 'down');

  figures.ended();
  const dead = sumsOf(figures).sums;
  assert.deepEqual([dead.decode.flows, dead.output.appended, dead.output.written], [90, 100, 60]);
  assert.deepEqual([dead.output.spooled, dead.output.waiting, dead.enrich.hosts], [0, 0, 0]);
  assert.deepEqual([dead.workers.unacknowledged, dead.workers.left, dead.pending.sets], [10, 40, 2]);
  assert.deepEqual(dead.enrich.tables, { hosts: { entries: 0, hits: 1, misses: 2 } });
  assert.deepEqual([dead.enrich.roles, dead.enrich.sampling], [{ service: 4 }, { record: 3 }]);
  assert.equal(dead.process.residentBytes, 0);
  assert.equal(figures.fault, undefined);

  // The next one finds 30 on the disk, and makes the 10 again; 5 of them had been written.
  const next = Object.assign(new OutputCounters(), { appended: 10, recovered: 30, written: 35, duplicates: 5 });
  figures.acknowledged(decodeFigures(10, 0, 10), { output: next, made: 10 });
  const { sums } = sumsOf(figures);
  assert.deepEqual([sums.decode.flows, sums.pending.sets, sums.rules.byRule], [100, 0, { quiet: 2 }]);
  assert.deepEqual([sums.workers.unacknowledged, sums.workers.left], [10, 40]);
  const { appended, recovered, written, duplicates } = sums.output;
  assert.equal(appended + recovered, written + duplicates + sums.workers.left);
  assert.equal(sums.documents.flows + sums.workers.unacknowledged, appended);
});

test('what every worker has a copy of counts once', () => {
  const one = { ...ENRICH, geoipDatabases: 2, threatNetworks: 9 };
  const tables = { hosts: { entries: 6, hits: 4, misses: 0 } }; // it has not read the new file yet
  const sums = {} as WorkerSums;
  for (const enrich of [one, { ...one, tables }]) addFigures(sums, { enrich });
  countCopiesOnce(sums.enrich, [one, { ...one, tables }]);
  assert.deepEqual([sums.enrich.geoipDatabases, sums.enrich.threatNetworks, sums.enrich.hosts], [2, 9, 10]);
  assert.deepEqual(sums.enrich.tables, { hosts: { entries: 7, hits: 5, misses: 2 } });
});

test('an exporter of two processes is one, with both their counts', () => {
  const exporter = {
    address: '192.0.2.1',
    lastSeenMs: 5,
    templates: 2,
    datagrams: 10,
    flows: 20,
    malformed: 0,
    setsWithoutTemplate: 0,
    setsGivenUp: 0,
    droppedFlows: 0,
    lostFlows: 1,
    lostDatagrams: 0,
    reordered: 0,
    duplicates: 0,
    restarts: 0,
    droppedSamples: 0,
  };
  const figures = new WorkerFigures();
  const report = { enrich: ENRICH, reloads: {}, process: { residentBytes: 1, cpuSeconds: 1 } };
  const output = { output: new OutputCounters(), made: 0 };
  figures.reported({ ...report, exporters: [exporter] }, output);
  figures.ended();
  const later = { ...exporter, lastSeenMs: 9, flows: 3, datagrams: 1, lostFlows: 0 };
  figures.reported({ ...report, exporters: [later] }, output);
  assert.deepEqual(sumsOf(figures).exporters, [{ ...exporter, lastSeenMs: 9, flows: 23, datagrams: 11, lostFlows: 1 }]);
});

test('the state file becomes entries, and entries a state file', () => {
  const facts = {
    samplingBySampler: [[1, 100]],
    samplingByInterface: [],
    interfaceNames: [[3, 'eth3']],
    interfaceDescriptions: [],
    vrfNames: [],
    applicationNames: [],
  };
  const template = { protocol: 'ipfix', isOptions: false, touchedMs: 7, raw: '0100000100080004' };
  const state = {
    version: 1,
    exporters: [{ address: '2001:db8::1', lastSeenMs: 7, name: 'r1', domains: [{ id: 9, facts }] }],
    sessions: [{ address: '2001:db8::1', port: 2055, domains: [{ id: 9, templates: [template] }] }],
  };
  const entries = entriesOf(state, 1).map(({ key, value }) => [key, value ?? ''] as const);
  assert.deepEqual(
    entries.map(([key]) => key),
    ['f|2001:db8::1|9', 't|2001:db8::1|2055|9'],
  );
  const waiting = ['w|boot000000|20', '{}'] as const;
  const again = stateOfEntries([...entries, waiting], 1, 7);
  assert.deepEqual(JSON.parse(JSON.stringify(again)), state);
  assert.throws(() => entriesOf({ version: 2 }, 1), TypeError);
  assert.throws(() => entriesOf({ version: 1, exporters: [{}] }, 1), TypeError);
});

test('workers without Elasticsearch are refused, and said why', () => {
  const config = configSchema.parse({ workers: 2, metrics: { listen: 'off' } });
  assert.throws(() => new WorkersApp(config, log), /workers: found 2, expected 1, or elasticsearch\.url/);
  assert.throws(() => configSchema.parse({ workers: 0 }));
  assert.throws(() => configSchema.parse({ workers: 'many' }));
  assert.equal(configSchema.parse({}).workers, 1);
  assert.equal(configSchema.parse({ workers: '3' }).workers, 3, 'as the environment has it');
  assert.equal(configSchema.parse({ workers: 'auto' }).workers, 'auto');
});
