import assert from 'node:assert/strict';
import { test } from 'node:test';
import { terminalLine } from '../../src/lib/log-terminal.ts';

const LINE = JSON.stringify({
  level: 40,
  time: '2026-11-21T04:39:43.618Z',
  component: 'udp',
  grantedBytes: 4096,
  msg: 'small buffer',
});

test('a log line for people has time, level, component, message and facts', () => {
  assert.equal(terminalLine(LINE, false), '04:39:43 warn udp: small buffer (grantedBytes 4096)\n');
});

test('warnings are coloured where colours are wanted, and only there', () => {
  assert.ok(terminalLine(LINE, true).includes('\x1b[33mwarn\x1b[0m'));
  assert.ok(!terminalLine(LINE, false).includes('\x1b'));
});
