// Fills an Elasticsearch with documents to look at the dashboards by, ending now:
//   node build/test/tools/fill-dashboards.js http://127.0.0.1:9200 [prefix=weir] [hours=26] [flows=150000] [all]
// `all` adds documents that have every field of the schema, for the pages about rare ones. Replaces what is there!

import { empty, fill } from '../kibana/fill.ts';

const [url, prefix = 'weir', hours = '26', flows = '150000', all = ''] = process.argv.slice(2);
if (url === undefined) throw new Error('usage: fill-dashboards.js URL [prefix] [hours] [flows] [all]');
await empty({ url, prefix });
const spanMs = Number(hours) * 3_600_000;
const lines = await fill({ url, prefix, endMs: Date.now(), spanMs, flows: Number(flows), allFields: all === 'all' });
process.stdout.write(`${lines.length} documents in ${prefix}-*\n`);
