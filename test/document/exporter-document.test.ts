import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectorDocument } from '../../src/document/collector-document.ts';
import { type ExporterFacts, exporterDocument } from '../../src/document/exporter-document.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';
import { COLLECTOR_FACTS } from './collector-facts.ts';

const START_MS = Date.UTC(2026, 10, 21, 5, 0, 0);

const FACTS: ExporterFacts = {
  name: 'edge-1',
  address: '192.0.2.1',
  startMs: START_MS,
  endMs: START_MS + 60_000,
  lastSeenMs: START_MS + 59_123,
  protocols: ['netflow_v9', 'ipfix'],
  datagrams: 120,
  flows: 2400,
  malformed: 1,
  setsWithoutTemplate: 2,
  setsGivenUp: 1,
  droppedFlows: 3,
  lostFlows: 30,
  templates: 7,
  longestFlowMs: 61_000,
};

test('says what was counted of an exporter in a minute', () => {
  assert.deepEqual(JSON.parse(exporterDocument(FACTS)), {
    '@timestamp': '2026-11-21T05:01:00.000Z',
    ecs: { version: '8.11.0' },
    event: {
      kind: 'metric',
      dataset: 'weir.exporter',
      start: '2026-11-21T05:00:00.000Z',
      duration: 60_000_000_000,
    },
    observer: { ip: '192.0.2.1', name: 'edge-1' },
    flow: {
      exporter: {
        datagrams: 120,
        flows: 2400,
        malformed: 1,
        sets_without_template: 2,
        sets_given_up: 1,
        dropped_flows: 3,
        lost_flows: 30,
        templates: 7,
        last_seen: '2026-11-21T05:00:59.123Z',
        longest_flow: 61_000_000_000,
      },
      export: { protocol: ['netflow_v9', 'ipfix'] },
    },
  });
});

test('leaves out what is not known', () => {
  const document = JSON.parse(exporterDocument({ ...FACTS, protocols: [], longestFlowMs: undefined })) as {
    flow: Record<string, object>;
  };
  assert.deepEqual(Object.keys(document.flow), ['exporter']);
  assert.ok(!('longest_flow' in document.flow['exporter']!));
});

test('the documents about exporters and about weir, and the schema name the same fields', () => {
  const names = new Set<string>();
  const walk = (value: unknown, name: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) names.add(name);
    else for (const [key, member] of Object.entries(value)) walk(member, name === '' ? key : `${name}.${key}`);
  };
  walk(JSON.parse(exporterDocument(FACTS)), '');
  walk(JSON.parse(collectorDocument(COLLECTOR_FACTS)), '');
  assert.deepEqual(
    [...names].sort(),
    loadSchema()
      .exporters.map((field) => field.name)
      .sort(),
  );
});
