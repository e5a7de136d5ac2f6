// The short form of `npm run chaos`: each fault once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elasticsearchSkip } from '../helpers/elasticsearch.ts';
import { runChaos } from './run-chaos.ts';

test('at 1,000 flows/s, whatever Elasticsearch does: every flow is there, once, and the accounting adds up', {
  skip: elasticsearchSkip,
  timeout: 600_000,
}, async (t) => {
  const steps = [
    { fault: 'stopped', lengthMs: 20_000, restMs: 0 },
    { fault: 'busy', lengthMs: 3000, restMs: 0 },
    { fault: 'readOnly', lengthMs: 3000, restMs: 0 },
    { fault: 'answersCut', lengthMs: 3000, restMs: 0 },
    { fault: 'paused', lengthMs: 3000, restMs: 0 },
    { fault: 'diskFull', lengthMs: 3000, restMs: 0 },
    { fault: 'hung', lengthMs: 3000, restMs: 0 },
  ];
  const result = await runChaos({ rate: 1000, steps, report: (line) => t.diagnostic(line) });
  if (result === undefined) return t.skip('no Elasticsearch of its own can be started: neither Docker nor Java');
  assert.ok(result.sent > 40_000, `${result.sent} sent`);
  const { missing, twice, imbalances, dropped } = result;
  assert.deepEqual({ missing, twice, imbalances, dropped }, { missing: [], twice: [], imbalances: [], dropped: 0 });
});
