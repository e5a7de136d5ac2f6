// Datagrams that weir cannot decode by a fault of its own. There is none that is known; so a fault is put into the decoder,
// by a module that Node loads before weir.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../src/lib/package-root.ts';
import { compareNumbers, FlowStream, numbersOf } from '../helpers/flow-stream.ts';
import { waitFor } from '../helpers/wait.ts';
import { sinkScene, workersOf } from '../helpers/worker-scene.ts';

const RATE = 600;
const EXPORTERS = 4;
const EXPORTER = '127.0.0.2';

const FAULTS = [
  { name: 'kills its worker', fault: "process.kill(process.pid, 'SIGKILL'); for (;;);", reason: /SIGKILL/ },
  { name: 'lets its worker hang', fault: 'for (;;);', reason: /it hung/ },
  {
    name: 'makes the decoder throw',
    fault: "this.counters.datagrams++; throw new Error('a fault');",

    reason: /^Error: a fault/,
  },
] as const;

function faultyModule(fault: string): string {
  const decoder = pathToFileURL(join(packageRoot, 'dist', 'decode', 'decoder.js'));
  return `
    import { Decoder } from '${decoder}';
    const { decode } = Decoder.prototype;
    Decoder.prototype.decode = function (datagram) {
      if (Buffer.from(datagram.bytes).includes('poison')) { ${fault} }
      return decode.call(this, datagram);
    };
  `;
}

for (const { name, fault, reason } of FAULTS) {
  test(`a datagram that ${name} is set aside, and all others are written`, { timeout: 300_000 }, async (t) => {
    const { start, sink, folder } = await sinkScene(t);
    const module = join(folder, 'faulty.mjs');
    writeFileSync(module, faultyModule(fault));
    const weir = await start(2, '', { NODE_OPTIONS: `--import ${pathToFileURL(module)}` });
    const stream = new FlowStream(weir.port, RATE, EXPORTERS);
    t.after(() => stream.stop());
    await waitFor('flows were sent', () => stream.sent >= RATE);
    const socket = createSocket('udp4');
    t.after(() => socket.close());
    socket.bind({ address: EXPORTER, port: 0 });
    socket.send('this is poison', weir.port, '127.0.0.1');
    const isAside = async (): Promise<boolean> => {
      const { setAside, faults } = await workersOf(weir);
      return setAside + faults === 1;
    };
    await waitFor('it is set aside', isAside, 240_000); // who hangs is found by the processor time it takes
    const { sent } = stream;
    stream.stop();
    await waitFor('all is acknowledged', async () => (await workersOf(weir)).waiting === 0);
    assert.deepEqual(await weir.imbalances(), []);
    const { decode, udp } = await weir.status();
    assert.equal(udp.datagrams, sent / 30 + 1);
    assert.equal(decode.flows, sent);
    assert.deepEqual(compareNumbers(numbersOf(sink.documents['flows']!.values()), sent), { missing: [], twice: [] });

    const aside = join(folder, 'data', 'dead-letter');
    const files = readdirSync(aside).sort();
    assert.deepEqual(
      files.map((file) => file.replace(/^datagram-\w+/, '')),
      ['.json', '.pcap'],
    );
    const about = JSON.parse(readFileSync(join(aside, files[0]!), 'utf8'));
    assert.match(about.reason, reason);
    assert.equal(about.exporter, EXPORTER);
    assert.ok(readFileSync(join(aside, files[1]!)).includes('this is poison'));
    assert.equal(await weir.stop(), 0);
  });
}
