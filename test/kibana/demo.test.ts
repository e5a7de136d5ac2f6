// The panels on demo data: what `weir demo` sends, through decoder, enrichment and documents into an index of weir's own
// template. Places and AS names need a GeoIP database, which a test cannot count on: those panels are tested by hand-made
// documents beside this.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allObjects } from '../../kibana-dashboards/objects.ts';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { Demo } from '../../src/demo/demo.ts';
import { loadWorld } from '../../src/demo/world.ts';
import { createLog } from '../../src/lib/log.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';
import { createClient } from '../../src/output/elasticsearch.ts';
import { ensureTemplates, removeTemplates } from '../../src/output/template-setup.ts';
import { bucketIds, searchOf } from './lens-to-aggregation.ts';
import { assertData, call, elasticsearchUrl, fieldNames, type SearchAnswer, skip } from './panel-answers.ts';
import { lensPanels } from './saved-panels.ts';

const FLOWS = 6000;
const START_MS = Date.UTC(2026, 10, 21, 10);
const SECONDS = 600;
const prefix = `weirtest-demo-${process.pid}`;
const index = `${prefix}-flows-2026.11.21`;
const NEEDS_GEOIP = /\.geo\.|\.as\.organization\./;

describe('the panels of every dashboard on demo data', { skip }, () => {
  let documents = 0;

  before(async () => {
    assert.ok(elasticsearchUrl, 'CI is set, so WEIR_TEST_ELASTICSEARCH_URL has to be, too');
    await withTemplates(ensureTemplates);
    const lines = await demoDocuments();
    documents = lines.length;
    const body = lines.map((line) => `{"create":{}}\n${line}\n`).join('');
    const answer = await call<{ errors: boolean }>('POST', `/${index}/_bulk?refresh=true`, body);
    assert.equal(answer.errors, false, 'every document fits the strict mapping');
  });

  after(async () => {
    if (elasticsearchUrl === undefined) return;
    await call('DELETE', `/${index}`);
    await withTemplates(removeTemplates);
  });

  for (const dashboard of allObjects().filter((object) => object.type === 'dashboard')) {
    for (const panel of lensPanels(dashboard)) {
      test(`${dashboard.id}: ${panel.id}`, async () => {
        const range = { fromMs: START_MS, toMs: START_MS + SECONDS * 1000 };
        const answer = await call<SearchAnswer>('POST', `/${index}/_search`, searchOf(panel, range));
        assert.ok(answer.hits.total.value > documents / 2, 'the query finds the demo');
        if (!fieldNames(panel).some((name) => NEEDS_GEOIP.test(name))) {
          assertData(panel, answer.aggregations ?? {}, bucketIds(panel));
        }
      });
    }
  }
});

async function withTemplates(change: typeof ensureTemplates): Promise<void> {
  const client = await createClient({
    url: [elasticsearchUrl!],
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

/** Ten minutes of five exporters in all protocols. */
async function demoDocuments(): Promise<string[]> {
  const documents: string[] = [];
  const pipeline = new Pipeline(configSchema.parse({}), (_ms, _id, text) => documents.push(text), createLog('silent'));
  await pipeline.start();
  const demo = new Demo(
    { rate: FLOWS / SECONDS, exporters: 5, dayCurve: false, seed: 1, startMs: START_MS },
    loadWorld(),
  );
  let count = 0;
  for (let second = 1; second <= SECONDS; second++) {
    const nowMs = START_MS + second * 1000;
    for (const { exporter, bytes } of second < SECONDS ? demo.step(nowMs) : demo.finish(nowMs)) {
      const id = `demo${count++}`;
      const exporterAddress = `192.0.2.${exporter + 1}`;
      pipeline.decoder.decode({ bytes, exporterAddress, exporterPort: 50_000, receivedMs: nowMs, id });
    }
  }
  pipeline.stop();
  assert.equal(documents.length, demo.flows);
  return documents;
}
