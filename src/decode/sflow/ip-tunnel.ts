// Tunnels that an IP protocol number announces: IP in IP (RFC 2003, 4213, 2473) and GRE (RFC 2784, 2890) with what
// GRE carries of its own: mirrored frames (ERSPAN) and PPP (PPTP, RFC 2637). Reads the tunnel's header only and says
// where its payload begins; the caller looks inside.

import { Tunnel } from '../../flow/tunnel.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_PPP, ETHERTYPE_TRANSPARENT_BRIDGING } from './ether-type.ts';

const PROTOCOL_IPV4 = 4;
const PROTOCOL_IPV6 = 41;
const PROTOCOL_GRE = 47;

/** The tunnel that begins at `at`, behind the outer IP header; undefined where there is none or it is cut off. */
export function ipTunnel(
  view: DataView,
  at: number,
  end: number,
  protocolNumber: number,
  outerVersion: number | undefined,
): Tunnel | undefined {
  if (protocolNumber === PROTOCOL_GRE) return greTunnel(view, at, end);
  if (at >= end) return undefined;
  const version = view.getUint8(at) >>> 4;
  if (protocolNumber === PROTOCOL_IPV4 && version === 4) {
    return new Tunnel(outerVersion === 6 ? '4in6' : 'ipip', undefined, ETHERTYPE_IPV4, at, end);
  }
  if (protocolNumber === PROTOCOL_IPV6 && version === 6) {
    return new Tunnel(outerVersion === 6 ? '6in6' : '6in4', undefined, ETHERTYPE_IPV6, at, end);
  }
  return undefined;
}

const GRE_CHECKSUM = 0x8000;
const GRE_ROUTING = 0x4000;
const GRE_KEY = 0x2000;
const GRE_SEQUENCE = 0x1000;
const GRE_ACKNOWLEDGEMENT = 0x0080;
const GRE_VERSION = 0x0007;

const ERSPAN = 0x88be;
const ERSPAN_3 = 0x22eb;

// flags and version (2) | protocol (2) | checksum, reserved (4)? | key (4)? | sequence (4)? | payload     RFC 2890 §2
function greTunnel(view: DataView, start: number, end: number): Tunnel | undefined {
  if (start + 4 > end) return undefined;
  const flags = view.getUint16(start);
  const protocol = view.getUint16(start + 2);
  const version = flags & GRE_VERSION;
  if (version === 1 && protocol === ETHERTYPE_PPP) return pptpTunnel(view, start, end, flags);
  // Source routes (RFC 1701) were never used; their length is not known beforehand.
  if (version !== 0 || (flags & GRE_ROUTING) !== 0) return new Tunnel('gre', undefined, 0, end, end);
  let at = start + 4;
  if ((flags & GRE_CHECKSUM) !== 0) at += 4;
  let key: number | undefined;
  if ((flags & GRE_KEY) !== 0) {
    if (at + 4 <= end) key = view.getUint32(at);
    at += 4;
  }
  const hasSequence = (flags & GRE_SEQUENCE) !== 0;
  if (hasSequence) at += 4;
  if (protocol === ERSPAN || protocol === ERSPAN_3) return erspanTunnel(view, at, end, protocol, hasSequence);
  return new Tunnel('gre', key, protocol, at, end);
}

/** Enhanced GRE: the key is payload length (2) and call id (2), then sequence and acknowledgement. RFC 2637 §4.1. */
function pptpTunnel(view: DataView, start: number, end: number, flags: number): Tunnel {
  const callId = start + 8 <= end ? view.getUint16(start + 6) : undefined;
  let at = start + 8;
  if ((flags & GRE_SEQUENCE) !== 0) at += 4;
  if ((flags & GRE_ACKNOWLEDGEMENT) !== 0) at += 4;
  return new Tunnel('pptp', callId, ETHERTYPE_PPP, at, end);
}

/**
 * Type I has no header, and no GRE sequence number; II has 8 octets, III 12 and, by the last bit, 8 more. In both the
 * session is the last ten bits of the first four octets: version (4) | VLAN (12) | COS, flags (6) | session (10).
 * draft-foschiano-erspan §4.
 */
function erspanTunnel(view: DataView, at: number, end: number, protocol: number, hasSequence: boolean): Tunnel {
  if (protocol === ERSPAN && !hasSequence) {
    return new Tunnel('erspan', undefined, ETHERTYPE_TRANSPARENT_BRIDGING, at, end);
  }
  const session = at + 4 <= end ? view.getUint32(at) & 0x3ff : undefined;
  let payloadAt = at + 8;
  if (protocol === ERSPAN_3) {
    const hasSubheader = at + 12 <= end && (view.getUint8(at + 11) & 1) !== 0;
    payloadAt = at + (hasSubheader ? 20 : 12);
  }
  return new Tunnel('erspan', session, ETHERTYPE_TRANSPARENT_BRIDGING, payloadAt, end);
}
