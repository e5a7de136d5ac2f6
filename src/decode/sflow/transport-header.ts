// What the sampled bytes say above IP: ports, TCP flags, ICMP type and code, and names that a payload begins with. Reads only what lies before `end`, so a
// header cut off by the sampler fills what is there.
// Notes tunnels that an IP protocol or a UDP port announces; packet-header.ts looks inside them.

import { hasPorts, PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from '../../flow/protocols.ts';
import type { PacketFields } from '../../flow/tunnel.ts';
import { dnsQuestionName } from './dns-question.ts';
import { httpRequestHost } from './http-request-host.ts';
import { ipTunnel } from './ip-tunnel.ts';
import { tlsServerName } from './tls-server-name.ts';
import { udpTunnel } from './udp-tunnel.ts';

/** The eight control bits of RFC 9293 §3.1 and the ninth, NS (RFC 3540), below the data offset. */
const TCP_FLAG_BITS = 0x1ff;

const UDP_HEADER = 8;
const TCP_HEADER = 20;
const PORT_DNS = 53;

/** Reads the transport header of `protocolNumber` at `at`. Never throws. */
export function dissectTransport(
  flow: PacketFields,
  view: DataView,
  at: number,
  end: number,
  protocolNumber: number,
): void {
  if (hasPorts(protocolNumber)) {
    // TCP, UDP, UDPLite, SCTP and DCCP all begin with source and destination port.
    if (at + 2 <= end) flow.sourcePort = view.getUint16(at);
    if (at + 4 <= end) flow.destinationPort = view.getUint16(at + 2);
    if (protocolNumber === PROTOCOL_UDP && at + UDP_HEADER <= end) {
      flow.tunnel = udpTunnel(view, at + UDP_HEADER, end, flow.destinationPort!); // read above
      if (flow.destinationPort === PORT_DNS || flow.sourcePort === PORT_DNS) {
        flow.dnsName ??= dnsQuestionName(view, at + UDP_HEADER, end);
      }
    }
    if (protocolNumber === PROTOCOL_TCP && at + 14 <= end) dissectTcp(flow, view, at, end);
  } else if (protocolNumber === PROTOCOL_ICMP || protocolNumber === PROTOCOL_ICMPV6) {
    if (at + 1 <= end) flow.icmpType = view.getUint8(at);
    if (at + 2 <= end) flow.icmpCode = view.getUint8(at + 1);
  } else {
    flow.tunnel = ipTunnel(view, at, end, protocolNumber, flow.ipVersion);
  }
}

function dissectTcp(flow: PacketFields, view: DataView, at: number, end: number): void {
  const offsetAndFlags = view.getUint16(at + 12);
  flow.tcpFlags = offsetAndFlags & TCP_FLAG_BITS;
  // The data offset counts units of four octets.
  const headerLength = (offsetAndFlags >>> 12) * 4;
  const payload = at + headerLength;
  if (headerLength < TCP_HEADER || payload >= end) return;
  flow.tlsServerName ??= tlsServerName(view, payload, end);
  flow.httpHost ??= httpRequestHost(view, payload, end);
}
