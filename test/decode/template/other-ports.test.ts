// An exporter that sends templates from one port and data from another: what waits, and what does not any more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bench, bench, datagram, EXPORT_MS, hex, ipfix, set, template, v9 } from '../support.ts';

// sourceIPv4Address, destinationIPv4Address; and the other way round.
const FORWARD = set(0, template(256, [8, 4], [12, 4]));
const BACKWARD = set(0, template(256, [12, 4], [8, 4]));
const DATA = set(256, hex('c000020a c6336414'));
const [HERE, THERE] = ['192.0.2.10', '198.51.100.20'];
const WAIT_MS = 300_000;

/** Sends from one of two ports, `afterMs` later than the first. */
function send({ decoder }: Bench, port: number, bytes: Uint8Array, afterMs = 0): void {
  decoder.decode(datagram(v9([bytes]), { exporterPort: port, receivedMs: EXPORT_MS + afterMs }));
}

function senders({ flows }: Bench): (string | undefined)[] {
  return flows.map((flow) => flow.sourceIp);
}

/** Template of port 1; data of port 2 that has waited in vain. */
function waited(): Bench {
  const at = bench();
  send(at, 1, FORWARD);
  send(at, 2, DATA);
  assert.deepEqual(senders(at), []);
  at.decoder.expire(EXPORT_MS + WAIT_MS + 1);
  assert.deepEqual(senders(at), [HERE]);
  return at;
}

test('data of a port whose data has waited in vain does not wait again', () => {
  const at = waited();
  for (let i = 1; i <= 100; i++) send(at, 2, DATA, WAIT_MS + i);
  assert.equal(at.flows.length, 101);
  const { setsByOtherPort, setsParked, lostFlows } = at.decoder.counters;
  assert.deepEqual([setsByOtherPort, setsParked, lostFlows], [101, 1, 0]);
});

test('follows the other port when it redefines the template, and a template of its own before all', () => {
  const at = waited();
  send(at, 1, BACKWARD);
  send(at, 2, DATA);
  send(at, 2, FORWARD);
  send(at, 2, DATA);
  assert.deepEqual(senders(at), [HERE, THERE, HERE]);
});

test('waits again when the other port is gone, and for other ids', () => {
  const at = waited();
  send(at, 2, set(257, hex('c000020a c6336414')));
  assert.equal(at.decoder.pending.sets, 1);
  at.decoder.forgetSession('192.0.2.1', 1);
  send(at, 2, DATA);
  assert.equal(at.decoder.pending.sets, 2);
});

test("does not take an IPFIX template for v9's", () => {
  const at = bench();
  const learn = ipfix([set(2, template(256, [8, 4], [12, 4]))], 7);
  at.decoder.decode(datagram(learn, { exporterPort: 1 }));
  at.decoder.decode(datagram(v9([DATA], 7), { exporterPort: 2 }));
  at.decoder.expire(EXPORT_MS + WAIT_MS + 1);
  assert.equal(at.decoder.counters.setsExpired, 1);
});

// A domain may take an eighth of 16 KiB, 520 octets for each set: three of them.
for (const pendingOtherPorts of [true, false]) {
  test(`where there is no room to wait, another port's template is ${pendingOtherPorts ? '' : 'not '}taken`, () => {
    const at = bench({ pendingMemory: 16_384, pendingOtherPorts });
    send(at, 1, FORWARD);
    for (let i = 1; i <= 10; i++) send(at, 2, set(256, hex(`c00002${i.toString(16).padStart(2, '0')} c6336414`)));
    const all = Array.from({ length: 10 }, (_, i) => `192.0.2.${i + 1}`);
    assert.deepEqual(senders(at), pendingOtherPorts ? all : []);
    assert.equal(at.decoder.counters.setsDropped, pendingOtherPorts ? 0 : 7);
  });
}
