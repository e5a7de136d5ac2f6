// The strict mapping takes every document of every capture: flows, counters of sFlow, and weir's account of the exporters;
// and some in the form of ElastiFlow. Real Elasticsearch, the mapping of the index templates, geo data included.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { ExporterReport } from '../../src/app/exporter-report.ts';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { readCapture } from '../../src/input/capture.ts';
import { CaptureStats } from '../../src/input/capture-stats.ts';
import { loadElastiflowFields } from '../../src/lib/elastiflow-fields.ts';
import { createLog } from '../../src/lib/log.ts';
import { loadSchema, type SchemaField } from '../../src/lib/schema-file.ts';
import { mappingProperties } from '../../src/output/index-template.ts';
import { captureSkip, capturesFolder, readFeeds } from '../conformance/feeds.ts';
import { askElasticsearch, elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';

/** Some 8 MB. */
const BULK_DOCUMENTS = 5000;
const skip = captureSkip || elasticsearchSkip;

interface BulkAnswer {
  readonly errors: boolean;
  readonly items?: readonly { readonly index: { readonly error?: { readonly reason: string } } }[];
}

/** An index that takes documents as their mapping says, and keeps nothing of them but that. */
class StrictIndex {
  documents = 0;
  readonly #url: string;
  #lines: string[] = [];

  constructor(name: string) {
    this.#url = `${sharedElasticsearch()}/${name}`;
  }

  async create(fields: readonly SchemaField[]): Promise<void> {
    const properties = mappingProperties(fields);
    await askElasticsearch(this.#url, 'PUT', {
      settings: { refresh_interval: '-1', 'translog.durability': 'async', number_of_replicas: 0 },
      mappings: { dynamic: 'strict', date_detection: false, _source: { enabled: false }, properties },
    });
  }

  add(text: string): void {
    this.#lines.push(text);
  }

  /** Sends what is gathered once it is much, or in any case. */
  async send(isLast = false): Promise<void> {
    const lines = this.#lines;
    if (lines.length < BULK_DOCUMENTS && !isLast) return;
    this.#lines = [];
    this.documents += lines.length;
    for (let at = 0; at < lines.length; at += BULK_DOCUMENTS) await this.#bulk(lines.slice(at, at + BULK_DOCUMENTS));
  }

  async #bulk(lines: readonly string[]): Promise<void> {
    const response = await fetch(`${this.#url}/_bulk?filter_path=errors,items.*.error.reason`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.map((line) => `{"index":{}}\n${line}\n`).join(''),
      signal: AbortSignal.timeout(60_000),
    });
    assert.equal(response.status, 200);
    const { errors, items } = (await response.json()) as BulkAnswer;
    if (!errors) return;
    const at = items!.findIndex((item) => item.index.error !== undefined);
    assert.fail(`${items![at]?.index.error?.reason}: ${lines[at]}`);
  }

  async remove(): Promise<void> {
    await askElasticsearch(this.#url, 'DELETE');
  }
}

const schema = loadSchema();

for (const [form, fields, which, every] of [
  ['weir', schema.flows, 'every capture', 1],
  // The same flows again: fewer of them will do.
  ['elastiflow-3.5', loadElastiflowFields(), 'every fifth capture', 5],
] as const) {
  test(`schema ${form}: the mapping takes every document of ${which}`, { skip }, async (t) => {
    const flows = await strictIndex(t, `${form}-flows`, fields);
    const counters = await strictIndex(t, `${form}-counters`, schema.counters);
    const exporters = await strictIndex(t, `${form}-exporters`, schema.exporters);
    const met = new Set<string>();
    const config = configSchema.parse({ schema: form, enrich: ENRICHERS });
    for (const { files } of readFeeds().filter((_, i) => i % every === 0)) {
      const pipeline = new Pipeline(
        config,
        (_timestampMs, _id, text) => {
          for (const name of ['"threat":', '"mac_vendor":', '"tags":["of']) if (text.includes(name)) met.add(name);
          flows.add(text);
        },
        createLog('silent'),
        (_timestampMs, _id, text) => counters.add(text),
      );
      const report = new ExporterReport(
        pipeline.decoder,
        () => 'id',
        (_timestampMs, _id, text) => exporters.add(text),
      );
      // As one of a database: no capture knows where its addresses lie.
      pipeline.onFlow = (flow) => {
        report.add(flow);
        if (flow.source !== undefined) Object.assign(flow.source, PLACE);
      };
      report.start(0);
      await pipeline.start();
      for (const file of files) {
        for await (const datagrams of readCapture(join(capturesFolder, file), new CaptureStats())) {
          for (const datagram of datagrams) pipeline.decoder.decode(datagram);
        }
        await flows.send();
      }
      pipeline.decoder.flush(Number.POSITIVE_INFINITY);
      pipeline.stop();
      report.report(Date.now());
    }
    for (const index of [flows, counters, exporters]) await index.send(true);
    t.diagnostic(`${flows.documents} flows, ${counters.documents} counters, ${exporters.documents} exporters`);
    if (form === 'weir') assert.equal(met.size, 3, [...met].join());
    assert.ok(flows.documents > 5000 && counters.documents > 0 && exporters.documents > 40);
  });
}

const folder = mkdtempSync(join(tmpdir(), 'weir-mapping-'));
after(() => rmSync(folder, { recursive: true }));
const everything = join(folder, 'everything.netset');
writeFileSync(everything, '0.0.0.0/1\n128.0.0.0/1\n::/1\n8000::/1\n');

/** All that add fields of their own. */
const ENRICHERS = [
  'sampling',
  'hosts',
  { networks: { list: [{ prefix: '0.0.0.0/0', name: 'all', tags: ['a', 'b'], site: 'Berlin' }] } },
  { threat: { lists: [{ name: 'everything', kind: 'test', file: everything }] } },
  'as',
  'client-server',
  'applications',
  'services',
  'locality',
  'duplicates',
  'mac-vendor',
  { rules: { list: [{ tags: ['of a rule'] }] } },
  'community-id',
];

const PLACE = {
  domain: 'host.example',
  asNumber: 4_294_967_295,
  asOrganization: 'Example \u{1f30d}',
  countryIsoCode: 'DE',
  countryName: 'Germany',
  continentCode: 'EU',
  regionName: 'Berlin',
  cityName: 'Berlin',
  latitude: -89.99,
  longitude: 179.99,
};

async function strictIndex(t: TestContext, name: string, fields: readonly SchemaField[]): Promise<StrictIndex> {
  const index = new StrictIndex(`weirtest-mapping-${process.pid}-${name}`);
  await index.create(fields);
  t.after(() => index.remove());
  return index;
}
