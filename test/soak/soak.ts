// `npm run soak -- [--minutes N] [--rate N]`: an hour of `weir run` into the Elasticsearch at WEIR_TEST_ELASTICSEARCH_URL, or
// one of its own. Exit code 1: flows are missing or there twice, or memory or descriptors grow.

import { parseArgs } from 'node:util';
import { ownElasticsearch } from '../helpers/elasticsearch.ts';
import { quantile, runSoak } from './run-soak.ts';

/** Caches fill (each flow has an address of its own) and the heap finds its size. */
const WARM_UP_MS = 600_000;
/** Growth that is no leak but the heap finding its size, bytes per hour. */
const SLOPE_ALLOWED = 10e6;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, rate: { type: 'string', default: '1000' } },
});
const given = process.env['WEIR_TEST_ELASTICSEARCH_URL'];
const own = given === undefined ? await ownElasticsearch() : undefined;
const url = given ?? own?.url;
if (url === undefined) throw new Error('no Elasticsearch: set WEIR_TEST_ELASTICSEARCH_URL');
try {
  const lengthMs = Number(values.minutes) * 60_000;
  const result = await runSoak({
    elasticsearchUrl: url,
    rate: Number(values.rate),
    lengthMs,
    warmUpMs: Math.min(WARM_UP_MS, lengthMs / 3),
    report: (line) => console.log(`${new Date().toISOString()} ${line}`),
  });
  const { latenciesMs, residentSlope, descriptorsBefore, descriptorsLate } = result;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`${result.sent} flows sent, ${result.missing} missing, ${result.twice} twice`);
  console.log(
    `memory ${megabytes(result.residentBefore)}, late ${megabytes(result.residentLate)}, ${megabytes(residentSlope)} an hour`,
  );
  console.log(`descriptors ${descriptorsBefore}, late ${descriptorsLate}`);
  console.log(
    `from datagram to search, ms: median ${quantile(latenciesMs, 0.5)}, p99 ${quantile(latenciesMs, 0.99)}, ` +
      `${latenciesMs.length} probes (flush and refresh of 1 s each)`,
  );
  const isWhole = result.missing + result.twice + result.imbalances.length === 0;
  process.exitCode = isWhole && residentSlope < SLOPE_ALLOWED && descriptorsLate <= descriptorsBefore + 4 ? 0 : 1;
} finally {
  await own?.remove();
}
