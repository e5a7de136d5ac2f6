import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detailsText } from '../../src/document/details-text.ts';
import { Documenter } from '../../src/document/document.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { FlowDetails } from '../../src/flow/flow-details.ts';
import { bareFlow } from './flows.ts';

function parsed(members: Partial<FlowDetails>): unknown {
  return JSON.parse(`{"all":0${detailsText(Object.assign(new FlowDetails(), members))}}`);
}

for (const [name, members, expected] of [
  ['nothing', {}, {}],
  ['a code of 0, which is to be ignored', { firewallCode: 0 }, {}],
  ['a code without a published name', { firewallCode: 2030 }, { firewall: { reason: '2030' } }],
  [
    'a block with both ends',
    { portRangeStart: 1024, portRangeEnd: 2047 },
    { nat: { port_block: { start: 1024, end: 2047 } } },
  ],
  ['a block of which the start alone is known', { portRangeStart: 5000 }, { nat: { port_block: { start: 5000 } } }],
  [
    'a block by number of ports',
    { portRangeStart: 1024, portRangeSize: 512 },
    { nat: { port_block: { start: 1024, end: 1535, size: 512 } } },
  ],
  [
    'a scattered block: 1000, 1008 … 1000 + 63 * 8',
    { portRangeStart: 1000, portRangeSize: 64, portRangeStep: 8 },
    { nat: { port_block: { start: 1000, end: 1504, step: 8, size: 64 } } },
  ],
  [
    'a block that would end above the last port',
    { portRangeStart: 65_000, portRangeSize: 1000 },
    { nat: { port_block: { start: 65_000, size: 1000 } } },
  ],
  ['a pool by number', { natPool: 7 }, { nat: { pool: '7' } }],
  ['a pool by name and number', { natPool: 7, natPoolName: 'cgn' }, { nat: { pool: 'cgn' } }],
  ['the quota that was met', { natQuota: 3 }, { nat: { limit: 'maximum entries per user' } }],
  ['the threshold that was met', { natThreshold: 2 }, { nat: { limit: 'address pool low threshold' } }],
  ['no limit of a number without a name', { natQuota: 99, natThreshold: 99 }, {}],
  ['no delay where no handshake was seen', { clientDelaySumMs: 0, connectionCount: 1, applicationDelaySumMs: 5 }, {}],
  ['no delay of no connections', { serverDelaySumMs: 7, connectionCount: 0 }, {}],
  ['a mean of delays', { serverDelaySumMs: 7, connectionCount: 2 }, { latency: { server: 3.5 } }],
  ['one total', { totalBytes: 5 }, { total: { bytes: 5 } }],
  ['the other', { totalPackets: 6 }, { total: { packets: 6 } }],
] as const) {
  test(`writes ${name}`, () => {
    assert.deepEqual(parsed(members), { all: 0, ...expected });
  });
}

function event(members: Partial<Flow>): unknown[] {
  const documenter = new Documenter({ timestamp: 'end', maxSkewMs: 1e6, fillSides: false, dropped: new Set() });
  const document = JSON.parse(documenter.flowDocument(bareFlow('ipfix', members)));
  return [document.flow.event, document.event.type];
}

test('names events and their kinds', () => {
  assert.deepEqual(event({ firewallEvent: 1 }), ['flow created', ['connection', 'start']]);
  assert.deepEqual(event({ firewallEvent: 2 }), ['flow deleted', ['connection', 'end']]);
  assert.deepEqual(event({ firewallEvent: 3 }), ['flow denied', ['connection', 'denied']]);
  assert.deepEqual(event({ firewallEvent: 5 }), ['flow update', ['connection']]);
  assert.deepEqual(event({ firewallEvent: 0 }), [undefined, ['connection']]);
  assert.deepEqual(event({ natEvent: 16 }), ['port block allocation', ['connection']]);
  assert.deepEqual(event({ natEvent: 99 }), [undefined, ['connection']]);
});
