import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CollectorReport } from '../../src/app/collector-report.ts';
import { OutputCounters } from '../../src/output/counters.ts';

const START_MS = Date.UTC(2026, 10, 21, 5, 0, 0);
const MINUTE_MS = 60_000;

interface CollectorDocument {
  readonly '@timestamp': string;
  readonly event: { readonly start: string };
  readonly host: { readonly name: string };
  readonly collector: Record<string, unknown>;
}

function reporter(process?: number) {
  const decode = { datagrams: 0, flows: 0 };
  const output = new OutputCounters();
  const more: { kernelDrops?: number; lag?: number } = {};
  const documents: CollectorDocument[] = [];
  const report = new CollectorReport(
    { role: 'run', process },
    () => ({ decode, output, ...more }),
    () => 'id',
    (_timestampMs, _id, text) => documents.push(JSON.parse(text) as CollectorDocument),
    'host-1',
  );
  report.start(START_MS);
  return { report, decode, output, more, documents };
}

test('counts are those since the last document, states those of now', () => {
  const { report, decode, output, more, documents } = reporter();
  Object.assign(decode, { datagrams: 10, flows: 200 });
  Object.assign(output, { written: 150, deadLettered: 4, waiting: 20, spooled: 23, spooledBytes: 9000 });
  Object.assign(output.dropped, { spoolFull: 1, writeError: 2 });
  Object.assign(more, { kernelDrops: 6, lag: 50 });
  report.report(START_MS + MINUTE_MS);
  Object.assign(decode, { datagrams: 11, flows: 230 });
  Object.assign(output, { written: 200, deadLettered: 5, waiting: 25, spooled: 0, spooledBytes: 0 });
  output.dropped.spoolFull = 4;
  Object.assign(more, { kernelDrops: 7, lag: 0 });
  report.report(START_MS + 2 * MINUTE_MS);
  const told = documents.map(({ event, collector: { memory, ...rest } }) => {
    assert.ok(Number(memory) > 1e6);
    return [event.start, rest];
  });
  assert.deepEqual(told, [
    [
      '2026-11-21T05:00:00.000Z',
      {
        name: 'host-1 run',
        role: 'run',
        datagrams: 10,
        flows: 200,
        kernel_drops: 6,
        documents: { written: 150, dead_lettered: 4, dropped: 3, waiting: 20, spooled: 23 },
        spool_bytes: 9000,
        lag: 50,
      },
    ],
    [
      '2026-11-21T05:01:00.000Z',
      {
        name: 'host-1 run',
        role: 'run',
        datagrams: 1,
        flows: 30,
        kernel_drops: 1,
        documents: { written: 50, dead_lettered: 1, dropped: 3, waiting: 25, spooled: 0 },
        spool_bytes: 0,
        lag: 0,
      },
    ],
  ]);
});

test('a worker has its number in the name', () => {
  const { report, documents } = reporter(2);
  report.report(START_MS + MINUTE_MS);
  assert.deepEqual([documents[0]?.host.name, documents[0]?.collector['name']], ['host-1', 'host-1 run 2']);
});

test('the last one is written only where something came since the one before', () => {
  const { report, decode, documents } = reporter();
  report.reportLast(START_MS + 1000);
  assert.equal(documents.length, 0);
  decode.datagrams = 1;
  report.reportLast(START_MS + 2000);
  report.reportLast(START_MS + 3000);
  assert.equal(documents.length, 1);
});
