// Names under which other collectors' tests state values, and what documents call the same: NetFlow v9's field names and
// IPFIX's as Logstash writes them, and akvorado's columns. Not Logstash's times: where it borrows a second for milliseconds
// it is one second late (tshark and nfdump have the others').

import type { FlowDocument } from './documents.ts';
import { address, known, mac, mask } from './record.ts';

export type Stated = string | number | readonly unknown[] | undefined;

interface StatedField {
  /** The other collector's value in the comparison's form. */
  readonly stated: (value: Stated) => string;
  readonly found: (document: FlowDocument) => string;
}

function field(stated: (value: Stated) => string, found: (document: FlowDocument) => string): StatedField {
  return { stated, found };
}

const scalar = (value: Stated): string | number | undefined => (typeof value === 'object' ? undefined : value);
const number = (value: Stated): string => known(scalar(value));
const ip = (value: Stated): string => address(scalar(value));
const hardware = (value: Stated): string =>
  mac(typeof value === 'number' ? value.toString(16).padStart(12, '0') : scalar(value));
const prefix = (value: Stated): string => mask(scalar(value));
/** The part before the counter's scaling, of both directions. */
const interval = (document: FlowDocument): number => document.flow?.sampling?.interval ?? 1;

const source = field(ip, ({ source }) => address(source?.ip));
const destination = field(ip, ({ destination }) => address(destination?.ip));
const sourcePort = field(number, ({ source }) => known(source?.port));
const destinationPort = field(number, ({ destination }) => known(destination?.port));
const protocol = field(number, ({ network }) => known(network?.iana_number));
const bytes = field(number, (document) =>
  known((document.source?.bytes ?? document.network?.bytes ?? 0) / interval(document)),
);
const packets = field(number, (document) =>
  known((document.source?.packets ?? document.network?.packets ?? 0) / interval(document)),
);
const ingress = field(number, ({ observer }) => known(observer?.ingress?.interface?.id));
const egress = field(number, ({ observer }) => known(observer?.egress?.interface?.id));
const tos = field(number, ({ flow }) => known(flow?.tos));
const tcpFlags = field(number, ({ flow }) => known(flow?.tcp_flags_bits));
const sourceAs = field(number, ({ source }) => known(source?.as?.number));
const destinationAs = field(number, ({ destination }) => known(destination?.as?.number));
const sourceMask = field(prefix, ({ flow }) => known(flow?.source?.mask_length));
const destinationMask = field(prefix, ({ flow }) => known(flow?.destination?.mask_length));
const nextHop = field(ip, ({ flow }) => address(flow?.next_hop?.ip));
const bgpNextHop = field(ip, ({ flow }) => address(flow?.bgp?.next_hop?.ip));
const sourceMac = field(hardware, ({ source }) => mac(source?.mac));
const destinationMac = field(hardware, ({ destination }) => mac(destination?.mac));
const natSource = field(ip, ({ source }) => address(source?.nat?.ip));
const natDestination = field(ip, ({ destination }) => address(destination?.nat?.ip));
const natSourcePort = field(number, ({ source }) => known(source?.nat?.port));
const natDestinationPort = field(number, ({ destination }) => known(destination?.nat?.port));
const ttl = field(number, ({ flow }) => known(flow?.ttl));
const vrfIn = field(number, ({ flow }) => known(flow?.vrf?.ingress));
const vrfOut = field(number, ({ flow }) => known(flow?.vrf?.egress));
const fragment = field(number, ({ flow }) => known(flow?.fragment_offset));
const labels = field(
  (value) => (Array.isArray(value) ? value.join(' ') : number(value)) || '-',
  ({ flow }) => flow?.mpls?.labels?.join(' ') ?? '-',
);
const direction = field(
  (value) => (/egress/i.test(String(value)) || value === 1 ? 'egress' : 'ingress'),
  ({ flow }) => flow?.direction ?? 'ingress',
);

/** akvorado has the inner tag where there are two. */
function vlan({ flow, network }: FlowDocument): string {
  return known(flow?.source?.vlan ?? network?.inner?.vlan?.id ?? network?.vlan?.id);
}

/** Of Logstash: v9's and IPFIX's names. */
export const LOGSTASH_FIELDS: Readonly<Record<string, StatedField>> = {
  ipv4_src_addr: source,
  ipv6_src_addr: source,
  sourceIPv4Address: source,
  sourceIPv6Address: source,
  ipv4_dst_addr: destination,
  ipv6_dst_addr: destination,
  destinationIPv4Address: destination,
  destinationIPv6Address: destination,
  l4_src_port: sourcePort,
  sourceTransportPort: sourcePort,
  l4_dst_port: destinationPort,
  destinationTransportPort: destinationPort,
  protocol,
  protocolIdentifier: protocol,
  in_bytes: bytes,
  octetDeltaCount: bytes,
  in_pkts: packets,
  packetDeltaCount: packets,
  input_snmp: ingress,
  ingressInterface: ingress,
  output_snmp: egress,
  egressInterface: egress,
  src_tos: tos,
  ipClassOfService: tos,
  tcp_flags: tcpFlags,
  tcpControlBits: tcpFlags,
  src_as: sourceAs,
  bgpSourceAsNumber: sourceAs,
  dst_as: destinationAs,
  bgpDestinationAsNumber: destinationAs,
  src_mask: sourceMask,
  sourceIPv4PrefixLength: sourceMask,
  dst_mask: destinationMask,
  destinationIPv4PrefixLength: destinationMask,
  ipv4_next_hop: nextHop,
  ipNextHopIPv4Address: nextHop,
  bgp_ipv4_next_hop: bgpNextHop,
  in_src_mac: sourceMac,
  sourceMacAddress: sourceMac,
  in_dst_mac: destinationMac,
  destinationMacAddress: destinationMac,
  xlate_src_addr_ipv4: natSource,
  postNATSourceIPv4Address: natSource,
  xlate_dst_addr_ipv4: natDestination,
  postNATDestinationIPv4Address: natDestination,
  xlate_src_port: natSourcePort,
  postNAPTSourceTransportPort: natSourcePort,
  xlate_dst_port: natDestinationPort,
  postNAPTDestinationTransportPort: natDestinationPort,
  min_ttl: ttl,
  minimumTTL: ttl,
  ingress_vrf_id: vrfIn,
  ingressVRFID: vrfIn,
  egressVRFID: vrfOut,
};

export const AKVORADO_FIELDS: Readonly<Record<string, StatedField>> = {
  SrcAddr: source,
  DstAddr: destination,
  SrcPort: sourcePort,
  DstPort: destinationPort,
  Proto: protocol,
  Packets: packets,
  InIf: ingress,
  OutIf: egress,
  IPTos: tos,
  TCPFlags: tcpFlags,
  SrcAS: sourceAs,
  DstAS: destinationAs,
  SrcNetMask: sourceMask,
  DstNetMask: destinationMask,
  NextHop: nextHop,
  SrcMAC: sourceMac,
  DstMAC: destinationMac,
  SrcAddrNAT: natSource,
  DstAddrNAT: natDestination,
  SrcPortNAT: natSourcePort,
  DstPortNAT: natDestinationPort,
  IPTTL: ttl,
  IngressVRFID: vrfIn,
  EgressVRFID: vrfOut,
  IPFragmentOffset: fragment,
  MPLSLabels: labels,
  FlowDirection: direction,
  SamplingRate: field(
    (value) => (value === 1 ? '-' : number(value)),
    ({ flow }) => known(flow?.sampling?.interval),
  ),
  ICMPv4Type: field(number, ({ flow }) => known(flow?.icmp?.type)),
  ICMPv6Type: field(number, ({ flow }) => known(flow?.icmp?.type)),
  ICMPv4Code: field(number, ({ flow }) => known(flow?.icmp?.code)),
  ICMPv6Code: field(number, ({ flow }) => known(flow?.icmp?.code)),
  SrcVlan: field(number, vlan),
  DstVlan: field(number, (document) => known(document.flow?.destination?.vlan ?? vlan(document))),
};
