import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcpState } from '../../src/flow/tcp-flags.ts';

const [FIN, SYN, RST, PSH, ACK, URG, ECE, CWR] = [1, 2, 4, 8, 16, 32, 64, 128];

for (const [what, bits, isSinglePacket, state] of [
  ['no flags: not counted, or a NULL scan', 0, false, undefined],
  ['bits above CWR alone', 0x100, false, undefined],
  ['an attempt that nobody answered', SYN, false, 'half_open'],
  ['one with ECN', SYN | ECE | CWR, true, 'half_open'],
  ['the second step of the handshake, and no more', SYN | ACK, true, 'half_open'],
  ['a client that got its answer', SYN | ACK, false, 'established'],
  ['a piece of a long connection', ACK, false, 'established'],
  ['a keep-alive', ACK, true, 'established'],
  ['data', SYN | PSH | ACK, false, 'established'],
  ['urgent data', PSH | ACK | URG, false, 'established'],
  ['a whole connection', FIN | SYN | PSH | ACK, false, 'closed'],
  ['its last packet alone', FIN | ACK, true, 'closed'],
  ['a closed port answers', RST | ACK, true, 'reset'],
  ['a reset without ACK (RFC 9293 §3.5.2)', RST, true, 'reset'],
  ['a connection that ended badly', SYN | ACK | PSH | RST, false, 'reset'],
  ['after FIN, too', FIN | SYN | ACK | RST, false, 'reset'],
  ['a FIN scan', FIN, true, 'invalid'],
  ['a Christmas tree', FIN | PSH | URG, true, 'invalid'],
  ['SYN and FIN', SYN | FIN, true, 'invalid'],
] as const) {
  test(`${what} is ${state}`, () => assert.equal(tcpState(bits, isSinglePacket), state));
}
