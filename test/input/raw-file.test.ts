import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, netflow5, u16, u32 } from './packets.ts';
import { readBytes } from './read-bytes.ts';

const SECONDS = 1767323045;

function ipfix(body: readonly number[], length = 16 + body.length): Uint8Array {
  return bytes([0, 10, ...u16(length), ...u32(SECONDS), ...u32(0), ...u32(0)], body);
}

function netflow9(...sets: readonly (readonly number[])[]): Uint8Array {
  return bytes([0, 9, ...u16(sets.length), ...u32(0), ...u32(SECONDS), ...u32(0), ...u32(0)], sets.flat());
}

const set = [1, 0, 0, 8, 1, 2, 3, 4];
const tail = [0, 0, 0, 0, 0, 0];

for (const [name, file, lengths] of [
  ['one IPFIX message', ipfix(set), [24]],
  ['an IPFIX file of three messages', bytes(ipfix(set), ipfix([]), ipfix(set)), [24, 16, 24]],
  ['an IPFIX message with bytes behind it', bytes(ipfix(set), tail), [30]],
  ['an IPFIX message that claims too much', ipfix(set, 4000), [24]],
  ['an IPFIX message that claims less than a header', ipfix(set, 0), [24]],
  ['an IPFIX file with its last message cut', bytes(ipfix(set), ipfix(set).subarray(0, 20)), [24, 20]],
  ['an IPFIX file with a cut header at its end', bytes(ipfix(set), ipfix(set).subarray(0, 9)), [33]],
  ['NetFlow v9 with two sets', netflow9(set, set), [36]],
  ['two NetFlow v9 datagrams', bytes(netflow9(set, set), netflow9(set)), [36, 28]],
  ['NetFlow v9 with a set without length', netflow9([1, 0, 0, 0], set), [32]],
  ['NetFlow v9 in zeros', bytes(netflow9(set), new Uint8Array(400)), [428]],
  ['NetFlow v5 one after the other', bytes(netflow5(2), netflow5(1)), [120, 72]],
  ['NetFlow v5 that claims too many records', bytes(netflow5(1), tail), [78]],
  ['sFlow', bytes(u32(5), u32(1), new Uint8Array(20)), [28]],
] as const) {
  test(`splits raw files: ${name}`, async () => {
    const { datagrams, stats } = await readBytes(file);
    assert.deepEqual(
      datagrams.map((datagram) => datagram.bytes.length),
      lengths,
    );
    assert.equal(stats.problem, undefined);
    if (name !== 'sFlow') for (const { receivedMs } of datagrams) assert.equal(Math.floor(receivedMs / 1000), SECONDS);
  });
}

test('splits an IPFIX file of many chunks', async () => {
  const message = ipfix([1, 0, ...u16(1000), ...new Array<number>(996).fill(7)]);
  const count = 3000;
  const file = new Uint8Array(message.length * count);
  for (let i = 0; i < count; i++) file.set(message, i * message.length);
  const { datagrams } = await readBytes(file);
  assert.equal(datagrams.length, count);
  for (const datagram of datagrams) assert.deepEqual(datagram.bytes, message);
});

test('does not take short or foreign files for datagrams', async () => {
  for (const file of [[0, 5], [0, 9, 0, 1, 0, 0], u32(5), u32(3), [0, 11, ...new Array<number>(40).fill(0)]]) {
    const { stats } = await readBytes(bytes(file));
    assert.match(stats.problem ?? '', /neither/);
  }
});
