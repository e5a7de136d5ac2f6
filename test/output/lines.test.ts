import assert from 'node:assert/strict';
import type { writeSync } from 'node:fs';
import { test } from 'node:test';
import { LineOutput } from '../../src/output/lines.ts';
import { OutputError } from '../../src/output/output.ts';
import { assertBalance } from './writer-fixture.ts';

/** A descriptor that takes at most `most` bytes at a time, after throwing the given errors. */
function descriptor(most: number, errors: string[] = []) {
  const sink = { text: '', calls: 0 };
  const write = (_file: number, bytes: Buffer, at: number, length: number): number => {
    sink.calls += 1;
    const code = errors.shift();
    if (code !== undefined) throw Object.assign(new Error(code), { code });
    const taken = Math.min(most, length);
    sink.text += bytes.toString('utf8', at, at + taken);
    return taken;
  };
  return { sink, write: write as typeof writeSync };
}

const put = (output: LineOutput, text: string): void => output.append('flows', 0, '', text);

test('writes documents as lines, in large pieces, whatever the descriptor takes at a time', async () => {
  const { sink, write } = descriptor(7_777);
  const output = new LineOutput({ fd: 1 }, write);
  const lines = Array.from({ length: 5_000 }, (_, n) => `{"n":${n},"pad":"${'x'.repeat(n % 100)}"}`);
  for (const line of lines) put(output, line);
  await output.stop();
  assert.equal(sink.text, `${lines.join('\n')}\n`);
  assert.ok(sink.calls < 100);
  assert.equal(output.counters.written, 5_000);
  assertBalance(output.counters);
});

test('writes a line longer than its buffer, in order', async () => {
  const { sink, write } = descriptor(1e9);
  const output = new LineOutput({ fd: 1 }, write);
  const long = 'y'.repeat(200_000);
  for (const line of ['a', long, 'Zürich']) put(output, line);
  await output.stop();
  assert.equal(sink.text, `a\n${long}\nZürich\n`);
});

test('waits for a slow reader', async () => {
  const { sink, write } = descriptor(3, ['EAGAIN', 'EAGAIN']);
  const output = new LineOutput({ fd: 1 }, write);
  put(output, '{"n":1}');
  await output.stop();
  assert.equal(sink.text, '{"n":1}\n');
});

test('a closed pipe is a quiet end: what follows is counted and not written', async () => {
  const { sink, write } = descriptor(100, ['EPIPE']);
  const output = new LineOutput({ fd: 1 }, write);
  put(output, '{}');
  output.flush();
  assert.equal(output.isEnded, true);
  put(output, '{}');
  await output.stop();
  assert.equal(sink.text, '');
  assert.equal(output.counters.dropped.writeError, 2);
  assertBalance(output.counters);
});

test('any other failure is an OutputError and counted', () => {
  const { write } = descriptor(100, ['ENOSPC']);
  const output = new LineOutput({ fd: 1 }, write);
  put(output, '{}');
  assert.throws(() => output.flush(), OutputError);
  assert.equal(output.counters.dropped.writeError, 1);
  assertBalance(output.counters);
});
