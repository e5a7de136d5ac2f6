// Biflows (RFC 5103) and pairs of initiator and responder.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from '../../src/flow/flow.ts';
import { bench, datagram, EXPORT_MS, hex, ipfix, join, set, u16, u32 } from './support.ts';

type Field = readonly [id: number, octets: Uint8Array, enterprise?: number];
const REVERSE = 29305;
const CERT = 6871;

/** Octets of a 64-bit unsigned number. */
function u64(value: number): Uint8Array {
  return u32(Math.floor(value / 2 ** 32), value % 2 ** 32);
}

/** A message of one record of these fields. */
function flowOf(...fields: readonly Field[]): Flow {
  const header = join(
    u16(256, fields.length),
    ...fields.map(([id, octets, enterprise]) =>
      enterprise === undefined ? u16(id, octets.length) : join(u16(id | 0x8000, octets.length), u32(enterprise)),
    ),
  );
  const { decoder, flows } = bench();
  decoder.decode(datagram(ipfix([set(2, header), set(256, ...fields.map(([, octets]) => octets))])));
  assert.equal(flows.length, 1);
  return flows[0]!;
}

test('a biflow begins with the first packet of either direction and ends with the last', () => {
  const forward = [
    [152, u64(EXPORT_MS - 9000)],
    [153, u64(EXPORT_MS - 3000)],
  ] as const;
  for (const [start, end, expected] of [
    [EXPORT_MS - 8900, EXPORT_MS - 2000, [-9000, -2000]],
    [EXPORT_MS - 9100, EXPORT_MS - 3500, [-9100, -3000]],
    [0, 0, [-9000, -3000]],
  ] as const) {
    const flow = flowOf(...forward, [152, u64(start), REVERSE], [153, u64(end), REVERSE]);
    assert.deepEqual([flow.startMs! - EXPORT_MS, flow.endMs! - EXPORT_MS], expected);
  }
});

test('reverse times by uptime lie beside the forward ones, across the wrap', () => {
  const flow = flowOf(
    [22, u32(4_294_967_000)],
    [21, u32(1000)],
    [22, u32(4_294_967_200), REVERSE],
    [21, u32(1500), REVERSE],
    [160, u64(EXPORT_MS - 5000)],
  );
  // Uptime 5000 at the export, so the wrap was 5000 ms before it.
  assert.deepEqual([flow.startMs! - EXPORT_MS, flow.endMs! - EXPORT_MS], [-5296, -3500]);
});

test('only reverse times', () => {
  const flow = flowOf([150, u32(EXPORT_MS / 1000 - 7), REVERSE], [151, u32(EXPORT_MS / 1000 - 5), REVERSE]);
  assert.deepEqual([flow.startMs! - EXPORT_MS, flow.endMs! - EXPORT_MS], [-7000, -5000]);
});

test('TCP flags of both directions are united, whichever elements hold them, in any order', () => {
  const syn = hex('02');
  const synAck = hex('12');
  const ackFin = hex('11');
  for (const fields of [
    [
      [6, syn],
      [6, synAck, REVERSE],
    ],
    [
      [6, synAck, REVERSE],
      [6, syn],
    ],
    [
      [14, syn, CERT],
      [15, hex('10'), CERT],
      [16398, synAck, CERT],
      [16399, hex('10'), CERT],
    ],
    [
      [16398, synAck, CERT],
      [6, syn],
    ],
  ] as const) {
    assert.equal(flowOf(...fields).tcpFlags, 0x12);
  }
  assert.equal(flowOf([6, syn], [6, ackFin, REVERSE]).tcpFlags, 0x13);
});

test('TCP flags of an inner header do not add to those of the outer one', () => {
  assert.equal(flowOf([6, hex('02')], [6, hex('10')]).tcpFlags, 2);
});

test('the counters of initiator and responder go to whom they belong, by the direction of the biflow', () => {
  const counters = [
    [231, u32(100)],
    [232, u32(9000)],
    [298, u32(3)],
    [299, u32(8)],
  ] as const;
  for (const [direction, expected] of [
    [0, [100, 9000, 3, 8]],
    [1, [100, 9000, 3, 8]],
    [2, [9000, 100, 8, 3]],
    [3, [100, 9000, 3, 8]],
  ] as const) {
    const flow = flowOf(...counters, [239, new Uint8Array([direction])]);
    assert.deepEqual([flow.bytes, flow.reverseBytes, flow.packetCount, flow.reversePacketCount], expected);
  }
});

test('a count of the responder alone leaves 0 for the initiator', () => {
  const flow = flowOf([232, u32(9000)], [299, u32(8)]);
  assert.deepEqual([flow.bytes, flow.reverseBytes, flow.packetCount, flow.reversePacketCount], [0, 9000, 0, 8]);
});

test('totals count only where no delta does, in each unit and direction', () => {
  const deltas = flowOf(
    [85, u32(5000)],
    [1, u32(100)],
    [86, u32(50)],
    [2, u32(1)],
    [1, u32(7), REVERSE],
    [85, u32(70), REVERSE],
  );
  assert.deepEqual([deltas.bytes, deltas.packetCount, deltas.reverseBytes], [100, 1, 7]);
  const totals = flowOf([85, u32(5000)], [86, u32(50)], [85, u32(70), REVERSE], [86, u32(9), REVERSE], [23, u32(1)]);
  assert.deepEqual(
    [totals.bytes, totals.packetCount, totals.reverseBytes, totals.reversePacketCount],
    [5000, 50, 70, 9],
  );
  const mixed = flowOf([85, u32(5000)], [2, u32(3)]);
  assert.deepEqual([mixed.bytes, mixed.packetCount], [5000, 3]);
  const post = flowOf([23, u32(40)], [24, u32(4)]);
  assert.deepEqual([post.bytes, post.packetCount], [40, 4]);
});
