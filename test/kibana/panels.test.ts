// What each panel of each page asks, asked of a real Elasticsearch: filled once with what `weir demo` sends, a small company
// with places, and documents that have every field. The answers have buckets and numbers, and rankings are those that plain
// arithmetic over the same documents gives.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allObjects } from '../../kibana-dashboards/objects.ts';
import { type Aggregation, type Bucket, call, elasticsearchUrl, type SearchAnswer, skip } from './ask.ts';
import { empty, fill, type Line } from './fill.ts';
import { bucketIds, inRange, metricIds, searchOf } from './lens-to-aggregation.ts';
import { type Kind, type LayerOfPanel, lensPanels, mapLayers, panelsOf, vegaSearches } from './saved-panels.ts';

const prefix = `weirtest-panels-${process.pid}`;
const url = elasticsearchUrl ?? '';
const range = { fromMs: Date.UTC(2026, 0, 5, 10), toMs: Date.UTC(2026, 0, 5, 11) };
const objects = allObjects();
const dashboards = objects.filter((object) => object.type === 'dashboard');

describe('the panels of every page', { skip }, () => {
  let lines: readonly Line[] = [];

  before(async () => {
    assert.ok(elasticsearchUrl, 'CI is set, so WEIR_TEST_ELASTICSEARCH_URL has to be, too');
    const spanMs = range.toMs - range.fromMs;
    lines = await fill({ url, prefix, endMs: range.toMs, spanMs, flows: 6000, allFields: true });
  });

  after(async () => {
    if (elasticsearchUrl !== undefined) await empty({ url, prefix });
  });

  for (const dashboard of dashboards) {
    for (const panel of lensPanels(dashboard)) {
      test(`${dashboard.id}: ${panel.id} gets data`, async () => {
        for (const layer of panel.layers) await assertLayer(layer);
      });
    }

    for (const { panelId, kind, body, property } of vegaSearches(dashboard)) {
      test(`${dashboard.id}: ${panelId} gets data`, async () => {
        const answer = await search(kind, { ...resolved(body), query: inRange(range) });
        if (property === '') {
          // A status panel: two counts.
          const found = answer.aggregations?.['found'] as Bucket | undefined;
          assert.ok(found !== undefined && found.doc_count > 0);
          return;
        }
        const rows = property
          .split('.')
          .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], answer);
        assert.ok(Array.isArray(rows) && rows.length > 0, property);
      });
    }

    for (const { panelId, kind, geoFields } of mapLayers(dashboard)) {
      test(`${dashboard.id}: ${panelId} gets places of ${geoFields.join(' and ')}`, async () => {
        const filter = [inRange(range), ...geoFields.map((field) => ({ exists: { field } }))];
        const answer = await search(kind, { size: 0, track_total_hits: true, query: { bool: { filter } } });
        assert.ok(answer.hits.total.value > 0);
      });
    }

    for (const { panelIndex } of panelsOf(dashboard).filter(({ type }) => type === 'search')) {
      test(`${dashboard.id}: ${panelIndex} shows documents that have its columns`, async () => {
        const name = `${panelIndex}:panel_${panelIndex}`;
        const id = dashboard.references.find((reference) => reference.name === name)?.id;
        const saved = objects.find((object) => object.id === id)!;
        const kind = saved.references[0]!.id.replace('weir-', '') as Kind;
        const columns = saved.attributes['columns'] as readonly string[];
        const filter = [inRange(range), ...columns.map((field) => ({ exists: { field } }))];
        const answer = await search(kind, { size: 0, track_total_hits: true, query: { bool: { filter } } });
        assert.ok(answer.hits.total.value > 0);
      });
    }
  }

  test('top clients are those with the most bytes', async () => {
    const layer = layerNamed('weir-overview', 'top-clients');
    const { aggregations } = await search('flows', searchOf(layer, range));
    const found = bucketsOf(aggregations!['bar']!).map((bucket) => [
      bucket.key,
      (bucket['value'] as Aggregation).value,
    ]);
    assert.deepEqual(found, ranking(lines, 'client.ip', 10));
  });

  test('traffic over time holds the bytes of the biggest services, step by step', async () => {
    const layer = layerNamed('weir-overview', 'traffic-over-time-by-service');
    const { aggregations } = await search('flows', searchOf(layer, range));
    const found = bucketsOf(aggregations!['split']!).map((service) => {
      const steps = bucketsOf(service['time'] as Aggregation);
      return [service.key, steps.reduce((sum, step) => sum + ((step['value0X0'] as Aggregation).value ?? 0), 0)];
    });
    assert.deepEqual(found, ranking(lines, 'flow.service.name', 9));
  });

  async function assertLayer(layer: LayerOfPanel): Promise<void> {
    const answer = await search(layer.kind, searchOf(layer, range));
    assert.ok(answer.hits.total.value > 0, `no document meets ${layer.query}`);
    const leaves = leavesOf(answer.aggregations ?? {}, bucketIds(layer));
    assert.ok(leaves.length > 0, 'a split has no bucket');
    for (const id of metricIds(layer)) {
      assert.ok(
        leaves.some((leaf) => hasValue(leaf[id] as Aggregation)),
        `${id} is empty everywhere`,
      );
    }
  }

  async function search(kind: Kind, body: unknown): Promise<SearchAnswer> {
    return call<SearchAnswer>(url, 'POST', `/${prefix}-${kind}-*/_search`, body);
  }
});

/** What Kibana puts in the place of its words in a Vega panel's search. */
function resolved(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(body)
    .replaceAll('"interval":{"%autointerval%":true}', '"fixed_interval":"60s"')
    .replaceAll(/"%timefilter%":true(,"shift":-\d+,"unit":"\w+")?/g, '"gte":0');
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

/** The innermost levels of all buckets that hold documents. */
function leavesOf(
  level: Readonly<Record<string, unknown>>,
  buckets: readonly string[],
): readonly Readonly<Record<string, unknown>>[] {
  const [id, ...inner] = buckets;
  if (id === undefined) return [level];
  const filled = bucketsOf(level[id] as Aggregation).filter((bucket) => bucket.doc_count > 0);
  return filled.flatMap((bucket) => leavesOf(bucket, inner));
}

function bucketsOf({ buckets = [] }: Aggregation): readonly Bucket[] {
  return Array.isArray(buckets) ? (buckets as readonly Bucket[]) : Object.values(buckets as Record<string, Bucket>);
}

/** A number that is not 0: the sum over documents without the field is 0. */
function hasValue(aggregation: Aggregation): boolean {
  const own = (aggregation['inner'] as Aggregation | undefined) ?? aggregation;
  const value = own.value ?? Object.values(own.values ?? {})[0] ?? (own as unknown as Bucket).doc_count;
  return value !== undefined && value !== null && value !== 0;
}

function layerNamed(dashboardId: string, panelId: string): LayerOfPanel {
  const dashboard = dashboards.find(({ id }) => id === dashboardId);
  assert.ok(dashboard, dashboardId);
  const panel = lensPanels(dashboard).find(({ id }) => id === panelId);
  assert.ok(panel, panelId);
  return panel.layers[0]!;
}

/** [value, bytes] of the biggest values of a field, summed here. */
function ranking(lines: readonly Line[], field: string, size: number): readonly unknown[] {
  const totals = new Map<unknown, number>();
  for (const { kind, text } of lines) {
    if (kind !== 'flows') continue;
    const document = JSON.parse(text) as { '@timestamp': string; network: { bytes?: number } };
    const timeMs = Date.parse(document['@timestamp']);
    const value = field.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
    if (value === undefined || timeMs < range.fromMs || timeMs > range.toMs) continue;
    totals.set(value, (totals.get(value) ?? 0) + (document.network.bytes ?? 0));
  }
  return [...totals].sort(([, a], [, b]) => b - a).slice(0, size);
}
