import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectorDocument } from '../../src/document/collector-document.ts';
import { COLLECTOR_FACTS } from './collector-facts.ts';

test('says what a process of weir counted in a minute, and what waits in it', () => {
  assert.deepEqual(JSON.parse(collectorDocument(COLLECTOR_FACTS)), {
    '@timestamp': '2026-11-21T05:01:00.000Z',
    ecs: { version: '8.11.0' },
    event: {
      kind: 'metric',
      dataset: 'weir.collector',
      start: '2026-11-21T05:00:00.000Z',
      duration: 60_000_000_000,
    },
    host: { name: 'collector-1' },
    service: { version: '0.1.0' },
    collector: {
      name: 'collector-1 work 4711',
      role: 'work',
      datagrams: 120,
      flows: 2400,
      kernel_drops: 5,
      documents: { written: 2410, dead_lettered: 2, dropped: 1, waiting: 30, spooled: 400 },
      spool_bytes: 320_000,
      lag: 70,
      memory: 150_000_000,
    },
  });
});

test('leaves out kernel drops and lag where there are none to tell', () => {
  const text = collectorDocument({ ...COLLECTOR_FACTS, kernelDrops: undefined, lag: undefined });
  const { collector } = JSON.parse(text) as { collector: object };
  assert.ok(!('kernel_drops' in collector) && !('lag' in collector));
});
