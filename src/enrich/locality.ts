// Where a flow stays: `flow.locality` by the kinds of its two addresses, ECS `network.direction` by the networks that
// the user calls internal (never by ingress and egress, which tell about an interface). Needs hosts before it.
//
// locality, first rule that holds:
//   broadcast              one of the two is, also that of a network (broadcast.ts)
//   multicast              one of the two is (destination, rarely a mistaken source)
//   loopback               one of the two is
//   public                 one of the two is: the flow crosses or could cross the internet
//   documentation, reserved, unspecified   one of the two is, in this order: nobody's address
//   private                both are private or link-local
// direction:
//   a multicast, broadcast or unspecified address is on the side of the other address; two of them never left their link
//   an end is inside that is so before or after address translation (hosts.ts)

import type { Flow } from '../flow/flow.ts';
import type { AddressScope, Host } from '../flow/host.ts';
import { isDirectedBroadcast } from './broadcast.ts';
import type { Enricher } from './enricher.ts';
import type { Hosts } from './hosts.ts';

/**
 * Sets flow.locality and flow.networkDirection; leaves both undefined for flows without IP addresses.
 * @param hosts who knows translated addresses
 */
export function localityEnricher(hosts: Hosts): Enricher {
  return function locality(flow: Flow): void {
    const { source, destination } = flow;
    if (source === undefined || destination === undefined) {
      const only = source ?? destination;
      if (only !== undefined) flow.locality = pairScope(only.scope, only.scope);
      return;
    }
    const isBroadcast =
      isDirectedBroadcast(flow, destination, source) || isDirectedBroadcast(flow, source, destination);
    flow.locality = isBroadcast ? 'broadcast' : pairScope(source.scope, destination.scope);
    flow.networkDirection = direction(hosts.sender(flow, source), hosts.receiver(flow, destination));
  };
}

function pairScope(one: AddressScope, other: AddressScope): string {
  if (one === other) return one === 'link_local' ? 'private' : one;
  for (let i = 0; i < RANKING.length; i++) {
    const scope = RANKING[i]!;
    if (one === scope || other === scope) return scope;
  }
  return 'private';
}

/** Which of two different scopes names the flow: the first here; without any of them it is private. */
const RANKING: readonly AddressScope[] = [
  'broadcast',
  'multicast',
  'loopback',
  'public',
  'documentation',
  'reserved',
  'unspecified',
];

function direction(source: Host, destination: Host): string {
  const isSourceSided = hasSide(source);
  const isDestinationSided = hasSide(destination);
  if (!isSourceSided && !isDestinationSided) return 'internal';
  const from = isSourceSided ? source.isInternal : destination.isInternal;
  const to = isDestinationSided ? destination.isInternal : source.isInternal;
  if (from) return to ? 'internal' : 'outbound';
  return to ? 'inbound' : 'external';
}

/** Group addresses and 0.0.0.0 are on no side of a border. Inside the user's networks they are, if he says so. */
function hasSide(host: Host): boolean {
  return host.isInternal || (host.scope !== 'multicast' && host.scope !== 'broadcast' && host.scope !== 'unspecified');
}
