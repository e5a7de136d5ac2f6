// Fields that take values of several elements, or of all elements of a list: MPLS label stacks, and the route by BGP.
// Each adds one value to what is there; lists are bounded, and what they have no room for is left out.

import { BgpRoute } from '../../flow/bgp-route.ts';
import type { Flow } from '../../flow/flow.ts';

/** Labels, communities and AS numbers kept per flow. */
const MAX_LIST = 64;

/** Adds a value to the field that the collector is of. */
export type Collector = (flow: Flow, value: number | string) => void;

export type CollectedField =
  | 'mplsLabels'
  | 'bgpAsPath'
  | 'bgpCommunities'
  | 'bgpSourceCommunities'
  | 'bgpNextAs'
  | 'bgpPreviousAs';

export const COLLECTORS: Readonly<Record<CollectedField, Collector>> = {
  mplsLabels: (flow, value) => {
    if (typeof value !== 'number') return;
    if (flow.mplsLabels === undefined) flow.mplsLabels = [value];
    else if (flow.mplsLabels.length < MAX_LIST) flow.mplsLabels.push(value);
  },
  bgpAsPath: (flow, value) => {
    if (typeof value === 'number' && value !== 0) add(routeOf(flow).asPath, value);
  },
  bgpCommunities: (flow, value) => add(routeOf(flow).communities, value),
  bgpSourceCommunities: (flow, value) => add(routeOf(flow).sourceCommunities, value),
  // AS 0 is reserved (RFC 7607): exporters write it for "mine" and for "no route".
  bgpNextAs: (flow, value) => {
    if (typeof value === 'number' && value !== 0) routeOf(flow).destinationPeerAs ??= value;
  },
  bgpPreviousAs: (flow, value) => {
    if (typeof value === 'number' && value !== 0) routeOf(flow).sourcePeerAs ??= value;
  },
};

function routeOf(flow: Flow): BgpRoute {
  flow.bgp ??= new BgpRoute();
  return flow.bgp;
}

function add<T>(list: T[], value: T): void {
  if (list.length < MAX_LIST) list.push(value);
}
