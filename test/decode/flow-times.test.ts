// Times by own arithmetic: a day is 86 400 000 ms, 2^32 ms are 49 d 17 h 2 min 47.296 s.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settleTimes } from '../../src/decode/flow-times.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { type ExportProtocol, Flow } from '../../src/flow/flow.ts';
import { type FlowValues, setFields } from '../helpers/flow-values.ts';
import { bench, datagram, EXPORT_MS, EXPORT_SECONDS, hex, ipfix, join, set, template, u16, u32 } from './support.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const WRAP = 4_294_967_296;

/** Start and end in ms after the export, to the microsecond. */
function settled(members: FlowValues, protocol: ExportProtocol = 'netflow_v9'): (number | undefined)[] {
  const exporter = new Exporter('192.0.2.1');
  const flow = new Flow(exporter, exporter.facts(0), protocol, 't', EXPORT_MS);
  flow.exportMs = EXPORT_MS;
  settleTimes(setFields(flow, members));
  return [flow.startMs, flow.endMs].map((time) => {
    return time === undefined ? undefined : Math.round((time - EXPORT_MS) * 1000) / 1000;
  });
}

/** Header's uptime, record's first and last, then start and end in ms after the export. */
const UPTIMES: readonly (readonly [string, number, number, number, number, number])[] = [
  ['a flow of some seconds', HOUR, HOUR - 5000, HOUR - 1000, -5000, -1000],
  ['a flow across the wrap', 1000, WRAP - 1000, 500, -2000, -500],
  ['a flow before the wrap, exported after it', 2000, WRAP - 9000, WRAP - 3000, -11_000, -5000],
  ['the very tick of the wrap', 0, WRAP - 1, 0, -1, 0],
  ['a flow since the boot 20 days ago', 20 * DAY, 0, 20 * DAY, -20 * DAY, 0],
  ['a flow since the boot 30 days ago', 30 * DAY, 0, 30 * DAY, -30 * DAY, 0],
  ['a flow of 24.8 days and a bit', 40 * DAY, 40 * DAY - 2_147_483_649, 40 * DAY, -2_147_483_649, 0],
  ['a flow of 45 days', 49 * DAY, 4 * DAY, 49 * DAY - 60_000, -45 * DAY, -60_000],
  ['a flow of 27 days across the wrap', 7 * DAY, WRAP - 20 * DAY, 7 * DAY - 1000, -27 * DAY, -1000],
  ['a flow exported 30 days after its end', 40 * DAY, 9 * DAY, 10 * DAY, -31 * DAY, -30 * DAY],
  [
    'a record whose clock is a week ahead of its header, as FortiOS 5.2 sends them',
    20_412_178,
    621_761_700,
    621_770_700,
    601_349_522,
    601_358_522,
  ],
  ['a record a little ahead of its header', HOUR, HOUR + 200, HOUR + 900, 200, 900],
  ['a record ahead, across the wrap', WRAP - 100, WRAP - 300, 250, -200, 350],
  ['an end one tick before the start', HOUR, HOUR - 499, HOUR - 500, -500, -500],
  ['start and end swapped by a minute', HOUR, HOUR - 1000, HOUR - 61_000, -61_000, -61_000],
  ['the first millisecond after booting', 5000, 0, 0, -5000, -5000],
  [
    'an end before the boot, by a header that has wrapped',
    3,
    4_215_050_555 - 1000,
    4_215_050_555,
    -79_917_744,
    -79_916_744,
  ],
];

for (const protocol of ['netflow_v1', 'netflow_v5', 'netflow_v7', 'netflow_v8', 'netflow_v9', 'ipfix'] as const) {
  test(`${protocol}: uptimes of 32 bits, whatever wrapped between begin, end and export`, () => {
    for (const [name, uptimeMs, startUptimeMs, endUptimeMs, start, end] of UPTIMES) {
      // IPFIX says when the exporter booted instead.
      const clock = protocol === 'ipfix' ? { systemInitMs: EXPORT_MS - uptimeMs } : { uptimeMs };
      // The boot time is no clock that wraps: what lies before it cannot be.
      if (protocol === 'ipfix' && (endUptimeMs > uptimeMs + HOUR || endUptimeMs + startUptimeMs === 0)) continue;
      assert.deepEqual(settled({ ...clock, startUptimeMs, endUptimeMs }, protocol), [start, end], name);
    }
  });
}

test('an exporter that runs for longer than its uptime counts, by its boot time', () => {
  // Booted 100 days ago: its uptime is 100 d - 2 * 2^32 ms = 50 065 408 ms.
  const systemInitMs = EXPORT_MS - 100 * DAY;
  const uptime = 50_065_408;
  assert.deepEqual(
    settled({ systemInitMs, startUptimeMs: uptime - 9000, endUptimeMs: uptime - 4000 }, 'ipfix'),
    [-9000, -4000],
  );
  assert.deepEqual(settled({ systemInitMs, startUptimeMs: uptime + WRAP - 30 * DAY, endUptimeMs: uptime }, 'ipfix'), [
    -30 * DAY,
    0,
  ]);
});

test('the boot time may come in option data', () => {
  const exporter = new Exporter('192.0.2.1');
  const flow = new Flow(exporter, exporter.facts(0), 'ipfix', 't', EXPORT_MS);
  flow.facts.systemInitMs = EXPORT_MS - HOUR;
  Object.assign(flow, { exportMs: EXPORT_MS, startUptimeMs: HOUR - 3000, endUptimeMs: HOUR - 2000 });
  settleTimes(flow);
  assert.deepEqual([flow.startMs, flow.endMs], [EXPORT_MS - 3000, EXPORT_MS - 2000]);
});

/** [what it shows, the record, start and end in ms after the export]. */
const OTHERS: readonly (readonly [string, FlowValues, number | undefined, number | undefined])[] = [
  ['IPFIX uptimes without a boot time end at the export', { startUptimeMs: WRAP - 500, endUptimeMs: 1500 }, -2000, 0],
  ['uptimes that are not filled in', { uptimeMs: DAY, startUptimeMs: 0, endUptimeMs: 0 }, undefined, undefined],
  [
    'a boot time of 1970, before the clock was set',
    { systemInitMs: 12_000, startUptimeMs: 5000, endUptimeMs: 9000 },
    -4000,
    0,
  ],
  ['a boot time after the export', { systemInitMs: EXPORT_MS + DAY, endUptimeMs: 9000 }, DAY + 9000, DAY + 9000],
  ['only a first uptime', { uptimeMs: 40 * DAY, startUptimeMs: 5 * DAY }, -35 * DAY, -35 * DAY],
  ['only a last uptime', { uptimeMs: DAY, endUptimeMs: DAY - 700 }, -700, -700],
  [
    'absolute times win over uptimes',
    { uptimeMs: DAY, endUptimeMs: 5, startMs: EXPORT_MS - 9, endMs: EXPORT_MS - 4 },
    -9,
    -4,
  ],
  [
    'an absolute end and uptimes: their distance',
    { uptimeMs: DAY, startUptimeMs: 100, endUptimeMs: 900, endMs: EXPORT_MS - 50 },
    -850,
    -50,
  ],
  ['deltas before the export', { startDeltaUs: 2_500_000, endDeltaUs: 1_250 }, -2500, -1.25],
  ['the longest delta', { startDeltaUs: 4_294_967_295, endDeltaUs: 0 }, -4_294_967.295, 0],
  ['a start and a duration', { startMs: EXPORT_MS - 70_000, durationMs: 60_000 }, -70_000, -10_000],
  ['an end and a duration of days', { endMs: EXPORT_MS - 10, durationMs: 60 * DAY }, -60 * DAY - 10, -10],
  ['the time of an event', { observationMs: EXPORT_MS - 40 }, -40, -40],
  ['an event after its flow began', { startMs: EXPORT_MS - 90 * DAY, observationMs: EXPORT_MS - 40 }, -90 * DAY, -40],
  ['an event with a duration', { observationMs: EXPORT_MS - 40, durationMs: 1000 }, -1040, -40],
  ['no time at all', {}, undefined, undefined],
];

test('other forms of time', () => {
  for (const [name, members, start, end] of OTHERS) {
    assert.deepEqual(settled(members, 'ipfix'), [start, end], name);
  }
});

test('a clock that counts from 1970 keeps the flow in one piece', () => {
  const times = settled({ exportMs: 5 * SECOND, uptimeMs: 5 * SECOND, startUptimeMs: WRAP - 9000, endUptimeMs: 1000 });
  assert.equal(times[1]! - times[0]!, 10_000);
  assert.equal(times[1]! + EXPORT_MS, 1000);
});

/** 2023-11-14 22:13:20 UTC is NTP second 1 700 000 000 + 2 208 988 800 = 3 908 988 800 = 0xe8fe6f80; 2 208 988 800 s from 1900 to 1970
 * (RFC 868). */
const UNITS: readonly (readonly [string, number, Uint8Array, number])[] = [
  ['seconds', 150, u32(EXPORT_SECONDS - 7), -7000],
  ['milliseconds', 152, join(u32(395, 0xcfe56800 - 1)), -1],
  ['microseconds, an NTP fraction', 154, hex('e8fe6f7f 40000000'), -750],
  ['nanoseconds, an NTP fraction', 156, hex('e8fe6f7f 80000000'), -500],
  ['microseconds before the export', 158, u32(1500), -1.5],
];

test('every unit, as it stands on the wire', () => {
  for (const [name, element, octets, start] of UNITS) {
    const { decoder, flows } = bench();
    const fields = template(256, [element, octets.length], [element + 1, octets.length]);
    decoder.decode(datagram(ipfix([set(2, fields), set(256, octets, octets)])));
    assert.deepEqual([flows[0]!.startMs! - EXPORT_MS, flows[0]!.endMs! - EXPORT_MS], [start, start], name);
  }
});

test('NetFlow v5: the header has nanoseconds, and its uptime has wrapped since the flow began', () => {
  const { decoder, flows } = bench();
  const header = join(u16(5, 1), u32(60_000, EXPORT_SECONDS, 250_000_000, 1, 0));
  const record = new Uint8Array(48);
  record.set(u32(60_000 - 30 * DAY + WRAP, 59_000), 24);
  decoder.decode(datagram(join(header, record)));
  assert.deepEqual([flows[0]!.startMs! - EXPORT_MS, flows[0]!.endMs! - EXPORT_MS], [250 - 30 * DAY, 250 - 1000]);
});
