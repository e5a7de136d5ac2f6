import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Demo, type DemoOptions } from '../../src/demo/demo.ts';
import { eventFlows, isActive } from '../../src/demo/events.ts';
import { hostAddress, parsePrefix } from '../../src/demo/prefix.ts';
import { Random } from '../../src/demo/random.ts';
import { SendDemo } from '../../src/demo/send-demo.ts';
import { Site } from '../../src/demo/site.ts';
import { loadWorld } from '../../src/demo/world.ts';
import { ipv4TextOf } from '../../src/flow/address.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { view } from './flows.ts';

const world = loadWorld();
const START_MS = 1767323045006;
const options: DemoOptions = { rate: 500, exporters: 5, dayCurve: false, seed: 1, startMs: START_MS };

/** Runs the demo for 10 s in steps; per exporter the digest of all its datagrams. */
function run(changes: Partial<DemoOptions> = {}, stepMs = 100) {
  const demo = new Demo({ ...options, ...changes }, world);
  const datagrams: { exporter: number; bytes: Uint8Array }[] = [];
  for (let ms = 0; ms <= 10_000; ms += stepMs) datagrams.push(...demo.step(START_MS + ms));
  datagrams.push(...demo.finish(START_MS + 10_000));
  const digest = createHash('sha256');
  for (const { exporter, bytes } of datagrams) digest.update(String(exporter)).update(bytes);
  return { demo, datagrams, digest: digest.digest('hex') };
}

test('the same seed gives the same bytes, another seed others', () => {
  const [first, again, other] = [run(), run(), run({ seed: 2 })];
  assert.equal(first.digest, again.digest);
  assert.notEqual(first.digest, other.digest);
});

test('keeps to the rate, whatever the steps', () => {
  for (const stepMs of [50, 1000]) {
    const { demo, datagrams } = run({}, stepMs);
    // 500 a second for 10 s, and one more of each of five exporters at the very beginning.
    assert.ok(Math.abs(demo.flows - 5005) <= 5, `${demo.flows}`);
    assert.equal(demo.datagrams, datagrams.length);
  }
});

test('every exporter speaks its protocol', () => {
  const { datagrams } = run();
  const versions = new Map<number, Set<number>>();
  for (const { exporter, bytes } of datagrams) {
    const version = view(bytes).getUint16(0) || view(bytes).getUint32(0);
    versions.set(exporter, (versions.get(exporter) ?? new Set()).add(version));
  }
  const expected = world.exporters.map(
    ({ protocol }) => ({ netflow5: 5, netflow9: 9, ipfix: 10, sflow5: 5 })[protocol],
  );
  assert.deepEqual(
    [...versions].sort(([a], [b]) => a - b).map(([, set]) => [...set]),
    expected.map((version) => [version]),
  );
});

test('NetFlow v5 counts add up to its sequence', () => {
  const index = world.exporters.findIndex(({ protocol }) => protocol === 'netflow5');
  let flows = 0;
  for (const { exporter, bytes } of run().datagrams) {
    if (exporter !== index) continue;
    assert.equal(view(bytes).getUint32(16), flows);
    flows += view(bytes).getUint16(2);
  }
  assert.ok(flows > 500);
});

test('more exporters than the table has are copies with other clients', () => {
  const { demo, datagrams } = run({ exporters: 12, rate: 2000 });
  assert.equal(new Set(datagrams.map(({ exporter }) => exporter)).size, 12);
  assert.ok(demo.flows > 20_000);
});

test('the day curve averages to the rate', () => {
  const demo = new Demo({ ...options, rate: 0.5, dayCurve: true }, world);
  for (let ms = 0; ms <= 86_400_000; ms += 3_600_000) demo.step(START_MS + ms);
  assert.ok(Math.abs(demo.flows / (0.5 * 86_400) - 1) < 0.02, `${demo.flows}`);
});

test('events come when the table says', () => {
  const event = { ...world.events[0]!, start: 30, every: 900, seconds: 90, daily: undefined };
  const at = (seconds: number, changes = {}): boolean =>
    isActive({ ...event, ...changes }, START_MS, START_MS + seconds * 1000);
  assert.deepEqual(
    [29, 30, 119, 120, 929, 930, 1020].map((seconds) => at(seconds)),
    [false, true, true, false, false, true, false],
  );
  // The demo begins at 03:04:05 UTC.
  assert.equal(at(-3600, { daily: 2, seconds: 300 }), true);
  assert.equal(at(-3600 * 2, { daily: 2, seconds: 300 }), false);
});

test('a port scan tries port after port from one host', () => {
  const scan = world.events.find(({ kind }) => kind === 'port-scan')!;
  const exporter = world.exporters.find(({ name }) => name === scan.exporter)!;
  const site = new Site(exporter, world);
  const random = new Random(1);
  const probes = Array.from({ length: 4000 }, (_, count) => eventFlows(scan, site, random, START_MS, count)[0]!);
  assert.deepEqual([...new Set(probes.map(({ source }) => source.join('.')))], ['198.51.100.23']);
  assert.equal(new Set(probes.map(({ destinationPort }) => destinationPort)).size, 100);
  assert.ok(
    probes.every(({ tcpFlags }) => (tcpFlags & 0x12) === 2),
    'SYN without ACK',
  );
});

test('hosts of a prefix stay inside it, and are the same for the same number', () => {
  for (const text of ['10.10.0.0/17', '203.0.113.16/28', '8.8.8.8/32', '104.16.0.0/14', '10.0.0.0/8']) {
    const prefix = parsePrefix(text)!;
    const size = 2 ** (32 - prefix.maskLength);
    const base = view(prefix.address).getUint32(0);
    for (let number = 0; number < 500; number++) {
      const host = hostAddress(prefix, number);
      const value = view(host).getUint32(0);
      assert.ok(value >= base && value < base + size, `${ipv4TextOf(value)} in ${text}`);
      assert.deepEqual(hostAddress(prefix, number), host);
    }
  }
  assert.equal(parsePrefix('10.0.0.0/33'), undefined);
  assert.equal(parsePrefix('router'), undefined);
});

test('every event belongs to an exporter of the table', () => {
  const names = new Set(world.exporters.map(({ name }) => name));
  for (const event of world.events) assert.ok(names.has(event.exporter), event.exporter);
});

test('a table that does not fit is a ConfigError that names the key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-demo-'));
  try {
    const path = join(folder, 'demo.yml');
    const good = readFileSync(join(packageRoot, 'pipelines', 'demo.yml'), 'utf8');
    for (const [from, to, message] of [
      ['protocol: netflow9', 'protocol: netflow99', /exporters\.0\.protocol/],
      ['clients4: 10.10.0.0/17', 'clients4: 10.10.0.0/99', /exporters\.0\.clients4/],
      ['to: [ntp]', 'to: [clocks]', /services\.4\.to: found "clocks", expected one of web, cdn/],
    ] as const) {
      writeFileSync(path, good.replace(from, to));
      assert.throws(
        () => loadWorld(path),
        (error) => error instanceof ConfigError && message.test(error.message),
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('sends over UDP, each exporter from an address of its own', { timeout: 20_000 }, async () => {
  const socket = createSocket('udp4');
  const senders = new Set<string>();
  let received = 0;
  let arrived = (): void => {};
  socket.on('message', (_bytes, sender) => {
    senders.add(`${sender.address}:${sender.port}`);
    received++;
    arrived();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const demo = new SendDemo({ ...options, rate: 200, host: '127.0.0.1', port, durationMs: 600 });
  const counters = await demo.run();
  while (received < counters.sent) {
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
  }
  assert.equal(counters.failed, 0);
  assert.equal(senders.size, 5);
  if (process.platform === 'linux') {
    assert.equal(new Set([...senders].map((sender) => sender.split(':')[0])).size, 5, 'addresses of 127.0.0.0/8');
  }
  assert.ok(Math.abs(counters.flows - 125) <= 10, `${counters.flows} flows in 0.6 s at 200 a second`);
  socket.close();
});
