// Events of Cisco ASA (NSEL) and of address translators, and Cisco AVC, as they come over the wire.
// NSEL: Cisco, "Secure Firewall ASA NetFlow Implementation Guide"; NAT: RFC 8158.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { test } from 'node:test';
import type { Flow } from '../../src/flow/flow.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { bench, datagram, EXPORT_MS, hex, ipfix, join, set, template, u16, u32, v9 } from './support.ts';

function u64(value: number): Uint8Array {
  return u32(Math.floor(value / 2 ** 32), value % 2 ** 32);
}

// Template ids as an ASA uses them: created, denied, deleted and update.
const CREATED = template(
  256,
  [148, 4],
  [8, 4],
  [7, 2],
  [10, 2],
  [12, 4],
  [11, 2],
  [14, 2],
  [4, 1],
  [176, 1],
  [177, 1],
  [225, 4],
  [226, 4],
  [227, 2],
  [228, 2],
  [233, 1],
  [33002, 2],
  [323, 8],
  [152, 8],
  [33000, 12],
  [33001, 12],
  [40000, 20],
);
const DENIED = template(
  259,
  [8, 4],
  [7, 2],
  [10, 2],
  [12, 4],
  [11, 2],
  [14, 2],
  [4, 1],
  [176, 1],
  [177, 1],
  [233, 1],
  [33002, 2],
  [323, 8],
  [33000, 12],
  [33001, 12],
);
const ENDED = template(
  263,
  [148, 4],
  [8, 4],
  [7, 2],
  [10, 2],
  [12, 4],
  [11, 2],
  [14, 2],
  [4, 1],
  [176, 1],
  [177, 1],
  [233, 1],
  [33002, 2],
  [323, 8],
  [231, 4],
  [232, 4],
  [298, 4],
  [299, 4],
  [152, 8],
);

const FROM = hex('0a000005 c822 0002');
const TO = hex('cb007105 01bb 0003 06 00 00');
const ACL = hex('0f8e7ff3 fc1a030f 00000000');
const NONE = new Uint8Array(12);

function user(name: string): Uint8Array {
  const octets = new Uint8Array(20);
  octets.set(new TextEncoder().encode(name));
  return octets;
}

function created(at: number): Uint8Array {
  const nat = hex('c6336407 cb007105 d431 01bb');
  return join(u32(8501), FROM, TO, nat, hex('01'), u16(0), u64(at), u64(at), ACL, NONE, user('alice'));
}

function ended(event: number, code: number, at: number, begin: number, ...counts: readonly number[]): Uint8Array {
  return join(u32(8501), FROM, TO, new Uint8Array([event]), u16(code), u64(at), u32(...counts), u64(begin));
}

test('a connection through an ASA: its documents together count each byte once', () => {
  const { decoder, flows } = bench();
  const begin = EXPORT_MS - 150_000;
  decoder.decode(datagram(v9([set(0, CREATED, DENIED, ENDED), set(256, created(begin))])));
  decoder.decode(datagram(v9([set(263, ended(5, 0, begin + 60_000, begin, 2557, 1117, 12, 10))])));
  decoder.decode(
    datagram(
      v9([
        set(
          263,
          ended(5, 2030, begin + 90_000, begin, 31, 0, 1, 0),
          ended(2, 2030, begin + 90_000, begin, 2588, 1117, 13, 10),
        ),
      ]),
    ),
  );
  const counts = flows.map((flow) => [
    flow.firewallEvent,
    flow.bytes,
    flow.reverseBytes,
    flow.packetCount,
    flow.reversePacketCount,
  ]);
  assert.deepEqual(counts, [
    [1, undefined, undefined, undefined, undefined],
    [5, 2557, 1117, 12, 10],
    [5, 31, 0, 1, 0],
    [2, 0, 0, 0, 0],
  ]);
  const [first, , , last] = flows;
  assert.deepEqual([first!.userName, first!.natSourceIp, first!.natSourcePort], ['alice', '198.51.100.7', 54321]);
  assert.deepEqual([first!.details?.ingressAcl, first!.details?.egressAcl], ['0f8e7ff3-fc1a030f-00000000', undefined]);
  assert.deepEqual([first!.startMs, first!.endMs], [begin, begin]);
  assert.deepEqual([last!.startMs, last!.endMs], [begin, begin + 90_000]);
  assert.deepEqual([last!.details?.flowId, last!.details?.firewallCode], ['8501', 2030]);
  assert.deepEqual([last!.details?.totalBytes, last!.details?.totalPackets], [3705, 23]);
});

test('a denied connection is an event without volume', () => {
  const { decoder, flows } = bench();
  const record = join(FROM, TO, hex('03'), u16(1001), u64(EXPORT_MS - 5), ACL, NONE);
  decoder.decode(datagram(v9([set(0, DENIED), set(259, record)])));
  const [flow] = flows as [Flow];
  assert.deepEqual(
    [flow.firewallEvent, flow.details?.firewallCode, flow.bytes, flow.packetCount],
    [3, 1001, undefined, undefined],
  );
  assert.deepEqual([flow.startMs, flow.endMs], [EXPORT_MS - 5, EXPORT_MS - 5]);
});

test('a flow id keeps all its 64 bits', () => {
  const { decoder, flows } = bench();
  const ids = hex('00000000ffffffff 0020000000000001 ffffffffffffffff 0000000000000000');
  decoder.decode(datagram(ipfix([set(2, template(256, [148, 8])), set(256, ids)])));
  assert.deepEqual(
    flows.map((flow) => flow.details?.flowId),
    ['4294967295', '9007199254740993', '18446744073709551615', undefined],
  );
});

test('NAT44 sessions, address bindings, port blocks and quotas (RFC 8158 §5)', () => {
  const { decoder, flows } = bench();
  const session = template(
    256,
    [323, 8],
    [463, 4],
    [230, 1],
    [8, 4],
    [225, 4],
    [4, 1],
    [7, 2],
    [227, 2],
    [12, 4],
    [226, 4],
    [11, 2],
    [228, 2],
  );
  const block = template(257, [323, 8], [463, 4], [230, 1], [8, 4], [225, 4], [361, 2], [363, 2], [364, 2]);
  const range = template(258, [323, 8], [230, 1], [27, 16], [281, 16], [361, 2], [362, 2], [283, 4], [284, 6]);
  const quota = template(259, [323, 8], [463, 4], [230, 1], [466, 4], [473, 4], [8, 4]);
  const time = u64(EXPORT_MS - 20);
  decoder.decode(
    datagram(
      ipfix([
        set(2, session, block, range, quota),
        set(256, time, u32(1), hex('04 64400005 c6336407 11 c822 0400 cb007105 cb007105 0035 0035')),
        set(257, time, u32(1), hex('10 64400005 c6336407 0400 0001 0200')),
        set(
          258,
          time,
          hex('11 20010db8000000000000000000000005 20010db8000000000000000000000007 0400 07ff 00000009 63676e2d3100'),
        ),
        set(259, time, u32(1), hex('0d 00000003 000007d0 64400005')),
      ]),
    ),
  );
  const [made, allocated, released, exceeded] = flows as [Flow, Flow, Flow, Flow];
  assert.deepEqual(
    [made.natEvent, made.sourceIp, made.natSourceIp, made.natSourcePort],
    [4, '100.64.0.5', '198.51.100.7', 1024],
  );
  assert.deepEqual([made.natDestinationIp, made.natDestinationPort, made.bytes], ['203.0.113.5', 53, undefined]);
  const { details } = allocated;
  assert.deepEqual(
    [allocated.natEvent, details?.portRangeStart, details?.portRangeStep, details?.portRangeSize],
    [16, 1024, 1, 512],
  );
  assert.deepEqual([details?.natInstance, allocated.endMs], [1, EXPORT_MS - 20]);
  assert.deepEqual([released.natEvent, released.sourceIp, released.natSourceIp], [17, '2001:db8::5', '2001:db8::7']);
  assert.deepEqual(
    [released.details?.portRangeEnd, released.details?.natPool, released.details?.natPoolName],
    [2047, 9, 'cgn-1'],
  );
  assert.deepEqual([exceeded.natEvent, exceeded.details?.natQuota], [13, 3]);
});

test('Cisco AVC: a client and a server, their bytes and delays', () => {
  const { decoder, flows } = bench();
  // 32768 + the elements of enterprise 9.
  const fields = template(
    256,
    [45004, 4],
    [45005, 4],
    [45008, 2],
    [45009, 2],
    [4, 1],
    [239, 1],
    [41105, 8],
    [41106, 8],
    [298, 4],
    [299, 4],
    [278, 4],
    [42060, 4],
    [42074, 4],
    [42084, 4],
    [42087, 4],
    [45003, 65535],
  );
  const ends = hex('0ad16542 0a0000f1 c0e0 0050 06 01');
  const host = hex('11 030000503402 706f7274616c2e74657374');
  const record = join(ends, u64(9000), u64(700), u32(7, 9, 2, 4, 100, 24, 10), host);
  decoder.decode(datagram(v9([set(0, fields), set(256, record)])));
  const [flow] = flows as [Flow];
  assert.deepEqual(
    [flow.sourceIp, flow.destinationIp, flow.sourcePort, flow.destinationPort],
    ['10.209.101.66', '10.0.0.241', 49376, 80],
  );
  assert.deepEqual([flow.bytes, flow.reverseBytes, flow.packetCount, flow.reversePacketCount], [700, 9000, 7, 9]);
  const { details } = flow;
  assert.deepEqual([details?.connectionCount, details?.responseCount, details?.applicationDelaySumMs], [2, 4, 100]);
  assert.deepEqual([details?.clientDelaySumMs, details?.serverDelaySumMs, flow.httpHost], [24, 10, 'portal.test']);
});

const ASA = path(packageRoot, '..', 'shared', 'captures', 'logstash', 'netflow9_test_cisco_asa_2_');
const skip = existsSync(`${ASA}data.dat`) ? false : 'the captures are not beside the package (../shared/captures)';

test('a real ASA: 8 connections, 7 of them with an update and an end of the same bytes', { skip }, () => {
  const { decoder, flows } = bench();
  for (const part of ['tpl_26x', 'tpl_27x', 'data']) decoder.decode(datagram(readFileSync(`${ASA}${part}.dat`)));
  // By tshark: what each connection sent and received, in its update or, for the first, its end.
  const sent = 81 + 81 + 81 + 81 + 69 + 69 + 75 + 69;
  const received = 763 + 6207 + 9075 + 5536 + 14_179 + 14_178 + 881 + 14_178;
  const sum = (field: 'bytes' | 'reverseBytes') => flows.reduce((total, flow) => total + (flow[field] ?? 0), 0);
  assert.deepEqual([flows.length, sum('bytes'), sum('reverseBytes')], [19, sent, received]);
});
