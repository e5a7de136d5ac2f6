// What a running weir says of itself, as one plain object: the source of `weir status`, of /metrics and of the accounting
// check. Numbers only where numbers are meant, so that the statuses of several processes can be added up.

import type { WorkCounters } from '../cluster/work-counters.ts';
import type { DecodeCounters } from '../decode/counters.ts';
import type { Decoder } from '../decode/decoder.ts';
import type { FlowSplitter } from '../document/split.ts';
import type { EnrichCounters, Enrichment } from '../enrich/enrichment.ts';
import type { Rules } from '../enrich/rules.ts';
import type { ReloadCounters } from '../enrich/table-counters.ts';
import type { Exporter } from '../flow/exporter.ts';
import type { AdmissionCounters, RefusedSender } from '../input/admission.ts';
import type { TcpCounters } from '../input/tcp.ts';
import type { UdpCounters } from '../input/udp.ts';
import { packageVersion } from '../lib/package-root.ts';
import type { OutputCounters } from '../output/counters.ts';
import type { FlowQueue } from './hold-flows.ts';
import type { Inputs } from './inputs.ts';

/** Documents made, by kind. */
export interface DocumentCounts {
  flows: number;
  counters: number;
  exporters: number;
}

/** What rules of the user did. */
export interface RuleCounts {
  /** Flows that get no document. */
  readonly dropped: number;
  /** The same by rule. */
  readonly byRule: Readonly<Record<string, number>>;
  /** Conditions that could not be judged for a flow. */
  readonly failures: number;
}

/** One exporter since the start (sFlow: agent). */
export interface ExporterStatus {
  readonly address: string;
  /** Epoch ms of its last datagram. */
  readonly lastSeenMs: number;
  readonly templates: number;
  readonly datagrams: number;
  readonly flows: number;
  readonly malformed: number;
  readonly setsWithoutTemplate: number;
  readonly setsGivenUp: number;
  readonly droppedFlows: number;
  readonly lostFlows: number;
  readonly lostDatagrams: number;
  readonly reordered: number;
  readonly duplicates: number;
  readonly restarts: number;
  readonly droppedSamples: number;
}

/** What is between the process that receives and its workers. */
export interface WorkersStatus {
  readonly count: number;
  /** Processes started in place of dead ones. */
  readonly restarts: number;
  /** Datagrams that no worker has acknowledged, those for which there was no room, those given again after a death. */
  readonly waiting: number;
  readonly dropped: number;
  readonly resent: number;
  /** Datagrams that workers died of, kept beside the dead letters. */
  readonly setAside: number;
  /** Datagrams left out for a fault of weir. */
  readonly faults: number;
  /** Documents made of batches that are not acknowledged; those of dead workers were made again. */
  readonly unacknowledged: number;
  /** Documents that dead workers last said to hold, in memory and on disk: made again, or found in the spool. */
  readonly left: number;
}

/** What a worker of the scaled form has to do with Redis. */
export interface StreamsStatus extends Readonly<WorkCounters> {
  /** Workers there, and partitions that this one has. */
  readonly workers: number;
  readonly partitions: number;
  /** Datagrams in all streams that are not acknowledged, and bytes of their batches; absent: not known yet. */
  readonly lag?: number | undefined;
  readonly lagBytes?: number | undefined;
  /** Times that Redis had lost all its data. */
  readonly resets: number;
  /** Datagrams that could not be decoded for a fault of weir. */
  readonly faults: number;
  /** Sets that waited for templates in partitions when they were taken over; those that wait for option data count anew. */
  readonly takenOver: { readonly sets: number };
  /** Sets that waited in partitions when they were given away. */
  readonly handedOver: { readonly sets: number; readonly held: number };
}

export interface Status {
  readonly version: string;
  readonly pid: number;
  /** Epoch ms. */
  readonly startedMs: number;
  readonly timeMs: number;
  /** Addresses that are listened on, and where documents go: for people. */
  readonly listen: string;
  readonly target: string;
  /** Why the target takes nothing now; absent while it does. */
  readonly fault?: string;
  readonly process: {
    /** Resident memory, bytes. */
    readonly residentBytes: number;
    /** User and system time since the start, s. */
    readonly cpuSeconds: number;
  };
  readonly udp: Readonly<UdpCounters>;
  readonly tcp: Readonly<TcpCounters>;
  readonly admission: Readonly<AdmissionCounters>;
  /** The same by sender; absent where nothing is received (workers of the scaled form). */
  readonly refusedSenders?: readonly RefusedSender[];
  /** Datagrams that the kernel dropped for want of buffer; absent where the system does not tell. */
  readonly kernelDrops?: number;
  readonly decode: Readonly<DecodeCounters>;
  /** Sets that wait for their template now, those that wait for option data, and the octets of both. */
  readonly pending: { readonly sets: number; readonly held: number; readonly octets: number };
  readonly enrich: EnrichCounters;
  /** Files of enrichers that were read again, by enricher. */
  readonly reloads: Readonly<Record<string, ReloadCounters>>;
  readonly rules: RuleCounts;
  /** Flows that wait for names now, that did since the start, and those of them that went on without. */
  readonly holdBack: { readonly held: number; readonly waited: number; readonly inVain: number };
  /** Documents beyond the first of long flows that were split. */
  readonly addedParts: number;
  readonly documents: Readonly<DocumentCounts>;
  readonly output: Readonly<OutputCounters>;
  readonly exporters: readonly ExporterStatus[];
  /** Where there are several processes. Figures of decoding are then those of acknowledged batches. */
  readonly workers?: WorkersStatus;
  /** Of `weir work`, which listens to nobody. */
  readonly streams?: StreamsStatus;
}

/** Where the numbers are kept. */
export interface StatusSources {
  readonly startedMs: number;
  readonly target: string;
  readonly inputs: Inputs;
  readonly decoder: Decoder;
  readonly enrichment: Enrichment;
  readonly holdBack: FlowQueue | undefined;
  readonly splitter: FlowSplitter | undefined;
  readonly documents: DocumentCounts;
  readonly output: { readonly counters: OutputCounters; readonly fault?: string | undefined };
}

/** The status of this process, as of now. */
export function readStatus(sources: StatusSources): Status {
  const { startedMs, target, inputs, decoder, enrichment, documents, output } = sources;
  return {
    version: packageVersion,
    pid: process.pid,
    startedMs,
    timeMs: Date.now(),
    target,
    ...(output.fault === undefined ? {} : { fault: output.fault }),
    process: processStatus(),
    ...inputs.status(),
    decode: decoder.counters,
    pending: decoder.pending,
    ...enrichStatus(enrichment, sources),
    documents,
    output: output.counters,
    exporters: exporterStatuses(decoder),
  };
}

/** Memory and time of this process. */
export function processStatus(): Status['process'] {
  const { user, system } = process.cpuUsage();
  return { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
}

/** All exporters that a decoder knows. */
export function exporterStatuses(decoder: Decoder): ExporterStatus[] {
  return [...decoder.exporters.values()].map((exporter) => exporterStatus(exporter, decoder));
}

/** What the way from the decoder to the documents counts; workers of the scaled form have it as well. */
export type EnrichStatus = Pick<Status, 'enrich' | 'reloads' | 'rules' | 'holdBack' | 'addedParts'>;

export function enrichStatus(
  enrichment: Enrichment,
  { holdBack, splitter }: Pick<StatusSources, 'holdBack' | 'splitter'>,
): EnrichStatus {
  return {
    enrich: enrichment.counters,
    reloads: enrichment.reloads,
    rules: ruleCounts(enrichment.rules),
    holdBack: { held: holdBack?.size ?? 0, waited: holdBack?.waited ?? 0, inVain: holdBack?.inVain ?? 0 },
    addedParts: splitter?.added ?? 0,
  };
}

function ruleCounts(rules: Rules): RuleCounts {
  return { dropped: rules.droppedTotal, byRule: Object.fromEntries(rules.dropped), failures: rules.failures };
}

function exporterStatus(exporter: Exporter, decoder: Decoder): ExporterStatus {
  return {
    address: exporter.address,
    lastSeenMs: exporter.lastSeenMs,
    templates: decoder.templateCount(exporter.address),
    datagrams: exporter.datagrams,
    flows: exporter.flows,
    malformed: exporter.malformed,
    setsWithoutTemplate: exporter.setsWithoutTemplate,
    setsGivenUp: exporter.setsGivenUp,
    droppedFlows: exporter.droppedFlows,
    lostFlows: Math.round(exporter.lostFlows),
    lostDatagrams: exporter.lostDatagrams,
    reordered: exporter.reordered,
    duplicates: exporter.duplicates,
    restarts: exporter.restarts,
    droppedSamples: exporter.droppedSamples,
  };
}
