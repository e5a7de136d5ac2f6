// A tunnel that a packet goes through, as its headers or its record show it. The outer packet is the flow's own: these fields hold what
// is inside. One level is kept; a tunnel in the tunnel shows by the inner protocol or port.

/** What the headers of one packet say, of a Flow or of the packet inside a tunnel. Fields are those of Flow. */
export interface PacketFields {
  sourceIp: string | undefined;
  destinationIp: string | undefined;
  sourcePort: number | undefined;
  destinationPort: number | undefined;
  protocolNumber: number | undefined;
  ipVersion: number | undefined;
  sourceMac: string | undefined;
  destinationMac: string | undefined;
  dot1qVlan: number | undefined;
  customerVlan: number | undefined;
  tcpFlags: number | undefined;
  tos: number | undefined;
  icmpType: number | undefined;
  icmpCode: number | undefined;
  fragmentOffset: number | undefined;
  ipTtl: number | undefined;
  mplsLabels: number[] | undefined;
  /** What the packet's payload begins with, in clear: a DNS question, a TLS client's server name, an HTTP host. */
  dnsName: string | undefined;
  tlsServerName: string | undefined;
  httpHost: string | undefined;
  tunnel: Tunnel | undefined;
}

/** Values of `flow.tunnel.type`. */
export type TunnelType =
  | 'gre'
  | 'erspan'
  | 'pptp'
  | 'ipip'
  | '4in6'
  | '6in4'
  | '6in6'
  | 'vxlan'
  | 'vxlan-gpe'
  | 'geneve'
  | 'gtp-u';

export class Tunnel {
  /** undefined where a record names the tunnel's ends or id and not its kind. */
  type: TunnelType | undefined;
  /** GRE key, ERSPAN session, PPTP call, VXLAN or Geneve network, GTP-U endpoint (TEID); undefined where it has none. */
  id: number | undefined;
  /** Its ends, where a record states them and the packet shows the inner header alone. */
  outerSourceIp: string | undefined = undefined;
  outerDestinationIp: string | undefined = undefined;
  /** The packet inside; its fields are empty where it is cut off, encrypted or no IP. */
  readonly inner = new InnerPacket();
  /** What the payload begins with (an EtherType, 0 where not known) and where, in the bytes being dissected. */
  readonly payloadType: number;
  readonly payloadAt: number;
  readonly payloadEnd: number;

  constructor(
    type: TunnelType | undefined,
    id: number | undefined,
    payloadType: number,
    payloadAt: number,
    payloadEnd: number,
  ) {
    this.type = type;
    this.id = id;
    this.payloadType = payloadType;
    this.payloadAt = payloadAt;
    this.payloadEnd = payloadEnd;
  }

  /** Completes what the packet shows with what a record says of the same tunnel. */
  addOutside(record: Tunnel): void {
    this.type ??= record.type;
    this.id ??= record.id;
    this.outerSourceIp ??= record.outerSourceIp;
    this.outerDestinationIp ??= record.outerDestinationIp;
  }
}

export class InnerPacket implements PacketFields {
  sourceIp: string | undefined = undefined;
  destinationIp: string | undefined = undefined;
  sourcePort: number | undefined = undefined;
  destinationPort: number | undefined = undefined;
  protocolNumber: number | undefined = undefined;
  ipVersion: number | undefined = undefined;
  sourceMac: string | undefined = undefined;
  destinationMac: string | undefined = undefined;
  dot1qVlan: number | undefined = undefined;
  customerVlan: number | undefined = undefined;
  tcpFlags: number | undefined = undefined;
  tos: number | undefined = undefined;
  icmpType: number | undefined = undefined;
  icmpCode: number | undefined = undefined;
  fragmentOffset: number | undefined = undefined;
  ipTtl: number | undefined = undefined;
  mplsLabels: number[] | undefined = undefined;
  dnsName: string | undefined = undefined;
  tlsServerName: string | undefined = undefined;
  httpHost: string | undefined = undefined;
  tunnel: Tunnel | undefined = undefined;
}
