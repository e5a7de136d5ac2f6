// One data record of an exporter on its way to one document: every core field, undefined where not known.
// All fields are set in the constructor so that every Flow has the same shape (a record of `{}` costs three times as
// much). Decoders write what the record says; `decode/finish.ts` settles the alternatives (three kinds of time, nine
// counters) into the "settled" fields; enrichers write the "inferred" fields; document/ reads.
//
// Names are those of the element tables in pipelines/elements/ (`field:`), so a field added here can be filled by data.

import type { BgpRoute } from './bgp-route.ts';
import type { DomainFacts, Exporter } from './exporter.ts';
import type { FlowDetails } from './flow-details.ts';
import type { Host } from './host.ts';
import type { StatedFields } from './stated-fields.ts';
import type { PacketFields, Tunnel } from './tunnel.ts';

export type ExportProtocol =
  | 'netflow_v1'
  | 'netflow_v5'
  | 'netflow_v6'
  | 'netflow_v7'
  | 'netflow_v8'
  | 'netflow_v9'
  | 'ipfix'
  | 'sflow_v2'
  | 'sflow_v4'
  | 'sflow_v5';

/** Where the sampling interval of a flow came from (`flow.sampling.source`). */
export type SamplingSource = 'record' | 'sampler' | 'options' | 'header' | 'override' | 'default';

/** The rule that told client from server (`flow.role.reason`). */
export type RoleReason =
  | 'biflow'
  | 'initiator'
  | 'tcp_flags'
  | 'icmp'
  | 'multicast'
  | 'fixed_role'
  | 'application'
  | 'service'
  | 'known_server'
  | 'lower_port'
  | 'address'
  | 'destination';

/** Header of a NetFlow datagram of version 1 to 8, as far as documents of other products show it. */
export interface FixedHeader {
  /** Number of records. */
  readonly records: number;
  /** Flows sent before; undefined where the version does not count them. */
  readonly sequence: number | undefined;
  /** NetFlow v5: the two bits that say how packets are chosen; 0 elsewhere. */
  readonly samplingMode: number;
}

type Count = number | undefined;
type Text = string | undefined;

export class Flow implements PacketFields {
  // --- the export: set by the decoder for every flow
  exporter: Exporter;
  facts: DomainFacts;
  protocol: ExportProtocol;
  observationDomainId = 0;
  /** Template id (v9, IPFIX); undefined for fixed layouts. */
  templateId: Count = undefined;
  /** First part of `_id` (Datagram.id) and this record's number in its datagram, counted from 0. */
  datagramId: string;
  recordNumber = 0;
  /** Epoch ms, when weir received the datagram. */
  receivedMs: number;
  /** Epoch ms, the export time of the datagram's header; undefined where it has none (sFlow). */
  exportMs: Count = undefined;
  /** What the header of a fixed layout says beside it (NetFlow v1 to v8); one for all flows of the datagram. */
  header: FixedHeader | undefined = undefined;
  /** Header sysUptime, ms since the exporter's boot; undefined in IPFIX. */
  uptimeMs: Count = undefined;

  // --- endpoints, as in the record
  sourceIp: Text = undefined;
  destinationIp: Text = undefined;
  sourcePort: Count = undefined;
  destinationPort: Count = undefined;
  /** IANA protocol number, 0–255. */
  protocolNumber: Count = undefined;
  /** 4 or 6. */
  ipVersion: Count = undefined;
  /** MAC as ECS writes it: 00-00-5E-00-53-23. */
  sourceMac: Text = undefined;
  destinationMac: Text = undefined;
  sourceMask: Count = undefined;
  destinationMask: Count = undefined;
  sourceAs: Count = undefined;
  destinationAs: Count = undefined;
  natSourceIp: Text = undefined;
  natDestinationIp: Text = undefined;
  natSourcePort: Count = undefined;
  natDestinationPort: Count = undefined;
  nextHopIp: Text = undefined;
  bgpNextHopIp: Text = undefined;
  bgp: BgpRoute | undefined = undefined;
  /** VLAN ids 1–4094; 0 means none and is left out by finish. */
  sourceVlan: Count = undefined;
  destinationVlan: Count = undefined;
  dot1qVlan: Count = undefined;
  customerVlan: Count = undefined;

  // --- packet header fields
  /** Union of the TCP control bits over the flow, RFC 9293 order (FIN = 1). */
  tcpFlags: Count = undefined;
  /** IPv4 TOS or IPv6 traffic class octet. */
  tos: Count = undefined;
  /** IE 32/139: type * 256 + code; finish splits it. */
  icmpTypeCode: Count = undefined;
  icmpType: Count = undefined;
  icmpCode: Count = undefined;
  fragmentOffset: Count = undefined;
  ipTtl: Count = undefined;
  /** The tunnel that the packet goes through, where its header was seen. */
  tunnel: Tunnel | undefined = undefined;

  /** Exporter that the record itself names (IE 130, 131): the first one, where collectors pass flows on. */
  exporterIp: Text = undefined;
  /** What the exporter calls itself; goes to exporter.statedName. */
  exporterName: Text = undefined;

  // --- path through the device
  inputInterface: Count = undefined;
  outputInterface: Count = undefined;
  inputInterfaceName: Text = undefined;
  outputInterfaceName: Text = undefined;
  /** 0 ingress, 1 egress (IE 61). */
  direction: Count = undefined;
  forwardingStatus: Count = undefined;
  /** sFlow's reason for a discarded packet, finer than forwardingStatus. */
  discardReason: Count = undefined;
  endReason: Count = undefined;
  ingressVrf: Count = undefined;
  egressVrf: Count = undefined;
  mplsLabels: number[] | undefined = undefined;

  // --- times as the record states them, beside those of `stated`; finish settles them
  startUptimeMs: Count = undefined;
  endUptimeMs: Count = undefined;
  /** Epoch ms, IE 160: with it, sysUptime times of IPFIX are absolute. */
  systemInitMs: Count = undefined;

  // --- counters as most records state them; finish settles them
  octets: Count = undefined;
  packets: Count = undefined;
  /** Flows that the exporter made this one of (IE 3, NetFlow v8). */
  flowCount: Count = undefined;

  // --- sampling as most exporters state it; enrich/sampling resolves it
  /** IE 34: 1 in N packets. */
  samplingInterval: Count = undefined;
  /** From the datagram's header (v5). */
  headerSamplingInterval: Count = undefined;

  // --- what it was
  /** "engine:selector" (IE 95, RFC 6759). */
  applicationId: Text = undefined;
  applicationName: Text = undefined;
  /** IE 233. */
  firewallEvent: Count = undefined;
  /** IE 230. */
  natEvent: Count = undefined;
  userName: Text = undefined;
  wlanSsid: Text = undefined;
  /** MAC of the access point's radio, as ECS writes MACs. */
  wlanBssid: Text = undefined;
  httpHost: Text = undefined;
  dnsName: Text = undefined;
  tlsServerName: Text = undefined;

  /** Rarer ways to state times, counters and sampling. */
  stated: StatedFields | undefined = undefined;
  /** Events, and what else few exporters say. */
  details: FlowDetails | undefined = undefined;

  // --- settled by decode/finish.ts
  /** Epoch ms, fractions allowed; undefined where the record has no time at all. */
  startMs: Count = undefined;
  endMs: Count = undefined;
  /** As counted by the exporter, source to destination. enrich/sampling scales them in place, once. */
  bytes: Count = undefined;
  packetCount: Count = undefined;
  /** Destination to source; undefined unless the exporter counts both directions. */
  reverseBytes: Count = undefined;
  reversePacketCount: Count = undefined;

  // --- inferred by enrich/
  /** Resolved interval, at least 1; 1 = unsampled. */
  interval = 1;
  intervalSource: SamplingSource | undefined = undefined;
  /** Counted values before scaling; set only where interval > 1. */
  sampledBytes: Count = undefined;
  sampledPackets: Count = undefined;
  source: Host | undefined = undefined;
  destination: Host | undefined = undefined;
  /** Names of sourceAs and destinationAs; left undefined where the host's AS is the one that counts. */
  sourceAsName: Text = undefined;
  destinationAsName: Text = undefined;
  /** Makers of the cards that sourceMac and destinationMac name. */
  sourceMacVendor: Text = undefined;
  destinationMacVendor: Text = undefined;
  /** True where sourceAs and destinationAs count more than what the hosts' database says. */
  isExporterAsFirst = false;
  isClientSource = true;
  roleReason: RoleReason | undefined = undefined;
  /** "https (TCP/443)". */
  serviceName: Text = undefined;
  servicePort: Count = undefined;
  locality: Text = undefined;
  /** True where another record counts the same packets, too. */
  isDuplicate = false;
  /** ECS network.direction: inbound, outbound, internal, external. */
  networkDirection: Text = undefined;
  communityId: Text = undefined;
  /** Which part of a long flow this is, from 1, and of how many; undefined for a flow that is whole. */
  part: Count = undefined;
  parts: Count = undefined;
  /** Tags that rules gave it. */
  tags: readonly string[] | undefined = undefined;
  /** True where a rule says that it gets no document. */
  isDropped = false;
  /** The address of `observer.ip`. */
  observerIp: string;

  constructor(
    exporter: Exporter,
    facts: DomainFacts,
    protocol: ExportProtocol,
    datagramId: string,
    receivedMs: number,
  ) {
    this.exporter = exporter;
    this.facts = facts;
    this.protocol = protocol;
    this.datagramId = datagramId;
    this.receivedMs = receivedMs;
    this.observerIp = exporter.address;
  }
}

/** Names of fields that a table under pipelines/elements/ may fill: those that hold what a record says. */
export type FlowField = Exclude<
  keyof Flow,
  | 'exporter'
  | 'facts'
  | 'protocol'
  | 'datagramId'
  | 'recordNumber'
  | 'receivedMs'
  | 'header'
  | 'tunnel'
  | 'bgp'
  | 'stated'
  | 'details'
  | 'mplsLabels'
  | 'discardReason'
  | 'wlanBssid'
  | 'source'
  | 'destination'
  | 'observerIp'
>;
