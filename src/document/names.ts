// Words for coded values of records: IANA registries as of November 2026, in lower case where they are no acronyms.
// Unassigned values have no name; the caller then leaves the field out or writes the number.

/** IANA "flowEndReason" (IE 136, RFC 5102 §5.11.3). */
const END_REASONS = [
  undefined,
  'idle timeout',
  'active timeout',
  'end of flow detected',
  'forced end',
  'lack of resources',
];

/** Name of a flow end reason, e.g. 1 → "idle timeout". */
export function endReasonName(reason: number): string | undefined {
  return END_REASONS[reason];
}

/** The two upper bits of forwardingStatus (IE 89, RFC 7270 §4.12); 0 is "unknown" and has no name. */
const FORWARDING_STATUSES = [undefined, 'forwarded', 'dropped', 'consumed'];

// biome-ignore format: a table
const FORWARDING_REASONS = new Map<number, string>([
  [65, 'fragmented'], [66, 'not fragmented'],
  [129, 'acl deny'], [130, 'acl drop'], [131, 'unroutable'], [132, 'adjacency'],
  [133, 'fragmentation and df set'], [134, 'bad header checksum'], [135, 'bad total length'],
  [136, 'bad header length'], [137, 'bad ttl'], [138, 'policer'], [139, 'wred'], [140, 'rpf'], [141, 'for us'],
  [142, 'bad output interface'], [143, 'hardware'],
  [193, 'punt adjacency'], [194, 'incomplete adjacency'], [195, 'for us'],
]);

/** What became of the packets: "forwarded", "dropped", "consumed". */
export function forwardingStatusName(status: number): string | undefined {
  return FORWARDING_STATUSES[status >> 6];
}

/** Why; undefined where the exporter gives no reason (lower six bits 0) or none that is registered. */
export function forwardingReasonName(status: number): string | undefined {
  return FORWARDING_REASONS.get(status);
}

/** IE 233 firewallEvent. 0 is "ignore" and has no name. */
const FIREWALL_EVENTS = [undefined, 'flow created', 'flow deleted', 'flow denied', 'flow alert', 'flow update'];
export const FIREWALL_CREATED = 1;
export const FIREWALL_DELETED = 2;
export const FIREWALL_DENIED = 3;

export function firewallEventName(event: number): string | undefined {
  return FIREWALL_EVENTS[event];
}

/** IE 230 natEvent (RFC 8158 §4.2). */
// biome-ignore format: a table
const NAT_EVENTS = [
  undefined, 'NAT translation create', 'NAT translation delete', 'NAT addresses exhausted',
  'NAT44 session create', 'NAT44 session delete', 'NAT64 session create', 'NAT64 session delete',
  'NAT44 BIB create', 'NAT44 BIB delete', 'NAT64 BIB create', 'NAT64 BIB delete', 'NAT ports exhausted',
  'quota exceeded', 'address binding create', 'address binding delete', 'port block allocation',
  'port block de-allocation', 'threshold reached',
];

export function natEventName(event: number): string | undefined {
  return NAT_EVENTS[event];
}

/** IANA "natQuotaExceededEvent" (IE 466) and "natThresholdEvent" (IE 467), both of RFC 8158. */
const NAT_QUOTAS = [
  undefined,
  'maximum session entries',
  'maximum BIB entries',
  'maximum entries per user',
  'maximum active hosts or subscribers',
  'maximum fragments pending reassembly',
];
const NAT_THRESHOLDS = [
  undefined,
  'address pool high threshold',
  'address pool low threshold',
  'address and port mapping high threshold',
  'address and port mapping per-user high threshold',
  'global address mapping high threshold',
];

export function natQuotaName(quota: number | undefined): string | undefined {
  return quota === undefined ? undefined : NAT_QUOTAS[quota];
}

export function natThresholdName(threshold: number | undefined): string | undefined {
  return threshold === undefined ? undefined : NAT_THRESHOLDS[threshold];
}

/** Cisco ASA, extended events of denied flows; those of ended ones (above 2000) have no published names. */
// biome-ignore format: a table
const FIREWALL_CODES = new Map<number, string>([
  [1001, 'ingress acl'], [1002, 'egress acl'], [1003, 'access to the firewall'], [1004, 'first packet not syn'],
]);

export function firewallCodeName(code: number): string | undefined {
  return FIREWALL_CODES.get(code);
}

/** IANA "DSCP Pool 1/3 codepoints" by number; CS0 rather than DF, which is its other name. */
// biome-ignore format: a table
const DSCP_NAMES = new Map<number, string>([
  [0, 'CS0'], [8, 'CS1'], [16, 'CS2'], [24, 'CS3'], [32, 'CS4'], [40, 'CS5'], [48, 'CS6'], [56, 'CS7'],
  [10, 'AF11'], [12, 'AF12'], [14, 'AF13'], [18, 'AF21'], [20, 'AF22'], [22, 'AF23'],
  [26, 'AF31'], [28, 'AF32'], [30, 'AF33'], [34, 'AF41'], [36, 'AF42'], [38, 'AF43'],
  [46, 'EF'], [44, 'VOICE-ADMIT'], [1, 'LE'],
]);

/** Name of a differentiated services code point (0–63), or its number as text where it has none. */
export function dscpName(dscp: number): string {
  return DSCP_NAMES.get(dscp) ?? String(dscp);
}

/** RFC 3168 §5, by the two lowest bits of the octet. */
export const ECN_NAMES = ['Not-ECT', 'ECT(1)', 'ECT(0)', 'CE'] as const;

// biome-ignore format: a table
const ICMP_TYPES = new Map<number, string>([
  [0, 'echo reply'], [3, 'destination unreachable'], [4, 'source quench'], [5, 'redirect'], [8, 'echo request'],
  [9, 'router advertisement'], [10, 'router solicitation'], [11, 'time exceeded'], [12, 'parameter problem'],
  [13, 'timestamp'], [14, 'timestamp reply'], [15, 'information request'], [16, 'information reply'],
  [17, 'address mask request'], [18, 'address mask reply'], [30, 'traceroute'], [40, 'photuris'],
  [42, 'extended echo request'], [43, 'extended echo reply'],
]);

/** Codes whose meaning people look for, by type * 256 + code; else the type's name stands alone. */
// biome-ignore format: a table
const ICMP_CODES = new Map<number, string>([
  [0x300, 'net unreachable'], [0x301, 'host unreachable'], [0x302, 'protocol unreachable'],
  [0x303, 'port unreachable'], [0x304, 'fragmentation needed'], [0x305, 'source route failed'],
  [0x306, 'destination network unknown'], [0x307, 'destination host unknown'],
  [0x309, 'network administratively prohibited'], [0x30a, 'host administratively prohibited'],
  [0x30d, 'communication administratively prohibited'],
  [0xb00, 'ttl exceeded in transit'], [0xb01, 'fragment reassembly time exceeded'],
]);

// biome-ignore format: a table
const ICMPV6_TYPES = new Map<number, string>([
  [1, 'destination unreachable'], [2, 'packet too big'], [3, 'time exceeded'], [4, 'parameter problem'],
  [128, 'echo request'], [129, 'echo reply'], [130, 'multicast listener query'], [131, 'multicast listener report'],
  [132, 'multicast listener done'], [133, 'router solicitation'], [134, 'router advertisement'],
  [135, 'neighbor solicitation'], [136, 'neighbor advertisement'], [137, 'redirect'], [138, 'router renumbering'],
  [139, 'node information query'], [140, 'node information response'], [143, 'multicast listener report v2'],
  [144, 'home agent address discovery request'], [145, 'home agent address discovery reply'],
  [146, 'mobile prefix solicitation'], [147, 'mobile prefix advertisement'], [148, 'certification path solicitation'],
  [149, 'certification path advertisement'], [151, 'multicast router advertisement'],
  [152, 'multicast router solicitation'], [153, 'multicast router termination'], [155, 'rpl control'],
  [157, 'duplicate address request'], [158, 'duplicate address confirmation'], [160, 'extended echo request'],
  [161, 'extended echo reply'],
]);

// biome-ignore format: a table
const ICMPV6_CODES = new Map<number, string>([
  [0x100, 'no route to destination'], [0x101, 'administratively prohibited'], [0x103, 'address unreachable'],
  [0x104, 'port unreachable'], [0x105, 'source address failed policy'], [0x106, 'reject route to destination'],
  [0x300, 'hop limit exceeded in transit'], [0x301, 'fragment reassembly time exceeded'],
]);

/** Name of an ICMP message (IANA "ICMP Parameters", "ICMPv6 Parameters"); the code refines it where it matters. */
export function icmpName(isV6: boolean, type: number, code: number | undefined): string | undefined {
  const refined = code === undefined ? undefined : (isV6 ? ICMPV6_CODES : ICMP_CODES).get(type * 256 + code);
  return refined ?? (isV6 ? ICMPV6_TYPES : ICMP_TYPES).get(type);
}
