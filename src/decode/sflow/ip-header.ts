// IPv4 and IPv6 headers of sampled packets, with IPv6's extension headers. Every read is checked against `end`: a
// header that the sampler cut off fills the fields that are there. Checksums and options are not looked at.

import { ipv4Text, ipv6Text } from '../../flow/address.ts';
import type { PacketFields } from '../../flow/tunnel.ts';
import { dissectTransport } from './transport-header.ts';

const IPV4_MIN_HEADER = 20;
const IPV6_HEADER = 40;

// IPv6 extension headers (RFC 8200 §4, RFC 7045 and the IANA registry). ESP (50) hides what follows and is left alone.
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HIP = 139;
const SHIM6 = 140;

/** Longest chain followed. Real ones have three or four; each is at least eight octets, so this only saves time. */
const MAX_EXTENSION_HEADERS = 16;

/**
 * Reads the IP header at `at`, whichever version it says it is, and what follows it.
 * Returns the packet's length in octets as its header states it, 0 where there is no IP header or it does not say.
 */
export function dissectIp(flow: PacketFields, view: DataView, at: number, end: number): number {
  if (at >= end) return 0;
  const version = view.getUint8(at) >>> 4;
  if (version === 4) return dissectIpv4(flow, view, at, end);
  if (version === 6) return dissectIpv6(flow, view, at, end);
  return 0;
}

//  0                   1                   2                   3        RFC 791 §3.1
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-------+-------+---------------+-------------------------------+
// |Version|  IHL  |Type of Service|          Total Length         |  0
// |         Identification        |Flags|      Fragment Offset    |  4
// |  Time to Live |    Protocol   |         Header Checksum       |  8
// |                       Source Address                          | 12
// |                    Destination Address                        | 16
// +---------------------------------------------------------------+
function dissectIpv4(flow: PacketFields, view: DataView, at: number, end: number): number {
  const headerLength = (view.getUint8(at) & 0x0f) * 4;
  if (headerLength < IPV4_MIN_HEADER) return 0;
  const available = end - at;
  flow.ipVersion = 4;
  if (available < 2) return 0;
  flow.tos = view.getUint8(at + 1);
  if (available < 4) return 0;
  const packetLength = view.getUint16(at + 2);
  if (available < 8) return packetLength;
  const flagsAndOffset = view.getUint16(at + 6);
  // Don't Fragment left out, anything else makes it a fragment.
  const fragmentOffset = flagsAndOffset & 0x1fff;
  if ((flagsAndOffset & 0x3fff) !== 0) flow.fragmentOffset = fragmentOffset;
  if (available < 9) return packetLength;
  flow.ipTtl = view.getUint8(at + 8);
  if (available < 10) return packetLength;
  const protocolNumber = view.getUint8(at + 9);
  flow.protocolNumber = protocolNumber;
  if (available < 16) return packetLength;
  flow.sourceIp = ipv4Text(view, at + 12);
  if (available < 20) return packetLength;
  flow.destinationIp = ipv4Text(view, at + 16);
  // The first fragment alone carries the transport header.
  if (fragmentOffset === 0) {
    dissectTransport(flow, view, at + headerLength, packetEnd(at, end, packetLength, headerLength), protocolNumber);
  }
  return packetLength;
}

/** Where the IP packet ends before `end`: Ethernet padding is not read as ports. A length of 0 (offloading) says nothing. */
function packetEnd(at: number, end: number, packetLength: number, headerLength: number): number {
  return packetLength >= headerLength ? Math.min(end, at + packetLength) : end;
}

//  0                   1                   2                   3        RFC 8200 §3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-------+---------------+---------------------------------------+
// |Version| Traffic Class |              Flow Label               |  0
// |         Payload Length        |  Next Header  |   Hop Limit   |  4
// |                   Source Address (16 octets)                  |  8
// |                 Destination Address (16 octets)               | 24
// +---------------------------------------------------------------+
function dissectIpv6(flow: PacketFields, view: DataView, at: number, end: number): number {
  const available = end - at;
  flow.ipVersion = 6;
  if (available < 2) return 0;
  flow.tos = (view.getUint16(at) >>> 4) & 0xff;
  if (available < 6) return 0;
  const payloadLength = view.getUint16(at + 4);
  // 0 is a jumbogram (RFC 2675), or a segment not yet cut by the network card.
  const packetLength = payloadLength === 0 ? 0 : IPV6_HEADER + payloadLength;
  if (available < 7) return packetLength;
  flow.protocolNumber = view.getUint8(at + 6);
  if (available < 8) return packetLength;
  flow.ipTtl = view.getUint8(at + 7);
  if (available < 24) return packetLength;
  flow.sourceIp = ipv6Text(view, at + 8);
  if (available < 40) return packetLength;
  flow.destinationIp = ipv6Text(view, at + 24);
  walkExtensionHeaders(flow, view, at + IPV6_HEADER, packetEnd(at, end, packetLength, IPV6_HEADER));
  return packetLength;
}

/**
 * Follows next-header fields to the transport header. Where the chain is cut off, protocolNumber stays the last
 * header known, as sflowtool and tshark report it.
 */
function walkExtensionHeaders(flow: PacketFields, view: DataView, start: number, end: number): void {
  let at = start;
  let next = flow.protocolNumber!;
  for (let i = 0; i < MAX_EXTENSION_HEADERS; i++) {
    switch (next) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION_OPTIONS:
      case MOBILITY:
      case HIP:
      case SHIM6:
        // Next header, then the length in units of 8 octets, the first 8 not counted.
        if (at + 2 > end) return;
        next = view.getUint8(at);
        at += 8 + 8 * view.getUint8(at + 1);
        break;
      case AUTHENTICATION:
        // RFC 4302 §2.2: length in units of 4 octets, minus 2.
        if (at + 2 > end) return;
        next = view.getUint8(at);
        at += 4 * (view.getUint8(at + 1) + 2);
        break;
      case FRAGMENT: {
        if (at + 4 > end) return;
        next = view.getUint8(at);
        const offset = view.getUint16(at + 2) >>> 3;
        flow.protocolNumber = next;
        flow.fragmentOffset = offset;
        if (offset !== 0) return;
        at += 8;
        break;
      }
      default:
        dissectTransport(flow, view, at, end, next);
        return;
    }
    flow.protocolNumber = next;
  }
}
