// Documents of counter samples, by hand and against the schema.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counterDocument, counterDocumentId } from '../../src/document/counter-document.ts';
import { CounterSample } from '../../src/flow/counter-sample.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { loadCounterTable } from '../../src/lib/counter-table.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';
import { RECEIVED_MS } from './flows.ts';

function newSample(): CounterSample {
  const exporter = new Exporter('192.0.2.254');
  const sample = new CounterSample(exporter, exporter.facts(7), 'sflow_v5', 'b1-0000a', 2, RECEIVED_MS);
  sample.observationDomainId = 7;
  sample.sequence = 9;
  sample.sourceIndex = 3;
  return sample;
}

test('a counter sample becomes a document with the interface that it is about', () => {
  const sample = newSample();
  sample.facts.interfaceDescriptions.set(3, 'uplink');
  sample.add('interface.index', 3);
  sample.add('interface.in_bytes', 5_000_000_000);
  sample.add('port.name', 'Zürich\n');
  sample.add('queue.index', 0);
  sample.add('queue.index', 1);
  sample.add('jmx.heap_max_bytes', 2 ** 63);
  const text = counterDocument(sample);
  assert.match(text, /^[\x20-\x7e]*$/);
  assert.deepEqual(JSON.parse(text), {
    '@timestamp': '2026-11-21T03:45:15.007Z',
    ecs: { version: '8.11.0' },
    event: { kind: 'metric', category: ['network'], type: ['info'], dataset: 'weir.counters' },
    observer: { ip: '192.0.2.254', name: '192.0.2.254' },
    flow: { export: { protocol: 'sflow_v5', domain_id: '7' } },
    interface: { id: '3', name: 'Zürich\n', alias: 'uplink' },
    counters: {
      sequence: 9,
      source: { type: 'interface', index: 3, name: '192.0.2.254 Zürich\n' },
      interface: { index: 3, in_bytes: 5_000_000_000 },
      port: { name: 'Zürich\n' },
      queue: { index: [0, 1] },
    },
  });
  assert.equal(counterDocumentId(sample), 'b1-0000a02');
});

test('counters of something else than an interface name none', () => {
  const sample = newSample();
  sample.sourceType = 2;
  sample.add('cpu.cores', 4);
  const document = JSON.parse(counterDocument(sample)) as { interface?: unknown; counters: { source: object } };
  assert.equal(document.interface, undefined);
  assert.deepEqual(document.counters.source, { type: 'physical entity', index: 3, name: '192.0.2.254' });
});

/** Dotted names of the leaves. */
function leaves(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [name];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, name === '' ? key : `${name}.${key}`));
}

test('the schema has exactly the fields that counter documents can have', () => {
  const sample = newSample();
  sample.facts.interfaceDescriptions.set(1, 'uplink');
  sample.exporter.table = { name: 'edge-1', site: undefined, tags: undefined };
  for (const { fields, repeated } of loadCounterTable().values()) {
    for (const { name, type } of [...fields, ...repeated]) {
      sample.add(name, ['text', 'mac', 'macs', 'uuid', 'hex64', 'enum'].includes(type) ? 'x' : 1);
    }
  }
  // Memcache has two structures for the same fields; one value is enough.
  const written = leaves(JSON.parse(counterDocument(sample)), '');
  assert.deepEqual(
    written.sort(),
    loadSchema()
      .counters.map(({ name }) => name)
      .sort(),
  );
});

test('the counters stay below the number of fields that an index takes by default', () => {
  const names = new Set<string>();
  for (const { name } of loadSchema().counters) {
    const parts = name.split('.');
    for (let length = 1; length <= parts.length; length++) names.add(parts.slice(0, length).join('.'));
  }
  assert.ok(names.size < 1000, `${names.size} fields and objects`);
});
