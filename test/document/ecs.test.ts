// Names and types of pipelines/schema.yml against the Elastic Common Schema as Elastic publishes it (npm: @elastic/ecs).
// A name is either one of ECS with its type, or stands under a root that ECS does not use.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EcsFlat, EcsVersion } from '@elastic/ecs';
import { ECS_VERSION } from '../../src/document/ecs.ts';
import { loadSchema, type SchemaField } from '../../src/lib/schema-file.ts';

interface EcsField {
  readonly type: string;
  readonly allowed_values?: readonly { readonly name: string; readonly expected_event_types?: readonly string[] }[];
  readonly expected_values?: readonly string[];
  readonly pattern?: string;
}

const ecs = new Map(Object.entries(EcsFlat as Readonly<Record<string, EcsField>>));
const roots = new Set([...ecs.keys()].map(rootOf));
const { flows, counters, exporters } = loadSchema();
const KINDS = { flows, counters, exporters };

/** Roots of our own. `interface` is a field set of ECS, which nests it under a direction; counters have none. */
const OWN_ROOTS: readonly string[] = ['flow', 'counters', 'collector', 'interface'];

/** Types that hold the same values as ours. */
const SAME_TYPES: Readonly<Record<string, readonly string[]>> = {
  keyword: ['keyword', 'wildcard', 'constant_keyword'],
  integer: ['integer', 'long'],
  short: ['short', 'long'],
};

function rootOf(name: string): string {
  return name.split('.')[0]!;
}

/** What is wrong with a row; undefined for nothing. */
function fault(field: SchemaField): string | undefined {
  const root = rootOf(field.name);
  if (OWN_ROOTS.includes(root)) return roots.has(root) ? `${root} is a root of ECS` : undefined;
  const { type } = ecs.get(field.name) ?? {};
  if (type === undefined) return `${field.name} is no field of ECS ${EcsVersion}`;
  if ((SAME_TYPES[field.type] ?? [field.type]).includes(type)) return undefined;
  return `${field.name} is a ${type} in ECS, here a ${field.type}`;
}

test('documents state the version that their names are checked against', () => assert.equal(ECS_VERSION, EcsVersion));

for (const [kind, fields] of Object.entries(KINDS)) {
  test(`every field of ${kind} is one of ECS with its type, or under a root of weir's own`, () => {
    assert.deepEqual(
      fields.map(fault).filter((text) => text !== undefined),
      [],
    );
  });
}

test('a name that ECS lacks, a wrong type and a root of ECS would be found', () => {
  const row = (name: string, type: SchemaField['type']): SchemaField => ({ ...flows[0]!, name, type });
  assert.match(fault(row('source.adress', 'ip'))!, /no field of ECS/);
  assert.match(fault(row('source.as.number', 'keyword'))!, /is a long in ECS/);
  assert.equal(fault(row('source.as.number', 'long')), undefined);
  assert.equal(fault(row('flow.anything', 'long')), undefined);
});

test('the words of event fields and of the network direction are those that ECS allows', () => {
  const words = (name: string) => (ecs.get(name)?.allowed_values ?? []).map((value) => value.name);
  assert.ok(words('event.kind').includes('event') && words('event.kind').includes('metric'));
  const network = ecs.get('event.category')?.allowed_values?.find((value) => value.name === 'network');
  for (const type of ['connection', 'start', 'end', 'denied', 'info'])
    assert.ok(network?.expected_event_types?.includes(type), type);
  const directions = ecs.get('network.direction')?.expected_values ?? [];
  for (const word of ['inbound', 'outbound', 'internal', 'external']) assert.ok(directions.includes(word), word);
});

test('hardware addresses are written as ECS writes them', () => {
  assert.match('00-00-5E-00-53-23', new RegExp(ecs.get('source.mac')!.pattern!));
});
