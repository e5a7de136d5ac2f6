// What the protocol files share: the decoder's options, counters and the way out, handed down as one argument; and the
// message, which is what a record needs to know of the header it came under. A data set that waits for its template
// keeps its message.

import type { DomainFacts, Exporter } from '../flow/exporter.ts';
import { type ExportProtocol, Flow } from '../flow/flow.ts';
import type { DecodeCounters } from './counters.ts';
import type { DecodeOptions } from './decode-options.ts';
import { finishFlow } from './finish.ts';
import { SEQUENCE_OCTETS } from './memory.ts';
import type { RunningCounts } from './running-counts.ts';
import { type SequenceUnit, trackerFor } from './sequence.ts';
import type { Domain, Session } from './template/domain.ts';
import type { ElementTable } from './template/elements.ts';
import type { TemplateStore } from './template/store.ts';

export interface DecodeContext {
  readonly options: DecodeOptions;
  readonly counters: DecodeCounters;
  readonly templates: TemplateStore;
  readonly running: RunningCounts;
  /** Read from files at the first call. */
  elements(): ElementTable;
  /** Takes a finished flow. */
  emit(flow: Flow): void;
}

/** A message header of a protocol with templates, as its records see it. */
export interface Message {
  readonly protocol: 'netflow_v9' | 'ipfix';
  readonly exporter: Exporter;
  readonly domain: Domain;
  readonly datagramId: string;
  readonly receivedMs: number;
  readonly exportMs: number;
  readonly uptimeMs: number | undefined;
  /** Boot time known when its records began to wait: exporters that compute it anew state a millisecond more or less. */
  systemInitMs: number | undefined;
  /** Data records read so far, option records included: what IPFIX counts. */
  records: number;
  /** Holds data sets whose template is not known: how many records they are, nobody can tell. */
  hasUncounted: boolean;
}

/** A flow under a message header; `recordNumber` is the record's first octet, counted from the datagram's start. */
export function newFlow(
  exporter: Exporter,
  facts: DomainFacts,
  protocol: ExportProtocol,
  datagramId: string,
  receivedMs: number,
  recordNumber: number,
): Flow {
  const flow = new Flow(exporter, facts, protocol, datagramId, receivedMs);
  flow.recordNumber = recordNumber;
  return flow;
}

/** Settles a filled flow, counts it and hands it on. */
export function deliver(context: DecodeContext, flow: Flow): void {
  finishFlow(flow);
  if (flow.exporterName !== undefined) flow.exporter.statedName = flow.exporterName;
  // Of these some are told in parts.
  if (flow.stated !== undefined) context.running.settle(flow);
  context.counters.flows++;
  flow.exporter.flows++;
  context.emit(flow);
}

/** Accounts for a datagram's sequence number; `records` are those in it, undefined where some could not be counted. */
export function trackSequence(
  context: DecodeContext,
  session: Session,
  domainId: number,
  facts: DomainFacts,
  unit: SequenceUnit,
  sequence: number,
  records: number | undefined,
  uptimeMs: number | undefined,
): void {
  const { exporter } = session;
  if (!session.sequences.has(domainId) && !context.templates.memory.take(exporter, SEQUENCE_OCTETS)) {
    context.counters.factsRefused++;
    return;
  }
  const tracker = trackerFor(
    session,
    () => context.templates.sessionsOf(exporter),
    domainId,
    unit,
    sequence,
    () => [context.counters, exporter, facts],
  );
  tracker.observe(sequence, records, uptimeMs);
}
