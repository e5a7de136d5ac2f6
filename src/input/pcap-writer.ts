// One datagram as a capture file: what weir keeps of a datagram that it could not decode, so that `weir decode`, `weir load`
// and every other tool can read it. Where it went to is not known any more: to no address, port 2055.
//
//   0   24  file header (draft-ietf-opsawg-pcap §4), link type 101: packets begin with IP
//   24  16  packet header: seconds, microseconds, captured length, original length
//   40  20  IPv4 (RFC 791 §3.1), or 40: IPv6 (RFC 8200 §3)
//   60  8   UDP (RFC 768), without checksum
//   68  n   the payload

import { parseAddress } from '../flow/address.ts';
import type { Datagram } from '../flow/datagram.ts';

const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const UDP_HEADER_BYTES = 8;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const LINKTYPE_RAW = 101;
const UDP = 17;
const PORT = 2055;

/** Longest payload that fits a UDP datagram over IPv4, octets. */
export const MAX_UDP_PAYLOAD = 65_507;

/** @param datagram of MAX_UDP_PAYLOAD octets at most */
export function pcapOf({ bytes, exporterAddress, exporterPort, receivedMs }: Datagram): Buffer {
  const address = parseAddress(exporterAddress) ?? new Uint8Array(4);
  const ipBytes = address.length === 4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
  const packetBytes = ipBytes + UDP_HEADER_BYTES + bytes.length;
  const out = Buffer.alloc(FILE_HEADER_BYTES + PACKET_HEADER_BYTES + packetBytes);
  out.writeUInt32BE(0xa1b2c3d4, 0);
  out.writeUInt16BE(2, 4);
  out.writeUInt16BE(4, 6);
  out.writeUInt32BE(262_144, 16);
  out.writeUInt32BE(LINKTYPE_RAW, 20);
  out.writeUInt32BE(Math.floor(receivedMs / 1000), 24);
  out.writeUInt32BE(Math.floor((receivedMs % 1000) * 1000), 28);
  out.writeUInt32BE(packetBytes, 32);
  out.writeUInt32BE(packetBytes, 36);
  const ip = FILE_HEADER_BYTES + PACKET_HEADER_BYTES;
  if (address.length === 4) writeIpv4(out, ip, packetBytes, address);
  else writeIpv6(out, ip, packetBytes - ipBytes, address);
  const udp = ip + ipBytes;
  out.writeUInt16BE(exporterPort, udp);
  out.writeUInt16BE(PORT, udp + 2);
  out.writeUInt16BE(UDP_HEADER_BYTES + bytes.length, udp + 4);
  out.set(bytes, udp + UDP_HEADER_BYTES);
  return out;
}

function writeIpv4(out: Buffer, at: number, totalBytes: number, source: Uint8Array): void {
  out.writeUInt8(0x45, at);
  out.writeUInt16BE(totalBytes, at + 2);
  out.writeUInt8(64, at + 8);
  out.writeUInt8(UDP, at + 9);
  out.set(source, at + 12);
  // RFC 1071: the complement of the ones' complement sum of the header's words.
  let sum = 0;
  for (let i = 0; i < IPV4_HEADER_BYTES; i += 2) sum += out.readUInt16BE(at + i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  out.writeUInt16BE(~sum & 0xffff, at + 10);
}

function writeIpv6(out: Buffer, at: number, payloadBytes: number, source: Uint8Array): void {
  out.writeUInt8(0x60, at);
  out.writeUInt16BE(payloadBytes, at + 4);
  out.writeUInt8(UDP, at + 6);
  out.writeUInt8(64, at + 7);
  out.set(source, at + 8);
}
