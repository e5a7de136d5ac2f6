import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { Admission } from '../../src/input/admission.ts';
import { ConfigError } from '../../src/lib/errors.ts';

function admission(allow: readonly string[], maxRate = 0): { gate: Admission; lines: string[] } {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  return { gate: new Admission({ allow, maxRate }, 'input.allow', log), lines };
}

test('without a list and a rate everybody may send, and has one address however it is written', () => {
  const { gate } = admission([]);
  assert.equal(gate.admit('192.0.2.7', 0), '192.0.2.7');
  assert.equal(gate.admit('::ffff:192.0.2.7', 0), '192.0.2.7');
  assert.equal(gate.admit('2001:DB8:0:0::1', 0), '2001:db8::1');
  assert.deepEqual({ ...gate.counters }, { notAllowed: 0, rateLimited: 0 });
});

test('with a list only those on it may send', () => {
  const { gate, lines } = admission(['192.0.2.1', '10.0.0.0/8', '2001:db8::/32', 'fe80::/10']);
  const cases: [string, boolean][] = [
    ['192.0.2.1', true],
    ['192.0.2.2', false],
    ['10.255.255.255', true],
    ['11.0.0.0', false],
    ['::ffff:10.1.2.3', true],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['fe80::1%eth0', true],
  ];
  for (const [address, isAllowed] of cases) {
    assert.equal(gate.admit(address, 0) !== undefined, isAllowed, address);
    assert.equal(gate.admit(address, 0) !== undefined, isAllowed, `${address}, asked again`);
  }
  assert.equal(gate.counters.notAllowed, 6);
  assert.deepEqual(gate.refusedSenders, [
    { address: '192.0.2.2', notAllowed: 2, rateLimited: 0 },
    { address: '11.0.0.0', notAllowed: 2, rateLimited: 0 },
    { address: '2001:db9::1', notAllowed: 2, rateLimited: 0 },
  ]);
  assert.equal(lines.length, 1, 'one warning a minute');
  assert.match(lines[0]!, /192\.0\.2\.2/);
});

test('a sender may send its rate, and five seconds of it at once; others are not touched by it', () => {
  const { gate } = admission([], 10);
  const sendMany = (address: string, count: number, nowMs: number): number => {
    let passed = 0;
    for (let i = 0; i < count; i++) if (gate.admit(address, nowMs) !== undefined) passed++;
    return passed;
  };
  assert.equal(sendMany('192.0.2.1', 60, 1000), 50, 'the burst');
  assert.equal(sendMany('192.0.2.1', 5, 1000), 0);
  assert.equal(sendMany('192.0.2.2', 5, 1000), 5);
  assert.equal(sendMany('192.0.2.1', 60, 2000), 10, 'a second later');
  assert.equal(sendMany('192.0.2.1', 60, 500), 0, 'the clock goes back');
  assert.equal(sendMany('192.0.2.1', 100, 3_600_000), 50, 'an hour later');
  assert.equal(gate.counters.rateLimited, 10 + 5 + 50 + 60 + 50);
  assert.deepEqual(gate.refusedSenders, [{ address: '192.0.2.1', notAllowed: 0, rateLimited: 175 }]);
});

test('senders are counted one by one up to a thousand, and all of them together; each keeps its count', () => {
  const { gate } = admission(['192.0.2.1']);
  const address = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
  // More than are remembered: the first have been forgotten when they come again.
  for (let n = 0; n < 70_000; n++) gate.admit(address(n), 0);
  gate.admit(address(0), 0);
  gate.admit(`::ffff:${address(0)}`, 0);
  assert.equal(gate.counters.notAllowed, 70_002);
  assert.equal(gate.refusedSenders.length, 1000);
  assert.deepEqual(gate.refusedSenders[0], { address: '10.0.0.0', notAllowed: 3, rateLimited: 0 });
});

test('an entry that is no network is an error that names it', () => {
  for (const entry of ['router1', '10.0.0.0/33', '10.0.0.0/', '::/129', '10.0.0.0/8/8', '']) {
    assert.throws(
      () => admission(['192.0.2.1', entry]),
      (error) => error instanceof ConfigError && error.message.startsWith('input.allow[1]: '),
      entry,
    );
  }
});
