// Flow records that say what the device knew about the packet beyond its header: VLANs, routes, AS numbers, users
// (sFlow v5 §5 and the structures published since). Each function fills what a Flow has and stops where the record is
// cut off. An unspecified next hop or AS 0 means not known and is left out.

import { macText } from '../../flow/address.ts';
import type { Flow } from '../../flow/flow.ts';
import type { SampleState } from './sflow-context.ts';
import { addressSize, addressText, opaqueEnd, opaqueText } from './xdr.ts';

const NO_MAC = '00-00-00-00-00-00';

// source VLAN (4) | source priority (4) | destination VLAN (4) | destination priority (4)
export const EXTENDED_SWITCH_SIZE = 16;

/** 0:1001 extended_switch. */
export function decodeExtendedSwitch(flow: Flow, view: DataView, at: number): void {
  flow.sourceVlan = vlanOrNone(view.getUint32(at));
  flow.destinationVlan = vlanOrNone(view.getUint32(at + 8));
}

/** Tags kept of one stack; QinQ has two. */
const MAX_TAGS = 4;

/** 0:1012 extended_vlantunnel: tags that were stripped from the header, outermost first (array of TPID and TCI, 2 + 2). */
export function decodeVlanTunnel(view: DataView, at: number, end: number, sample: SampleState): void {
  sample.strippedVlans = vlanStack(view, at, end);
}

/** 0:1034 and 0:1035 extended_vlanin and _vlanout: all tags of the packet as it comes in, or as it goes out; likewise. */
export function decodeVlanIn(flow: Flow, view: DataView, at: number, end: number): void {
  flow.sourceVlan ??= vlanStack(view, at, end)?.[0];
}

export function decodeVlanOut(flow: Flow, view: DataView, at: number, end: number): void {
  flow.destinationVlan ??= vlanStack(view, at, end)?.[0];
}

function vlanStack(view: DataView, at: number, end: number): number[] | undefined {
  if (at + 4 > end) return undefined;
  const depth = Math.min(view.getUint32(at), Math.floor((end - at - 4) / 4), MAX_TAGS);
  const vlans: number[] = [];
  for (let i = 0; i < depth; i++) {
    const vlan = vlanOrNone(view.getUint32(at + 4 + 4 * i) & 0x0fff);
    if (vlan !== undefined) vlans.push(vlan);
  }
  return vlans.length > 0 ? vlans : undefined;
}

/** 0:1043 extended_timestamp: nanoseconds since 1970 (8), when the packet was seen. */
export const EXTENDED_TIMESTAMP_SIZE = 8;

export function decodeTimestamp(flow: Flow, view: DataView, at: number): void {
  // A number holds some 256 ns of it: microseconds are what is sure.
  const ms = Math.round((view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4)) / 1000) / 1000;
  if (ms === 0) return;
  flow.startMs = ms;
  flow.endMs = ms;
}

/** 0 is untagged, 4095 reserved; agents write 0xffffffff where they do not know. */
function vlanOrNone(vlan: number): number | undefined {
  return vlan > 0 && vlan < 4095 ? vlan : undefined;
}

/** 0:1002 extended_router: next hop (address) | source mask length (4) | destination mask length (4). */
export function decodeExtendedRouter(flow: Flow, view: DataView, at: number, end: number): void {
  const size = addressSize(view, at, end);
  if (size === undefined) return;
  flow.nextHopIp = addressText(view, at, size);
  if (at + size + 8 > end) return;
  flow.sourceMask = maskOrNone(view.getUint32(at + size));
  flow.destinationMask = maskOrNone(view.getUint32(at + size + 4));
}

/** 0 is no route, or the default one, which does not say where the network ends; agents write 0xffffffff, too. */
function maskOrNone(length: number): number | undefined {
  return length > 0 && length <= 128 ? length : undefined;
}

/** 0:1004 extended_user: source charset (4) | source user (string) | destination charset (4) | destination user (string). */
export function decodeExtendedUser(flow: Flow, view: DataView, at: number, end: number): void {
  const sourceEnd = opaqueEnd(view, at + 4, end);
  if (sourceEnd === undefined) return;
  flow.userName = opaqueText(view, at + 4);
  if (flow.userName === undefined && opaqueEnd(view, sourceEnd + 4, end) !== undefined) {
    flow.userName = opaqueText(view, sourceEnd + 4);
  }
}

/** 0:1005 extended_url: direction (4) | URL (string) | host (string). */
export function decodeExtendedUrl(flow: Flow, view: DataView, at: number, end: number): void {
  const urlEnd = opaqueEnd(view, at + 4, end);
  if (urlEnd !== undefined && opaqueEnd(view, urlEnd, end) !== undefined) flow.httpHost = opaqueText(view, urlEnd);
}

/** 0:1006 extended_mpls: next hop (address) | stack received (array of label stack entries) | stack sent (likewise). */
export function decodeExtendedMpls(flow: Flow, view: DataView, start: number, end: number): void {
  const size = addressSize(view, start, end);
  if (size === undefined) return;
  flow.nextHopIp ??= addressText(view, start, size);
  const at = start + size;
  if (at + 4 > end) return;
  const depth = Math.min(view.getUint32(at), Math.floor((end - at - 4) / 4));
  if (depth === 0) return;
  const labels: number[] = [];
  for (let i = 0; i < depth && i < 16; i++) labels.push(view.getUint32(at + 4 + 4 * i) >>> 12);
  flow.mplsLabels = labels;
}

/** 0:1007 extended_nat: source (address) | destination (address), after translation; as in the packet where unchanged. */
export function decodeExtendedNat(view: DataView, at: number, end: number, sample: SampleState): void {
  const sourceSize = addressSize(view, at, end);
  if (sourceSize === undefined) return;
  sample.natSourceIp = addressText(view, at, sourceSize);
  const destinationSize = addressSize(view, at + sourceSize, end);
  if (destinationSize !== undefined) sample.natDestinationIp = addressText(view, at + sourceSize, destinationSize);
}

/** 0:1020 extended_nat_port: source port (4) | destination port (4). */
export const EXTENDED_NAT_PORT_SIZE = 8;

export function decodeExtendedNatPort(flow: Flow, view: DataView, at: number): void {
  flow.natSourcePort = view.getUint32(at) & 0xffff;
  flow.natDestinationPort = view.getUint32(at + 4) & 0xffff;
}

/** 0:1014 extended_80211_rx and 0:1015 extended_80211_tx begin with SSID (string) | BSSID (6). */
export function decodeExtended80211(flow: Flow, view: DataView, at: number, end: number): void {
  const ssidEnd = opaqueEnd(view, at, end);
  if (ssidEnd === undefined) return;
  flow.wlanSsid ??= opaqueText(view, at);
  if (ssidEnd + 6 > end) return;
  const bssid = macText(view, ssidEnd);
  if (bssid !== NO_MAC) flow.wlanBssid ??= bssid;
}
