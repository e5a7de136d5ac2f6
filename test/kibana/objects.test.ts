// The generated Kibana objects: consistent in themselves, in step with the schema and with the committed file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { schema } from '../../kibana-dashboards/lib/fields.ts';
import { exportFile, type Reference, type SavedObject } from '../../kibana-dashboards/lib/saved-object.ts';
import { allObjects } from '../../kibana-dashboards/objects.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { type DashboardPanel, lensPanels, panelsOf } from './saved-panels.ts';

const objects = allObjects();
const dashboards = objects.filter((object) => object.type === 'dashboard');

test('the committed weir.ndjson is what the code generates (else: npm run dashboards)', () => {
  const committed = readFileSync(join(packageRoot, 'kibana-dashboards', 'weir.ndjson'), 'utf8');
  assert.equal(committed, exportFile(objects));
});

test('object ids are unique and stable', () => {
  assert.deepEqual(
    objects.map((object) => `${object.type}/${object.id}`),
    ['index-pattern/weir-flows', 'dashboard/weir-overview'],
  );
});

test('every object carries the versions that Kibana 8.12 writes', () => {
  const versions: Record<string, string> = { dashboard: '8.9.0', 'index-pattern': '8.0.0' };
  for (const object of objects) {
    assert.equal(object.coreMigrationVersion, '8.8.0');
    assert.equal(object.typeMigrationVersion, versions[object.type]);
  }
});

test('the data view names and formats every field by its label and unit', () => {
  const attributes = objects[0]!.attributes as Record<string, string>;
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
    });

    test('every reference leads to an object of the same file, and none is there twice', () => {
      const names = dashboard.references.map((reference) => reference.name);
      assert.equal(new Set(names).size, names.length);
      for (const reference of dashboard.references) {
        assert.ok(
          objects.some((object) => object.type === reference.type && object.id === reference.id),
          reference.id,
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
        assert.ok(has(dashboard, dataView(`controlGroup_${id}:optionsListDataView`)), id);
        assertAggregatable(control.explicitInput.fieldName, ['ip', 'keyword']);
      }
    });

    test('every field that a panel names is in the schema, with a type that suits the operation', () => {
      for (const panel of lensPanels(dashboard)) {
        for (const column of Object.values(panel.columns)) {
          if (!('sourceField' in column) || column.sourceField === '___records___') continue;
          const types: Record<string, readonly string[]> = {
            sum: ['long', 'integer', 'short', 'float'],
            max: ['long', 'integer', 'short', 'float', 'date'],
            average: ['long', 'integer', 'short', 'float'],
            date_histogram: ['date'],
            terms: ['keyword', 'ip'],
            unique_count: ['keyword', 'ip'],
          };
          assertAggregatable(column.sourceField, types[column.operationType] ?? []);
        }
      }
    });

    test('every column that a drawing, a formula or a ranking names is in its layer', () => {
      for (const panel of lensPanels(dashboard)) {
        const ids = Object.keys(panel.columns);
        assert.deepEqual([...panel.columnOrder].sort(), [...ids].sort());
        for (const used of columnsUsed(panel.attributes.state.visualization)) {
          assert.ok(ids.includes(used), `${panel.id}: ${used}`);
        }
        for (const column of Object.values(panel.columns)) {
          for (const reference of 'references' in column ? column.references : []) assert.ok(ids.includes(reference));
          if (column.operationType === 'terms' && column.params.orderBy.type === 'column') {
            assert.ok(ids.includes(column.params.orderBy.columnId));
          }
        }
      }
    });

    test('nothing that Basic or a small Elasticsearch lacks: no multi_terms, last_value, runtime or scripted fields', () => {
      const lacking = ['multi_terms', 'last_value', 'secondaryFields', 'runtimeFieldMap', '"script"', '"scripted'];
      const text = dashboard.attributes['panelsJSON'] as string;
      assert.deepEqual(
        lacking.filter((word) => text.includes(word)),
        [],
      );
    });

    test('a split stands before the time axis, so that it ranks over the whole range', () => {
      for (const panel of lensPanels(dashboard)) {
        const operations = panel.columnOrder.map((id) => panel.columns[id]!.operationType);
        if (operations.includes('terms') && operations.includes('date_histogram')) {
          assert.ok(operations.indexOf('terms') < operations.indexOf('date_histogram'), panel.id);
        }
      }
    });
  });
}

function dataView(name: string): Reference {
  return { type: 'index-pattern', id: 'weir-flows', name };
}

function has(object: SavedObject, wanted: Reference): boolean {
  return object.references.some(
    ({ type, id, name }) => type === wanted.type && id === wanted.id && name === wanted.name,
  );
}

function assertAggregatable(name: string, types: readonly string[]): void {
  const field = schema.flows.find((candidate) => candidate.name === name);
  assert.ok(field, `${name} is not in pipelines/schema.yml`);
  assert.ok(types.includes(field.type), `${name} is ${field.type}, not one of ${types.join(', ')}`);
  assert.ok(field.docValues, `${name} has no doc values`);
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
