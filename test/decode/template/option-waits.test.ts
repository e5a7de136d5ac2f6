// Flows that wait for option data: what waits, how long, and that nothing is lost or waits twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplingEnricher } from '../../../src/enrich/sampling.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import {
  bench,
  datagram,
  EXPORT_MS,
  EXPORT_SECONDS,
  hex,
  ipfix,
  join,
  set,
  template,
  u16,
  u32,
  v9,
} from '../support.ts';

const NEW = { pendingNewExporterMs: 2000, pendingSamplingMs: 60_000 };
const SAMPLERS = { pendingNewExporterMs: 0, pendingSamplingMs: 60_000 };

// Template 256: source, sampler, octets. Option template 300: interval by sampler; 301: interval for all.
const FLOWS = set(2, template(256, [8, 4], [48, 4], [1, 4]));
const TABLE = set(3, join(u16(300, 2, 1), u16(48, 4, 34, 4)));
const GENERAL = set(3, join(u16(301, 2, 1), u16(144, 4, 34, 4)));
const flow = (host: number, sampler: number) => u32(0xc0000200 + host, sampler, 100);
const flows = (...records: readonly Uint8Array[]) => set(256, ...records);
const sampler = (id: number, interval: number) => set(300, u32(id, interval));

const at = (seconds: number) => ({ receivedMs: EXPORT_MS + seconds * 1000 });
const hosts = (found: readonly Flow[]) => found.map(({ sourceIp }) => Number(sourceIp!.split('.')[3]));

/** Bytes after scaling by what is known now: flows are scaled when they are emitted, so it has to run then. */
function scaled() {
  const enrich = samplingEnricher({ override: {}, default: {} });
  const found: [host: number, bytes: number][] = [];
  const take = (one: Flow): void => {
    enrich(one);
    found.push([Number(one.sourceIp!.split('.')[3]), one.bytes!]);
  };
  return { take, found };
}

test('flows of a new exporter wait for two seconds, and later ones do not', () => {
  const { decoder, flows: found } = bench(NEW);
  decoder.decode(datagram(ipfix([FLOWS, flows(flow(1, 0))]), at(0)));
  decoder.decode(datagram(ipfix([flows(flow(2, 0))]), at(1.9)));
  assert.deepEqual(hosts(found), []);
  decoder.decode(datagram(ipfix([flows(flow(3, 0))]), at(2)));
  assert.deepEqual(hosts(found), [1, 2, 3]);
  decoder.decode(datagram(ipfix([flows(flow(4, 0))]), at(2.1)));
  assert.deepEqual(hosts(found), [1, 2, 3, 4]);
  assert.deepEqual([decoder.counters.setsHeld, decoder.counters.setsResumed], [2, 2]);
});

test('a timer ends the wait where no datagram does', () => {
  const { decoder, flows: found } = bench(NEW);
  decoder.decode(datagram(ipfix([FLOWS, flows(flow(1, 0))]), at(0)));
  decoder.settle(EXPORT_MS + 1999);
  assert.deepEqual(hosts(found), []);
  decoder.settle(EXPORT_MS + 2000);
  assert.deepEqual(hosts(found), [1]);
});

test('the wait begins when the template has come', () => {
  const { decoder, flows: found } = bench(NEW);
  decoder.decode(datagram(ipfix([flows(flow(1, 0))]), at(0)));
  decoder.decode(datagram(ipfix([FLOWS]), at(100)));
  assert.deepEqual(hosts(found), []);
  decoder.settle(EXPORT_MS + 102_000);
  assert.deepEqual(hosts(found), [1]);
});

test('the wait of a new exporter is longer where an interval was announced, and ends when that has come', () => {
  const { take, found } = scaled();
  const { decoder } = bench(NEW, take);
  decoder.decode(datagram(ipfix([FLOWS, GENERAL, flows(flow(1, 0))]), at(0)));
  decoder.settle(EXPORT_MS + 30_000);
  assert.deepEqual(found, []);
  decoder.decode(datagram(ipfix([set(301, u32(1, 10))]), at(40)));
  decoder.settle(EXPORT_MS + 40_200);
  assert.deepEqual(found, [[1, 1000]]);
});

test('but it ends all the same where that never comes', () => {
  const { decoder, flows: found } = bench(NEW);
  decoder.decode(datagram(ipfix([FLOWS, GENERAL, flows(flow(1, 0))]), at(0)));
  for (let second = 1; second < 60; second++) decoder.settle(EXPORT_MS + second * 1000);
  assert.deepEqual(hosts(found), []);
  decoder.settle(EXPORT_MS + 60_000);
  assert.deepEqual(hosts(found), [1]);
});

test('a record that names a sampler waits until its interval is told, those before it in the set do not', () => {
  const { take, found } = scaled();
  const { decoder } = bench(SAMPLERS, take);
  decoder.decode(datagram(ipfix([FLOWS, flows(flow(1, 0), flow(2, 5), flow(3, 6))]), at(0)));
  assert.deepEqual(found, [[1, 100]]);
  decoder.decode(datagram(ipfix([TABLE, sampler(6, 20)]), at(10)));
  assert.deepEqual(found, [[1, 100]]);
  decoder.decode(datagram(ipfix([sampler(5, 10)]), at(20)));
  assert.deepEqual(found, [[1, 100], [2, 1000], [3, 2000]]); // biome-ignore format: a row
});

test('a sampler that nobody tells of is waited for once, for a minute', () => {
  const { decoder, flows: found } = bench(SAMPLERS);
  decoder.decode(datagram(ipfix([FLOWS, flows(flow(1, 5), flow(2, 6))]), at(0)));
  decoder.decode(datagram(ipfix([flows(flow(3, 5))]), at(59)));
  assert.deepEqual(hosts(found), []);
  decoder.decode(datagram(ipfix([flows(flow(4, 0))]), at(60)));
  assert.deepEqual(hosts(found), [1, 2, 3, 4]);
  assert.equal(decoder.counters.setsHeldInVain, 1);
  decoder.decode(datagram(ipfix([flows(flow(5, 5), flow(6, 6))]), at(61)));
  assert.deepEqual(hosts(found), [1, 2, 3, 4, 5, 6]);
});

test('neither does it wait after a restart', () => {
  const before = bench(SAMPLERS);
  before.decoder.decode(datagram(ipfix([FLOWS, flows(flow(1, 5))]), at(0)));
  before.decoder.settle(EXPORT_MS + 60_000);
  const after = bench({ pendingNewExporterMs: 2000, pendingSamplingMs: 60_000 });
  after.decoder.restore(JSON.parse(JSON.stringify(before.decoder.save())));
  after.decoder.decode(datagram(ipfix([flows(flow(2, 5))]), at(70)));
  assert.deepEqual(hosts(after.flows), [2]);
});

test('the interval of an unknown sampler may come when the wait is over', () => {
  const { take, found } = scaled();
  const { decoder } = bench(SAMPLERS, take);
  decoder.decode(datagram(ipfix([FLOWS, flows(flow(1, 5))]), at(0)));
  decoder.decode(datagram(ipfix([TABLE, sampler(5, 10)]), at(61)));
  decoder.decode(datagram(ipfix([flows(flow(2, 5))]), at(62)));
  assert.deepEqual(found, [[1, 100], [2, 1000]]); // biome-ignore format: a row
});

test('a sampler of which another domain tells is known', () => {
  const { take, found } = scaled();
  const { decoder } = bench(SAMPLERS, take);
  decoder.decode(datagram(ipfix([FLOWS, flows(flow(1, 5))], 7), at(0)));
  decoder.decode(datagram(ipfix([TABLE, sampler(5, 10)], 0), at(1)));
  assert.deepEqual(found, [[1, 1000]]);
});

test('a sampler that was told without interval is not waited for', () => {
  const { decoder, flows: found } = bench(SAMPLERS);
  // IOS XR: selector, packet interval, no space.
  const table = set(3, join(u16(300, 2, 1), u16(302, 4, 305, 4)));
  decoder.decode(datagram(ipfix([FLOWS, table, set(300, u32(5, 1)), flows(flow(1, 5))]), at(0)));
  assert.deepEqual(hosts(found), [1]);
});

// biome-ignore format: a table
for (const [what, fields, record] of [
  ['34', [[48, 4], [34, 4]], u32(5, 100)],
  ['50', [[48, 4], [50, 4]], u32(5, 100)],
  ['305 and 306', [[302, 4], [305, 4], [306, 4]], u32(5, 1, 99)],
  ['309 and 310', [[302, 4], [309, 4], [310, 4]], u32(5, 1, 100)],
] as const) {
  test(`a record that states its interval itself does not wait: ${what}`, () => {
    const { decoder, flows: found } = bench(SAMPLERS);
    decoder.decode(datagram(ipfix([set(2, template(256, ...fields)), set(256, record)]), at(0)));
    assert.equal(found.length, 1);
  });
}

test('selection sequences wait for their report and the selectors that it names', () => {
  const { take, found } = scaled();
  const { decoder } = bench(SAMPLERS, take);
  const packets = set(2, template(256, [8, 4], [301, 8], [1, 4]));
  const report = set(3, join(u16(302, 3, 1), u16(301, 8, 302, 4, 302, 4)));
  decoder.decode(datagram(ipfix([packets, set(256, hex('c0000201 0000000000000009 00000064'))]), at(0)));
  decoder.decode(datagram(ipfix([TABLE, sampler(5, 10), report, set(302, u32(0, 9, 5, 6))]), at(1)));
  assert.deepEqual(found, []);
  decoder.decode(datagram(ipfix([sampler(6, 4)]), at(2)));
  assert.deepEqual(found, [[1, 4000]]);
});

test('where there is no room, flows go on unscaled instead of being lost', () => {
  // An eighth for the domain: 2000 octets hold three sets of 24 with what they cost beside.
  const { decoder, flows: found } = bench({ ...SAMPLERS, pendingMemory: 16_000 });
  decoder.decode(datagram(ipfix([FLOWS]), at(0)));
  for (let host = 1; host <= 10; host++) decoder.decode(datagram(ipfix([flows(flow(host, 5), flow(host, 5))]), at(0)));
  assert.equal(found.length, 14);
  decoder.flush(EXPORT_MS);
  assert.equal(found.length, 20);
  assert.equal(decoder.counters.setsDropped, 0);
});

test('a new exporter for which there is no room counts as known', () => {
  const { decoder, flows: found } = bench({ ...NEW, pendingMemory: 8000 });
  decoder.decode(datagram(ipfix([FLOWS]), at(0)));
  for (let host = 1; host <= 10; host++) decoder.decode(datagram(ipfix([flows(flow(host, 0))]), at(0)));
  assert.deepEqual(hosts(found), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('what an exporter takes back holds for the flows before', () => {
  const { take, found } = scaled();
  const { decoder } = bench(NEW, take);
  decoder.decode(datagram(ipfix([FLOWS, TABLE, flows(flow(1, 5)), sampler(5, 10), flows(flow(2, 5))]), at(0)));
  decoder.decode(datagram(ipfix([sampler(5, 20), flows(flow(3, 5))]), at(1)));
  decoder.settle(EXPORT_MS + 2000);
  assert.deepEqual(found, [[1, 1000], [2, 1000], [3, 2000]]); // biome-ignore format: a row
});

test('flows that wait keep the template that they came under', () => {
  const { decoder, flows: found } = bench(NEW);
  decoder.decode(datagram(ipfix([FLOWS, flows(flow(1, 0))]), at(0)));
  // The same octets, with the source last and no sampler.
  decoder.decode(
    datagram(ipfix([set(2, template(256, [1, 4], [2, 4], [8, 4])), set(256, u32(7, 8, 0xc0000202))]), at(1)),
  );
  decoder.settle(EXPORT_MS + 2000);
  assert.deepEqual(hosts(found), [1, 2]);
});

test('flows that wait have come, by the sequence numbers', () => {
  const { decoder } = bench(NEW);
  const message = (sequence: number, ...sets: readonly Uint8Array[]) => {
    const content = join(...sets);
    return join(u16(10, 16 + content.length), u32(EXPORT_SECONDS, sequence, 7), content);
  };
  decoder.decode(datagram(message(0, FLOWS, flows(flow(1, 0), flow(2, 0))), at(0)));
  decoder.decode(datagram(message(2, flows(flow(3, 0))), at(1)));
  decoder.decode(datagram(message(3, flows(flow(4, 0))), at(3)));
  assert.equal(decoder.counters.lostFlows, 0);
  decoder.decode(datagram(message(9, flows(flow(5, 0))), at(4)));
  assert.equal(decoder.counters.lostFlows, 5);
});

test('exporters without templates are not waited for', () => {
  const { decoder, flows: found } = bench(NEW);
  // One v5 record; then a known exporter's v9.
  const record = join(u32(0xc0000201), new Uint8Array(44));
  decoder.decode(datagram(join(u16(5, 1), new Uint8Array(20), record), at(0)));
  assert.deepEqual(hosts(found), [1]);
});

test('a known exporter is not waited for again after its option data, and the end of the input ends every wait', () => {
  const { decoder, flows: found } = bench({ pendingNewExporterMs: Infinity, pendingSamplingMs: Infinity });
  decoder.decode(datagram(v9([set(0, template(256, [8, 4], [48, 4], [1, 4])), flows(flow(1, 5))]), at(0)));
  decoder.settle(EXPORT_MS + 1e9);
  assert.deepEqual(hosts(found), []);
  decoder.flush(EXPORT_MS);
  assert.deepEqual(hosts(found), [1]);
  decoder.decode(datagram(v9([flows(flow(2, 5))]), at(0)));
  assert.deepEqual(hosts(found), [1, 2]);
  const { setsHeld, setsResumed } = decoder.counters;
  assert.equal(setsHeld, setsResumed);
});

test('at the end, option data under the template of another port is read before the flows', () => {
  const { take, found } = scaled();
  const { decoder } = bench(SAMPLERS, take);
  decoder.decode(datagram(ipfix([FLOWS, TABLE]), { exporterPort: 4000 }));
  decoder.decode(datagram(ipfix([flows(flow(1, 5))]), { exporterPort: 4001 }));
  decoder.decode(datagram(ipfix([sampler(5, 10)]), { exporterPort: 4002 }));
  decoder.flush(EXPORT_MS);
  assert.deepEqual(found, [[1, 1000]]);
});
