import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Replay, type ReplayOptions } from '../../src/input/replay.ts';
import { ethernet, ipv4, netflow5, pcap, udp } from './packets.ts';

const frame = (sequence: number, sourcePort: number): Uint8Array =>
  ethernet(ipv4(udp(netflow5(1, sequence), sourcePort)));

let folder = '';
let file = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-replay-'));
  file = join(folder, 'two-exporters.pcap');
  writeFileSync(
    file,
    pcap([{ data: frame(0, 1001) }, { data: frame(1, 1002) }, { data: frame(2, 1001), fraction: 120_000 }]),
  );
});
after(() => rmSync(folder, { recursive: true }));

/** Replays to a socket of ours; the datagrams' sequence numbers and sender ports, and the time it took. */
async function replay(options: Partial<ReplayOptions>, files: readonly string[], wanted: number) {
  const socket = createSocket('udp4');
  const received: { sequence: number; port: number }[] = [];
  const complete = new Promise<void>((resolve) => {
    socket.on('message', (bytes, sender) => {
      received.push({ sequence: bytes.readUInt32BE(16), port: sender.port });
      if (received.length === wanted) resolve();
    });
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const notes: string[] = [];
  const startMs = performance.now();
  const counters = await new Replay(
    { host: '127.0.0.1', port: socket.address().port, rate: 1e6, loop: 1, ...options },
    { file: (path, stats) => notes.push(`${path}: ${stats.notes().join()}`) },
  ).run(files);
  const tookMs = performance.now() - startMs;
  if (wanted > 0) await complete;
  socket.close();
  return { received, counters, tookMs, notes };
}

test('sends every datagram in order, each exporter from a port of its own', { timeout: 10_000 }, async () => {
  const { received, counters } = await replay({}, [file], 3);
  assert.equal(counters.sent, 3);
  const bySequence = received.sort((a, b) => a.sequence - b.sequence);
  assert.deepEqual(
    bySequence.map(({ sequence }) => sequence),
    [0, 1, 2],
  );
  assert.equal(bySequence[0]!.port, bySequence[2]!.port);
  assert.notEqual(bySequence[0]!.port, bySequence[1]!.port);
});

test('keeps to the rate, to the capture timing, and to the number of rounds', { timeout: 10_000 }, async () => {
  const paced = await replay({ rate: 50, loop: 3 }, [file], 9);
  // Nine datagrams at 20 ms have eight pauses between them; timers may be a little early.
  assert.ok(paced.tookMs > 150, `${paced.tookMs} ms`);
  assert.equal(paced.counters.sent, 9);
  const timed = await replay({ rate: 'capture' }, [file], 3);
  assert.ok(timed.tookMs > 110, `${timed.tookMs} ms`);
});

test('goes on after a file that cannot be read, and ends when there is nothing to send', {
  timeout: 10_000,
}, async () => {
  const absent = join(folder, 'absent.pcap');
  const { counters, notes } = await replay({}, [absent, file], 3);
  assert.equal(counters.sent, 3);
  assert.match(notes[0]!, /no such file/);
  const nothing = await replay({ loop: 0 }, [absent], 0);
  assert.equal(nothing.counters.sent, 0);
});

test('a signal ends an endless replay', { timeout: 10_000 }, async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const abort = new AbortController();
  socket.once('message', () => abort.abort());
  const { port } = socket.address();
  await new Replay({ host: '127.0.0.1', port, rate: 100, loop: 0 }, { file: () => {}, signal: abort.signal }).run([
    file,
  ]);
  socket.close();
});
