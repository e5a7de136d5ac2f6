// What a record states in one of the rarer ways and weir then settles: totals and pairs for counters, deltas and durations
// for times, samplers for intervals, a section of the packet itself. decode/finish.ts and enrich/ make the fields of Flow
// out of it; documents show nothing of it. Apart from Flow, of which every flow has all fields, filled or not; made with
// the first field that is read. Names are those of the element tables, as in Flow.

type Count = number | undefined;
type Text = string | undefined;

export class StatedFields {
  // --- times
  /** IE 158/159: microseconds before the export time. */
  startDeltaUs: Count = undefined;
  endDeltaUs: Count = undefined;
  /** Epoch ms, of an event. */
  observationMs: Count = undefined;
  /** ms, IE 161; µs in IE 162 is converted. */
  durationMs: Count = undefined;

  // --- counters
  octetsTotal: Count = undefined;
  packetsTotal: Count = undefined;
  postOctets: Count = undefined;
  postPackets: Count = undefined;
  postOctetsTotal: Count = undefined;
  postPacketsTotal: Count = undefined;
  initiatorOctets: Count = undefined;
  responderOctets: Count = undefined;
  initiatorPackets: Count = undefined;
  responderPackets: Count = undefined;
  reverseOctets: Count = undefined;
  reversePackets: Count = undefined;
  reverseOctetsTotal: Count = undefined;
  reversePacketsTotal: Count = undefined;
  /** IE 239 / RFC 5103: 1 initiator, 2 reverse initiator, 3 perimeter. */
  biflowDirection: Count = undefined;

  // --- sampling
  /** IE 48, or selectorId IE 302. */
  samplerId: Count = undefined;
  selectorId: Count = undefined;
  /** IE 301: selectors in a row. */
  selectionSequenceId: Count = undefined;
  /** IE 84, 335: for records that state no id. */
  samplerName: Text = undefined;
  /** IE 50. */
  samplerRandomInterval: Count = undefined;
  /** IE 305 and 306: rate = (305 + 306) / 305. */
  samplingPacketInterval: Count = undefined;
  samplingPacketSpace: Count = undefined;
  /** IE 309 and 310: rate = 310 / 309. */
  samplingSize: Count = undefined;
  samplingPopulation: Count = undefined;
  /** IE 311: rate = 1 / 311. */
  samplingProbability: Count = undefined;

  // --- packet section (IE 104, 313, 315–317), dissected by finish; 314 is a detail
  packetSection: Uint8Array | undefined = undefined;
  /** As sFlow's header_protocol: 11 IP (313, 317), 13 MPLS (316); else IE 408: 1 or none Ethernet, 2 802.11. */
  packetSectionKind: Count = undefined;
}

/** Names of fields that a table may fill. */
export type StatedField = keyof StatedFields;
