import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/lib/log.ts';
import type { Fault } from '../../src/output/bulk-response.ts';
import { backoffMs, Destination } from '../../src/output/destination.ts';

const OPTIONS = { maxInFlight: 4, retryMinMs: 100, retryMaxMs: 1000, logIntervalMs: 60_000 };
const FAULT: Fault = { scope: 'unreachable', status: 0, type: 'ConnectionError', reason: 'refused' };

function make(): { destination: Destination; clock: { now: number }; warnings: string[] } {
  const clock = { now: 1000 };
  const warnings: string[] = [];
  const log = createLog('silent');
  log.warn = (fields: unknown) => void warnings.push((fields as Fault).type);
  return { destination: new Destination(OPTIONS, log, () => clock.now), clock, warnings };
}

test('while it is up, as many requests as the window has places are admitted', () => {
  const { destination } = make();
  assert.deepEqual(
    [0, 3, 4].map((inFlight) => destination.admits(inFlight)),
    [true, true, false],
  );
});

test('after a failure one request at a time is admitted, and only after a pause', () => {
  const { destination, clock } = make();
  destination.failed(FAULT, clock.now);
  assert.equal(destination.admits(0), false);
  clock.now += 100;
  assert.equal(destination.admits(0), true);
  assert.equal(destination.admits(1), false);
});

test('failure halves the window, success adds one', () => {
  const { destination, clock } = make();
  destination.failed(FAULT, clock.now);
  assert.equal(destination.window, 1, 'while it is down');
  destination.succeeded();
  assert.equal(destination.window, 3, '4 / 2 + 1');
  for (let n = 0; n < 5; n += 1) destination.succeeded();
  assert.equal(destination.window, 4, 'never above the option');
  destination.slowDown();
  assert.equal(destination.window, 2);
});

test('requests that were under way together count as one failure', () => {
  const { destination, clock } = make();
  for (let n = 0; n < 4; n += 1) destination.failed(FAULT, clock.now - 1);
  clock.now += 100;
  assert.equal(destination.admits(0), true, 'the pause is still the first');
});

test('pauses go on growing when it answers but takes nothing', () => {
  const { destination, clock } = make();
  for (let n = 0; n < 5; n += 1) {
    destination.failed(FAULT, clock.now);
    destination.answered();
    assert.equal(destination.admits(0), true, 'the next bulk may try at once');
    clock.now += 1;
  }
  destination.failed(FAULT, clock.now);
  clock.now += 499;
  assert.equal(destination.admits(0), false);
  clock.now += 501;
  assert.equal(destination.admits(0), true);
});

test('pauses double from the first to the longest and lose up to a half at random', () => {
  for (const [failures, full] of [
    [0, 100],
    [1, 200],
    [3, 800],
    [4, 1000],
    [1000, 1000],
  ] as const) {
    for (let n = 0; n < 50; n += 1) {
      const pause = backoffMs(failures, OPTIONS);
      assert.ok(pause >= full / 2 && pause <= full, `${failures} failures: ${pause}`);
    }
  }
});

test('a fault is logged once per kind, again when it lasts, and anew after a recovery', () => {
  const { destination, clock, warnings } = make();
  for (let n = 0; n < 10; n += 1) destination.failed(FAULT, clock.now);
  destination.failed({ ...FAULT, type: 'TimeoutError' }, clock.now);
  assert.deepEqual(warnings, ['ConnectionError', 'TimeoutError']);
  clock.now += 60_000;
  destination.failed(FAULT, clock.now);
  assert.equal(warnings.length, 3);
  destination.succeeded();
  destination.failed(FAULT, clock.now);
  assert.equal(warnings.length, 4);
});
