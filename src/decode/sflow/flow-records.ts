// The list of flow records in a sample: { enterprise and format (4) | length (4) | data, padded to four }…
// Lengths are believed only inside the sample. Two lies of real agents are repaired: a record that states less than its
// format's fixed size gets that size, and one that runs over the end of its sample is read as far as it goes.

import type { Flow } from '../../flow/flow.ts';
import {
  decodeExtended80211,
  decodeExtendedMpls,
  decodeExtendedNat,
  decodeExtendedNatPort,
  decodeExtendedRouter,
  decodeExtendedSwitch,
  decodeExtendedUrl,
  decodeExtendedUser,
  decodeTimestamp,
  decodeVlanIn,
  decodeVlanOut,
  decodeVlanTunnel,
  EXTENDED_NAT_PORT_SIZE,
  EXTENDED_SWITCH_SIZE,
  EXTENDED_TIMESTAMP_SIZE,
} from './extended-records.ts';
import { decodeExtendedGateway } from './gateway-record.ts';
import { decodeHostRecord, hostRecordSize } from './host-records.ts';
import {
  decode80211Payload,
  decodeRawHeader,
  decodeSampledEthernet,
  decodeSampledIpv4,
  decodeSampledIpv6,
  RAW_HEADER_FIXED,
  SAMPLED_ETHERNET_SIZE,
  SAMPLED_IPV4_SIZE,
  SAMPLED_IPV6_SIZE,
} from './packet-records.ts';
import type { SampleState, SflowCounters } from './sflow-context.ts';
import {
  decodeDecapsulate,
  decodeIpv4Tunnel,
  decodeIpv6Tunnel,
  decodeVni,
  EXTENDED_DECAPSULATE_SIZE,
  EXTENDED_VNI_SIZE,
} from './tunnel-records.ts';
import { padded } from './xdr.ts';

const RECORD_HEADER = 8;

// Enterprise (20 bits) and format (12 bits); sFlow.org is enterprise 0.
const RAW_HEADER = 1;
const SAMPLED_ETHERNET = 2;
const SAMPLED_IPV4 = 3;
const SAMPLED_IPV6 = 4;
const EXTENDED_SWITCH = 1001;
const EXTENDED_ROUTER = 1002;
const EXTENDED_GATEWAY = 1003;
const EXTENDED_USER = 1004;
const EXTENDED_URL = 1005;
const EXTENDED_MPLS = 1006;
const EXTENDED_NAT = 1007;
const EXTENDED_VLAN_TUNNEL = 1012;
const EXTENDED_80211_RX = 1014;
const EXTENDED_80211_TX = 1015;
const EXTENDED_80211_PAYLOAD = 1013;
const EXTENDED_NAT_PORT = 1020;
const EXTENDED_IPV4_TUNNEL_EGRESS = 1023;
const EXTENDED_IPV4_TUNNEL_INGRESS = 1024;
const EXTENDED_IPV6_TUNNEL_EGRESS = 1025;
const EXTENDED_IPV6_TUNNEL_INGRESS = 1026;
const EXTENDED_DECAPSULATE_EGRESS = 1027;
const EXTENDED_DECAPSULATE_INGRESS = 1028;
const EXTENDED_VNI_EGRESS = 1029;
const EXTENDED_VNI_INGRESS = 1030;
const EXTENDED_VLAN_IN = 1034;
const EXTENDED_VLAN_OUT = 1035;
const EXTENDED_TIMESTAMP = 1043;

/** Reads up to `count` records between `start` and `end`, the end of the sample. Never throws. */
export function decodeFlowRecords(
  flow: Flow,
  view: DataView,
  start: number,
  end: number,
  count: number,
  sample: SampleState,
  counters: SflowCounters,
): void {
  let at = start;
  for (let i = 0; i < count; i++) {
    const body = at + RECORD_HEADER;
    if (body > end) {
      counters.truncatedRecords++;
      return;
    }
    const format = view.getUint32(at);
    const stated = view.getUint32(at + 4);
    const minimum = minimumSize(format);
    const length = Math.max(stated, minimum);
    if (stated < minimum) counters.shortRecords++;
    if (length > end - body) counters.truncatedRecords++;
    const bodyEnd = Math.min(end, body + length);
    // A fixed layout that is cut off is skipped whole; those of variable size stop by themselves.
    if (bodyEnd - body >= minimum) decodeFlowRecord(flow, view, format, body, bodyEnd, sample, counters);
    at = Math.min(end, body + padded(length));
  }
}

/** Size of a format's fixed part, 0 where it has none or it depends on an address. */
function minimumSize(format: number): number {
  switch (format) {
    case RAW_HEADER:
      return RAW_HEADER_FIXED;
    case SAMPLED_ETHERNET:
      return SAMPLED_ETHERNET_SIZE;
    case SAMPLED_IPV4:
      return SAMPLED_IPV4_SIZE;
    case SAMPLED_IPV6:
      return SAMPLED_IPV6_SIZE;
    case EXTENDED_SWITCH:
      return EXTENDED_SWITCH_SIZE;
    case EXTENDED_NAT_PORT:
      return EXTENDED_NAT_PORT_SIZE;
    case EXTENDED_IPV4_TUNNEL_EGRESS:
    case EXTENDED_IPV4_TUNNEL_INGRESS:
      return SAMPLED_IPV4_SIZE;
    case EXTENDED_IPV6_TUNNEL_EGRESS:
    case EXTENDED_IPV6_TUNNEL_INGRESS:
      return SAMPLED_IPV6_SIZE;
    case EXTENDED_VNI_EGRESS:
    case EXTENDED_VNI_INGRESS:
      return EXTENDED_VNI_SIZE;
    case EXTENDED_DECAPSULATE_EGRESS:
    case EXTENDED_DECAPSULATE_INGRESS:
      return EXTENDED_DECAPSULATE_SIZE;
    case EXTENDED_TIMESTAMP:
      return EXTENDED_TIMESTAMP_SIZE;
    default:
      return hostRecordSize(format);
  }
}

function decodeFlowRecord(
  flow: Flow,
  view: DataView,
  format: number,
  at: number,
  end: number,
  sample: SampleState,
  counters: SflowCounters,
): void {
  switch (format) {
    case RAW_HEADER:
      decodeRawHeader(flow, view, at, end, sample, counters);
      break;
    case SAMPLED_ETHERNET:
      decodeSampledEthernet(flow, view, at, sample);
      break;
    case SAMPLED_IPV4:
      decodeSampledIpv4(flow, view, at, sample);
      break;
    case SAMPLED_IPV6:
      decodeSampledIpv6(flow, view, at, sample);
      break;
    case EXTENDED_SWITCH:
      decodeExtendedSwitch(flow, view, at);
      break;
    case EXTENDED_ROUTER:
      decodeExtendedRouter(flow, view, at, end);
      break;
    case EXTENDED_GATEWAY:
      decodeExtendedGateway(flow, view, at, end);
      break;
    case EXTENDED_USER:
      decodeExtendedUser(flow, view, at, end);
      break;
    case EXTENDED_URL:
      decodeExtendedUrl(flow, view, at, end);
      break;
    case EXTENDED_MPLS:
      decodeExtendedMpls(flow, view, at, end);
      break;
    case EXTENDED_NAT:
      decodeExtendedNat(view, at, end, sample);
      break;
    case EXTENDED_80211_RX:
    case EXTENDED_80211_TX:
      decodeExtended80211(flow, view, at, end);
      break;
    case EXTENDED_NAT_PORT:
      decodeExtendedNatPort(flow, view, at);
      break;
    default:
      decodeRareRecord(flow, view, format, at, end, sample, counters);
  }
}

/** Records of tunnels, VLAN stacks and wireless networks. */
function decodeRareRecord(
  flow: Flow,
  view: DataView,
  format: number,
  at: number,
  end: number,
  sample: SampleState,
  counters: SflowCounters,
): void {
  switch (format) {
    case EXTENDED_80211_PAYLOAD:
      decode80211Payload(flow, view, at, end, sample);
      break;
    case EXTENDED_IPV4_TUNNEL_EGRESS:
    case EXTENDED_IPV4_TUNNEL_INGRESS:
      decodeIpv4Tunnel(view, at, sample);
      break;
    case EXTENDED_IPV6_TUNNEL_EGRESS:
    case EXTENDED_IPV6_TUNNEL_INGRESS:
      decodeIpv6Tunnel(view, at, sample);
      break;
    case EXTENDED_VNI_EGRESS:
    case EXTENDED_VNI_INGRESS:
      decodeVni(view, at, sample);
      break;
    case EXTENDED_DECAPSULATE_EGRESS:
    case EXTENDED_DECAPSULATE_INGRESS:
      decodeDecapsulate(view, at, sample);
      break;
    case EXTENDED_VLAN_TUNNEL:
      decodeVlanTunnel(view, at, end, sample);
      break;
    case EXTENDED_VLAN_IN:
      decodeVlanIn(flow, view, at, end);
      break;
    case EXTENDED_VLAN_OUT:
      decodeVlanOut(flow, view, at, end);
      break;
    case EXTENDED_TIMESTAMP:
      decodeTimestamp(flow, view, at);
      break;
    default:
      decodeHostRecord(flow, view, format, at, end, sample, counters);
  }
}
