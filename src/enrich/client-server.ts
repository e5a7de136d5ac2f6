// Tells client from server, and says by which rule. The rules stand in the order of their trust; the first that knows
// decides. Every rule is symmetric: the records of both directions of one conversation agree (but for what only one
// of them shows, such as a lone SYN, and for what is learnt between them). Who is written first counts only in the last rule,
// for records without addresses, and where nobody answers.
//
//   biflow       the exporter says which side began (IE 239), or counts both directions (RFC 5103: source began)
//   initiator    it counts for initiator and responder: the source is the initiator
//   tcp_flags    SYN without ACK: source is client. SYN+ACK in a single packet: source is server (flags are the
//                union over the flow, so SYN+ACK over many packets is what a client leaves as well)
//   icmp         requests come from clients; replies and errors come from the other side
//   fixed_role   protocols whose sides have ports of their own (DHCP, traps, NFS), or that nobody answers (syslog, flow
//                exports). Before multicast: offers of DHCP are broadcast by the server
//   multicast    who sends to a multicast or broadcast address (also a network's: broadcast.ts) is the client
//   application  one side is in the user's table of applications; an endpoint of its own counts more than a port
//   service      one side has a port with a registered name
//   known_server many addresses have talked to one side's port, and not to the other's (learnt; can be switched off)
//   lower_port   the lower port is the server's
//   address      equal ports or none: who is outside the user's networks, else the lower address, is the server
//   destination  nothing known: the destination is the server

import { parseAddress } from '../flow/address.ts';
import type { Flow, RoleReason } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { hasPorts, PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from '../flow/protocols.ts';
import { TCP_ACK, TCP_SYN } from '../flow/tcp-flags.ts';
import type { ApplicationTable } from './application-table.ts';
import { isDirectedBroadcast } from './broadcast.ts';
import type { Enricher } from './enricher.ts';
import type { Hosts } from './hosts.ts';
import type { KnownServers } from './known-servers.ts';
import type { ServiceTable } from './service-table.ts';

/** Ports that clients are given: 32768–60999 (Linux) and 49152–65535 (IANA, RFC 6335 §6). */
const FIRST_EPHEMERAL_PORT = 32768;

/** IE 239 (RFC 5103 §6.3). */
const BIFLOW_INITIATOR = 1;
const BIFLOW_REVERSE_INITIATOR = 2;

/** What a rule says of the source. */
const UNDECIDED = 0;
const CLIENT = 1;
const SERVER = 2;
type Role = typeof UNDECIDED | typeof CLIENT | typeof SERVER;

/**
 * Sets flow.isClientSource and flow.roleReason; needs sampling and hosts before it.
 * @param servers memory of known servers; undefined: nothing is learnt
 * @param hosts who knows translated addresses
 */
export function clientServerEnricher(
  services: ServiceTable,
  applications: ApplicationTable | undefined,
  servers: KnownServers | undefined,
  hosts: Hosts,
): Enricher {
  return function clientServer(flow: Flow): void {
    if (decide(flow, fromBiflow(flow), 'biflow')) return;
    if (decide(flow, fromInitiator(flow), 'initiator')) return;
    const protocol = flow.protocolNumber;
    if (protocol === PROTOCOL_TCP) {
      if (decide(flow, fromTcpFlags(flow), 'tcp_flags')) return;
      if (decide(flow, fromNfs(flow), 'fixed_role')) return;
    } else if (protocol === PROTOCOL_UDP) {
      if (decide(flow, fromFixedPorts(flow), 'fixed_role')) return;
    } else if (protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6) {
      if (decide(flow, fromIcmp(flow, protocol), 'icmp')) return;
    }
    if (decide(flow, fromGroupAddress(flow), 'multicast')) return;
    if (protocol !== undefined && hasPorts(protocol)) {
      if (applications !== undefined && !applications.isEmpty) {
        if (decide(flow, fromApplications(flow, protocol, applications), 'application')) return;
      }
      if (decide(flow, fromServices(flow, protocol, services), 'service')) return;
      if (servers !== undefined && decide(flow, fromServers(flow, protocol, servers), 'known_server')) return;
      if (decide(flow, fromLowerPort(flow), 'lower_port')) return;
    }
    if (decide(flow, fromAddresses(flow, hosts), 'address')) return;
    decide(flow, CLIENT, 'destination');
  };
}

function decide(flow: Flow, source: Role, reason: RoleReason): boolean {
  if (source === UNDECIDED) return false;
  flow.isClientSource = source === CLIENT;
  flow.roleReason = reason;
  return true;
}

function fromBiflow(flow: Flow): Role {
  const { stated } = flow;
  if (stated === undefined) return UNDECIDED;
  if (stated.biflowDirection === BIFLOW_INITIATOR) return CLIENT;
  if (stated.biflowDirection === BIFLOW_REVERSE_INITIATOR) return SERVER;
  // Perimeter (3) and arbitrary (0) do not tell who began. Without IE 239 a biflow's source is its initiator (§5).
  if (stated.biflowDirection !== undefined) return UNDECIDED;
  const isBiflow =
    stated.reverseOctets !== undefined ||
    stated.reversePackets !== undefined ||
    stated.reverseOctetsTotal !== undefined ||
    stated.reversePacketsTotal !== undefined;
  return isBiflow ? CLIENT : UNDECIDED;
}

function fromInitiator(flow: Flow): Role {
  const { stated } = flow;
  if (stated === undefined) return UNDECIDED;
  if (stated.initiatorOctets !== undefined || stated.initiatorPackets !== undefined) return CLIENT;
  // Huawei's NetStream has 232 in the records of either direction, always 0.
  const { responderOctets = 0, responderPackets = 0 } = stated;
  return responderOctets > 0 || responderPackets > 0 ? CLIENT : UNDECIDED;
}

function fromTcpFlags(flow: Flow): Role {
  const flags = flow.tcpFlags;
  if (flags === undefined || (flags & TCP_SYN) === 0) return UNDECIDED;
  if ((flags & TCP_ACK) === 0) return CLIENT;
  // A biflow's flags are those of both sides.
  if (flow.reversePacketCount !== undefined && flow.reversePacketCount > 0) return UNDECIDED;
  // Counted, not scaled: one sampled packet with SYN+ACK proves as much as one unsampled.
  return (flow.sampledPackets ?? flow.packetCount) === 1 ? SERVER : UNDECIDED;
}

/**
 * DHCP (RFC 2131 §4.1) and DHCPv6 (RFC 8415 §7.2) have a port for the server and one for the client. An agent that sends
 * traps (RFC 3417 §3) from its own port is the client of who receives them.
 */
function fromFixedPorts(flow: Flow): Role {
  const from = flow.sourcePort;
  const to = flow.destinationPort;
  if ((from === 68 && to === 67) || (from === 546 && to === 547) || (from === 161 && to === 162)) return CLIENT;
  if ((from === 67 && to === 68) || (from === 547 && to === 546) || (from === 162 && to === 161)) return SERVER;
  if (from !== undefined && from === to) return UNANSWERED.has(from) ? CLIENT : UNDECIDED;
  return fromNfs(flow);
}

/** UDP ports of those who only receive: senders often use the same. Traps, syslog (RFC 5426 §3.3), NetFlow, IPFIX, sFlow. */
const UNANSWERED: ReadonlySet<number> = new Set([162, 514, 2055, 4739, 6343, 9995, 9996]);

/** Clients of NFS use reserved ports, of which many have names of their own. */
function fromNfs({ sourcePort: from, destinationPort: to }: Flow): Role {
  if (to === NFS && isReserved(from)) return CLIENT;
  return from === NFS && isReserved(to) ? SERVER : UNDECIDED;
}

const NFS = 2049;

/** Those that only the superuser may use: Linux takes 665 to 1023, others 512 to 1023. */
function isReserved(port: number | undefined): boolean {
  return port !== undefined && port >= 512 && port < 1024;
}

function fromIcmp(flow: Flow, protocol: number): Role {
  if (flow.icmpType === undefined) return UNDECIDED;
  return (protocol === PROTOCOL_ICMP ? ICMP_ROLES : ICMPV6_ROLES).get(flow.icmpType) ?? UNDECIDED;
}

/** Role of the sender by ICMP type (RFC 792, 950, 1256, 8335). Errors come from where the client's packet went. */
const ICMP_ROLES: ReadonlyMap<number, Role> = new Map<number, Role>([
  [8, CLIENT], // echo
  [10, CLIENT], // router solicitation
  [13, CLIENT], // timestamp
  [15, CLIENT], // information request
  [17, CLIENT], // address mask request
  [42, CLIENT], // extended echo request
  [0, SERVER], // echo reply
  [3, SERVER], // destination unreachable
  [4, SERVER], // source quench
  [5, SERVER], // redirect
  [9, SERVER], // router advertisement
  [11, SERVER], // time exceeded
  [12, SERVER], // parameter problem
  [14, SERVER], // timestamp reply
  [16, SERVER], // information reply
  [18, SERVER], // address mask reply
  [43, SERVER], // extended echo reply
]);

/** Role of the sender by ICMPv6 type (RFC 4443, 4861, 4620, 8335). */
const ICMPV6_ROLES: ReadonlyMap<number, Role> = new Map<number, Role>([
  [128, CLIENT], // echo request
  [133, CLIENT], // router solicitation
  [135, CLIENT], // neighbour solicitation
  [139, CLIENT], // node information query
  [160, CLIENT], // extended echo request
  [1, SERVER], // destination unreachable
  [2, SERVER], // packet too big
  [3, SERVER], // time exceeded
  [4, SERVER], // parameter problem
  [129, SERVER], // echo reply
  [134, SERVER], // router advertisement
  [136, SERVER], // neighbour advertisement
  [137, SERVER], // redirect
  [140, SERVER], // node information response
  [161, SERVER], // extended echo reply
]);

function fromGroupAddress(flow: Flow): Role {
  const { source, destination } = flow;
  if (isGroup(destination)) return CLIENT;
  if (isGroup(source)) return SERVER;
  if (source === undefined || destination === undefined) return UNDECIDED;
  if (isDirectedBroadcast(flow, destination, source)) return CLIENT;
  return isDirectedBroadcast(flow, source, destination) ? SERVER : UNDECIDED;
}

function isGroup(host: Host | undefined): boolean {
  return host !== undefined && (host.scope === 'multicast' || host.scope === 'broadcast');
}

function fromApplications(flow: Flow, protocol: number, applications: ApplicationTable): Role {
  const { sourcePort, destinationPort } = flow;
  const from = sourcePort === undefined ? 0 : applications.weight(protocol, sourcePort, flow.sourceIp);
  const to = destinationPort === undefined ? 0 : applications.weight(protocol, destinationPort, flow.destinationIp);
  if (from === to) return UNDECIDED;
  return to > from ? CLIENT : SERVER;
}

/** Learns from flows that no rule before could tell, and only from them: they are the ones that ask. */
function fromServers(flow: Flow, protocol: number, servers: KnownServers): Role {
  const { source, destination, sourcePort, destinationPort, receivedMs } = flow;
  // Port 0 is what exporters write for later fragments.
  if (source === undefined || destination === undefined || !sourcePort || !destinationPort) return UNDECIDED;
  const isFromKnown = servers.meet(source, protocol, sourcePort, destination, receivedMs);
  const isToKnown = servers.meet(destination, protocol, destinationPort, source, receivedMs);
  if (isFromKnown === isToKnown) return UNDECIDED;
  return isToKnown ? CLIENT : SERVER;
}

/**
 * A registered name on one side only. A registration in the ephemeral range is weak: it counts only where the other
 * port is ephemeral as well. Port 0 is no port.
 */
function fromServices(flow: Flow, protocol: number, services: ServiceTable): Role {
  const from = flow.sourcePort;
  const to = flow.destinationPort;
  if (from === undefined || to === undefined || from === to) return UNDECIDED;
  const isFromEphemeral = from >= FIRST_EPHEMERAL_PORT;
  const isToEphemeral = to >= FIRST_EPHEMERAL_PORT;
  const isFromService = (!isFromEphemeral || isToEphemeral) && services.name(protocol, from) !== undefined;
  const isToService = (!isToEphemeral || isFromEphemeral) && services.name(protocol, to) !== undefined;
  if (isFromService === isToService) return UNDECIDED;
  return isToService ? CLIENT : SERVER;
}

function fromLowerPort(flow: Flow): Role {
  const from = flow.sourcePort;
  const to = flow.destinationPort;
  if (from === undefined || to === undefined || from === to || from === 0 || to === 0) return UNDECIDED;
  return to < from ? CLIENT : SERVER;
}

function fromAddresses(flow: Flow, hosts: Hosts): Role {
  const { source, destination } = flow;
  if (source === undefined || destination === undefined || source.ip === destination.ip) return UNDECIDED;
  const { isInternal } = hosts.sender(flow, source);
  if (isInternal !== hosts.receiver(flow, destination).isInternal) return isInternal ? CLIENT : SERVER;
  return isLower(destination, source) ? CLIENT : SERVER;
}

/** IPv4 before IPv6. */
function isLower(one: Host, other: Host): boolean {
  if (one.ipv4 >= 0) return other.ipv4 < 0 || one.ipv4 < other.ipv4;
  if (other.ipv4 >= 0) return false;
  const bytes = parseAddress(one.ip);
  const otherBytes = parseAddress(other.ip);
  if (bytes === undefined || otherBytes === undefined) return one.ip < other.ip;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== otherBytes[i]) return bytes[i]! < otherBytes[i]!;
  }
  return false;
}
