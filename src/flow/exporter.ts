// A device that sends us flows, and what it told about itself. decode/ writes here, enrich/ and document/ read.
// One per packet source address (sFlow: agent address); facts that come in option data are kept per observation
// domain, because interface indexes and sampler ids mean something only inside one.

/** What did not reach us, by sequence numbers (decode/sequence.ts). Estimates: a late datagram takes its loss back. */
export interface LossCounts {
  /** Flow records (IPFIX: data records; sFlow: flow samples); for v9 the datagrams' loss times their usual flows. */
  lostFlows: number;
  /** Of protocols that number their datagrams: v9, sFlow. */
  lostDatagrams: number;
  /** Datagrams (sFlow: and samples) that came after a later one. */
  reordered: number;
  /** … that came twice, or lag behind what was expected. */
  duplicates: number;
  /** Sequence or sysUptime began anew. */
  restarts: number;
}

/** What option data said about one observation domain (RFC 7011 §2) of an exporter. Every table is bounded. */
export class DomainFacts implements LossCounts {
  lostFlows = 0;
  lostDatagrams = 0;
  reordered = 0;
  duplicates = 0;
  restarts = 0;
  /** Sampling interval (1 = every packet) by sampler id (IE 48) or selector id (IE 302). */
  readonly samplingBySampler = new Map<number, number>();
  /** Sampling interval by interface index, from option data scoped to an interface. */
  readonly samplingByInterface = new Map<number, number>();
  /** Sampling interval for the whole exporter or domain, from option data without sampler. */
  samplingInterval: number | undefined = undefined;
  /** Interface names and descriptions by interface index (IE 82, 83). */
  readonly interfaceNames = new Map<number, string>();
  readonly interfaceDescriptions = new Map<number, string>();
  /** VRF names by VRF id (IE 236 by 234). */
  readonly vrfNames = new Map<number, string>();
  /** Epoch ms when the exporter booted (IE 160 in option data); sysUptime times of IPFIX count from it. */
  systemInitMs: number | undefined = undefined;
  /** Application names by application id text, "engine:selector" (IE 96 by 95). */
  readonly applicationNames = new Map<string, string>();
}

/** Counts of one exporter; plain numbers that hot code increments and metrics read. */
export class Exporter implements LossCounts {
  /** Packet source address, or for sFlow the agent address, as canonical text. */
  readonly address: string;
  /** Who sent the last sFlow datagram of this agent; undefined for other protocols, where it is the address. */
  packetAddress: string | undefined = undefined;
  /** JSON text about this exporter, cached by document/ (its fields never change once known). */
  json: string | undefined = undefined;
  lastSeenMs = 0;
  datagrams = 0;
  flows = 0;
  malformed = 0;
  /** Data sets that wait, or waited in vain, for their template. */
  setsWithoutTemplate = 0;
  lostFlows = 0;
  lostDatagrams = 0;
  reordered = 0;
  duplicates = 0;
  restarts = 0;
  /** sFlow: samples that the agent itself says it dropped, for lack of resources. */
  droppedSamples = 0;
  readonly domains = new Map<number, DomainFacts>();

  constructor(address: string) {
    this.address = address;
  }

  /** Facts of an observation domain; made when first asked for. Callers bound the number of domains. */
  facts(observationDomainId: number): DomainFacts {
    let facts = this.domains.get(observationDomainId);
    if (facts === undefined) {
      facts = new DomainFacts();
      this.domains.set(observationDomainId, facts);
    }
    return facts;
  }
}
