import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageFramer } from '../../src/input/tcp-framing.ts';

/** A message of that length, filled with a byte that tells it from others. */
function message(length: number, fill: number): Buffer {
  const bytes = Buffer.alloc(length, fill);
  bytes.writeUInt16BE(10, 0);
  bytes.writeUInt16BE(length, 2);
  return bytes;
}

function framer() {
  const taken: Buffer[] = [];
  return { taken, framer: new MessageFramer((bytes) => taken.push(Buffer.from(bytes))) };
}

const MESSAGES = [message(16, 1), message(17, 2), message(1400, 3), message(20, 4), message(65535, 5)];
const STREAM = Buffer.concat(MESSAGES);

test('finds the same messages however the stream is cut into segments', () => {
  for (const size of [1, 2, 3, 4, 5, 15, 16, 17, 33, 1000, 1460, 65536, STREAM.length]) {
    const { framer: cutter, taken } = framer();
    for (let at = 0; at < STREAM.length; at += size) {
      assert.equal(cutter.push(STREAM.subarray(at, at + size)), undefined);
      assert.ok(cutter.heldBytes <= 65535);
    }
    assert.equal(cutter.heldBytes, 0);
    assert.deepEqual(taken, MESSAGES, `segments of ${size}`);
  }
});

test('finds the messages with a cut at each octet around a border', () => {
  for (let cut = 0; cut <= 60; cut++) {
    const { framer: cutter, taken } = framer();
    const stream = STREAM.subarray(0, 16 + 17 + 1400);
    cutter.push(stream.subarray(0, cut));
    cutter.push(stream.subarray(cut));
    assert.deepEqual(taken, MESSAGES.slice(0, 3));
  }
});

for (const [title, bytes, fault] of [
  ['another version', '0009 0010', 'version'],
  ['a request for a web page', '4745 5420 2f20', 'version'],
  ['a length of nothing', '000a 0000', 'length'],
  ['a length below the header', '000a 000f', 'length'],
] as const) {
  test(`refuses ${title}, whole or byte by byte, after the messages before it`, () => {
    const wrong = Buffer.from(bytes.replace(/ /g, ''), 'hex');
    const stream = Buffer.concat([MESSAGES[0]!, wrong]);
    const whole = framer();
    assert.equal(whole.framer.push(stream), fault);
    assert.deepEqual(whole.taken, [MESSAGES[0]]);
    const single = framer();
    let found: string | undefined;
    for (let at = 0; at < stream.length && found === undefined; at++) {
      found = single.framer.push(stream.subarray(at, at + 1));
    }
    assert.equal(found, fault);
    assert.deepEqual(single.taken, [MESSAGES[0]]);
  });
}

test('holds no more than came of a message that claims to be long', () => {
  const { framer: cutter, taken } = framer();
  cutter.push(MESSAGES[4]!.subarray(0, 100));
  assert.equal(cutter.heldBytes, 100);
  assert.deepEqual(taken, []);
});
