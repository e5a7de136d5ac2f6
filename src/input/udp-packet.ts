// Takes UDP payloads out of IP packets: IPv4 with options, IPv6 with extension headers, fragments of both. What is cut by
// the capture's snap length yields what is there. Checksums are not looked at: network cards fill them in after capture.

import { ipv4Text, ipv6Text } from '../flow/address.ts';
import { PROTOCOL_UDP } from '../flow/protocols.ts';
import type { IpReassembly } from './ip-reassembly.ts';

const IPV6_HOP_BY_HOP = 0;
const IPV6_ROUTING = 43;
const IPV6_FRAGMENT = 44;
const IPV6_AUTHENTICATION = 51;
const IPV6_DESTINATION_OPTIONS = 60;

const UDP_HEADER_BYTES = 8;

/** A UDP payload: [start, end) of the view. */
export interface UdpPayload {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** Length as it was sent; more than end - start when the capture cut it. */
  readonly wireBytes: number;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Why a packet holds no payload for us: another protocol, or a fragment whose others are still to come. */
export type NoPayload = 'other' | 'fragment';

/** The UDP payload of the IP packet at `at`. Fragments are kept in `fragments` until the last one has come. */
export function udpPayload(
  view: DataView,
  at: number,
  frameEnd: number,
  timeMs: number,
  fragments: IpReassembly,
): UdpPayload | NoPayload {
  return view.getUint8(at) >> 4 === 4
    ? fromIpv4(view, at, frameEnd, timeMs, fragments)
    : fromIpv6(view, at, frameEnd, timeMs, fragments);
}

function fromIpv4(
  view: DataView,
  at: number,
  frameEnd: number,
  timeMs: number,
  fragments: IpReassembly,
): UdpPayload | NoPayload {
  // 0 version, header length   2 total length   4 identification   6 flags, offset   9 protocol   12 source   16 destination
  if (at + 20 > frameEnd) return 'other';
  const headerBytes = (view.getUint8(at) & 15) * 4;
  if (view.getUint8(at + 9) !== PROTOCOL_UDP || headerBytes < 20) return 'other';
  // 0: segmentation was left to the network card, the captured length is the truth.
  const totalBytes = view.getUint16(at + 2) || frameEnd - at;
  const wireEnd = at + totalBytes;
  const end = Math.min(frameEnd, wireEnd);
  const flags = view.getUint16(at + 6);
  const start = at + headerBytes;
  if (start > end) return 'other';
  const source = ipv4Text(view, at + 12);
  const isFragment = (flags & 0x3fff) !== 0;
  if (!isFragment) return fromUdp(view, start, end, wireEnd - end, source);
  const key = `${source} ${ipv4Text(view, at + 16)} ${view.getUint16(at + 4)}`;
  return reassemble(fragments, key, (flags & 0x1fff) * 8, (flags & 0x2000) === 0, view, start, end, timeMs, source);
}

function fromIpv6(
  view: DataView,
  at: number,
  frameEnd: number,
  timeMs: number,
  fragments: IpReassembly,
): UdpPayload | NoPayload {
  // 4 payload length   6 next header   8 source   24 destination   40 extension headers, payload
  if (at + 40 > frameEnd) return 'other';
  const wireEnd = at + 40 + (view.getUint16(at + 4) || frameEnd - at - 40);
  const end = Math.min(frameEnd, wireEnd);
  const source = ipv6Text(view, at + 8);
  let next = view.getUint8(at + 6);
  let start = at + 40;
  while (next !== PROTOCOL_UDP) {
    if (start + 8 > end) return 'other';
    const following = view.getUint8(start);
    if (next === IPV6_HOP_BY_HOP || next === IPV6_ROUTING || next === IPV6_DESTINATION_OPTIONS) {
      start += (view.getUint8(start + 1) + 1) * 8;
    } else if (next === IPV6_AUTHENTICATION) {
      start += (view.getUint8(start + 1) + 2) * 4;
    } else if (next === IPV6_FRAGMENT) {
      // 0 next header   2 offset, more   4 identification
      const field = view.getUint16(start + 2);
      const offset = field & 0xfff8;
      const isLast = (field & 1) === 0;
      const identification = view.getUint32(start + 4);
      start += 8;
      if (offset !== 0 || !isLast) {
        // Extension headers inside the fragmented part are not looked for; exporters send none.
        if (following !== PROTOCOL_UDP) return 'other';
        const key = `${source} ${ipv6Text(view, at + 24)} ${identification}`;
        return reassemble(fragments, key, offset, isLast, view, start, end, timeMs, source);
      }
    } else {
      return 'other';
    }
    next = following;
  }
  return start > end ? 'other' : fromUdp(view, start, end, wireEnd - end, source);
}

function reassemble(
  fragments: IpReassembly,
  key: string,
  offset: number,
  isLast: boolean,
  view: DataView,
  start: number,
  end: number,
  timeMs: number,
  source: string,
): UdpPayload | NoPayload {
  const fragment = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
  const whole = fragments.add(key, offset, isLast, fragment, timeMs);
  if (whole === undefined) return 'fragment';
  return fromUdp(new DataView(whole.buffer, whole.byteOffset, whole.length), 0, whole.length, 0, source);
}

/** @param cutBytes bytes of the IP packet that the capture did not keep */
function fromUdp(
  view: DataView,
  at: number,
  ipEnd: number,
  cutBytes: number,
  sourceAddress: string,
): UdpPayload | NoPayload {
  // 0 source port   2 destination port   4 length with this header   6 checksum   8 payload
  if (at + UDP_HEADER_BYTES > ipEnd) return 'other';
  const ipBytes = ipEnd - at + cutBytes;
  const udpBytes = view.getUint16(at + 4) || ipBytes;
  if (udpBytes < UDP_HEADER_BYTES) return 'other';
  const start = at + UDP_HEADER_BYTES;
  return {
    view,
    start,
    end: Math.min(ipEnd, at + udpBytes),
    wireBytes: udpBytes - UDP_HEADER_BYTES,
    sourceAddress,
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
  };
}
