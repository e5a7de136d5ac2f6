// Why a device dropped a packet: sFlow's reason codes → forwardingStatus (IE 89, RFC 7270 §4.12), so that sFlow drops
// and NetFlow drops are found by the same field. Codes: sFlow v5 §5 (interface format 1: 0–15 are ICMP unreachable
// codes) and sFlow Discarded Packet Notification. A code without a counterpart is "dropped, reason unknown".

const DROPPED_UNKNOWN = 128;
const DROPPED_ACL_DENY = 129;
const DROPPED_UNROUTABLE = 131;
const DROPPED_ADJACENCY = 132;
const DROPPED_FRAGMENTATION = 133;
const DROPPED_BAD_HEADER_CHECKSUM = 134;
const DROPPED_BAD_TTL = 137;
const DROPPED_POLICER = 138;
const DROPPED_WRED = 139;
const DROPPED_RPF = 140;
const DROPPED_BAD_OUTPUT_INTERFACE = 142;

// biome-ignore format: a table
const STATUS_BY_REASON: ReadonlyMap<number, number> = new Map([
  [0, DROPPED_UNROUTABLE],            // net unreachable
  [1, DROPPED_UNROUTABLE],            // host unreachable
  [4, DROPPED_FRAGMENTATION],         // fragmentation needed
  [6, DROPPED_UNROUTABLE],            // destination network unknown
  [7, DROPPED_UNROUTABLE],            // destination host unknown
  [9, DROPPED_ACL_DENY],              // network prohibited
  [10, DROPPED_ACL_DENY],             // host prohibited
  [11, DROPPED_UNROUTABLE],           // network unreachable for this TOS
  [12, DROPPED_UNROUTABLE],           // host unreachable for this TOS
  [13, DROPPED_ACL_DENY],             // administratively prohibited
  [257, DROPPED_BAD_TTL],             // TTL exceeded
  [258, DROPPED_ACL_DENY],            // ACL
  [260, DROPPED_WRED],                // random early detection
  [261, DROPPED_POLICER],             // traffic shaping, rate limiting
  [262, DROPPED_FRAGMENTATION],       // packet too big
  [269, DROPPED_UNROUTABLE],          // blackhole route
  [275, DROPPED_BAD_HEADER_CHECKSUM], // IP header corrupted
  [279, DROPPED_ADJACENCY],           // neighbour not resolved
  [280, DROPPED_RPF],                 // multicast reverse path
  [281, DROPPED_UNROUTABLE],          // not routable
  [292, DROPPED_ADJACENCY],           // blackhole ARP or neighbour
  [301, DROPPED_BAD_OUTPUT_INTERFACE], // egress VLAN filter
  [302, DROPPED_RPF],                 // unicast reverse path
  [306, DROPPED_UNROUTABLE],          // blackhole next hop
]);

/** The forwarding status (128–143) of an sFlow discard reason. */
export function forwardingStatusOfDiscard(reason: number): number {
  return STATUS_BY_REASON.get(reason) ?? DROPPED_UNKNOWN;
}
