// Tunnels that a UDP destination port announces: VXLAN (RFC 7348), VXLAN-GPE, Geneve (RFC 8926), GTP-U (3GPP TS 29.281).
// Reads the tunnel's header only and says where its payload begins; the caller looks inside. A header that is not what
// the port promises is no tunnel.

import { Tunnel, type TunnelType } from '../../flow/tunnel.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MPLS, ETHERTYPE_TRANSPARENT_BRIDGING } from './ether-type.ts';

const PORT_GTP_U = 2152;
const PORT_VXLAN = 4789;
const PORT_VXLAN_GPE = 4790;
const PORT_GENEVE = 6081;
/** Of Linux and flannel, from before the assignment. */
const PORT_VXLAN_LINUX = 8472;

const HEADER = 8;

/** The tunnel whose header begins at `at`, behind the UDP header; undefined where there is none or it is cut off. */
export function udpTunnel(view: DataView, at: number, end: number, destinationPort: number): Tunnel | undefined {
  switch (destinationPort) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
      return vxlanTunnel(view, at, end);
    case PORT_VXLAN_GPE:
      return vxlanGpeTunnel(view, at, end);
    case PORT_GENEVE:
      return geneveTunnel(view, at, end);
    case PORT_GTP_U:
      return gtpTunnel(view, at, end);
    default:
      return undefined;
  }
}

/** What the destination port alone promises. */
export function udpTunnelType(destinationPort: number): TunnelType | undefined {
  switch (destinationPort) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
      return 'vxlan';
    case PORT_VXLAN_GPE:
      return 'vxlan-gpe';
    case PORT_GENEVE:
      return 'geneve';
    case PORT_GTP_U:
      return 'gtp-u';
    default:
      return undefined;
  }
}

const VXLAN_HAS_NETWORK = 0x08;

// flags (1) | reserved, or a group policy (3) | network identifier (3) | reserved (1) | Ethernet       RFC 7348 §5
function vxlanTunnel(view: DataView, at: number, end: number): Tunnel | undefined {
  if (at + HEADER > end || (view.getUint8(at) & VXLAN_HAS_NETWORK) === 0 || view.getUint8(at + 7) !== 0)
    return undefined;
  return new Tunnel('vxlan', view.getUint32(at + 4) >>> 8, ETHERTYPE_TRANSPARENT_BRIDGING, at + HEADER, end);
}

/** By next protocol: 1 IPv4, 2 IPv6, 3 Ethernet, 4 NSH, 5 MPLS (draft-ietf-nvo3-vxlan-gpe §3.1). */
const GPE_PAYLOADS = [0, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_TRANSPARENT_BRIDGING, 0, ETHERTYPE_MPLS];

// flags (1) | reserved (2) | next protocol (1) | network identifier (3) | reserved (1)
function vxlanGpeTunnel(view: DataView, at: number, end: number): Tunnel | undefined {
  if (at + HEADER > end || (view.getUint8(at) & VXLAN_HAS_NETWORK) === 0) return undefined;
  const payloadType = GPE_PAYLOADS[view.getUint8(at + 3)] ?? 0;
  return new Tunnel('vxlan-gpe', view.getUint32(at + 4) >>> 8, payloadType, at + HEADER, end);
}

// version (2 bits), options length in units of 4 octets (6 bits) | flags (1) | protocol (2) | network identifier (3) |
// reserved (1) | options                                                                              RFC 8926 §3.4
function geneveTunnel(view: DataView, at: number, end: number): Tunnel | undefined {
  if (at + HEADER > end) return undefined;
  const first = view.getUint8(at);
  if (first >>> 6 !== 0) return undefined;
  const payloadAt = at + HEADER + 4 * first;
  return new Tunnel('geneve', view.getUint32(at + 4) >>> 8, view.getUint16(at + 2), payloadAt, end);
}

const GTP_VERSION_1 = 0x30;
const GTP_VERSION_MASK = 0xf0;
const GTP_EXTENSIONS = 0x04;
const GTP_ANY_OPTIONAL = 0x07;
const GTP_USER_DATA = 255;
/** Extension headers followed; real packets have one or two. */
const MAX_EXTENSIONS = 8;

// version, type, flags (1) | message type (1) | length (2) | TEID (4) | { sequence (2) | N-PDU (1) | next extension (1) }?
// | extensions | IP                                                                        TS 29.281 §5.1, §5.2
function gtpTunnel(view: DataView, start: number, end: number): Tunnel | undefined {
  if (start + HEADER > end) return undefined;
  const first = view.getUint8(start);
  if ((first & GTP_VERSION_MASK) !== GTP_VERSION_1 || view.getUint8(start + 1) !== GTP_USER_DATA) return undefined;
  const at = gtpPayload(view, start + HEADER, end, first);
  const version = at < end ? view.getUint8(at) >>> 4 : 0;
  const payloadType = version === 4 ? ETHERTYPE_IPV4 : version === 6 ? ETHERTYPE_IPV6 : 0;
  return new Tunnel('gtp-u', view.getUint32(start + 4), payloadType, at, end);
}

/** Where the payload begins; `end` where that is not to be found. */
function gtpPayload(view: DataView, start: number, end: number, flags: number): number {
  if ((flags & GTP_ANY_OPTIONAL) === 0) return start;
  if (start + 4 > end) return end;
  let at = start + 4;
  let next = (flags & GTP_EXTENSIONS) === 0 ? 0 : view.getUint8(start + 3);
  // Length in units of 4 octets (1), content, type of the next (1).
  for (let i = 0; i < MAX_EXTENSIONS && next !== 0; i++) {
    const length = at < end ? 4 * view.getUint8(at) : 0;
    if (length === 0 || at + length > end) return end;
    next = view.getUint8(at + length - 1);
    at += length;
  }
  return next === 0 ? at : end;
}
