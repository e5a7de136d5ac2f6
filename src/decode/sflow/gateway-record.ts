// What a router that speaks BGP knew of a packet's route. The record has three forms: sFlow v5 puts the next hop before
// that of v4, and v2 has one flat path and nothing after it. All counts are checked against the end of what is there.

import { BgpRoute } from '../../flow/bgp-route.ts';
import type { Flow } from '../../flow/flow.ts';
import { addressSize, addressText, CUT_OFF } from './xdr.ts';

/** AS numbers and communities kept of one record: the longest real paths have some forty. */
const MAX_LIST = 64;

/** 0:1003 extended_gateway of sFlow v5: BGP next hop (address), then what v4 has. */
export function decodeExtendedGateway(flow: Flow, view: DataView, at: number, end: number): void {
  const size = addressSize(view, at, end);
  if (size === undefined) return;
  flow.bgpNextHopIp = addressText(view, at, size);
  decodeGatewayRoute(flow, view, at + size, end);
}

/**
 * router's AS (4) | source AS (4) | source peer AS (4) | number of path segments (4) |
 * { set or sequence (4) | length (4) | AS (4)… }… | number of communities (4) | community (4)… | local preference (4).
 * The destination's AS is the last of the path. Returns the record's end, or CUT_OFF where it is not whole.
 */
export function decodeGatewayRoute(flow: Flow, view: DataView, start: number, end: number): number {
  if (start + 16 > end) return CUT_OFF;
  const route = startRoute(flow, view, start);
  const segments = view.getUint32(start + 12);
  let at = start + 16;
  // Each segment takes at least eight octets, so the work is bounded by the record and not by the count.
  for (let i = 0; i < segments; i++) {
    if (at + 8 > end) return CUT_OFF;
    const length = view.getUint32(at + 4);
    at += 8;
    if (length > (end - at) / 4) return CUT_OFF;
    addPath(flow, route, view, at, length);
    at += 4 * length;
  }
  if (at + 4 > end) return CUT_OFF;
  const communities = view.getUint32(at);
  at += 4;
  if (communities > (end - at) / 4) return CUT_OFF;
  for (let i = 0; i < communities && i < MAX_LIST; i++) route.communities.push(view.getUint32(at + 4 * i));
  at += 4 * communities;
  if (at + 4 > end) return CUT_OFF;
  route.localPreference = view.getUint32(at);
  return at + 4;
}

/**
 * extended_gateway of sFlow v2: router's AS (4) | source AS (4) | source peer AS (4) | length of the path (4) | AS (4)…
 * Returns the record's end, or CUT_OFF where it is not whole.
 */
export function decodeGatewayRoute2(flow: Flow, view: DataView, start: number, end: number): number {
  if (start + 16 > end) return CUT_OFF;
  const route = startRoute(flow, view, start);
  const length = view.getUint32(start + 12);
  const at = start + 16;
  if (length > (end - at) / 4) return CUT_OFF;
  addPath(flow, route, view, at, length);
  return at + 4 * length;
}

/** router's AS (4) | source AS (4) | source peer AS (4). AS 0 is reserved (RFC 7607): agents write it for "mine". */
function startRoute(flow: Flow, view: DataView, at: number): BgpRoute {
  const route = new BgpRoute();
  const sourceAs = view.getUint32(at + 4);
  const sourcePeerAs = view.getUint32(at + 8);
  if (sourceAs !== 0) flow.sourceAs = sourceAs;
  if (sourcePeerAs !== 0) route.sourcePeerAs = sourcePeerAs;
  flow.bgp = route;
  return route;
}

/** One segment of the path; the last AS so far is the destination's. An empty segment leaves the one before it the last. */
function addPath(flow: Flow, route: BgpRoute, view: DataView, at: number, length: number): void {
  for (let i = 0; i < length && route.asPath.length < MAX_LIST; i++) {
    const as = view.getUint32(at + 4 * i);
    if (as !== 0) route.asPath.push(as);
  }
  const last = length === 0 ? 0 : view.getUint32(at + 4 * length - 4);
  if (last !== 0) flow.destinationAs = last;
}
