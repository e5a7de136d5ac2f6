// What few exporters say of a flow: events of firewalls and address translators, times of the reverse direction. Apart
// from Flow, so that the flows of all others need not carry it; made with the first field that is filled. Names are those
// of the element tables, as in Flow.

type Count = number | undefined;
type Text = string | undefined;

export class FlowDetails {
  /** IE 148: the exporter's own number of the flow, which its events share. As text, for it may have 64 bits. */
  flowId: Text = undefined;

  // --- times of the reverse direction (RFC 5103), as stated; finish unites them with the forward ones
  /** Epoch ms. */
  reverseStartMs: Count = undefined;
  reverseEndMs: Count = undefined;
  reverseStartUptimeMs: Count = undefined;
  reverseEndUptimeMs: Count = undefined;

  // --- firewalls
  /** Cisco ASA: ACL, entry and extended entry that permitted or denied, as three hexadecimal numbers. */
  ingressAcl: Text = undefined;
  egressAcl: Text = undefined;
  /** Cisco ASA's extended event: why. */
  firewallCode: Count = undefined;

  // --- address translators (RFC 8158)
  /** IE 361–364: ports that a subscriber was given, both ends included. */
  portRangeStart: Count = undefined;
  portRangeEnd: Count = undefined;
  portRangeStep: Count = undefined;
  portRangeSize: Count = undefined;
  /** IE 463. */
  natInstance: Count = undefined;
  /** IE 283, 284. */
  natPool: Count = undefined;
  natPoolName: Text = undefined;
  /** IE 466, 467: which limit was met. */
  natQuota: Count = undefined;
  natThreshold: Count = undefined;

  // --- delays, ms: of one connection (nProbe), or sums and what they are of (Cisco AVC)
  clientDelayMs: Count = undefined;
  serverDelayMs: Count = undefined;
  applicationDelayMs: Count = undefined;
  clientDelaySumMs: Count = undefined;
  serverDelaySumMs: Count = undefined;
  applicationDelaySumMs: Count = undefined;
  /** IE 278. */
  connectionCount: Count = undefined;
  responseCount: Count = undefined;

  /** IE 314: what an IP packet carries, from its first octet on; dissected by finish. */
  payloadSection: Uint8Array | undefined = undefined;

  // --- settled
  /** Counted since the flow's begin, both directions, where bytes and packets are only what was added to it. */
  totalBytes: Count = undefined;
  totalPackets: Count = undefined;
}

/** Names of fields that a table may fill. */
export type DetailField = Exclude<keyof FlowDetails, 'totalBytes' | 'totalPackets'>;
