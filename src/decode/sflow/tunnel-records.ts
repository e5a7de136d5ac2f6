// Flow records about the tunnel that a device takes packets out of (ingress) or puts them into (egress), where the sampled
// header is the inner one: sflow_tunnels.txt, sFlow.org. Of two tunnels of one packet the first that comes is kept.

import { ipv4Text, ipv6Text } from '../../flow/address.ts';
import { PROTOCOL_UDP } from '../../flow/protocols.ts';
import { Tunnel, type TunnelType } from '../../flow/tunnel.ts';
import type { SampleState } from './sflow-context.ts';
import { udpTunnelType } from './udp-tunnel.ts';

/** 0:1023 and 0:1024 extended_ipv4_tunnel_egress and _ingress: the outer header, as sampled_ipv4. */
export function decodeIpv4Tunnel(view: DataView, at: number, sample: SampleState): void {
  addTunnel(view, at, at + 16, sample, ipv4Text(view, at + 8), ipv4Text(view, at + 12));
}

/** 0:1025 and 0:1026 extended_ipv6_tunnel_egress and _ingress: the outer header, as sampled_ipv6. */
export function decodeIpv6Tunnel(view: DataView, at: number, sample: SampleState): void {
  addTunnel(view, at, at + 40, sample, ipv6Text(view, at + 8), ipv6Text(view, at + 24));
}

/** A network identifier (4). */
export const EXTENDED_VNI_SIZE = 4;

/** 0:1029 and 0:1030 extended_vni_egress and _ingress. */
export function decodeVni(view: DataView, at: number, sample: SampleState): void {
  tunnelOf(sample).id ??= view.getUint32(at);
}

/** An offset in the sampled header (4). */
export const EXTENDED_DECAPSULATE_SIZE = 4;

/** 0:1027 and 0:1028 extended_decapsulate_egress and _ingress: where the inner header begins. */
export function decodeDecapsulate(view: DataView, at: number, sample: SampleState): void {
  if (sample.innerOffset === 0) sample.innerOffset = view.getUint32(at);
}

const PROTOCOL_IPV4 = 4;
const PROTOCOL_IPV6 = 41;
const PROTOCOL_GRE = 47;

/** Protocol behind the length at `at`; ports at `ports`. */
function addTunnel(
  view: DataView,
  at: number,
  ports: number,
  sample: SampleState,
  sourceIp: string,
  destinationIp: string,
): void {
  const tunnel = tunnelOf(sample);
  if (tunnel.outerDestinationIp !== undefined) return;
  tunnel.outerSourceIp = sourceIp;
  tunnel.outerDestinationIp = destinationIp;
  const isIpv6 = sourceIp.includes(':');
  tunnel.type = typeOf(view.getUint32(at + 4), view.getUint32(ports + 4), isIpv6);
}

function typeOf(protocolNumber: number, destinationPort: number, isIpv6: boolean): TunnelType | undefined {
  if (protocolNumber === PROTOCOL_GRE) return 'gre';
  if (protocolNumber === PROTOCOL_UDP) return udpTunnelType(destinationPort);
  if (protocolNumber === PROTOCOL_IPV4) return isIpv6 ? '4in6' : 'ipip';
  if (protocolNumber === PROTOCOL_IPV6) return isIpv6 ? '6in6' : '6in4';
  return undefined;
}

function tunnelOf(sample: SampleState): Tunnel {
  sample.tunnel ??= new Tunnel(undefined, undefined, 0, 0, 0);
  return sample.tunnel;
}
