// What the sFlow decoder is given and what it counts. Kept apart so that the decoder's files need not import one another.

import type { CounterSample } from '../../flow/counter-sample.ts';
import type { Datagram } from '../../flow/datagram.ts';
import type { DomainFacts, Exporter } from '../../flow/exporter.ts';
import type { Flow } from '../../flow/flow.ts';
import type { Tunnel } from '../../flow/tunnel.ts';
import type { CounterTable } from '../../lib/counter-table.ts';
import type { SflowLoss, SubAgentLoss } from './loss.ts';

/** Counts of everything that did not become a flow, and of what was repaired. */
export class SflowCounters {
  /** Flow samples (0:1, 0:3) and discarded packets (0:5) that became flows. */
  flowSamples = 0;
  discardedPackets = 0;
  /** Counter samples (0:2, 0:4). */
  counterSamples = 0;
  /** Samples of other enterprises or formats, skipped. */
  unknownSamples = 0;
  /** Samples too short for their own head; the missing rest of a datagram cut off counts as one, too. */
  malformedSamples = 0;
  /** Flow records of formats that fill no field, and counter structures that no table has, skipped. */
  unknownRecords = 0;
  /** Flow records and counter structures cut off by the end of their sample: what is there was read. Missing ones count as one per sample. */
  truncatedRecords = 0;
  /** Flow records that state less than their format's size; the format was believed. */
  shortRecords = 0;
  /** Sampled headers of a link layer that is not dissected. */
  unknownHeaders = 0;
  /** Datagrams dropped because a limit on exporters or on sub-agents was reached. */
  limitedDatagrams = 0;
}

export interface SflowContext {
  /** Takes a finished flow: its times, bytes and packetCount are settled already. */
  emit(flow: Flow): void;
  /** Takes a filled counter sample. */
  emitCounters(sample: CounterSample): void;
  /** Layouts of counter structures; undefined where nobody wants counters, which then are counted only. */
  readonly counterTable: (() => CounterTable) | undefined;
  /** The exporter of an agent address, undefined when the limit on exporters is reached. */
  exporterOf(agentAddress: string): Exporter | undefined;
  /** Facts of a sub-agent (observation domain), undefined when the limit on those of an agent, or of memory, is reached. */
  factsOf(exporter: Exporter, subAgentId: number): DomainFacts | undefined;
  readonly counters: SflowCounters;
  readonly loss: SflowLoss;
  /** frame: bytes are the sampled frame's length. ip: the length of the IP packet in it, where it has one. */
  readonly bytes: 'frame' | 'ip';
}

/** One datagram while it is decoded. */
export interface SflowDatagram {
  readonly protocol: 'sflow_v2' | 'sflow_v4' | 'sflow_v5';
  readonly datagram: Datagram;
  readonly view: DataView;
  readonly context: SflowContext;
  readonly exporter: Exporter;
  readonly facts: DomainFacts;
  readonly loss: SubAgentLoss;
  readonly subAgentId: number;
  readonly uptimeMs: number;
  /** Reused for every sample of the datagram. */
  readonly sample: SampleState;
}

/** What the records of one flow sample say about the packet's size and translation, until all are read. */
export class SampleState {
  /** Length of the frame on the wire, octets. */
  frameBytes: number | undefined = undefined;
  /** Length of the IP packet, octets; 0 where not known. */
  ipBytes = 0;
  hasRawHeader = false;
  /** What records say of a tunnel. */
  tunnel: Tunnel | undefined = undefined;
  natSourceIp: string | undefined = undefined;
  natDestinationIp: string | undefined = undefined;
  /** Octets of a transaction (HTTP, application) and how long it took, µs. */
  requestBytes: number | undefined = undefined;
  responseBytes: number | undefined = undefined;
  durationUs = 0;
  /** VLANs of tags that were stripped from the header, outermost first. */
  strippedVlans: readonly number[] | undefined = undefined;
  /** Where the sampled header begins and ends; where the packet in it begins that is decapsulated, from there. */
  headerAt = 0;
  headerEnd = 0;
  innerOffset = 0;

  reset(): void {
    this.frameBytes = undefined;
    this.ipBytes = 0;
    this.hasRawHeader = false;
    this.tunnel = undefined;
    this.natSourceIp = undefined;
    this.natDestinationIp = undefined;
    this.requestBytes = undefined;
    this.responseBytes = undefined;
    this.durationUs = 0;
    this.strippedVlans = undefined;
    this.headerAt = 0;
    this.headerEnd = 0;
    this.innerOffset = 0;
  }
}
