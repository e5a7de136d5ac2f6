// After a record is read: of the many ways to state a time or a count one is settled for good, ICMP's type and code are
// found where exporters hide them, and values that mean "not known" become absent (DESIGN §3). Runs once per flow.
// Times have a file of their own, flow-times.ts.

import type { Flow } from '../flow/flow.ts';
import { hasPorts, PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../flow/protocols.ts';
import type { StatedFields } from '../flow/stated-fields.ts';
import { settleTimes } from './flow-times.ts';
import { dissectPacket, dissectPayload, HEADER_ETHERNET, HEADER_WLAN } from './sflow/packet-header.ts';

/** Settles startMs … reversePacketCount, ICMP, and what is absent. To be called once, after the last field. */
export function finishFlow(flow: Flow): void {
  flow.bytes = flow.octets;
  flow.packetCount = flow.packets;
  if (flow.stated !== undefined) settleStated(flow, flow.stated);
  const payload = flow.details?.payloadSection;
  if (payload !== undefined) readPayloadSection(flow, payload);
  dropUnknown(flow);
  settleProtocol(flow);
  settleTimes(flow);
}

function settleStated(flow: Flow, stated: StatedFields): void {
  settleBytes(flow, stated);
  settlePackets(flow, stated);
  if (stated.samplerRandomInterval === 0) stated.samplerRandomInterval = undefined;
  if (stated.packetSection !== undefined) readPacketSection(flow, stated.packetSection, stated.packetSectionKind);
}

/** Addresses, ports and the rest from the packet itself where the record leaves them to it (IE 104, 313–317). */
function readPacketSection(flow: Flow, section: Uint8Array, kind: number | undefined): void {
  if (flow.sourceIp !== undefined || flow.destinationIp !== undefined) return;
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  const ipLength = dissectPacket(flow, view, 0, section.length, headerProtocolOf(kind));
  // Without counters the record is about this one packet.
  if (ipLength > 0 && flow.bytes === undefined) flow.bytes = ipLength;
  flow.packetCount ??= 1;
}

/** Ports and the rest of one packet from what it carries (IE 314), where nothing else says them. */
function readPayloadSection(flow: Flow, section: Uint8Array): void {
  const { protocolNumber, sourcePort, destinationPort, icmpType, icmpTypeCode } = flow;
  // Of a flow of many packets one payload says little; without a protocol nobody knows what it begins with.
  if (protocolNumber === undefined || (flow.packetCount ?? 1) !== 1) return;
  if (sourcePort !== undefined || destinationPort !== undefined) return;
  if (icmpType !== undefined || icmpTypeCode !== undefined || (flow.fragmentOffset ?? 0) !== 0) return;
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  dissectPayload(flow, view, 0, section.length, protocolNumber);
  if (flow.bytes === undefined) flow.packetCount = 1;
}

/** A link layer's frame is Ethernet (1), or what dataLinkFrameType says: there 2 is 802.11, which sFlow has as 15. */
function headerProtocolOf(kind: number | undefined): number {
  if (kind === DATA_LINK_WLAN) return HEADER_WLAN;
  return kind ?? HEADER_ETHERNET;
}

const DATA_LINK_WLAN = 2;

function dropUnknown(flow: Flow): void {
  const { sourceIp } = flow;
  if (sourceIp !== undefined) flow.ipVersion = sourceIp.includes(':') ? 6 : 4;
  else if (flow.ipVersion !== 4 && flow.ipVersion !== 6) flow.ipVersion = undefined;
  // No prefix, or the default route's: neither says where the network ends.
  if (flow.sourceMask === 0) flow.sourceMask = undefined;
  if (flow.destinationMask === 0) flow.destinationMask = undefined;
  // Reserved (RFC 7607): exporters write it for "mine" and for "no route".
  if (flow.sourceAs === 0) flow.sourceAs = undefined;
  if (flow.destinationAs === 0) flow.destinationAs = undefined;
  if (flow.sourceVlan === 0) flow.sourceVlan = undefined;
  if (flow.destinationVlan === 0) flow.destinationVlan = undefined;
  if (flow.dot1qVlan === 0) flow.dot1qVlan = undefined;
  if (flow.customerVlan === 0) flow.customerVlan = undefined;
  if (flow.nextHopIp !== undefined && isUnspecified(flow.nextHopIp)) flow.nextHopIp = undefined;
  if (flow.bgpNextHopIp !== undefined && isUnspecified(flow.bgpNextHopIp)) flow.bgpNextHopIp = undefined;
  if (flow.natSourceIp !== undefined && isUnspecified(flow.natSourceIp)) flow.natSourceIp = undefined;
  if (flow.natDestinationIp !== undefined && isUnspecified(flow.natDestinationIp)) flow.natDestinationIp = undefined;
  if (flow.natSourcePort === 0) flow.natSourcePort = undefined;
  if (flow.natDestinationPort === 0) flow.natDestinationPort = undefined;
  if (flow.sourceMac === NO_MAC) flow.sourceMac = undefined;
  if (flow.destinationMac === NO_MAC) flow.destinationMac = undefined;
  if (flow.samplingInterval === 0) flow.samplingInterval = undefined;
  if (flow.forwardingStatus === 0) flow.forwardingStatus = undefined;
  if (flow.endReason === 0) flow.endReason = undefined;
  // Palo Alto's word for nobody.
  if (flow.userName === 'unknown') flow.userName = undefined;
}

const NO_MAC = '00-00-00-00-00-00';

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function settleProtocol(flow: Flow): void {
  const protocol = flow.protocolNumber;
  if (protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6) {
    settleIcmp(flow);
    flow.sourcePort = undefined;
    flow.destinationPort = undefined;
    return;
  }
  // Templates carry these for every protocol; they mean something for ICMP only.
  flow.icmpTypeCode = undefined;
  flow.icmpType = undefined;
  flow.icmpCode = undefined;
  if (protocol === undefined || hasPorts(protocol)) return;
  if (flow.sourcePort === 0) flow.sourcePort = undefined;
  if (flow.destinationPort === 0) flow.destinationPort = undefined;
}

/** Type and code from their own elements, else from 32/139, else from the destination port (type * 256 + code). */
function settleIcmp(flow: Flow): void {
  if (flow.icmpType !== undefined) return;
  let typeCode = flow.icmpTypeCode;
  // 0 is echo reply, or an element that was left empty: where the port knows more, it is the latter.
  if (typeCode === undefined || typeCode === 0) typeCode = flow.destinationPort ?? typeCode;
  if (typeCode === undefined) return;
  flow.icmpType = typeCode >>> 8;
  flow.icmpCode = typeCode & 255;
}

/** IE 239 (RFC 5103 §6.3): the source is the responder. */
const REVERSE_INITIATOR = 2;

/**
 * Deltas before initiator and responder pairs, before running totals, before counts of what left the device (which
 * differ from those of what came in by NAT, tunnels and drops). The reverse count follows the kind that was chosen.
 */
function settleBytes(flow: Flow, stated: StatedFields): void {
  const { initiatorOctets, responderOctets } = stated;
  if (flow.octets !== undefined) {
    flow.reverseBytes = stated.reverseOctets;
  } else if (initiatorOctets !== undefined || responderOctets !== undefined) {
    const isSourceResponder = stated.biflowDirection === REVERSE_INITIATOR;
    flow.bytes = (isSourceResponder ? responderOctets : initiatorOctets) ?? 0;
    flow.reverseBytes = isSourceResponder ? initiatorOctets : responderOctets;
  } else if (stated.octetsTotal !== undefined) {
    flow.bytes = stated.octetsTotal;
    flow.reverseBytes = stated.reverseOctetsTotal;
  } else {
    flow.bytes = stated.postOctets ?? stated.postOctetsTotal;
    flow.reverseBytes = stated.reverseOctets;
  }
}

/** As settleBytes. */
function settlePackets(flow: Flow, stated: StatedFields): void {
  const { initiatorPackets, responderPackets } = stated;
  if (flow.packets !== undefined) {
    flow.reversePacketCount = stated.reversePackets;
  } else if (initiatorPackets !== undefined || responderPackets !== undefined) {
    const isSourceResponder = stated.biflowDirection === REVERSE_INITIATOR;
    flow.packetCount = (isSourceResponder ? responderPackets : initiatorPackets) ?? 0;
    flow.reversePacketCount = isSourceResponder ? initiatorPackets : responderPackets;
  } else if (stated.packetsTotal !== undefined) {
    flow.packetCount = stated.packetsTotal;
    flow.reversePacketCount = stated.reversePacketsTotal;
  } else {
    flow.packetCount = stated.postPackets ?? stated.postPacketsTotal;
    flow.reversePacketCount = stated.reversePackets;
  }
}
