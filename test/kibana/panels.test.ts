// What each panel asks, asked of a real Elasticsearch that holds flow documents: the answer has buckets and numbers, and
// the rankings are those that plain arithmetic over the same documents gives.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { schema } from '../../kibana-dashboards/lib/fields.ts';
import { allObjects } from '../../kibana-dashboards/objects.ts';
import { type FlowDocument, flowDocuments } from './flow-documents.ts';
import { bucketIds, metricIds, searchOf } from './lens-to-aggregation.ts';
import { type LensPanel, lensPanels } from './saved-panels.ts';

const url = process.env['WEIR_TEST_ELASTICSEARCH_URL'];
const isCi = !['', 'false'].includes(process.env['CI'] ?? '');
const skip = url === undefined && !isCi ? 'WEIR_TEST_ELASTICSEARCH_URL is not set' : false;
const index = `weirtest-panels-${process.pid}`;
const range = { fromMs: Date.UTC(2026, 0, 5, 10), toMs: Date.UTC(2026, 0, 5, 11) };
const documents = flowDocuments({ count: 3000, endMs: range.toMs, spanMs: range.toMs - range.fromMs });

interface Bucket {
  readonly key: string | number;
  readonly doc_count: number;
  readonly [aggregation: string]: unknown;
}

interface Aggregation {
  readonly value?: number;
  readonly buckets?: readonly Bucket[];
}

interface SearchAnswer {
  readonly hits: { readonly total: { readonly value: number } };
  readonly aggregations?: Readonly<Record<string, Aggregation>>;
}

describe('the panels of every dashboard', { skip }, () => {
  before(async () => {
    assert.ok(url, 'CI is set, so WEIR_TEST_ELASTICSEARCH_URL has to be, too');
    await call('PUT', `/${index}`, { settings: { number_of_replicas: 0 }, mappings: mappings() });
    const lines = documents.map((document) => `{"create":{}}\n${JSON.stringify(document)}\n`).join('');
    const answer = await call<{ errors: boolean }>('POST', `/${index}/_bulk?refresh=true`, lines);
    assert.equal(answer.errors, false);
  });

  after(async () => {
    if (url !== undefined) await call('DELETE', `/${index}`);
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

/** Every level has buckets, and every metric in the first bucket is a number above 0. */
function assertData(panel: LensPanel, level: Readonly<Record<string, unknown>>, buckets: readonly string[]): void {
  const [id, ...inner] = buckets;
  if (id === undefined) {
    for (const metric of metricIds(panel)) assert.ok(((level[metric] as Aggregation).value ?? 0) > 0, metric);
    return;
  }
  const found = (level[id] as Aggregation).buckets ?? [];
  const filled = found.find((bucket) => bucket.doc_count > 0);
  assert.ok(filled, `${panel.id}: ${id} has no buckets`);
  assertData(panel, filled, inner);
}

function fieldNames(panel: LensPanel): readonly string[] {
  const names = Object.values(panel.columns).flatMap((column) => ('sourceField' in column ? [column.sourceField] : []));
  return names.filter((name) => name !== '___records___');
}

function controlFields(attributes: Readonly<Record<string, unknown>>): readonly string[] {
  const { panelsJSON } = attributes['controlGroupInput'] as { panelsJSON: string };
  const controls = JSON.parse(panelsJSON) as Record<string, { explicitInput: { fieldName: string } }>;
  return Object.values(controls).map(({ explicitInput }) => explicitInput.fieldName);
}

/** Strict mappings from the schema. */
function mappings(): unknown {
  const root: { dynamic: string; properties: Record<string, unknown> } = { dynamic: 'strict', properties: {} };
  for (const field of schema.flows) {
    let properties = root.properties;
    const path = field.name.split('.');
    for (const name of path.slice(0, -1)) {
      properties[name] ??= { properties: {} };
      ({ properties } = properties[name] as { properties: Record<string, unknown> });
    }
    properties[path.at(-1)!] = { type: field.type, ...(field.docValues ? {} : { doc_values: false }) };
  }
  return root;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const isBulk = typeof body === 'string';
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': isBulk ? 'application/x-ndjson' : 'application/json' },
    ...(body === undefined ? {} : { body: isBulk ? body : JSON.stringify(body) }),
  });
  const answer = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${answer.slice(0, 500)}`);
  return JSON.parse(answer) as T;
}
