// A process of its own for the test that kills one: appends documents while Elasticsearch is away and says when they
// are on disk, then goes on until it is killed. Arguments: URL, prefix, directory, number of documents.

import { makeWriter, put } from './writer-fixture.ts';

const [url = '', prefix = '', directory = '', count = '0'] = process.argv.slice(2);
const writer = makeWriter({ url, prefix, directory });
await writer.start();
for (let n = 0; n < Number(count); n += 1) put(writer, n);
const timer = setInterval(() => {
  if (writer.counters.spooled !== Number(count)) return;
  clearInterval(timer);
  process.stdout.write('on disk\n');
}, 5);
