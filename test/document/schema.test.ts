// Documents and pipelines/schema.yml must agree both ways, in names and in kinds of values.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Documenter } from '../../src/document/document.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';
import { bareFlow, host, maximalFlow } from './flows.ts';
import { fits, leaves } from './leaves.ts';

const fields = new Map(loadSchema().flows.map((field) => [field.name, field]));

/** What no flow can have together with the maximal one. */
const icmpFlow = bareFlow('sflow_v5', {
  sourceIp: '2001:db8::1',
  source: host('2001:db8::1'),
  protocolNumber: 1,
  icmpType: 3,
  icmpCode: 1,
});

function documentOf(flow: Flow): unknown {
  return JSON.parse(
    new Documenter({ timestamp: 'end', maxSkewMs: 1e6, fillSides: false, dropped: new Set() }).flowDocument(flow),
  );
}

for (const [name, flow] of [
  ['a flow that has everything', maximalFlow()],
  ['an ICMP flow', icmpFlow],
  ['an empty flow', bareFlow('netflow_v5')],
] as const) {
  test(`every field of ${name} stands in the schema and has the kind of value that it says`, () => {
    for (const [leaf, value] of leaves(documentOf(flow), '', new Map())) {
      const field = fields.get(leaf);
      assert.ok(field !== undefined, `${leaf} is not in pipelines/schema.yml`);
      assert.ok(fits(field, value), `${leaf}: ${JSON.stringify(value)} is no ${field.type}`);
    }
  });
}

test('every field of the schema is written for some flow', () => {
  const written = leaves(documentOf(maximalFlow()), '', leaves(documentOf(icmpFlow), '', new Map()));
  assert.deepEqual(
    [...fields.keys()].filter((name) => !written.has(name)),
    [],
  );
});
