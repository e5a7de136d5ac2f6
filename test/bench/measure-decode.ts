// One side of the benchmark: the pipeline of `weir decode` over a capture, from each datagram to the text of its documents.
// Reading the file and writing the text out are not counted; warming up is.

import { writeFileSync } from 'node:fs';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import type { Datagram } from '../../src/flow/datagram.ts';
import { readCapture } from '../../src/input/capture.ts';
import { createLog } from '../../src/lib/log.ts';

const [capture = '', geoip = '', output = '', schema = 'weir'] = process.argv.slice(2);
const config = configSchema.parse({
  schema,
  enrich: [
    'sampling',
    'hosts',
    'networks',
    geoip === '' ? 'geoip' : { geoip: { folder: geoip } },
    'as',
    'client-server',
    'applications',
    'services',
    'locality',
    'duplicates',
  ],
});

const kept: string[] = [];
// As the real outputs do: the text is written into a buffer at once, which is where its pieces are joined.
const buffer = Buffer.allocUnsafe(1 << 16);
let flows = 0;
let bytes = 0;
const pipeline = new Pipeline(
  config,
  (_timestampMs, _id, text) => {
    flows++;
    bytes += buffer.write(text, 0, 'latin1');
    if (output !== '') kept.push(text);
  },
  createLog('silent'),
);
await pipeline.start();

const datagrams: Datagram[] = [];
for await (const chunk of readCapture(capture)) datagrams.push(...chunk);

const before = process.cpuUsage();
for (const datagram of datagrams) pipeline.decoder.decode(datagram);
pipeline.decoder.flush(0);
const used = process.cpuUsage(before);
pipeline.stop();

if (output !== '') writeFileSync(output, kept.join('\n'));
process.stdout.write(JSON.stringify({ cpu: (used.user + used.system) / flows, bytes: bytes / flows }));
