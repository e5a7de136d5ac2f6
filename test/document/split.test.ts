// Expected values by hand: shares of a flow are its totals times the time that passed, rounded, minus what was given before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Documenter } from '../../src/document/document.ts';
import { FlowSplitter } from '../../src/document/split.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { bareFlow } from './flows.ts';

const MINUTE = 60_000;
const at = (text: string): number => Date.parse(`2026-11-21T${text}Z`);

interface Written {
  readonly id: string;
  readonly timestamp: string;
  readonly start: string | undefined;
  readonly end: string | undefined;
  readonly bytes: number | undefined;
  readonly packets: number | undefined;
  readonly split: { readonly part: number; readonly parts: number } | undefined;
}

function split(members: Partial<Flow>, maxSkewMs = 30 * MINUTE): { parts: Written[]; added: number } {
  const flow = bareFlow('netflow_v9', { receivedMs: at('10:05:00.000'), ...members });
  const options = { timestamp: 'end', maxSkewMs, fillSides: false, dropped: new Set<string>() } as const;
  const documenter = new Documenter(options);
  const splitter = new FlowSplitter({ intervalMs: MINUTE, maxSkewMs });
  const parts: Written[] = [];
  splitter.forEach(flow, (part) => {
    const id = documenter.flowId(part);
    const indexed = new Date(documenter.flowTimestamp(part)).toISOString();
    const { '@timestamp': timestamp, event, network, flow: own } = JSON.parse(documenter.flowDocument(part));
    assert.equal(indexed, timestamp, 'the day of the index is that of the document');
    const { start, end } = event;
    parts.push({ id, timestamp, start, end, bytes: network?.bytes, packets: network?.packets, split: own.split });
  });
  return { parts, added: splitter.added };
}

test('a flow over three minutes becomes three documents whose shares add up', () => {
  // 150 s: 30 s in 10:01, 60 s in 10:02, 60 s in 10:03; of 1001 bytes 200.2, 600.6, 1001 have passed; of 7 packets 1.4, 4.2, 7.
  const { parts, added } = split({
    startMs: at('10:01:30.000'),
    endMs: at('10:04:00.000'),
    bytes: 1001,
    packetCount: 7,
    protocolNumber: 6,
  });
  assert.equal(added, 2);
  assert.deepEqual(parts, [
    {
      id: 'b1-0000a00.01',
      timestamp: '2026-11-21T10:01:59.999Z',
      start: '2026-11-21T10:01:30.000Z',
      end: '2026-11-21T10:01:59.999Z',
      bytes: 200,
      packets: 1,
      split: { part: 1, parts: 3 },
    },
    {
      id: 'b1-0000a00.02',
      timestamp: '2026-11-21T10:02:59.999Z',
      start: '2026-11-21T10:02:00.000Z',
      end: '2026-11-21T10:02:59.999Z',
      bytes: 401,
      packets: 3,
      split: { part: 2, parts: 3 },
    },
    {
      id: 'b1-0000a00.03',
      timestamp: '2026-11-21T10:04:00.000Z',
      start: '2026-11-21T10:03:00.000Z',
      end: '2026-11-21T10:04:00.000Z',
      bytes: 400,
      packets: 3,
      split: { part: 3, parts: 3 },
    },
  ]);
});

for (const [what, members] of [
  ['a flow of a minute', { startMs: at('10:01:30.000'), endMs: at('10:02:30.000'), bytes: 10 }],
  ['a flow without start', { endMs: at('10:02:30.000'), bytes: 10 }],
  ['a flow of the future', { startMs: at('11:30:00.000'), endMs: at('12:30:00.000'), bytes: 10 }],
  ['a flow whose clock is off', { startMs: at('07:00:00.000'), endMs: at('08:00:00.000'), bytes: 10 }],
] as const) {
  test(`${what} stays whole, with the id that it always has`, () => {
    const { parts, added } = split(members);
    assert.deepEqual([parts.length, added, parts[0]?.id, parts[0]?.split], [1, 0, 'b1-0000a00', undefined]);
  });
}

test('parts fall into the indices of their days', () => {
  const { parts } = split({
    receivedMs: at('00:01:30.000'),
    startMs: at('00:01:00.000') - 2 * MINUTE,
    endMs: at('00:01:00.000'),
    bytes: 3,
  });
  assert.deepEqual(
    parts.map((part) => part.timestamp),
    ['2026-11-20T23:59:59.999Z', '2026-11-21T00:01:00.000Z'],
  );
});

test('what lies before the clock guard is in the first part, and no part is outside it', () => {
  const { parts } = split({ startMs: at('08:00:00.000'), endMs: at('10:04:30.000'), bytes: 1_245_000 }, 3 * MINUTE);
  // 124.5 minutes of 10 000 bytes; the guard is at 10:02:00.
  assert.deepEqual(
    parts.map((part) => [part.timestamp.slice(11, 19), part.bytes]),
    [
      ['10:02:59', 1_230_000],
      ['10:03:59', 10_000],
      ['10:04:30', 5000],
    ],
  );
});

test('shares of any flow are whole, not negative, and add up, in both directions and before scaling', () => {
  for (let n = 1; n < 200; n++) {
    const endMs = at('10:04:59.123');
    const members = { bytes: n * 7919, packetCount: n, reverseBytes: n * 31, reversePacketCount: n % 5 };
    const flow = bareFlow('ipfix', {
      ...members,
      receivedMs: at('10:05:00.000'),
      startMs: endMs - n * 7777,
      endMs,
      interval: 2,
      sampledBytes: n * 3959,
      sampledPackets: n,
      flowCount: 9,
    });
    const sums = {
      bytes: 0,
      packetCount: 0,
      reverseBytes: 0,
      reversePacketCount: 0,
      sampledBytes: 0,
      sampledPackets: 0,
    };
    const ids = new Set<number | undefined>();
    let counts = 0;
    new FlowSplitter({ intervalMs: MINUTE, maxSkewMs: 30 * MINUTE }).forEach(flow, (part) => {
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) {
        const share = part[name]!;
        assert.ok(Number.isInteger(share) && share >= 0, `${name} of part ${part.part}: ${share}`);
        sums[name] += share;
      }
      counts += part.flowCount ?? 0;
      assert.ok(!ids.has(part.part));
      ids.add(part.part);
    });
    assert.deepEqual(sums, { ...members, sampledBytes: n * 3959, sampledPackets: n });
    assert.equal(counts, 9);
  }
});

test('a flow of a week is a thousand documents at most', () => {
  const endMs = at('10:04:00.000');
  const { parts } = split({ startMs: endMs - 7 * 1440 * MINUTE, endMs, bytes: 1e9 }, 8 * 1440 * MINUTE);
  assert.ok(parts.length > 990 && parts.length <= 1000, `${parts.length}`);
  assert.equal(new Set(parts.map((part) => part.id)).size, parts.length);
  assert.equal(
    parts.reduce((sum, part) => sum + part.bytes!, 0),
    1e9,
  );
});

test('all parts of a flow have its TCP state, whatever their number of packets', () => {
  // SYN and ACK over three packets is what a client leaves that sent nothing more: no lone answer to a SYN.
  const flow = bareFlow('netflow_v9', {
    receivedMs: at('10:05:00.000'),
    startMs: at('10:01:00.000'),
    endMs: at('10:04:00.000'),
    bytes: 180,
    packetCount: 3,
    protocolNumber: 6,
    tcpFlags: 0x12,
  });
  const documenter = new Documenter({
    timestamp: 'end',
    maxSkewMs: 30 * MINUTE,
    fillSides: false,
    dropped: new Set(),
  });
  const states: unknown[] = [];
  new FlowSplitter({ intervalMs: MINUTE, maxSkewMs: 30 * MINUTE }).forEach(flow, (part) => {
    const { network, flow: own } = JSON.parse(documenter.flowDocument(part));
    states.push([network.packets, own.tcp_state]);
  });
  assert.deepEqual(states, [
    [1, 'established'],
    [1, 'established'],
    [1, 'established'],
  ]);
});
