// The object `flow.bgp`: the route of the destination, as a router that speaks BGP told it.

import type { BgpRoute } from '../flow/bgp-route.ts';
import { section } from './json.ts';

/** `,"bgp":{"next_hop":{"ip":"192.0.2.1"},"as_path":[64500,64501],"communities":["64500:100"],…}` */
export function bgpText(nextHopIp: string | undefined, route: BgpRoute | undefined): string {
  const nextHop = nextHopIp === undefined ? '' : `"next_hop":{"ip":"${nextHopIp}"}`;
  return section(',"bgp":{', nextHop, route === undefined ? '' : routeText(route));
}

function routeText(route: BgpRoute): string {
  const { asPath, communities, localPreference, sourcePeerAs } = route;
  let members = '';
  if (asPath.length > 0) members += `,"as_path":[${asPath.join(',')}],"destination_peer":{"as":${asPath[0]}}`;
  if (sourcePeerAs !== undefined) members += `,"source_peer":{"as":${sourcePeerAs}}`;
  if (communities.length > 0) members += `,"communities":[${communities.map(communityText).join(',')}]`;
  if (localPreference !== undefined) members += `,"local_preference":${localPreference}`;
  return members;
}

/** RFC 1997, as routers write it. */
function communityText(community: number): string {
  return `"${community >>> 16}:${community & 0xffff}"`;
}
