import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SchemaField } from '../../src/lib/schema-file.ts';
import { indexTemplates, isUnchanged, mappingProperties } from '../../src/output/index-template.ts';
import { field, indexOptions, SCHEMA } from './writer-fixture.ts';

const FIELDS: readonly SchemaField[] = [
  field('@timestamp', 'date'),
  field('server.ip', 'ip'),
  { ...field('server.as.number', 'long'), index: false },
  { ...field('server.geo.location', 'geo_point'), docValues: false },
];

test('dotted names become nested objects, and only what differs from the default is said', () => {
  assert.deepEqual(mappingProperties(FIELDS), {
    '@timestamp': { type: 'date' },
    server: {
      properties: {
        ip: { type: 'ip' },
        as: { properties: { number: { type: 'long', index: false } } },
        geo: { properties: { location: { type: 'geo_point', doc_values: false } } },
      },
    },
  });
});

test('only kinds that have fields get a template; mapping is strict', () => {
  const templates = indexTemplates(SCHEMA, indexOptions('weir'), false);
  assert.deepEqual(
    templates.map(({ name, body }) => [name, body.index_patterns, body.template.mappings['dynamic']]),
    [['weir-flows', ['weir-flows-*'], 'strict']],
  );
});

test('settings follow the options; the index is sorted by the fields it has', () => {
  const settings = (replicas: string, hasLifecycle: boolean) => {
    const options = { ...indexOptions('weir'), shards: 3, replicas, refreshMs: 5000, keepMs: 86_400_000 };
    return indexTemplates({ ...SCHEMA, flows: FIELDS }, options, hasLifecycle)[0]!.body.template.settings;
  };
  assert.deepEqual(settings('0-1', false), {
    'index.codec': 'best_compression',
    'index.number_of_shards': '3',
    'index.refresh_interval': '5000ms',
    'index.auto_expand_replicas': '0-1',
    'index.sort.field': ['server.ip', '@timestamp'],
    'index.sort.order': ['asc', 'desc'],
  });
  assert.equal(settings('2', true)['index.number_of_replicas'], '2');
  assert.equal(settings('2', true)['index.lifecycle.name'], 'weir-flows');
});

test('a template knows whether it was changed, whatever the order of its keys', () => {
  const { body } = indexTemplates(SCHEMA, indexOptions('weir'), false)[0]!;
  assert.ok(isUnchanged(body));
  const reordered = Object.fromEntries(Object.entries(body).reverse());
  assert.ok(isUnchanged({ ...reordered, composed_of: [] }), 'Elasticsearch adds an empty list');
  assert.ok(!isUnchanged({ ...body, priority: 300 }));
  assert.ok(!isUnchanged({ ...body, _meta: undefined }));
});
