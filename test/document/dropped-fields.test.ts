// A document with dropped groups is the whole document without the fields of these groups, for every group and every two.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Documenter } from '../../src/document/document.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { droppedFields } from '../../src/lib/dropped-fields.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';
import { bareFlow, host, maximalFlow, RECEIVED_MS } from './flows.ts';

const { groups, flows } = loadSchema();
const names = groups.map((group) => group.name);

/** New at each call, as a document empties its flow. */
const FLOWS: Readonly<Record<string, () => Flow>> = {
  'a flow that has everything': maximalFlow,
  'an ICMP flow without roles': () =>
    bareFlow('sflow_v5', {
      sourceIp: '2001:db8::1',
      source: host('2001:db8::1', { countryName: 'Germany', asNumber: 64500 }),
      protocolNumber: 58,
      icmpType: 128,
      icmpCode: 0,
      endMs: RECEIVED_MS,
    }),
  'a flow without places': () =>
    bareFlow('netflow_v5', {
      sourceIp: '192.0.2.1',
      destinationIp: '192.0.2.2',
      sourceAs: 64501,
      destinationAs: 64502,
      roleReason: 'address',
      bytes: 5,
    }),
  'an empty flow': () => bareFlow('netflow_v9'),
};

type Tree = { [name: string]: unknown };

function documentOf(flow: Flow, dropped: ReadonlySet<string>): Tree {
  return JSON.parse(new Documenter({ timestamp: 'end', maxSkewMs: 1e6, fillSides: true, dropped }).flowDocument(flow));
}

/** The tree without the fields, and without objects that have no members then. */
function without(tree: Tree, fields: ReadonlySet<string>, path = ''): Tree {
  const left: Tree = {};
  for (const [key, value] of Object.entries(tree)) {
    const name = path + key;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (fields.has(name)) continue;
    const inner = isObject && key !== 'location' ? without(value as Tree, fields, `${name}.`) : value;
    if (!isObject || Object.keys(inner as Tree).length > 0) left[key] = inner;
  }
  return left;
}

for (const [title, makeFlow] of Object.entries(FLOWS)) {
  test(`${title}: any two groups can be dropped, and nothing else goes`, () => {
    const whole = documentOf(makeFlow(), new Set());
    for (const one of names)
      for (const other of names) {
        const dropped = droppedFields(groups, { drop: [one, other], keep: undefined });
        assert.deepEqual(documentOf(makeFlow(), dropped), without(whole, dropped), `${one}, ${other}`);
      }
  });

  test(`${title}: only one group is kept`, () => {
    const whole = documentOf(makeFlow(), new Set());
    for (const keep of [[], ...names.map((name) => [name])]) {
      // Roles without an address are no roles: who keeps their fields alone has to keep them.
      const dropped = droppedFields(groups, { drop: [], keep: keep.length === 0 ? [] : ['roles', ...keep] });
      assert.deepEqual(documentOf(makeFlow(), dropped), without(whole, dropped), keep.join());
    }
  });
}

test('a kept field stays although another of its groups goes, unless it is dropped by name', () => {
  const kept = droppedFields(groups, { drop: [], keep: ['geo'] });
  assert.ok(!kept.has('source.geo.city_name') && kept.has('source.domain') && kept.has('source.mac'));
  assert.ok(droppedFields(groups, { drop: ['source-details'], keep: ['geo'] }).has('source.geo.city_name'));
});

test('a group that there is not is refused with the nearest one', () => {
  assert.throws(() => droppedFields(groups, { drop: ['mac', 'conversion'], keep: undefined }), {
    name: 'ConfigError',
    message: /fields\.drop\[1\].*conversion.*did you mean conversation\?/s,
  });
  assert.throws(
    () => droppedFields(groups, { drop: [], keep: ['everything'] }),
    /fields\.keep\[0\].*one of times, names/s,
  );
});

test('what makes a document a flow is in no group', () => {
  const dropped = droppedFields(groups, { drop: names, keep: undefined });
  const left = flows.map((field) => field.name).filter((name) => !dropped.has(name));
  for (const name of [
    '@timestamp',
    'source.ip',
    'destination.port',
    'network.bytes',
    'observer.ip',
    'event.duration',
  ]) {
    assert.ok(left.includes(name), name);
  }
});
