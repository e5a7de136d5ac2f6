// The first bytes of a packet of a flow, as sFlow samples them: Ethernet, 802.1Q, IP, transport, then zeros.

import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../flow/protocols.ts';
import type { DemoFlow } from './demo-flow.ts';
import type { WireWriter } from './wire-writer.ts';

const PROTOCOL_ICMPV6 = 58;

/**
 * Writes the first `headerBytes` of a frame, and returns nothing more than that: the caller knows the length.
 * @param ipBytes length of the IP packet
 * @param vlan tag on the wire; 0 for none
 */
export function writePacketHeader(
  writer: WireWriter,
  flow: DemoFlow,
  ipBytes: number,
  vlan: number,
  headerBytes: number,
): void {
  const end = writer.length + headerBytes;
  const isV4 = flow.source.length === 4;
  macAddress(writer, flow.destination);
  macAddress(writer, flow.source);
  if (vlan > 0) {
    writer.u16(0x8100);
    writer.u16(vlan);
  }
  writer.u16(isV4 ? 0x0800 : 0x86dd);
  if (isV4) ipv4Header(writer, flow, ipBytes);
  else ipv6Header(writer, flow, ipBytes);
  transportHeader(writer, flow, ipBytes - (isV4 ? 20 : 40));
  if (writer.length > end) writer.length = end;
  else writer.zeros(end - writer.length);
}

/** Bytes of IP and transport header: no packet of the flow is shorter. */
export function minimumIpBytes(flow: DemoFlow): number {
  return (flow.source.length === 4 ? 20 : 40) + (flow.protocol === PROTOCOL_TCP ? 20 : 8);
}

/** A locally administered address made of the IP address. */
function macAddress(writer: WireWriter, address: Uint8Array): void {
  writer.u16(0x0200);
  writer.bytes(address.subarray(-4));
}

function ipv4Header(writer: WireWriter, flow: DemoFlow, ipBytes: number): void {
  const at = writer.length;
  writer.u8(0x45);
  writer.u8(flow.tos);
  writer.u16(ipBytes);
  writer.u16(flow.packets & 0xffff); // identification
  writer.u16(0x4000); // do not fragment
  writer.u8(60);
  writer.u8(flow.protocol);
  writer.u16(0);
  writer.bytes(flow.source);
  writer.bytes(flow.destination);
  let sum = 0;
  for (let i = at; i < at + 20; i += 2) sum += writer.u16At(i);
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  writer.setU16(at + 10, ~sum & 0xffff);
}

function ipv6Header(writer: WireWriter, flow: DemoFlow, ipBytes: number): void {
  writer.u32(0x60000000 + flow.tos * 0x100000);
  writer.u16(ipBytes - 40);
  writer.u8(flow.protocol);
  writer.u8(60);
  writer.bytes(flow.source);
  writer.bytes(flow.destination);
}

function transportHeader(writer: WireWriter, flow: DemoFlow, bytes: number): void {
  switch (flow.protocol) {
    case PROTOCOL_TCP:
      writer.u16(flow.sourcePort);
      writer.u16(flow.destinationPort);
      writer.u32(0);
      writer.u32(0);
      writer.u8(0x50);
      // One packet of the flow: a SYN alone where there is no more, else one of the middle.
      writer.u8(flow.packets === 1 ? flow.tcpFlags : flow.tcpFlags & ~7);
      writer.u16(65535);
      writer.u32(0);
      break;
    case PROTOCOL_UDP:
      writer.u16(flow.sourcePort);
      writer.u16(flow.destinationPort);
      writer.u16(bytes);
      writer.u16(0);
      break;
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
      writer.u16(flow.icmp);
      writer.u16(0);
      writer.u32(0);
      break;
    default:
      writer.u32(1); // ESP: security parameters index, sequence
      writer.u32(1);
  }
}
