// Flows that are told in parts. Times are seconds after the exporter was first heard.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeCounters } from '../../src/decode/counters.ts';
import { finishFlow } from '../../src/decode/finish.ts';
import { RunningCounts } from '../../src/decode/running-counts.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { Flow } from '../../src/flow/flow.ts';
import { type FlowValues, setFields } from '../helpers/flow-values.ts';
import { EXPORT_MS } from './support.ts';

const HOUR = 3600;

class Firewall {
  readonly counters = new DecodeCounters();
  readonly running: RunningCounts;
  readonly exporter: Exporter;

  constructor(totalsAsDeltas = false, maxRunningFlows = 100, running?: RunningCounts, address = '192.0.2.1') {
    this.running =
      running ?? new RunningCounts({ totalsAsDeltas, maxRunningFlows, runningExpireMs: HOUR * 1000 }, this.counters);
    this.exporter = new Exporter(address);
  }

  /** A record that began and ended (or happened) then. */
  report(start: number, end: number, members: FlowValues): Flow {
    const flow = new Flow(this.exporter, this.exporter.facts(0), 'netflow_v9', 't', EXPORT_MS + end * 1000);
    this.exporter.lastSeenMs = flow.receivedMs;
    Object.assign(flow, { sourceIp: '192.0.2.10', destinationIp: '198.51.100.20', protocolNumber: 6 });
    Object.assign(flow, { sourcePort: 51234, destinationPort: 443, inputInterface: 3, outputInterface: 4 });
    Object.assign(flow, { startMs: EXPORT_MS + start * 1000, endMs: EXPORT_MS + end * 1000 });
    setFields(flow, members);
    finishFlow(flow);
    this.running.settle(flow);
    return flow;
  }

  update(start: number, end: number, sent: number, received: number, members: FlowValues = {}): Flow {
    return this.report(start, end, { firewallEvent: 5, initiatorOctets: sent, responderOctets: received, ...members });
  }

  end(start: number, end: number, sent: number, received: number, members: FlowValues = {}): Flow {
    return this.report(start, end, { firewallEvent: 2, initiatorOctets: sent, responderOctets: received, ...members });
  }

  total(start: number, end: number, bytes: number, packets: number, members: FlowValues = {}): Flow {
    return this.report(start, end, { octetsTotal: bytes, packetsTotal: packets, ...members });
  }
}

function bytesOf(...flows: readonly Flow[]): (readonly [number?, number?])[] {
  return flows.map((flow) => [flow.bytes, flow.reverseBytes] as [number?, number?]);
}

test('the end of a firewall flow holds what its updates have not told', () => {
  const asa = new Firewall();
  const flows = [
    asa.report(0, 0, { firewallEvent: 1 }),
    asa.update(0, 60, 2557, 1117),
    asa.update(0, 120, 31, 0),
    asa.end(0, 150, 2600, 1217),
  ];
  assert.deepEqual(bytesOf(...flows), [
    [undefined, undefined],
    [2557, 1117],
    [31, 0],
    [12, 100],
  ]);
  assert.equal(flows[3]!.details?.totalBytes, 3817);
  assert.equal(flows[1]!.details?.totalBytes, undefined);
});

test('a flow without updates is told by its end alone', () => {
  const asa = new Firewall();
  asa.update(0, 60, 1, 1, { sourcePort: 1 });
  const end = asa.end(0, 61, 81, 763);
  assert.deepEqual([...bytesOf(end), end.details], [[81, 763], undefined]);
  assert.equal(asa.running.size, 1);
});

test('packets are taken off as bytes are', () => {
  const asa = new Firewall();
  asa.update(0, 60, 100, 200, { initiatorPackets: 3, responderPackets: 4 });
  const end = asa.end(0, 61, 150, 200, { initiatorPackets: 5, responderPackets: 4 });
  assert.deepEqual([end.bytes, end.reverseBytes, end.packetCount, end.reversePacketCount], [50, 0, 2, 0]);
  assert.deepEqual([end.details?.totalBytes, end.details?.totalPackets], [350, 9]);
});

test('an update that its end has overtaken is not counted again, one of a whole flow is forgotten', () => {
  const asa = new Firewall();
  asa.update(0, 60, 100, 0);
  assert.deepEqual(bytesOf(asa.end(0, 90, 130, 0), asa.update(0, 90, 30, 0)), [
    [30, 0],
    [undefined, undefined],
  ]);
  asa.update(100, 160, 7, 8);
  asa.end(100, 170, 7, 8);
  assert.equal(asa.running.size, 0);
});

test('the five-tuple used again, by another number, begin or interface, is another flow', () => {
  const others: FlowValues[] = [{ sourcePort: 51235 }, { inputInterface: 9 }, { ingressVrf: 2 }, { icmpType: 3 }];
  for (const other of others) {
    const asa = new Firewall();
    const members = other.icmpType === undefined ? {} : { protocolNumber: 1, icmpType: 8, icmpCode: 0 };
    asa.update(0, 60, 100, 0, members);
    assert.deepEqual(bytesOf(asa.end(0, 61, 130, 0, { ...members, ...other })), [[130, 0]], JSON.stringify(other));
  }
  const asa = new Firewall();
  asa.update(0, 60, 100, 0);
  assert.deepEqual(bytesOf(asa.end(30, 61, 130, 0)), [[130, 0]]);
});

test('exporters do not share flows', () => {
  const one = new Firewall();
  const other = new Firewall(false, 100, one.running, '192.0.2.2');
  one.update(0, 60, 100, 0);
  assert.deepEqual(bytesOf(other.end(0, 61, 130, 0)), [[130, 0]]);
});

test('of an old flow, whose updates came before we listened, the end says nothing new', () => {
  const asa = new Firewall();
  asa.update(0, 1, 5, 5, { sourcePort: 1 });
  const old = asa.end(-2 * HOUR, 30, 1e9, 1e9, { sourcePort: 2 });
  assert.deepEqual([...bytesOf(old), old.details?.totalBytes], [[undefined, undefined], 2e9]);
  assert.deepEqual(bytesOf(asa.end(-600, 30, 70, 80, { sourcePort: 3 })), [[70, 80]]);
  // Without updates, as older firewalls are, every end is the only report.
  const older = new Firewall();
  assert.deepEqual(bytesOf(older.end(-2 * HOUR, 30, 1e9, 1e9)), [[1e9, 1e9]]);
});

test('an exporter whose clock is years off is counted as any other', () => {
  const years = 20 * 365 * 24 * HOUR;
  for (const shift of [-years, years]) {
    const probe = new Firewall(true);
    const flow = (end: number, bytes: number): Flow => {
      const startMs = EXPORT_MS + (shift - 60) * 1000;
      return probe.total(0, end, bytes, 1, { startMs, endMs: startMs + (60 + end) * 1000 });
    };
    assert.deepEqual([flow(0, 100).bytes, flow(60, 300).bytes], [100, 200]);
  }
});

test('events that have other counters, or none, are left as they are', () => {
  const paloAlto = new Firewall();
  paloAlto.report(0, 60, { firewallEvent: 5, octets: 100 });
  assert.equal(paloAlto.report(0, 61, { firewallEvent: 2, octets: 130 }).bytes, 130);
  assert.equal(paloAlto.report(0, 61, { firewallEvent: 2 }).bytes, undefined);
  assert.equal(paloAlto.report(0, 61, { firewallEvent: 3 }).bytes, undefined);
  assert.equal(paloAlto.running.size, 0);
});

test('totals count as they are, unless told that they run', () => {
  const probe = new Firewall(false);
  assert.deepEqual(
    [probe.total(0, 60, 100, 1), probe.total(0, 120, 300, 3)].map((flow) => flow.bytes),
    [100, 300],
  );
  assert.equal(probe.running.size, 0);
});

/** [start, end, total of bytes, of packets] and what is to be counted of it. */
const RUNNING: readonly (readonly [
  string,
  readonly (readonly [number, number, number, number])[],
  readonly number[],
])[] = [
  [
    'grows',
    [
      [0, 60, 100, 1],
      [0, 120, 300, 3],
      [0, 180, 300, 3],
      [0, 240, 900, 9],
    ],
    [100, 200, 0, 600],
  ],
  [
    'has a begin that jitters by the second of the export',
    [
      [0, 60, 100, 1],
      [0.9, 120, 300, 3],
      [-0.8, 180, 400, 4],
    ],
    [100, 200, 100],
  ],
  [
    'begins anew with another flow',
    [
      [0, 60, 100, 1],
      [0, 120, 300, 3],
      [130, 180, 500, 5],
      [130, 240, 700, 7],
    ],
    [100, 200, 500, 200],
  ],
  [
    'is set to zero',
    [
      [0, 60, 1000, 10],
      [0, 120, 400, 4],
      [0, 180, 500, 5],
    ],
    [1000, 400, 100],
  ],
  [
    'has been overtaken',
    [
      [0, 60, 100, 1],
      [0, 180, 500, 5],
      [0, 120, 300, 3],
      [0, 240, 600, 6],
    ],
    [100, 400, 0, 100],
  ],
  [
    'is of an old flow',
    [
      [-2 * HOUR, 0, 1e9, 1e6],
      [-2 * HOUR, 60, 1e9 + 50, 1e6 + 1],
    ],
    [Number.NaN, 50],
  ],
];

for (const [name, reports, expected] of RUNNING) {
  test(`a total that ${name}`, () => {
    const probe = new Firewall(true);
    const flows = reports.map((report) => probe.total(...report));
    assert.deepEqual(
      flows.map((flow) => flow.bytes ?? Number.NaN),
      expected,
    );
  });
}

test('both directions of running totals, and packets that are deltas beside them', () => {
  const probe = new Firewall(true);
  probe.total(0, 60, 100, 1, { reverseOctetsTotal: 40, reversePacketsTotal: 2 });
  const later = probe.total(0, 120, 150, 4, { reverseOctetsTotal: 60, reversePacketsTotal: 3 });
  assert.deepEqual([later.bytes, later.reverseBytes, later.packetCount, later.reversePacketCount], [50, 20, 3, 1]);
  assert.deepEqual([later.details?.totalBytes, later.details?.totalPackets], [210, 7]);
  const mixed = new Firewall(true);
  mixed.report(0, 60, { octetsTotal: 100, packets: 5 });
  const next = mixed.report(0, 120, { octetsTotal: 130, packets: 2 });
  assert.deepEqual([next.bytes, next.packetCount, next.details?.totalPackets], [30, 2, undefined]);
  assert.equal(mixed.report(0, 180, { octetsTotal: 500, octets: 9 }).bytes, 9);
});

test('a flow that has ended is not remembered', () => {
  const probe = new Firewall(true);
  probe.total(0, 60, 100, 1, { endReason: 3 });
  assert.equal(probe.running.size, 0);
  probe.total(0, 60, 100, 1, { endReason: 2 });
  assert.equal(probe.running.size, 1);
  assert.equal(probe.total(0, 90, 120, 2, { endReason: 1 }).bytes, 20);
  assert.equal(probe.running.size, 0);
});

test('memory is bounded: the flow reported longest ago makes room and is counted', () => {
  const probe = new Firewall(true, 20);
  for (let port = 1; port <= 10; port++) probe.total(0, port, 100, 1, { sourcePort: port });
  probe.total(0, 11, 110, 1, { sourcePort: 1 });
  assert.deepEqual([probe.running.size, probe.counters.runningFlowsRefused], [10, 0]);
  probe.total(0, 12, 100, 1, { sourcePort: 11 });
  assert.deepEqual([probe.running.size, probe.counters.runningFlowsRefused], [10, 1]);
  assert.equal(probe.total(0, 13, 130, 1, { sourcePort: 1 }).bytes, 20);
  assert.equal(probe.total(0, 13, 130, 1, { sourcePort: 2 }).bytes, 130);
  // The other half is for others; when that is full, too, newcomers go without.
  const other = new Firewall(true, 20, probe.running, '192.0.2.2');
  for (let port = 1; port <= 12; port++) other.total(0, 20, 100, 1, { sourcePort: port });
  const third = new Firewall(true, 20, probe.running, '192.0.2.3');
  third.total(0, 21, 100, 1);
  assert.equal(third.total(0, 22, 130, 2).bytes, 130);
  assert.equal(probe.running.size, 20);
});

test('flows are forgotten when their time is over', () => {
  const probe = new Firewall(true);
  probe.total(0, 60, 100, 1, { sourcePort: 1 });
  probe.total(0, 120, 100, 1, { sourcePort: 2 });
  probe.running.expire(EXPORT_MS + (HOUR + 90) * 1000);
  assert.equal(probe.running.size, 1);
  probe.running.expire(EXPORT_MS + (HOUR + 121) * 1000);
  assert.equal(probe.running.size, 0);
});
