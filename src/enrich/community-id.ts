// Community ID v1: one hash per conversation that other tools (Zeek, Suricata, Wireshark) compute alike, so that their
// records can be joined. Not in the default list: it costs a SHA-1 per flow and a fifth of the disk.
// Source: Corelight, "Community ID Flow Hashing" specification, version 1.
//
//   offset  0     2         2+n        2+2n  3+2n  4+2n  6+2n        n = 4 or 16
//           seed  address   address    proto 0     port  port        SHA-1, base64, "1:" before it
//
// The smaller endpoint (address, then port) comes first. ICMP has types instead of ports: a request's own type and the
// type of its answer; types without an answer: type and code, and no exchange of the ends. Other protocols: no ports.

import { hash } from 'node:crypto';
import { parseAddress } from '../flow/address.ts';
import type { Flow } from '../flow/flow.ts';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_SCTP, PROTOCOL_TCP, PROTOCOL_UDP } from '../flow/protocols.ts';
import type { Enricher } from './enricher.ts';

export interface CommunityIdOptions {
  /** 0–65535; the same in every tool whose ids shall be comparable. */
  readonly seed: number;
}

/** Sets flow.communityId; leaves it undefined where addresses, or the ports or type that belong to it, are missing. */
export function communityIdEnricher(options: CommunityIdOptions): Enricher {
  // One input buffer per length: 12 and 36 bytes without ports, 16 and 40 with them.
  const inputs = [12, 16, 36, 40].map((length) => {
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint16(0, options.seed);
    return bytes;
  });

  return function communityId(flow: Flow): void {
    if (flow.sourceIp === undefined || flow.destinationIp === undefined || flow.protocolNumber === undefined) return;
    const source = parseAddress(flow.sourceIp);
    const destination = parseAddress(flow.destinationIp);
    if (source === undefined || destination === undefined || source.length !== destination.length) return;

    const ports = portsOf(flow, flow.protocolNumber);
    if (ports === MISSING) return;
    const isSwapped = !ports.isOneWay && isGreater(source, ports.source, destination, ports.destination);
    const input = inputs[(source.length === 4 ? 0 : 2) + (ports.isUsed ? 1 : 0)]!;
    input.set(isSwapped ? destination : source, 2);
    input.set(isSwapped ? source : destination, 2 + source.length);
    let at = 2 + 2 * source.length;
    input[at++] = flow.protocolNumber;
    input[at++] = 0;
    if (ports.isUsed) {
      const first = isSwapped ? ports.destination : ports.source;
      const second = isSwapped ? ports.source : ports.destination;
      input[at++] = first >>> 8;
      input[at++] = first & 255;
      input[at++] = second >>> 8;
      input[at++] = second & 255;
    }
    flow.communityId = `1:${hash('sha1', input, 'base64')}`;
  };
}

interface Ports {
  readonly isUsed: boolean;
  readonly isOneWay: boolean;
  readonly source: number;
  readonly destination: number;
}

const NO_PORTS: Ports = { isUsed: false, isOneWay: false, source: 0, destination: 0 };
const MISSING: Ports = { ...NO_PORTS };

function portsOf(flow: Flow, protocol: number): Ports {
  switch (protocol) {
    case PROTOCOL_TCP:
    case PROTOCOL_UDP:
    case PROTOCOL_SCTP:
      if (flow.sourcePort === undefined || flow.destinationPort === undefined) return MISSING;
      return { isUsed: true, isOneWay: false, source: flow.sourcePort, destination: flow.destinationPort };
    case PROTOCOL_ICMP:
      return icmpPorts(flow, ICMP_ANSWERS);
    case PROTOCOL_ICMPV6:
      return icmpPorts(flow, ICMPV6_ANSWERS);
    default:
      return NO_PORTS;
  }
}

function icmpPorts(flow: Flow, answers: ReadonlyMap<number, number>): Ports {
  if (flow.icmpType === undefined) return MISSING;
  const answer = answers.get(flow.icmpType);
  if (answer !== undefined) return { isUsed: true, isOneWay: false, source: flow.icmpType, destination: answer };
  return { isUsed: true, isOneWay: true, source: flow.icmpType, destination: flow.icmpCode ?? 0 };
}

function isGreater(source: Uint8Array, sourcePort: number, destination: Uint8Array, destinationPort: number): boolean {
  for (let i = 0; i < source.length; i++) {
    if (source[i] !== destination[i]) return source[i]! > destination[i]!;
  }
  return sourcePort > destinationPort;
}

/** Types that belong to each other, both ways. */
function bothWays(pairs: readonly (readonly [number, number])[]): ReadonlyMap<number, number> {
  return new Map(
    pairs.flatMap(([one, other]): [number, number][] => [
      [one, other],
      [other, one],
    ]),
  );
}

// Echo, router discovery, timestamp, information, address mask.
// biome-ignore format: a table
const ICMP_ANSWERS = bothWays([[8, 0], [10, 9], [13, 14], [15, 16], [17, 18]]);

// Echo, listener query, router and neighbour discovery, node information, home agent discovery.
// biome-ignore format: a table
const ICMPV6_ANSWERS = bothWays([[128, 129], [130, 131], [133, 134], [135, 136], [139, 140], [144, 145]]);
