// A device that sends us flows, and what it told about itself. decode/ writes here, enrich/ and document/ read.
// One per packet source address (sFlow: agent address); facts that come in option data are kept per observation
// domain, because interface indexes and sampler ids mean something only inside one.

import { FactTable, SharedFacts } from './fact-table.ts';

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

/**
 * What option data said about one observation domain (RFC 7011 §2) of an exporter. Every table is bounded. Read them by
 * `find`, which knows what other domains of the exporter say.
 */
export class DomainFacts implements LossCounts {
  lostFlows = 0;
  lostDatagrams = 0;
  reordered = 0;
  duplicates = 0;
  restarts = 0;
  /** Sampling interval (1 = every packet) by sampler id (IE 48) or selector id (IE 302); 0: told, but no interval. */
  readonly samplingBySampler: FactTable<number, number>;
  /** … by the sampler's name (IE 84, 335), for records that state no id. */
  readonly samplingByName: FactTable<string, number>;
  /** Sampling interval by interface index; by 0 for the whole exporter or domain, from option data without either. */
  readonly samplingByInterface: FactTable<number, number>;
  /** Sampling interval by template id, from option data scoped to a template; these ids are the domain's own. */
  readonly samplingByTemplate = new Map<number, number>();
  /** … by selection sequence id (IE 301). */
  readonly samplingBySequence = new Map<number, number>();
  /** Selector ids that a selection sequence consists of (RFC 5476 §6.5.1), by its id; their intervals multiply. */
  readonly selectionSequences = new Map<number, readonly number[]>();
  /** Interface names and descriptions by interface index (IE 82, 83). */
  readonly interfaceNames: FactTable<number, string>;
  readonly interfaceDescriptions: FactTable<number, string>;
  /** VRF names by VRF id (IE 236 by 234 and 235). */
  readonly vrfNames: FactTable<number, string>;
  /** Application names by application id text, "engine:selector" (IE 96 by 95). */
  readonly applicationNames: FactTable<string, string>;
  /** Epoch ms when the exporter booted (IE 160 in option data); sysUptime times of IPFIX count from it. */
  systemInitMs: number | undefined = undefined;
  /** The exporter's own idea of its address (IE 130, 131 in option data): another one behind NAT. */
  exporterIp: string | undefined = undefined;

  /** @param shared what the exporter's other domains say */
  constructor(shared?: ExporterFacts) {
    this.samplingBySampler = new FactTable(shared?.samplingBySampler);
    this.samplingByName = new FactTable(shared?.samplingByName);
    this.samplingByInterface = new FactTable(shared?.samplingByInterface);
    this.interfaceNames = new FactTable(shared?.interfaceNames);
    this.interfaceDescriptions = new FactTable(shared?.interfaceDescriptions);
    this.vrfNames = new FactTable(shared?.vrfNames);
    this.applicationNames = new FactTable(shared?.applicationNames);
  }

  /** Sampling interval for the whole exporter or domain. */
  get samplingInterval(): number | undefined {
    return this.samplingByInterface.find(0);
  }
}

/** The tables of all domains of an exporter, for those domains that say nothing themselves. */
class ExporterFacts {
  readonly samplingBySampler = new SharedFacts<number, number>();
  readonly samplingByName = new SharedFacts<string, number>();
  readonly samplingByInterface = new SharedFacts<number, number>();
  readonly interfaceNames = new SharedFacts<number, string>();
  readonly interfaceDescriptions = new SharedFacts<number, string>();
  readonly vrfNames = new SharedFacts<number, string>();
  readonly applicationNames = new SharedFacts<string, string>();
}

/** What is known of an interface from elsewhere than option data. */
export interface InterfaceFacts {
  readonly name: string | undefined;
  /** What the operator wrote about it. */
  readonly alias: string | undefined;
  /** bit/s */
  readonly speed: number | undefined;
}

/** What the user's table says of an exporter. */
export interface ExporterNames {
  readonly name: string | undefined;
  readonly site: string | undefined;
  readonly tags: readonly string[] | undefined;
}

/** What an exporter answered to SNMP. */
export interface PolledFacts {
  readonly name: string | undefined;
  /** By interface index. */
  readonly interfaces: ReadonlyMap<number, InterfaceFacts>;
}

/** Counts of one exporter; plain numbers that hot code increments and metrics read. */
export class Exporter implements LossCounts {
  /** Packet source address, or for sFlow the agent address, as canonical text. */
  readonly address: string;
  /** Who sent the last sFlow datagram of this agent; undefined for other protocols, where it is the address. */
  packetAddress: string | undefined = undefined;
  /** From the user's tables; enrich/ sets them. */
  table: ExporterNames | undefined = undefined;
  tableInterfaces: ReadonlyMap<number, InterfaceFacts> | undefined = undefined;
  polled: PolledFacts | undefined = undefined;
  #statedName: string | undefined = undefined;
  /** Cache of document/: JSON members about this exporter. Who changes `table` or `polled` clears it. */
  json: string | undefined = undefined;
  lastSeenMs = 0;
  /** What it says of itself in option data may not have come yet; ended by decode/. */
  isNew = true;
  /** Memory that all we know of it takes, by the estimate of decode/memory.ts. */
  octets = 0;
  datagrams = 0;
  flows = 0;
  malformed = 0;
  /** Data sets that wait, or waited in vain, for their template. */
  setsWithoutTemplate = 0;
  /** … those of them given up: nobody told in time, or there was no room. */
  setsGivenUp = 0;
  /** Flows that rules of the user dropped. */
  droppedFlows = 0;
  lostFlows = 0;
  lostDatagrams = 0;
  reordered = 0;
  duplicates = 0;
  restarts = 0;
  /** sFlow: samples that the agent itself says it dropped, for lack of resources. */
  droppedSamples = 0;
  readonly domains = new Map<number, DomainFacts>();
  readonly #shared = new ExporterFacts();

  constructor(address: string) {
    this.address = address;
  }

  /** What the device is called; undefined where nobody told. */
  get name(): string | undefined {
    return this.table?.name ?? this.polled?.name ?? this.#statedName;
  }

  /** What the device calls itself, where it says so in what it exports. */
  get statedName(): string | undefined {
    return this.#statedName;
  }

  set statedName(name: string | undefined) {
    if (name === this.#statedName) return;
    this.#statedName = name;
    this.json = undefined;
  }

  /** Facts of an observation domain; made when first asked for. Callers bound the number of domains. */
  facts(observationDomainId: number): DomainFacts {
    let facts = this.domains.get(observationDomainId);
    if (facts === undefined) {
      facts = new DomainFacts(this.#shared);
      this.domains.set(observationDomainId, facts);
    }
    return facts;
  }
}
