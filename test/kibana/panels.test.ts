// What each panel asks, asked of a real Elasticsearch that holds flow documents: the answer has buckets and numbers, and
// the rankings are those that plain arithmetic over the same documents gives.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allObjects } from '../../kibana-dashboards/objects.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';
import { indexTemplates } from '../../src/output/index-template.ts';
import { type FlowDocument, flowDocuments } from './flow-documents.ts';
import { bucketIds, searchOf } from './lens-to-aggregation.ts';
import {
  type Aggregation,
  assertData,
  call,
  elasticsearchUrl,
  fieldNames,
  type SearchAnswer,
  skip,
} from './panel-answers.ts';
import { type LensPanel, lensPanels } from './saved-panels.ts';

const index = `weirtest-panels-${process.pid}`;
const range = { fromMs: Date.UTC(2026, 0, 5, 10), toMs: Date.UTC(2026, 0, 5, 11) };
const documents = flowDocuments({ count: 3000, endMs: range.toMs, spanMs: range.toMs - range.fromMs });

describe('the panels of every dashboard', { skip }, () => {
  before(async () => {
    assert.ok(elasticsearchUrl, 'CI is set, so WEIR_TEST_ELASTICSEARCH_URL has to be, too');
    await call('PUT', `/${index}`, { settings: { number_of_replicas: 0 }, mappings: flowMappings() });
    const lines = documents.map((document) => `{"create":{}}\n${JSON.stringify(document)}\n`).join('');
    const answer = await call<{ errors: boolean }>('POST', `/${index}/_bulk?refresh=true`, lines);
    assert.equal(answer.errors, false);
  });

  after(async () => {
    if (elasticsearchUrl !== undefined) await call('DELETE', `/${index}`);
  });

  for (const dashboard of allObjects().filter((object) => object.type === 'dashboard')) {
    for (const panel of lensPanels(dashboard)) {
      test(`${dashboard.id}: ${panel.id} gets data`, async () => {
        const answer = await search(panel);
        assert.equal(answer.hits.total.value, documents.length);
        assertData(panel, answer.aggregations ?? {}, bucketIds(panel));
      });
    }

    test(`${dashboard.id}: every field that a panel or control names can be aggregated in the index`, async () => {
      const names = [
        ...new Set([...lensPanels(dashboard).flatMap(fieldNames), ...controlFields(dashboard.attributes)]),
      ];
      const caps = await call<{ fields: Record<string, Record<string, { aggregatable: boolean }>> }>(
        'GET',
        `/${index}/_field_caps?fields=${names.join(',')}`,
      );
      for (const name of names) {
        const types = Object.values(caps.fields[name] ?? {});
        assert.ok(types.length === 1 && types[0]!.aggregatable, name);
      }
    });
  }

  test('top clients are those with the most bytes', async () => {
    assert.deepEqual(
      await ranking('top-clients', 'bar'),
      expectedRanking((document) => text(document, 'client', 'ip'), 10),
    );
  });

  test('top services are those with the most bytes', async () => {
    const expected = expectedRanking((document) => text(document, 'flow', 'service', 'name'), 10);
    assert.deepEqual(await ranking('top-services', 'bar'), expected);
  });

  test('client countries leave out addresses without a country', async () => {
    const expected = expectedRanking((document) => text(document, 'client', 'geo', 'country_name'), 10);
    assert.deepEqual(await ranking('client-countries', 'bar'), expected);
  });

  test('traffic over time holds the bytes of the nine biggest services, step by step', async () => {
    const panel = panelNamed('traffic');
    const services = (await search(panel)).aggregations?.['split']?.buckets ?? [];
    const expected = expectedRanking((document) => text(document, 'flow', 'service', 'name'), 9);
    const found = services.map((service) => {
      const steps = (service['time'] as Aggregation).buckets ?? [];
      const octets = steps.reduce((total, step) => total + ((step['rateX0'] as Aggregation).value ?? 0), 0);
      return [service.key, octets];
    });
    assert.deepEqual(found, expected);
  });
});

function panelNamed(id: string): LensPanel {
  const panel = allObjects()
    .filter((object) => object.type === 'dashboard')
    .flatMap(lensPanels)
    .find((candidate) => candidate.id === id);
  assert.ok(panel, id);
  return panel;
}

async function search(panel: LensPanel): Promise<SearchAnswer> {
  return call<SearchAnswer>('POST', `/${index}/_search`, searchOf(panel, range));
}

async function ranking(panelId: string, column: string): Promise<readonly unknown[]> {
  const { aggregations } = await search(panelNamed(panelId));
  return (aggregations?.[column]?.buckets ?? []).map((bucket) => [bucket.key, (bucket['value'] as Aggregation).value]);
}

/** [value, bytes] of the biggest values, summed here. */
function expectedRanking(pick: (document: FlowDocument) => string | undefined, size: number): readonly unknown[] {
  const totals = new Map<string, number>();
  for (const document of documents) {
    const value = pick(document);
    if (value === undefined) continue;
    totals.set(value, (totals.get(value) ?? 0) + (document['network'] as { bytes: number }).bytes);
  }
  return [...totals].sort(([, a], [, b]) => b - a).slice(0, size);
}

function text(document: FlowDocument, ...path: readonly string[]): string | undefined {
  let node: unknown = document;
  for (const name of path) node = (node as Record<string, unknown> | undefined)?.[name];
  return node as string | undefined;
}

function controlFields(attributes: Readonly<Record<string, unknown>>): readonly string[] {
  const { panelsJSON } = attributes['controlGroupInput'] as { panelsJSON: string };
  const controls = JSON.parse(panelsJSON) as Record<string, { explicitInput: { fieldName: string } }>;
  return Object.values(controls).map(({ explicitInput }) => explicitInput.fieldName);
}

/** The mapping that weir's own index template gives. */
function flowMappings(): unknown {
  const options = { prefix: 'weir', shards: 1, replicas: '0', refreshMs: 1000, keepMs: undefined };
  return indexTemplates(loadSchema(), options, false).find(({ kind }) => kind === 'flows')?.body.template.mappings;
}
