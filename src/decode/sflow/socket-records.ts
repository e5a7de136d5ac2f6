// Flow records of hosts and servers: the socket of a sampled transaction, or that of the proxy before it (sflow_host.txt,
// sflow_application.txt, sFlow.org). The remote side called, so it is the source; a sampled header or address that is
// there already is not overwritten.

import { ipv4Text, ipv6Text } from '../../flow/address.ts';
import type { Flow } from '../../flow/flow.ts';
import { hasPorts } from '../../flow/protocols.ts';

// protocol (4) | local address (4) | remote address (4) | local port (4) | remote port (4)
export const SOCKET_IPV4_SIZE = 20;
// As above, with addresses of 16 octets.
export const SOCKET_IPV6_SIZE = 44;

/** 0:2100 extended_socket_ipv4 and 0:2102 extended_proxy_socket_ipv4. */
export function decodeSocketIpv4(flow: Flow, view: DataView, at: number): void {
  if (flow.sourceIp !== undefined) return;
  flow.ipVersion = 4;
  flow.sourceIp = ipv4Text(view, at + 8);
  flow.destinationIp = ipv4Text(view, at + 4);
  decodeSocket(flow, view, at, at + 12);
}

/** 0:2101 extended_socket_ipv6 and 0:2103 extended_proxy_socket_ipv6. */
export function decodeSocketIpv6(flow: Flow, view: DataView, at: number): void {
  if (flow.sourceIp !== undefined) return;
  flow.ipVersion = 6;
  flow.sourceIp = ipv6Text(view, at + 20);
  flow.destinationIp = ipv6Text(view, at + 4);
  decodeSocket(flow, view, at, at + 36);
}

function decodeSocket(flow: Flow, view: DataView, at: number, ports: number): void {
  const protocolNumber = view.getUint32(at) & 0xff;
  flow.protocolNumber = protocolNumber;
  if (!hasPorts(protocolNumber)) return;
  flow.destinationPort = view.getUint32(ports) & 0xffff;
  flow.sourcePort = view.getUint32(ports + 4) & 0xffff;
}
