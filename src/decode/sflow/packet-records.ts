// Flow records that describe the sampled packet itself: the raw header, or what an agent that parses packets made of it
// (sFlow v5 §5). The raw header wins over the others, whatever their order; the first of several raw headers counts.

import { ipv4Text, ipv6Text, macText } from '../../flow/address.ts';
import type { Flow } from '../../flow/flow.ts';
import { hasPorts, PROTOCOL_TCP } from '../../flow/protocols.ts';
import { dissectPacket, HEADER_LLC, isKnownHeaderProtocol } from './packet-header.ts';
import type { SampleState, SflowCounters } from './sflow-context.ts';

// header_protocol (4) | frame_length (4) | stripped (4) | header length (4) | header …
export const RAW_HEADER_FIXED = 16;

/** 0:1 sampled_header. The caller has seen to it that the 16 fixed octets are before `end`. */
export function decodeRawHeader(
  flow: Flow,
  view: DataView,
  at: number,
  end: number,
  sample: SampleState,
  counters: SflowCounters,
): void {
  if (sample.hasRawHeader) return;
  sample.hasRawHeader = true;
  sample.frameBytes = view.getUint32(at + 4);
  const headerLength = view.getUint32(at + 12);
  const start = at + RAW_HEADER_FIXED;
  sample.headerAt = start;
  sample.headerEnd = Math.min(end, start + headerLength);
  readPacketHeader(flow, view, start, sample.headerEnd, view.getUint32(at), sample, counters);
}

/** The sampled bytes themselves, before `end`. */
export function readPacketHeader(
  flow: Flow,
  view: DataView,
  at: number,
  end: number,
  headerProtocol: number,
  sample: SampleState,
  counters: SflowCounters,
): void {
  if (!isKnownHeaderProtocol(headerProtocol)) {
    counters.unknownHeaders++;
    return;
  }
  const ipBytes = dissectPacket(flow, view, at, end, headerProtocol);
  if (ipBytes > 0) sample.ipBytes = ipBytes;
}

/** 0:1013 extended_80211_payload: cipher suite (4) | the decrypted payload, from LLC on (opaque). */
export function decode80211Payload(flow: Flow, view: DataView, at: number, end: number, sample: SampleState): void {
  if (flow.sourceIp !== undefined || at + 8 > end) return;
  const ipBytes = dissectPacket(flow, view, at + 8, Math.min(end, at + 8 + view.getUint32(at + 4)), HEADER_LLC);
  if (ipBytes > 0) sample.ipBytes = ipBytes;
}

// length (4) | source MAC (6 + 2 of padding) | destination MAC (6 + 2) | type (4)
export const SAMPLED_ETHERNET_SIZE = 24;

/** 0:2 sampled_ethernet. Its source comes first, unlike on the wire. */
export function decodeSampledEthernet(flow: Flow, view: DataView, at: number, sample: SampleState): void {
  if (!sample.hasRawHeader) sample.frameBytes = view.getUint32(at);
  // A raw header may begin behind its Ethernet header: IPv4, IPv6, PPP.
  flow.sourceMac ??= macText(view, at + 4);
  flow.destinationMac ??= macText(view, at + 12);
}

// length (4) | protocol (4) | source (4) | destination (4) | source port (4) | destination port (4) | flags (4) | TOS (4)
export const SAMPLED_IPV4_SIZE = 32;

/** 0:3 sampled_ipv4. */
export function decodeSampledIpv4(flow: Flow, view: DataView, at: number, sample: SampleState): void {
  if (flow.sourceIp !== undefined) return;
  flow.ipVersion = 4;
  flow.sourceIp = ipv4Text(view, at + 8);
  flow.destinationIp = ipv4Text(view, at + 12);
  decodeSampledIp(flow, view, at, at + 16, sample);
}

// As sampled_ipv4, with addresses of 16 octets and a priority (traffic class) instead of the TOS.
export const SAMPLED_IPV6_SIZE = 56;

/** 0:4 sampled_ipv6. */
export function decodeSampledIpv6(flow: Flow, view: DataView, at: number, sample: SampleState): void {
  if (flow.sourceIp !== undefined) return;
  flow.ipVersion = 6;
  flow.sourceIp = ipv6Text(view, at + 8);
  flow.destinationIp = ipv6Text(view, at + 24);
  decodeSampledIp(flow, view, at, at + 40, sample);
}

/** Length and protocol at `at`, ports, flags and TOS at `tail`. "Or equivalent" of ICMP is not settled, so not read. */
function decodeSampledIp(flow: Flow, view: DataView, at: number, tail: number, sample: SampleState): void {
  sample.ipBytes = view.getUint32(at);
  const protocolNumber = view.getUint32(at + 4) & 0xff;
  flow.protocolNumber = protocolNumber;
  if (hasPorts(protocolNumber)) {
    flow.sourcePort = view.getUint32(tail) & 0xffff;
    flow.destinationPort = view.getUint32(tail + 4) & 0xffff;
  }
  if (protocolNumber === PROTOCOL_TCP) flow.tcpFlags = view.getUint32(tail + 8) & 0x1ff;
  flow.tos = view.getUint32(tail + 12) & 0xff;
}
