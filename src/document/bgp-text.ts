// The object `flow.bgp`: the route of the destination, as a router that speaks BGP told it.

import type { BgpRoute } from '../flow/bgp-route.ts';
import { quote, section } from './json.ts';

/** `,"bgp":{"next_hop":{"ip":"192.0.2.1"},"as_path":[64500,64501],"communities":["64500:100"],…}` */
export function bgpText(nextHopIp: string | undefined, route: BgpRoute | undefined): string {
  const nextHop = nextHopIp === undefined ? '' : `"next_hop":{"ip":"${nextHopIp}"}`;
  return section(',"bgp":{', nextHop, route === undefined ? '' : routeText(route));
}

function routeText(route: BgpRoute): string {
  const { asPath, communities, sourceCommunities, localPreference, sourcePeerAs } = route;
  const destinationPeerAs = route.destinationPeerAs ?? asPath[0];
  let members = asPath.length > 0 ? `,"as_path":[${asPath.join(',')}]` : '';
  if (destinationPeerAs !== undefined) members += `,"destination_peer":{"as":${destinationPeerAs}}`;
  if (sourcePeerAs !== undefined) members += `,"source_peer":{"as":${sourcePeerAs}}`;
  if (communities.length > 0) members += `,"communities":[${communities.map(communityText).join(',')}]`;
  if (sourceCommunities.length > 0) {
    members += `,"source_communities":[${sourceCommunities.map(communityText).join(',')}]`;
  }
  if (localPreference !== undefined) members += `,"local_preference":${localPreference}`;
  return members;
}

/** RFC 1997, as routers write it; other kinds are text already. */
function communityText(community: number | string): string {
  if (typeof community === 'string') return quote(community);
  return `"${community >>> 16}:${community & 0xffff}"`;
}
