// One process of weir in one minute, with everything that can be told of it.

import type { CollectorFacts } from '../../src/document/collector-document.ts';

export const COLLECTOR_FACTS: CollectorFacts = {
  host: 'collector-1',
  version: '0.1.0',
  role: 'work',
  name: 'collector-1 work 4711',
  startMs: Date.UTC(2026, 10, 21, 5, 0, 0),
  endMs: Date.UTC(2026, 10, 21, 5, 1, 0),
  datagrams: 120,
  flows: 2400,
  kernelDrops: 5,
  written: 2410,
  deadLettered: 2,
  dropped: 1,
  waiting: 30,
  spooled: 400,
  spooledBytes: 320_000,
  lag: 70,
  residentBytes: 150_000_000,
};
