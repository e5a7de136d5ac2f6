// Fields that are left out because the user dropped their group, where they come from one place in the flow each: that is
// emptied before the document is written. What comes from a host, or stands beside what must stay, is left out by who
// writes it (endpoints.ts, flow-section.ts, document.ts).

import type { Flow } from '../flow/flow.ts';

/** Empties places of a flow. */
export type Eraser = (flow: Flow) => void;

/** Where a flow holds what, and the fields that are not written once it is empty (all of them, or none, are dropped). */
const PLACES: readonly (readonly [place: keyof Flow, empty: undefined | false | 1, fields: readonly string[]])[] = [
  ['roleReason', undefined, ['flow.role.reason', 'client.ip', 'server.ip']],
  ['sourceMac', undefined, ['source.mac']],
  ['destinationMac', undefined, ['destination.mac']],
  ['sourceMacVendor', undefined, ['flow.source.mac_vendor']],
  ['destinationMacVendor', undefined, ['flow.destination.mac_vendor']],
  ['natSourceIp', undefined, ['source.nat.ip']],
  ['natSourcePort', undefined, ['source.nat.port']],
  ['natDestinationIp', undefined, ['destination.nat.ip']],
  ['natDestinationPort', undefined, ['destination.nat.port']],
  ['sourceMask', undefined, ['flow.source.mask_length']],
  ['destinationMask', undefined, ['flow.destination.mask_length']],
  ['sourceVlan', undefined, ['flow.source.vlan', 'network.vlan.id']],
  ['destinationVlan', undefined, ['flow.destination.vlan', 'network.vlan.id']],
  ['dot1qVlan', undefined, ['network.vlan.id']],
  ['customerVlan', undefined, ['network.inner.vlan.id']],
  ['tcpFlags', undefined, ['flow.tcp_flags', 'flow.tcp_flags_bits', 'flow.tcp_state']],
  ['tos', undefined, ['flow.tos', 'flow.dscp', 'flow.ecn']],
  ['ipTtl', undefined, ['flow.ttl']],
  ['fragmentOffset', undefined, ['flow.fragment_offset']],
  ['icmpType', undefined, ['flow.icmp.type', 'flow.icmp.code', 'flow.icmp.name']],
  ['interval', 1, ['flow.sampling.interval', 'flow.sampling.source', 'flow.sampled.bytes', 'flow.sampled.packets']],
  ['inputInterface', undefined, ['observer.ingress.interface.id']],
  ['inputInterfaceName', undefined, ['observer.ingress.interface.name']],
  ['outputInterface', undefined, ['observer.egress.interface.id']],
  ['outputInterfaceName', undefined, ['observer.egress.interface.name']],
  ['nextHopIp', undefined, ['flow.next_hop.ip']],
  ['bgpNextHopIp', undefined, ['flow.bgp.next_hop.ip']],
  ['bgp', undefined, ['flow.bgp.as_path']],
  ['ingressVrf', undefined, ['flow.vrf.ingress']],
  ['egressVrf', undefined, ['flow.vrf.egress']],
  ['mplsLabels', undefined, ['flow.mpls.labels']],
  [
    'details',
    undefined,
    ['flow.id', 'flow.firewall.reason', 'flow.nat.pool', 'flow.latency.client', 'flow.total.bytes'],
  ],
  ['endReason', undefined, ['flow.end_reason']],
  ['forwardingStatus', undefined, ['flow.forwarding.status', 'flow.forwarding.reason']],
  ['discardReason', undefined, ['flow.discard.reason']],
  ['applicationId', undefined, ['flow.application.id', 'network.application']],
  ['applicationName', undefined, ['network.application']],
  ['wlanSsid', undefined, ['flow.wlan.ssid']],
  ['wlanBssid', undefined, ['flow.wlan.bssid']],
  ['httpHost', undefined, ['flow.http.host']],
  ['dnsName', undefined, ['flow.dns.name']],
  ['tlsServerName', undefined, ['flow.tls.server_name']],
  ['userName', undefined, ['user.name']],
  ['tunnel', undefined, ['flow.tunnel.type']],
];

/** Undefined where nothing has to be emptied. */
export function eraserOf(dropped: ReadonlySet<string>): Eraser | undefined {
  const places = PLACES.filter(([, , fields]) => fields.every((field) => dropped.has(field)));
  if (places.length === 0) return undefined;
  return (flow) => {
    // A cast, since the compiler cannot know that each value suits its place.
    const target = flow as unknown as Record<string, undefined | false | 1>;
    for (let i = 0; i < places.length; i++) target[places[i]![0]] = places[i]![1];
  };
}
