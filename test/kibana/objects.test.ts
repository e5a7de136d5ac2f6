// The generated Kibana objects: consistent in themselves, in step with the schema and with the committed files.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { generatedFiles } from '../../kibana-dashboards/generated-files.ts';
import { schema } from '../../kibana-dashboards/lib/fields.ts';
import type { Reference, SavedObject } from '../../kibana-dashboards/lib/saved-object.ts';
import { allObjects, objectsOf } from '../../kibana-dashboards/objects.ts';
import { pages } from '../../kibana-dashboards/pages.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { kqlFields, kqlQuery } from './kql.ts';
import { isFieldMetric } from './lens-to-aggregation.ts';
import { type DashboardPanel, type Kind, lensPanels, mapLayers, panelsOf, vegaSearches } from './saved-panels.ts';

const objects = allObjects();
const dashboards = objects.filter((object) => object.type === 'dashboard');
const folder = join(packageRoot, 'kibana-dashboards');

/** Searches that opening a page may start, its drop-downs not counted. */
const MAX_QUERIES = 15;

test('the committed files are what the code generates (else: npm run dashboards)', () => {
  const files = generatedFiles();
  for (const [name, text] of files) assert.equal(readFileSync(join(folder, name), 'utf8'), text, name);
  const single = readdirSync(join(folder, 'single')).map((file) => `single/${file}`);
  assert.deepEqual(
    single.filter((name) => !files.has(name)),
    [],
  );
});

test('object ids are unique, begin with weir-, and pages have theirs from their files', () => {
  const ids = objects.map((object) => object.id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    ids.filter((id) => !/^weir-[a-z0-9-]+$/.test(id)),
    [],
  );
  assert.deepEqual(
    dashboards.map(({ id }) => id),
    pages.map(({ id }) => `weir-${id}`),
  );
});

test('every object carries the versions that Kibana 8.12 writes', () => {
  const versions: Record<string, string | undefined> = {
    dashboard: '8.9.0',
    'index-pattern': '8.0.0',
    search: '8.0.0',
    query: '8.0.0',
    tag: '8.0.0',
  };
  for (const object of objects) {
    assert.equal(object.coreMigrationVersion, '8.8.0');
    assert.equal(object.typeMigrationVersion, versions[object.type], object.type);
  }
});

test('the data views name and format every field by its label and unit', () => {
  const attributes = objects.find(({ id }) => id === 'weir-flows')!.attributes as Record<string, string>;
  const formats = JSON.parse(attributes['fieldFormatMap']!) as Record<string, { id: string }>;
  const labels = JSON.parse(attributes['fieldAttrs']!) as Record<string, { customLabel: string }>;
  assert.equal(attributes['title'], 'weir-flows-*');
  assert.equal(attributes['timeFieldName'], '@timestamp');
  assert.equal(labels['client.ip']!.customLabel, 'Client');
  assert.deepEqual(formats['network.bytes'], { id: 'number', params: { pattern: '0,0.[0]bd' } });
  assert.equal(formats['event.duration']!.id, 'duration');
  assert.deepEqual(formats['server.port'], { id: 'number', params: { pattern: '0' } });
  assert.deepEqual(formats['client.as.number'], {
    id: 'url',
    params: {
      type: 'a',
      urlTemplate: 'https://bgp.he.net/AS{{value}}',
      labelTemplate: '{{value}}',
      openLinkInCurrentTab: false,
    },
  });
  for (const field of schema.flows) assert.ok(field.unit === undefined || formats[field.name], field.name);
});

test('every saved query names fields of the flows', () => {
  for (const { attributes } of objects.filter(({ type }) => type === 'query')) {
    const { query } = (attributes as { query: { query: string } }).query;
    kqlQuery(query);
    for (const name of kqlFields(query)) assertSearchable('flows', name);
  }
});

describe('the navigation bar', () => {
  const bars = objects.filter(({ type }) => type === 'links');

  test('leads to every page, in one of its rows, keeping filters and time', () => {
    const linked = bars.filter(({ id }) => id !== 'weir-nav').flatMap((bar) => bar.references.map(({ id }) => id));
    for (const { id } of dashboards) assert.equal(linked.filter((target) => target === id).length, 1, id);
    for (const bar of bars) {
      for (const link of bar.attributes['links'] as { options: object; destinationRefName: string }[]) {
        assert.deepEqual(link.options, { openInNewTab: false, useCurrentFilters: true, useCurrentDateRange: true });
        assert.ok(bar.references.some(({ name }) => name === link.destinationRefName));
      }
    }
  });

  test('stands on top of every page, the row of groups first', () => {
    for (const dashboard of dashboards) {
      const [first] = panelsOf(dashboard);
      assert.deepEqual([first?.type, first?.panelIndex, first?.gridData.y], ['links', 'nav0', 0]);
      assert.ok(has(dashboard, { type: 'links', id: 'weir-nav', name: 'nav0:panel_nav0' }));
    }
  });
});

test('every object leads only to objects of the same file, in weir.ndjson and in the file of each page', () => {
  for (const set of [objects, ...pages.map(objectsOf)]) {
    for (const object of set) {
      const names = object.references.map((reference) => reference.name);
      assert.equal(new Set(names).size, names.length, object.id);
      for (const { type, id } of object.references) {
        assert.ok(
          set.some((other) => other.type === type && other.id === id),
          `${object.id} → ${id}`,
        );
      }
    }
  }
});

for (const dashboard of dashboards) {
  describe(`dashboard ${dashboard.id}`, () => {
    const panels = panelsOf(dashboard);

    test('panel ids are unique and the grid has no gaps in width and no overlap', () => {
      assert.equal(new Set(panels.map((panel) => panel.panelIndex)).size, panels.length);
      assert.deepEqual(overlaps(panels), []);
      const area = panels.reduce((total, { gridData: { w, h } }) => total + w * h, 0);
      const height = Math.max(...panels.map(({ gridData: { y, h } }) => y + h));
      assert.equal(area, 48 * height);
    });

    test('every panel reference stands in the panel and, prefixed, in the dashboard', () => {
      for (const panel of lensPanels(dashboard)) {
        for (const reference of panel.attributes.references) {
          assert.ok(has(dashboard, { ...reference, name: `${panel.id}:${reference.name}` }), reference.name);
        }
        const layers = Object.keys(panel.attributes.state.datasourceStates.formBased.layers);
        assert.deepEqual(
          panel.attributes.references.map((reference) => reference.name),
          layers.map((layer) => `indexpattern-datasource-layer-${layer}`),
        );
      }
      for (const { panelIndex, panelRefName } of panels.filter((panel) => panel.panelRefName !== undefined)) {
        assert.ok(
          dashboard.references.some(({ name }) => name === `${panelIndex}:${panelRefName}`),
          panelIndex,
        );
      }
    });

    test('every drilldown has its page', () => {
      for (const [, panelIndex, eventId] of drilldowns(panels)) {
        const name = `${panelIndex}:drilldown:DASHBOARD_TO_DASHBOARD_DRILLDOWN:${eventId}:dashboardId`;
        assert.ok(
          dashboard.references.some((reference) => reference.name === name),
          name,
        );
      }
    });

    test('every control has its data view and a field that can be searched and aggregated', () => {
      const input = dashboard.attributes['controlGroupInput'] as { panelsJSON: string };
      const controls = Object.entries(
        JSON.parse(input.panelsJSON) as Record<string, { explicitInput: { fieldName: string } }>,
      );
      assert.ok(controls.length > 0);
      for (const [id, control] of controls) {
        const name = `controlGroup_${id}:optionsListDataView`;
        const view = dashboard.references.find((reference) => reference.name === name);
        assert.ok(view, id);
        const kind = view.id.replace('weir-', '') as Kind;
        assertAggregatable(kind, control.explicitInput.fieldName, ['ip', 'keyword']);
        assertSearchable(kind, control.explicitInput.fieldName);
      }
    });

    test('every field that a panel names is in the schema, with a type that suits the operation', () => {
      const numbers = ['long', 'integer', 'short', 'float'];
      const types: Record<string, readonly string[]> = {
        sum: numbers,
        average: numbers,
        median: numbers,
        percentile: numbers,
        range: numbers,
        max: [...numbers, 'date'],
        min: [...numbers, 'date'],
        date_histogram: ['date'],
        terms: ['keyword', 'ip', 'boolean', 'long', 'integer', 'short'],
        unique_count: ['keyword', 'ip'],
      };
      for (const { layers } of lensPanels(dashboard)) {
        for (const { kind, query, columns } of layers) {
          for (const name of kqlFields(query)) assertSearchable(kind, name);
          for (const column of Object.values(columns)) {
            if (isFieldMetric(column)) {
              for (const name of kqlFields(column.filter?.query ?? '')) assertSearchable(kind, name);
            }
            if (column.operationType === 'filters') {
              for (const { input } of column.params.filters) {
                for (const name of kqlFields(input.query)) assertSearchable(kind, name);
              }
            }
            if (!('sourceField' in column) || column.sourceField === '___records___') continue;
            assertAggregatable(kind, column.sourceField, types[column.operationType] ?? []);
          }
        }
      }
      for (const { kind, geoFields, metricFields } of mapLayers(dashboard)) {
        for (const name of geoFields) assertAggregatable(kind, name, ['geo_point']);
        for (const name of metricFields) assertAggregatable(kind, name, numbers);
      }
      for (const { kind, body } of vegaSearches(dashboard)) {
        for (const name of fieldsIn(body)) assert.ok(fieldNamed(kind, name), name);
      }
    });

    test('every column that a drawing, a formula or a ranking names is in its layer', () => {
      for (const { id, attributes } of lensPanels(dashboard)) {
        const layers = Object.values(attributes.state.datasourceStates.formBased.layers);
        const ids = layers.flatMap(({ columns }) => Object.keys(columns));
        for (const used of columnsUsed(attributes.state.visualization)) assert.ok(ids.includes(used), `${id}: ${used}`);
        for (const { columns, columnOrder } of layers) {
          assert.deepEqual([...columnOrder].sort(), Object.keys(columns).sort());
          for (const column of Object.values(columns)) {
            for (const reference of 'references' in column ? column.references : []) {
              assert.ok(reference in columns, `${id}: ${reference}`);
            }
            if (column.operationType === 'terms' && column.params.orderBy.type === 'column') {
              assert.ok(column.params.orderBy.columnId in columns);
            }
          }
        }
      }
    });

    test('nothing that Basic or a small Elasticsearch lacks: no multi_terms, last_value, runtime or scripted fields', () => {
      const lacking = [
        'multi_terms',
        'last_value',
        'secondaryFields',
        'runtimeFieldMap',
        '"script"',
        '"scripted',
        'top_metrics',
        'URL_DRILLDOWN',
      ];
      const text = dashboard.attributes['panelsJSON'] as string;
      assert.deepEqual(
        lacking.filter((word) => text.includes(word)),
        [],
      );
    });

    test('a split stands before the time axis, so that it ranks over the whole range', () => {
      for (const { id, layers } of lensPanels(dashboard)) {
        for (const { columns, columnOrder } of layers) {
          const operations = columnOrder.map((column) => columns[column]!.operationType);
          if (operations.includes('terms') && operations.includes('date_histogram')) {
            assert.ok(operations.indexOf('terms') < operations.indexOf('date_histogram'), id);
          }
        }
      }
    });

    test(`opens with at most ${MAX_QUERIES} searches`, () => {
      const found = queries(dashboard);
      assert.ok(found <= MAX_QUERIES, `${found}`);
    });
  });
}

/** One for each layer, one more for each "Other", one for each Vega search and map layer; a table of records asks twice. */
function queries(dashboard: SavedObject): number {
  const layers = lensPanels(dashboard).flatMap((panel) => panel.layers);
  const others = layers.filter(({ columns }) =>
    Object.values(columns).some((column) => column.operationType === 'terms' && column.params.otherBucket),
  );
  const records = panelsOf(dashboard).filter(({ type }) => type === 'search').length;
  return layers.length + others.length + vegaSearches(dashboard).length + mapLayers(dashboard).length + 2 * records;
}

function drilldowns(panels: readonly DashboardPanel[]): readonly (readonly [string, string, string])[] {
  return panels.flatMap(({ panelIndex, embeddableConfig }) => {
    const { enhancements } = embeddableConfig as {
      enhancements?: { dynamicActions?: { events: { eventId: string }[] } };
    };
    const events = enhancements?.dynamicActions?.events ?? [];
    return events.map(({ eventId }) => ['drilldown', panelIndex, eventId] as const);
  });
}

function has(object: SavedObject, wanted: Reference): boolean {
  return object.references.some(
    ({ type, id, name }) => type === wanted.type && id === wanted.id && name === wanted.name,
  );
}

function fieldNamed(kind: Kind, name: string) {
  return schema[kind].find((candidate) => candidate.name === name);
}

function assertAggregatable(kind: Kind, name: string, types: readonly string[]): void {
  const field = fieldNamed(kind, name);
  assert.ok(field, `${name} is not in pipelines/schema.yml`);
  assert.ok(types.includes(field.type), `${name} is ${field.type}, not one of ${types.join(', ')}`);
  assert.ok(field.docValues, `${name} has no doc values`);
}

/** A number or a date without an index can be searched by its doc values, slowly; a field with neither not at all. */
function assertSearchable(kind: Kind, name: string): void {
  const field = fieldNamed(kind, name);
  assert.ok(field, `${name} is not in pipelines/schema.yml`);
  assert.ok(field.index || field.docValues, `${name} can not be searched`);
}

/** Values of all keys `field` in the body of a search. */
function fieldsIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(fieldsIn);
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'field' && typeof value === 'string' ? [value] : fieldsIn(value),
  );
}

/** Pairs of panels that share a cell of the grid. */
function overlaps(panels: readonly DashboardPanel[]): readonly string[] {
  const found: string[] = [];
  for (const [index, { gridData: a, panelIndex }] of panels.entries()) {
    for (const { gridData: b, panelIndex: other } of panels.slice(index + 1)) {
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      if (!apart) found.push(`${panelIndex} and ${other}`);
    }
  }
  return found;
}

/** All column ids in a Lens visualization: the values of its …Accessor, accessors, columnId, metrics, primaryGroups keys. */
function columnsUsed(node: unknown, key = ''): readonly string[] {
  if (typeof node === 'string') {
    return /accessor$|accessors$|^columnId$|^forAccessor$|^metrics$|^primaryGroups$/i.test(key) ? [node] : [];
  }
  if (Array.isArray(node)) return node.flatMap((item) => columnsUsed(item, key));
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([name, value]) => columnsUsed(value, name));
}
