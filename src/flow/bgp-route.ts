// What a router that speaks BGP told of the route of a flow's destination, beyond the origin AS numbers and the next hop
// that a Flow has itself.

export class BgpRoute {
  /** AS numbers from the neighbour to the destination, those of sets (unordered) at their place. */
  readonly asPath: number[] = [];
  /** Of the destination's route: RFC 1997 (AS in the upper 16 bits, value in the lower ones) or, as text, other kinds. */
  readonly communities: (number | string)[] = [];
  /** Of the source's route. */
  readonly sourceCommunities: (number | string)[] = [];
  localPreference: number | undefined = undefined;
  /** The neighbour that the source's route came from. */
  sourcePeerAs: number | undefined = undefined;
  /** The neighbour that the flow goes to; where it is not stated, the first of the path. */
  destinationPeerAs: number | undefined = undefined;
}
