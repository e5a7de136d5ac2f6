// Where a flow stays: `flow.locality` by the kinds of its two addresses, ECS `network.direction` by the networks that
// the user calls internal (never by ingress and egress, which tell about an interface). Needs hosts before it.
//
// locality, first rule that holds:
//   broadcast, multicast   one of the two is (destination, rarely a mistaken source)
//   loopback               one of the two is
//   public                 one of the two is: the flow crosses or could cross the internet
//   documentation, reserved, unspecified   one of the two is, in this order: nobody's address
//   private                both are private or link-local
// direction: a multicast, broadcast or unspecified address is on the side of the other address.

import type { Flow } from '../flow/flow.ts';
import type { AddressScope, Host } from '../flow/host.ts';
import type { Enricher } from './enricher.ts';

/** Sets flow.locality and flow.networkDirection; leaves both undefined for flows without IP addresses. */
export function localityEnricher(): Enricher {
  return function locality(flow: Flow): void {
    const { source, destination } = flow;
    if (source === undefined || destination === undefined) {
      const only = source ?? destination;
      if (only !== undefined) flow.locality = pairScope(only.scope, only.scope);
      return;
    }
    flow.locality = pairScope(source.scope, destination.scope);
    flow.networkDirection = direction(source, destination);
  };
}

function pairScope(one: AddressScope, other: AddressScope): AddressScope {
  const rank = RANK[one] >= RANK[other] ? one : other;
  return rank === 'link_local' ? 'private' : rank;
}

/** The scope with the higher rank names the flow. */
const RANK: Readonly<Record<AddressScope, number>> = {
  link_local: 0,
  private: 1,
  unspecified: 2,
  reserved: 3,
  documentation: 4,
  public: 5,
  loopback: 6,
  multicast: 7,
  broadcast: 8,
};

function direction(source: Host, destination: Host): string {
  const from = hasSide(source) ? source.isInternal : destination.isInternal;
  const to = hasSide(destination) ? destination.isInternal : source.isInternal;
  if (from) return to ? 'internal' : 'outbound';
  return to ? 'inbound' : 'external';
}

/** Group addresses and 0.0.0.0 are on no side of a border. Inside the user's networks they are, if he says so. */
function hasSide(host: Host): boolean {
  return host.isInternal || (host.scope !== 'multicast' && host.scope !== 'broadcast' && host.scope !== 'unspecified');
}
