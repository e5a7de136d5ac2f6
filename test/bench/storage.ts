// `npm run bench:storage`: disk bytes per flow and per field, of flows as `weir demo` sends them, in an index of weir's own
// template, merged to one segment. Elasticsearch: WEIR_TEST_ELASTICSEARCH_URL, else a node of its own (test/ci).
// GeoIP databases make a third of it: put real ones into geoip/ (`weir geoip update`), or name their folder by
// WEIR_BENCH_GEOIP; those of tests know next to no address.

import { packageRoot } from '../../src/lib/package-root.ts';
import { provideElasticsearch } from '../ci/elasticsearch.mjs';
import { geoipFolder } from './geoip-folder.ts';
import { demoFlows } from './storage-flows.ts';
import { type FieldSize, measureIndex } from './storage-index.ts';

const FLOWS = 200_000;
/** Fields with less, in bytes per flow, are summed up. */
const SMALL = 0.05;

const { flows, databases } = await demoFlows(FLOWS, geoipFolder());
const node = await provideElasticsearch(packageRoot);
try {
  const { documents, totalBytes, fields } = await measureIndex(node.url, `weirbench-${process.pid}`, flows);
  const text = flows.reduce((sum, flow) => sum + flow.text.length, 0);
  row('flows', `${documents}`);
  row('GeoIP databases', databases.join(', ') || 'none: the figure lacks their cost');
  row('text per flow', `${Math.round(text / flows.length)} bytes`);
  row('disk per flow', `${(totalBytes / documents).toFixed(1)} bytes`);
  if (fields === undefined) row('by field', 'this server cannot tell');
  else printFields(fields, documents);
} finally {
  await node.remove();
}

function printFields(fields: readonly FieldSize[], documents: number): void {
  const columns = ['total', 'docValues', 'inverted', 'points', 'stored', 'other'] as const;
  const line = (name: string, cells: readonly string[]) =>
    process.stdout.write(`${name.padEnd(40)}${cells.map((cell) => cell.padStart(10)).join('')}\n`);
  line('\nbytes per flow', columns);
  let rest = 0;
  for (const field of fields) {
    if (field.total / documents < SMALL) rest += field.total;
    else
      line(
        field.name,
        columns.map((column) => (field[column] === 0 ? '' : (field[column] / documents).toFixed(2))),
      );
  }
  line('all others', [(rest / documents).toFixed(2)]);
}

function row(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(40)}${value}\n`);
}
