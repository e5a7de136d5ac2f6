// Directed broadcasts: the last address of a network, to all hosts in it. Nothing in an address tells where its network
// ends, so it must be known from one of:
//
//   the prefix that the user names (networks), or that the exporter's routes have (elements 9, 13, 29, 30; NetFlow v5)
//   /24, where the address is private: the usual size of a local network
//
// and the sender must be in that network, too, since routers forward no directed broadcasts (RFC 2644). The last address of
// anybody else's network is a host like any, as in pools of addresses and between the ends of a /31.

import type { Flow } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { PROTOCOL_TCP } from '../flow/protocols.ts';

/** Networks with hosts and a broadcast address. */
const LONGEST = 30;
const USUAL = 24;

/** True where one of both ends is the broadcast address of the other's network. Never for TCP, and never for IPv6. */
export function isDirectedBroadcast(flow: Flow, host: Host, peer: Host): boolean {
  const { ipv4 } = host;
  // Most addresses end here: two bits at least number the hosts of a network.
  if ((ipv4 & 3) !== 3 || ipv4 < 0 || peer.ipv4 < 0) return false;
  if (ipv4 === peer.ipv4 || flow.protocolNumber === PROTOCOL_TCP) return false;
  // Networks of these lengths hold both, and end with the host.
  const shortest = 32 - trailingOnes(ipv4);
  const longest = Math.min(Math.clz32(ipv4 ^ peer.ipv4), LONGEST);
  return (
    (host.scope === 'private' && USUAL >= shortest && USUAL <= longest) ||
    isWithin(host.networkLength, shortest, longest) ||
    isWithin(flow.sourceMask, shortest, longest) ||
    isWithin(flow.destinationMask, shortest, longest)
  );
}

function isWithin(length: number | undefined, shortest: number, longest: number): boolean {
  return length !== undefined && length >= shortest && length <= longest;
}

function trailingOnes(bits: number): number {
  const zeros = ~bits;
  return zeros === 0 ? 32 : 31 - Math.clz32(zeros & -zeros);
}
