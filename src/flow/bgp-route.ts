// What a router that speaks BGP told of the route of a flow's destination, beyond the origin AS numbers and the next hop
// that a Flow has itself.

export class BgpRoute {
  /** AS numbers from the neighbour to the destination, those of sets (unordered) at their place. */
  readonly asPath: number[] = [];
  /** RFC 1997: AS in the upper 16 bits, value in the lower ones. */
  readonly communities: number[] = [];
  localPreference: number | undefined = undefined;
  /** The neighbour that the source's route came from. */
  sourcePeerAs: number | undefined = undefined;
}
