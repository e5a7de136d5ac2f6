// Decoding alone: the flows of a capture's datagrams, which nobody enriches or writes. The first pass warms up, is not
// counted, and leaves the documents of its flows for the yardstick; each of the next decodes everything anew.

import { writeFileSync } from 'node:fs';
import { decodeOptions, Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import type { Datagram } from '../../src/flow/datagram.ts';
import { readCapture } from '../../src/input/capture.ts';
import { createLog } from '../../src/lib/log.ts';

const [capture = '', output = ''] = process.argv.slice(2);
const PASSES = 5;

const datagrams: Datagram[] = [];
for await (const chunk of readCapture(capture)) datagrams.push(...chunk);

const config = configSchema.parse({});
let flows = 0;
let octets = 0;

function pass(): void {
  const decoder = new Decoder(decodeOptions(config), {
    emit: (flow) => {
      flows++;
      // Looked at, so that no compiler can leave anything out.
      octets += flow.bytes ?? 0;
    },
  });
  for (const datagram of datagrams) decoder.decode(datagram);
}

pass();
flows = 0;
const before = process.cpuUsage();
for (let i = 0; i < PASSES; i++) pass();
const used = process.cpuUsage(before);

if (output !== '') await writeDocuments();
process.stdout.write(JSON.stringify({ cpu: (used.user + used.system) / flows, octets }));

/** What the flows become without databases, which is what the yardstick writes. */
async function writeDocuments(): Promise<void> {
  const lines: string[] = [];
  const enrich = ['sampling', 'hosts', 'as', 'client-server', 'services', 'locality', 'duplicates'];
  const pipeline = new Pipeline(
    configSchema.parse({ enrich }),
    (_at, _id, text) => lines.push(text),
    createLog('silent'),
  );
  await pipeline.start();
  for (const datagram of datagrams) pipeline.decoder.decode(datagram);
  pipeline.stop();
  writeFileSync(output, lines.join('\n'));
}
