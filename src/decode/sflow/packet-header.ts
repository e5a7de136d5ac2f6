// The first bytes of a sampled packet → flow fields: link layers here, IP and above in ip-header.ts. Serves sFlow's raw
// headers and IPFIX packet sections (IE 104, 313–317). The outermost header is the flow's, as sflowtool has it; what is
// in a tunnel goes to Flow.tunnel; a MAC, VLAN or label stack that is already known is kept. Never throws: a packet that
// is cut off, broken or unknown fills what can be read. Work is bounded by the bytes given: every step moves forward or
// stops.

import { macText } from '../../flow/address.ts';
import { type PacketFields, Tunnel } from '../../flow/tunnel.ts';
import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_UPSTREAM,
  ETHERTYPE_PPP,
  ETHERTYPE_PPPOE_SESSION,
  ETHERTYPE_QINQ,
  ETHERTYPE_QINQ_9100,
  ETHERTYPE_QINQ_9200,
  ETHERTYPE_QINQ_9300,
  ETHERTYPE_TRANSPARENT_BRIDGING,
  ETHERTYPE_VLAN,
} from './ether-type.ts';
import { dissectIp } from './ip-header.ts';
import { dissectTransport } from './transport-header.ts';
import { behindDelimiter, dissectWlan } from './wlan-header.ts';
import { CUT_OFF } from './xdr.ts';

/** header_protocol of sFlow v5 §5, also Flow.packetSectionKind. */
export const HEADER_ETHERNET = 1;
export const HEADER_PPP = 7;
/** AAL5 frames begin with LLC (RFC 2684 §5). */
export const HEADER_LLC = 9;
export const HEADER_AAL5_IP = 10;
export const HEADER_IPV4 = 11;
export const HEADER_IPV6 = 12;
export const HEADER_MPLS = 13;
export const HEADER_POS = 14;
export const HEADER_WLAN = 15;
export const HEADER_WLAN_AMPDU = 16;
export const HEADER_WLAN_AMSDU_SUBFRAME = 17;

/** Smaller values are the length of an 802.3 frame (IEEE 802.3 §3.2.6). */
const FIRST_ETHERTYPE = 0x0600;

const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
const PPP_MPLS = 0x0281;
const PPP_MPLS_UPSTREAM = 0x0283;

/** Labels kept of one stack; a document needs no more, and a hostile header could hold thousands. */
const MAX_LABELS = 16;
/** Ethernet in MPLS in PPP in …: frames within the frame that are followed. */
const MAX_NESTING = 4;

/**
 * Reads the packet that begins at `offset`, of which the bytes before `end` are there, into `flow`.
 * Returns the IP packet's length in octets as its header states it, 0 where it holds no IP or does not say.
 */
export function dissectPacket(
  flow: PacketFields,
  view: DataView,
  offset: number,
  end: number,
  headerProtocol: number,
): number {
  const ipLength = dissectLink(flow, view, offset, Math.min(end, view.byteLength), headerProtocol);
  readTunnel(flow, view);
  return ipLength;
}

/** Reads what an IP packet of `protocolNumber` carries, of which the bytes from `at` to `end` are there. */
export function dissectPayload(
  flow: PacketFields,
  view: DataView,
  at: number,
  end: number,
  protocolNumber: number,
): void {
  dissectTransport(flow, view, at, end, protocolNumber);
  readTunnel(flow, view);
}

function readTunnel(flow: PacketFields, view: DataView): void {
  const { tunnel } = flow;
  if (tunnel !== undefined) {
    dissectInner(tunnel, view);
    // Names belong to the traffic, whatever carries it.
    flow.dnsName ??= tunnel.inner.dnsName;
    flow.tlsServerName ??= tunnel.inner.tlsServerName;
    flow.httpHost ??= tunnel.inner.httpHost;
  }
}

/**
 * Reads the packet that a device takes out of a tunnel of a kind that is not known here, where a record says where it
 * begins: an IP packet, or else a frame.
 */
export function dissectDecapsulated(flow: PacketFields, view: DataView, at: number, end: number): void {
  if (flow.tunnel !== undefined || at >= end) return;
  const version = view.getUint8(at) >>> 4;
  const type = version === 4 ? ETHERTYPE_IPV4 : version === 6 ? ETHERTYPE_IPV6 : ETHERTYPE_TRANSPARENT_BRIDGING;
  flow.tunnel = new Tunnel(undefined, undefined, type, at, end);
  dissectInner(flow.tunnel, view);
}

/** Reads the packet inside a tunnel. Not into a tunnel inside that: one level is what a document has. */
function dissectInner(tunnel: Tunnel, view: DataView): void {
  const { inner, payloadType, payloadAt, payloadEnd } = tunnel;
  if (payloadAt >= payloadEnd) return;
  if (payloadType === ETHERTYPE_TRANSPARENT_BRIDGING) dissectEthernet(inner, view, payloadAt, payloadEnd, 1);
  else if (payloadType >= FIRST_ETHERTYPE) dissectEtherType(inner, view, payloadAt, payloadEnd, payloadType, 1);
}

function dissectLink(
  flow: PacketFields,
  view: DataView,
  offset: number,
  limit: number,
  headerProtocol: number,
): number {
  switch (headerProtocol) {
    case HEADER_ETHERNET:
    case HEADER_WLAN_AMSDU_SUBFRAME:
      return dissectEthernet(flow, view, offset, limit, 0);
    case HEADER_PPP:
    case HEADER_POS:
      return dissectPpp(flow, view, offset, limit, 0);
    case HEADER_IPV4:
    case HEADER_IPV6:
    case HEADER_AAL5_IP:
      return dissectIp(flow, view, offset, limit);
    case HEADER_MPLS:
      return dissectMpls(flow, view, offset, limit, 0);
    case HEADER_LLC:
      return dissectLlc(flow, view, offset, limit, 0);
    case HEADER_WLAN:
      return dissectWlanFrame(flow, view, offset, limit);
    case HEADER_WLAN_AMPDU:
      return dissectWlanFrame(flow, view, behindDelimiter(view, offset, limit), limit);
    default:
      return 0;
  }
}

/** True for the header protocols that `dissectPacket` reads. */
export function isKnownHeaderProtocol(headerProtocol: number): boolean {
  return (
    headerProtocol === HEADER_ETHERNET ||
    headerProtocol === HEADER_PPP ||
    (headerProtocol >= HEADER_LLC && headerProtocol <= HEADER_WLAN_AMSDU_SUBFRAME)
  );
}

// destination MAC (6) | source MAC (6) | { tag type (2) | PCP, DEI, VLAN id (2) }… | type or length (2)   IEEE 802.1Q §9
function dissectEthernet(flow: PacketFields, view: DataView, start: number, end: number, nesting: number): number {
  if (start + 6 > end) return 0;
  flow.destinationMac ??= macText(view, start);
  if (start + 12 > end) return 0;
  flow.sourceMac ??= macText(view, start + 6);

  let at = start + 12;
  for (let tags = 0; ; tags++) {
    if (at + 2 > end) return 0;
    const type = view.getUint16(at);
    at += 2;
    if (!isVlanTag(type)) return dissectEtherType(flow, view, at, end, type, nesting);
    if (at + 2 > end) return 0;
    const vlan = view.getUint16(at) & 0x0fff;
    at += 2;
    // 0 is a priority tag, 4095 is reserved.
    if (vlan !== 0 && vlan !== 0x0fff) {
      if (tags === 0) flow.dot1qVlan ??= vlan;
      else if (tags === 1) flow.customerVlan ??= vlan;
    }
  }
}

function isVlanTag(type: number): boolean {
  return (
    type === ETHERTYPE_VLAN ||
    type === ETHERTYPE_QINQ ||
    type === ETHERTYPE_QINQ_9100 ||
    type === ETHERTYPE_QINQ_9200 ||
    type === ETHERTYPE_QINQ_9300
  );
}

function dissectEtherType(
  flow: PacketFields,
  view: DataView,
  at: number,
  end: number,
  type: number,
  nesting: number,
): number {
  if (type < FIRST_ETHERTYPE) return dissectLlc(flow, view, at, end, nesting);
  switch (type) {
    case ETHERTYPE_IPV4:
    case ETHERTYPE_IPV6:
      return dissectIp(flow, view, at, end);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM:
      return dissectMpls(flow, view, at, end, nesting);
    case ETHERTYPE_PPPOE_SESSION:
      // RFC 2516 §4: version and type (1), code (1), session (2), length (2), then PPP without address and control.
      return dissectPpp(flow, view, at + 6, end, nesting);
    case ETHERTYPE_PPP:
      return dissectPpp(flow, view, at, end, nesting);
    default:
      // ARP and the rest: a document with MACs and VLANs, no IP.
      return 0;
  }
}

/** IEEE 802.2 LLC: SNAP with a zero OUI carries an EtherType (RFC 1042); SAP 06 is IPv4. Others (STP, IS-IS) have no IP. */
function dissectLlc(flow: PacketFields, view: DataView, at: number, end: number, nesting: number): number {
  if (at + 3 > end) return 0;
  const saps = view.getUint16(at);
  const control = view.getUint8(at + 2);
  if (saps === 0x0606 && control === 3) return dissectIp(flow, view, at + 3, end);
  if (saps !== 0xaaaa || control !== 3 || at + 8 > end) return 0;
  const type = view.getUint16(at + 6);
  const isEtherType = view.getUint16(at + 3) === 0 && view.getUint8(at + 5) === 0 && type >= FIRST_ETHERTYPE;
  return isEtherType ? dissectEtherType(flow, view, at + 8, end, type, nesting) : 0;
}

function dissectWlanFrame(flow: PacketFields, view: DataView, at: number, end: number): number {
  const payload = dissectWlan(flow, view, at, end);
  return payload === CUT_OFF ? 0 : dissectLlc(flow, view, payload, end, 0);
}

/** PPP (RFC 1661 §2): address and control (FF 03) may be there (RFC 1662), the protocol may be one octet (§6.5). */
function dissectPpp(flow: PacketFields, view: DataView, start: number, end: number, nesting: number): number {
  let at = start;
  if (at + 2 > end) return 0;
  const first = view.getUint16(at);
  if (first === 0xff03) at += 2;
  // Cisco's HDLC on serial and SONET links: 0F (or 8F, to all) and 00, then an EtherType.
  else if (first === 0x0f00 || first === 0x8f00) {
    return at + 4 > end ? 0 : dissectEtherType(flow, view, at + 4, end, view.getUint16(at + 2), nesting);
  }
  if (at + 2 > end) return 0;
  let protocol = view.getUint8(at);
  if ((protocol & 1) === 1) {
    at += 1;
  } else {
    protocol = view.getUint16(at);
    at += 2;
  }
  switch (protocol) {
    case PPP_IPV4:
    case PPP_IPV6:
      return dissectIp(flow, view, at, end);
    case PPP_MPLS:
    case PPP_MPLS_UPSTREAM:
      return dissectMpls(flow, view, at, end, nesting);
    default:
      return 0;
  }
}

// Label stack entry (RFC 3032 §2.1): label (20 bits) | traffic class (3) | bottom of stack (1) | TTL (8)
function dissectMpls(flow: PacketFields, view: DataView, start: number, end: number, nesting: number): number {
  const labels: number[] = [];
  let at = start;
  let isBottom = false;
  while (!isBottom && at + 4 <= end) {
    const entry = view.getUint32(at);
    if (labels.length < MAX_LABELS) labels.push(entry >>> 12);
    isBottom = (entry & 0x100) !== 0;
    at += 4;
  }
  if (labels.length > 0) flow.mplsLabels ??= labels;
  if (!isBottom || at >= end) return 0;

  // The stack does not say what it carries. RFC 4928 §3: a payload that is not IP begins with neither 4 nor 6.
  if (view.getUint8(at) >>> 4 !== 0) return dissectIp(flow, view, at, end);
  // Ethernet behind a control word (RFC 4448 §4.6). Its sequence number is hardly ever used, while a word that is not
  // zero is more probably something else than Ethernet.
  if (nesting >= MAX_NESTING || at + 4 > end || view.getUint32(at) !== 0) return 0;
  return dissectEthernet(flow, view, at + 4, end, nesting + 1);
}
