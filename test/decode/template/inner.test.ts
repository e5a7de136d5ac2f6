// Records with a second packet inside the first, as Cisco's routers with SRv6 send them. Values by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from '../../../src/flow/flow.ts';
import { bench, datagram, hex, ipfix, set, template } from '../support.ts';

/** Outer IPv6 addresses, ports, protocol, flags, class; then the same of the packet inside, which is IPv4. */
// biome-ignore format: two rows
const FIELDS_4IN6 = [
  [27, 16], [28, 16], [7, 2], [11, 2], [4, 1], [6, 2], [5, 1],
  [8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [6, 2], [5, 1],
] as const;
const OUTER = '20010db8000000000000000000000001 20010db8000000000000000000000002 0000 0000';
const NO_IPV6 = '00000000000000000000000000000000';

function decoded(fields: readonly (readonly [number, number])[], octets: string): Flow {
  const { decoder, flows } = bench();
  decoder.decode(datagram(ipfix([set(2, template(256, ...fields)), set(256, hex(octets))])));
  assert.equal(flows.length, 1);
  return flows[0]!;
}

test('takes the outer packet for the flow, and the inner one for its tunnel', () => {
  const flow = decoded(FIELDS_4IN6, `${OUTER} 04 0000 b8  c000020a c6336414 c001 01bb 06 0012 28`);
  assert.deepEqual(
    [flow.sourceIp, flow.destinationIp, flow.protocolNumber, flow.tcpFlags, flow.tos, flow.ipVersion],
    ['2001:db8::1', '2001:db8::2', 4, 0, 0xb8, 6],
  );
  const { type, inner } = flow.tunnel!;
  assert.deepEqual(
    [type, inner.sourceIp, inner.destinationIp, inner.sourcePort, inner.destinationPort, inner.protocolNumber],
    ['4in6', '192.0.2.10', '198.51.100.20', 0xc001, 443, 6],
  );
  assert.deepEqual([inner.tcpFlags, inner.tos], [0x12, 0x28]);
});

test('reads IPv6 in IPv6, where elements are the same ones again, and no ports of ICMPv6', () => {
  const again: Readonly<Record<number, readonly [number, number]>> = { 8: [27, 16], 12: [28, 16] };
  const fields = FIELDS_4IN6.map((field) => again[field[0]] ?? field);
  const inner = '20010db8000a00000000000000000001 20010db8000b00000000000000000002 0000 0000 3a 0000 00';
  const flow = decoded(fields, `${OUTER} 29 0000 00  ${inner}`);
  assert.equal(flow.sourceIp, '2001:db8::1');
  assert.equal(flow.tunnel!.type, '6in6');
  assert.deepEqual(
    [flow.tunnel!.inner.sourceIp, flow.tunnel!.inner.sourcePort, flow.tunnel!.inner.protocolNumber],
    ['2001:db8:a::1', undefined, 58],
  );
});

test('knows no tunnel where the inner packet is empty', () => {
  const flow = decoded(FIELDS_4IN6, `${OUTER} 06 0000 00  00000000 00000000 0000 0000 00 0000 00`);
  assert.equal(flow.tunnel, undefined);
  assert.equal(flow.sourceIp, '2001:db8::1');
});

test('takes two addresses of one packet for alternatives, not for a tunnel', () => {
  const flow = decoded(
    [
      [27, 16],
      [8, 4],
      [7, 2],
      [4, 1],
    ],
    `${NO_IPV6} c000020a 1f90 11`,
  );
  assert.deepEqual([flow.sourceIp, flow.sourcePort, flow.tunnel], ['192.0.2.10', 8080, undefined]);
});
