// Fills an Elasticsearch with documents for every page: what `weir demo` sends through the whole pipeline, a small company
// with places and networks (no GeoIP database in a test), and for each field of the schema some documents that have it, so
// that pages about rare fields find data too. Used by the tests of the panels, and by hand to look at pages in a Kibana.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppendCollector, CollectorReport } from '../../src/app/collector-report.ts';
import { ExporterReport } from '../../src/app/exporter-report.ts';
import { Pipeline } from '../../src/app/pipeline.ts';
import { type Config, configSchema } from '../../src/config.ts';
import { Demo } from '../../src/demo/demo.ts';
import { loadWorld, type World } from '../../src/demo/world.ts';
import { createLog } from '../../src/lib/log.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';
import { OutputCounters } from '../../src/output/counters.ts';
import { createClient } from '../../src/output/elasticsearch.ts';
import { ensureTemplates, removeTemplates } from '../../src/output/template-setup.ts';
import { documentsOfAllFields } from './all-fields.ts';
import { call } from './ask.ts';
import { flowDocuments } from './flow-documents.ts';
import { pageDocuments } from './page-documents.ts';

export interface FillOptions {
  readonly url: string;
  /** Of the indices. */
  readonly prefix: string;
  /** The documents' times lie in the `spanMs` before it, epoch ms. */
  readonly endMs: number;
  readonly spanMs: number;
  /** Flows of the demo. */
  readonly flows: number;
  /** Documents with every field that the schema has: for tests; in a picture they would look odd. */
  readonly allFields: boolean;
}

/** Documents per bulk request. */
const BULK = 5000;
const DEMO_EXPORTERS = 6;

/** One document. */
export interface Line {
  readonly kind: 'flows' | 'counters' | 'exporters';
  readonly timeMs: number;
  readonly text: string;
}

/** Templates first, then all documents, then a refresh. Gives what was written. */
export async function fill(options: FillOptions): Promise<readonly Line[]> {
  await withTemplates(options, ensureTemplates);
  const lines = [...(await demoLines(options)), ...handMadeLines(options)];
  for (let at = 0; at < lines.length; at += BULK) {
    const body = lines.slice(at, at + BULK).map((line) => `${action(options.prefix, line)}\n${line.text}\n`);
    const answer = await call<{ errors: boolean; items: unknown[] }>(options.url, 'POST', '/_bulk', body.join(''));
    if (answer.errors) throw new Error(`a document does not fit: ${JSON.stringify(answer.items.find(isFailed))}`);
  }
  await call(options.url, 'POST', `/${options.prefix}-*/_refresh`);
  return lines;
}

/** Takes the indices and templates away. */
export async function empty(options: Pick<FillOptions, 'url' | 'prefix'>): Promise<void> {
  const indices = await call<Record<string, unknown>>(options.url, 'GET', `/${options.prefix}-*`);
  const names = Object.keys(indices);
  if (names.length > 0) await call(options.url, 'DELETE', `/${names.join(',')}`);
  await withTemplates(options, removeTemplates);
}

function action(prefix: string, { kind, timeMs }: Line): string {
  const day = new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '.');
  return `{"create":{"_index":"${prefix}-${kind}-${day}"}}`;
}

function isFailed(item: unknown): boolean {
  return (item as { create: { error?: unknown } }).create.error !== undefined;
}

/** Some exporters in all protocols, with counters, and weir's own account of them. */
async function demoLines({ endMs, spanMs, flows }: FillOptions): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const append = (kind: Line['kind']) => (timeMs: number, _id: string, text: string) =>
    lines.push({ kind, timeMs, text });
  const world = loadWorld();
  const folder = mkdtempSync(join(tmpdir(), 'weir-fill-'));
  const config = configNaming(world, folder);
  const pipeline = new Pipeline(config, append('flows'), createLog('silent'), append('counters'));
  let reports = 0;
  const report = new ExporterReport(pipeline.decoder, () => `report${reports++}`, append('exporters'));
  const collectors = demoCollectors(pipeline, () => `report${reports++}`, append('exporters'));
  pipeline.onFlow = (flow) => report.add(flow);
  await pipeline.start();
  const startMs = endMs - spanMs;
  report.start(startMs);
  collectors.start(startMs);
  const options = { rate: (flows / spanMs) * 1000, exporters: DEMO_EXPORTERS, dayCurve: true, seed: 1, startMs };
  const demo = new Demo(options, world);
  let count = 0;
  // Steps of a second where the span is short; a day in steps of ten.
  const stepMs = Math.max(1000, Math.round(spanMs / 8640));
  let reportedMs = startMs;
  for (let nowMs = startMs + stepMs; nowMs <= endMs; nowMs += stepMs) {
    const sent = nowMs + stepMs <= endMs ? demo.step(nowMs) : demo.finish(nowMs);
    for (const { exporter, bytes } of sent) {
      count++;
      // One in two thousand is lost on its way, so that pages about losses have something to show.
      if (count % 2000 === 1999) continue;
      const exporterAddress = `192.0.2.${exporter + 1}`;
      pipeline.decoder.decode({ bytes, exporterAddress, exporterPort: 50_000, receivedMs: nowMs, id: `demo${count}` });
    }
    if (nowMs - reportedMs >= 60_000) {
      report.report(nowMs);
      collectors.report(nowMs, (nowMs - startMs) / spanMs, lines.length);
      reportedMs = nowMs;
    }
  }
  report.report(endMs);
  pipeline.stop();
  rmSync(folder, { recursive: true });
  return lines;
}

/** Two processes as they would tell of themselves; Elasticsearch is down for a twentieth of the time. */
function demoCollectors({ decoder }: Pipeline, nextId: () => string, append: AppendCollector) {
  const output = new OutputCounters();
  let lag = 0;
  let kernelDrops = 0;
  // `weir work` keeps nothing on disk: what it has not written is in Redis.
  const ofWorker = new OutputCounters();
  const decode = decoder.counters;
  const run = new CollectorReport({ role: 'run' }, () => ({ decode, output, kernelDrops }), nextId, append, 'weir-1');
  const work = new CollectorReport(
    { role: 'work', process: 1 },
    () => ({ decode, output: ofWorker, lag }),
    nextId,
    append,
    'weir-2',
  );
  return {
    start(nowMs: number): void {
      run.start(nowMs);
      work.start(nowMs);
    },
    /** @param done how much of the time is over, 0 to 1 */
    report(nowMs: number, done: number, documents: number): void {
      const isDown = done > 0.6 && done < 0.65;
      output.waiting = isDown ? 900 : 40 + (documents % 50);
      output.spooled = isDown ? output.spooled + 700 : 0;
      output.spooledBytes = 800 * output.spooled;
      output.written = documents - output.waiting - output.spooled;
      ofWorker.waiting = output.waiting;
      ofWorker.written = documents - output.waiting;
      if (isDown) {
        output.deadLettered += 3;
        output.dropped.spoolFull += 2;
        kernelDrops += 5;
      }
      lag = isDown ? lag + 300 : documents % 40;
      run.report(nowMs);
      work.report(nowMs);
    },
  };
}

/** A table of exporters gives those of the demo the names that they have in its world. */
function configNaming(world: World, folder: string): Config {
  const file = join(folder, 'exporters.csv');
  const rows = Array.from({ length: DEMO_EXPORTERS }, (_, index) => {
    const { name, address } = world.exporters[index % world.exporters.length]!;
    const copy = Math.floor(index / world.exporters.length);
    const called = copy === 0 ? name : `${name}-${copy + 1}`;
    // sFlow's agent has an address of its own.
    const agent = copy === 0 ? `${address.address.join('.')},${called},,\n` : '';
    return `192.0.2.${index + 1},${called},,\n${agent}`;
  });
  writeFileSync(file, `exporter,name,site,tags\n${rows.join('')}`);
  const { enrich } = configSchema.parse({});
  return configSchema.parse({
    enrich: enrich.map((name) => (name === 'exporters' ? { exporters: { files: [file] } } : name)),
  });
}

function handMadeLines(options: FillOptions): readonly Line[] {
  const { endMs, spanMs, flows } = options;
  const company = flowDocuments({ count: Math.round(flows / 3), endMs, spanMs }).map((document) => ({
    kind: 'flows' as const,
    document,
  }));
  const schema = loadSchema();
  const kinds = ['flows', 'counters', 'exporters'] as const;
  const every = kinds.flatMap((kind) =>
    documentsOfAllFields(schema[kind], { endMs, spanMs }).map((document) => ({ kind, document })),
  );
  return [...company, ...pageDocuments({ endMs, spanMs }), ...(options.allFields ? every : [])].map(
    ({ kind, document }) => ({
      kind,
      timeMs: Date.parse(String((document as Record<string, unknown>)['@timestamp'])),
      text: JSON.stringify(named(document as Record<string, unknown>)),
    }),
  );
}

/** Names of exporters of the documents by hand; the others are called by their address, as weir does. */
const NAMES: Readonly<Record<string, string>> = {
  '10.0.0.1': 'hq-core-1',
  '10.0.0.2': 'hq-core-2',
  '10.20.0.1': 'harbour-1',
  '10.0.0.254': 'asa-1',
  '10.0.0.253': 'nat-gateway',
  '10.0.3.2': 'access-point-2',
  '10.0.9.2': 'server0',
  '10.0.9.3': 'server1',
  '10.40.0.254': 'leaf-1',
  '10.255.1.1': 'pe-1',
  '10.255.1.2': 'pe-2',
  '10.255.1.3': 'pe-3',
  '10.255.2.1': 'switch-1',
  '10.255.2.2': 'switch-2',
};

function named(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const observer = document['observer'] as { readonly ip: string } | undefined;
  if (observer === undefined) return document;
  return { ...document, observer: { name: NAMES[observer.ip] ?? observer.ip, ...observer } };
}

/** Installs or removes the index templates of a prefix. */
export async function withTemplates(
  { url, prefix }: Pick<FillOptions, 'url' | 'prefix'>,
  change: typeof ensureTemplates,
): Promise<void> {
  const client = await createClient({
    url: [url],
    cloudId: undefined,
    username: undefined,
    password: undefined,
    apiKey: undefined,
    bearer: undefined,
    ca: undefined,
    certificate: undefined,
    key: undefined,
    fingerprint: undefined,
    insecure: false,
    requestTimeoutMs: 30_000,
  });
  const options = { prefix, shards: 1, replicas: '0', refreshMs: 1000, keepMs: undefined };
  await change(client, loadSchema(), options, { dryRun: false, overwrite: false });
  await client.close();
}
