// The short form of `npm run soak`: a minute.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';
import { quantile, runSoak } from './run-soak.ts';

/** In a minute the heap may still find its size; a leak of a flow's text (1 kB) would be 45 MB. */
const GROWTH_ALLOWED = 30e6;

test('a minute at 1,000 flows/s: nothing missing, memory and descriptors stay', {
  skip: elasticsearchSkip,
  timeout: 300_000,
}, async (t) => {
  const result = await runSoak({
    elasticsearchUrl: sharedElasticsearch(),
    rate: 1000,
    lengthMs: 60_000,
    warmUpMs: 15_000,
    report: (line) => t.diagnostic(line),
  });
  assert.deepEqual([result.missing, result.twice, result.imbalances], [0, 0, []]);
  const growth = result.residentLate - result.residentBefore;
  assert.ok(growth < GROWTH_ALLOWED, `memory grew by ${growth} bytes`);
  assert.ok(result.descriptorsLate <= result.descriptorsBefore + 4, `${result.descriptorsLate} descriptors`);
  const { latenciesMs } = result;
  assert.ok(latenciesMs.length > 3, `${latenciesMs.length} probes`);
  t.diagnostic(`datagram to search: median ${quantile(latenciesMs, 0.5)} ms, p99 ${quantile(latenciesMs, 0.99)} ms`);
});
