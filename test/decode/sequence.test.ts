// Each datagram is "sequence:records"; what is lost, late, doubled or begun anew is counted by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeCounters } from '../../src/decode/counters.ts';
import { DecodeMemory } from '../../src/decode/memory.ts';
import { SequenceTracker, type SequenceUnit } from '../../src/decode/sequence.ts';
import { SubAgentLoss } from '../../src/decode/sflow/loss.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { bench, datagram, hex, ipfix, join, set, template, u16, u32, v9 } from './support.ts';

type Counts = { flows?: number; datagrams?: number; late?: number; twice?: number; restarts?: number };

const CASES: readonly [string, SequenceUnit, string, Counts][] = [
  ['nothing is lost in order', 'records', '100:30 130:30 160:5 165:1', {}],
  ['what came before the first datagram is not lost', 'records', '5000:30 5030:30', {}],
  ['a gap is lost records', 'records', '100:30 160:30', { flows: 30 }],
  ['a gap goes over the wrap of 32 bits', 'records', '4294967290:4 10:30', { flows: 12 }],
  ['a late datagram takes its loss back', 'records', '100:30 190:30 130:30 160:30 220:1', { late: 2 }],
  ['half of what is missing may come late', 'records', '100:30 190:30 160:30 220:1', { flows: 30, late: 1 }],
  ['the middle of a gap may come late', 'records', '0:10 40:10 20:10 10:10 30:10', { late: 3 }],
  [
    'what comes after the first, from before it, tells of losses, too',
    'datagrams',
    '9:1 5:1 6:1 10:1',
    { datagrams: 2, flows: 2, late: 2 },
  ],
  ['a late message of templates only takes nothing back', 'records', '100:1 105:1 103:0 106:1', { flows: 4, late: 1 }],
  ['and more of it takes them back', 'records', '100:30 10:30 40:30 130:1', { flows: 30, late: 2 }],
  ['far before the first is another count', 'datagrams', '90:1 5:1 6:1 7:1 8:1', { restarts: 1, twice: 2 }],
  ['a datagram that comes twice changes nothing', 'records', '100:30 130:30 130:30 160:30 100:30 190:2', { twice: 2 }],
  ['every datagram twice changes nothing', 'records', '0:30 0:30 30:30 30:30 60:30 60:30 90:30 90:30', { twice: 4 }],
  ['a late datagram that comes twice is late once', 'records', '0:10 20:10 10:10 10:10 30:1', { late: 1, twice: 1 }],
  ['far back is a restart', 'records', '900000:30 0:30 30:30', { restarts: 1 }],
  ['loss after a restart counts again', 'records', '900000:30 0:30 60:30', { restarts: 1, flows: 30 }],
  [
    'a few records back is a restart, too, once it goes on',
    'records',
    '500:30 0:9 9:9 18:9 27:9 37:9',
    {
      restarts: 1,
      twice: 2,
      flows: 1,
    },
  ],
  ['a single stray datagram is no restart', 'records', '900000:30 77:30 900030:30 900060:30', {}],
  ['an immense jump ahead is a restart, not a loss', 'records', '5:30 3000000000:30 3000000030:1', { restarts: 1 }],
  ['one message that cannot be counted leaves the next open', 'records', '100:30 130:? 170:30 210:30', { flows: 10 }],
  ['a gap before a message that cannot be counted is lost', 'records', '100:30 150:? 170:30', { flows: 20 }],
  ['a sequence that never moves loses nothing', 'records', '0:30 0:30 0:30 0:30 0:30 0:30', { twice: 5 }],
  [
    'an exporter that leaves option records out lags, no more',
    'records',
    '90000:30 90030:5 90030:30 90060:30 90090:30 90120:1',
    {},
  ],
  ['… and as far as it likes', 'records', '90000:30 90030:50 90030:30 90060:30 90090:30', { twice: 1 }],
  ['v9 loses datagrams, each worth its usual flows', 'datagrams', '7:20 8:30 9:10 12:20', { datagrams: 2, flows: 40 }],
  ['v9 datagrams that come late take back their flows', 'datagrams', '7:20 8:30 9:10 12:20 10:1 11:1', { late: 2 }],
  ['v9 that counts records is seen through', 'datagrams', '0:20 20:20 40:15 55:20 75:20 105:20', { flows: 10 }],
  ['samples are flows', 'samples', '1:? 2:? 5:? 6:?', { flows: 2 }],
];

for (const [name, unit, text, expected] of CASES) {
  test(`${name}: ${text}`, () => {
    const counts = new DecodeCounters();
    const tracker = new SequenceTracker(unit, [counts]);
    for (const part of text.split(' ')) {
      const [sequence, records] = part.split(':');
      tracker.observe(Number(sequence), records === '?' ? undefined : Number(records), undefined);
    }
    const { lostFlows, lostDatagrams, reordered, duplicates, restarts } = counts;
    const { flows = 0, datagrams = 0, late = 0, twice = 0, restarts: begun = 0 } = expected;
    assert.deepEqual(
      { lostFlows, lostDatagrams, reordered, duplicates, restarts },
      { lostFlows: flows, lostDatagrams: datagrams, reordered: late, duplicates: twice, restarts: begun },
    );
  });
}

test('an uptime that goes back is a restart, one that wraps is none', () => {
  const DAY = 86_400_000;
  for (const [before, after, restarts, lost] of [
    [5 * DAY, 3000, 1, 0],
    [30 * DAY, 3000, 1, 0],
    [0xffff_f000, 3000, 0, 10],
    [5 * DAY, 5 * DAY - 500, 0, 10],
  ] as const) {
    const counts = new DecodeCounters();
    const tracker = new SequenceTracker('records', [counts]);
    tracker.observe(100, 30, before);
    tracker.observe(140, 30, after);
    assert.deepEqual([counts.restarts, counts.lostFlows], [restarts, lost], `${before} → ${after}`);
  }
});

test('bounds the gaps it remembers, and stands any sequence', () => {
  const counts = new DecodeCounters();
  const tracker = new SequenceTracker('records', [counts]);
  for (let i = 0; i < 1000; i++) tracker.observe(i * 10, 5, undefined);
  assert.equal(counts.lostFlows, 999 * 5);
  // Long given up: what comes so late counts as doubled.
  tracker.observe(5, 5, undefined);
  assert.deepEqual([counts.lostFlows, counts.reordered, counts.duplicates], [999 * 5, 0, 1]);
});

const FIELDS = template(256, [8, 4], [12, 4]);
const RECORD = hex('c000020a c6336414');

function v9Numbered(sequence: number, sets: readonly Uint8Array[], sourceId = 7): Uint8Array {
  const bytes = v9(sets, sourceId);
  bytes.set(u32(sequence), 12);
  return bytes;
}

function ipfixNumbered(sequence: number, sets: readonly Uint8Array[], domainId = 7): Uint8Array {
  const bytes = ipfix(sets, domainId);
  bytes.set(u32(sequence), 8);
  return bytes;
}

test('counts records of IPFIX with its option records, and tells domains and ports apart', () => {
  const { decoder } = bench();
  const options = set(3, join(u16(300, 2, 1), u16(10, 4, 82, 4)));
  const option = set(300, join(u32(5), hex('65746830')));
  const data = set(256, RECORD, RECORD);
  decoder.decode(datagram(ipfixNumbered(0, [set(2, FIELDS), options, data])));
  decoder.decode(datagram(ipfixNumbered(2, [option, data])));
  decoder.decode(datagram(ipfixNumbered(900, [set(2, FIELDS), data], 8)));
  decoder.decode(datagram(ipfixNumbered(4000, [set(2, FIELDS), data]), { exporterPort: 3000 }));
  assert.equal(decoder.counters.lostFlows, 0);
  decoder.decode(datagram(ipfixNumbered(9, [data])));
  const exporter = decoder.exporters.get('192.0.2.1')!;
  assert.deepEqual([decoder.counters.lostFlows, exporter.lostFlows], [4, 4]);
  assert.deepEqual([exporter.facts(7).lostFlows, exporter.facts(8).lostFlows], [4, 0]);
});

test('loses no count to sets that wait for their template', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(ipfixNumbered(0, [set(256, RECORD, RECORD)])));
  decoder.decode(datagram(ipfixNumbered(2, [set(2, FIELDS), set(256, RECORD)])));
  decoder.decode(datagram(ipfixNumbered(3, [set(256, RECORD)])));
  assert.deepEqual([flows.length, decoder.counters.lostFlows, decoder.counters.duplicates], [4, 0, 0]);
});

test('takes the ports of an exporter that goes on from another port for one', () => {
  const { decoder } = bench();
  for (let i = 0; i < 20; i++) {
    decoder.decode(datagram(v9Numbered(500 + i, [set(0, FIELDS), set(256, RECORD)]), { exporterPort: 3000 + (i % 4) }));
  }
  assert.equal(decoder.counters.lostDatagrams, 0);
  decoder.decode(datagram(v9Numbered(523, [set(256, RECORD)]), { exporterPort: 3001 }));
  assert.deepEqual([decoder.counters.lostDatagrams, decoder.counters.lostFlows], [3, 3]);
});

test('counts each aggregation of v8 for itself', () => {
  const { decoder } = bench();
  // Scheme 1 (AS) has records of 28 octets, scheme 3 (source prefix) of 32; version 2 of the aggregation.
  const v8 = (scheme: number, sequence: number, octets: number) =>
    join(
      u16(8, 1),
      u32(1000, 1_700_000_000, 0, sequence),
      hex('0000'),
      new Uint8Array([scheme, 2, 0, 0, 0, 0]),
      new Uint8Array(octets),
    );
  for (const [scheme, sequence, octets] of [
    [1, 70_000, 28],
    [3, 5, 32],
    [1, 70_001, 28],
    [3, 6, 32],
  ] as const) {
    decoder.decode(datagram(v8(scheme, sequence, octets)));
  }
  const { flows, lostFlows, restarts } = decoder.counters;
  assert.deepEqual([flows, lostFlows, restarts], [4, 0, 0]);
  decoder.decode(datagram(v8(3, 10, 32)));
  assert.deepEqual([decoder.counters.lostFlows, decoder.exporters.get('192.0.2.1')!.lostFlows], [3, 3]);
});

test('keeps the templates of an exporter that starts anew until they are redefined', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(v9Numbered(90_000, [set(0, FIELDS), set(256, RECORD)])));
  decoder.decode(datagram(v9Numbered(0, [set(256, RECORD)])));
  decoder.decode(datagram(v9Numbered(1, [set(0, template(256, [12, 4], [8, 4])), set(256, RECORD)])));
  assert.equal(decoder.counters.restarts, 1);
  assert.deepEqual(
    flows.map((flow) => flow.sourceIp),
    ['192.0.2.10', '192.0.2.10', '198.51.100.20'],
  );
});

test('counts samples of sFlow per source, and what the agent dropped since it was first heard', () => {
  const counts = new DecodeCounters();
  const exporter = new Exporter('192.0.2.1');
  const loss = new SubAgentLoss(exporter, exporter.facts(0), counts, 2, new DecodeMemory(1 << 20));
  loss.observeDatagram(10, 1000);
  loss.observeSample(0, 1, 700, 50);
  loss.observeSample(0, 2, 90, 0);
  loss.observeDatagram(13, 2000);
  loss.observeSample(0, 1, 703, 57);
  loss.observeSample(0, 2, 91, 0);
  loss.observeSample(0, 3, 1, 0); // one source too many
  assert.deepEqual(
    [counts.lostDatagrams, counts.lostFlows, counts.droppedSamples, exporter.droppedSamples, counts.factsRefused],
    [2, 2, 7, 7, 1],
  );
});
