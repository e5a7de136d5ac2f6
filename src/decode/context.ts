// What the protocol files share: the decoder's options, counters and the way out, handed down as one argument; and the
// message, which is what a record needs to know of the header it came under. A data set that waits for its template
// keeps its message.

import type { DomainFacts, Exporter } from '../flow/exporter.ts';
import { type ExportProtocol, Flow } from '../flow/flow.ts';
import type { DecodeCounters } from './counters.ts';
import type { DecodeOptions } from './decode-options.ts';
import { finishFlow } from './finish.ts';
import type { ElementTable } from './template/elements.ts';
import type { Domain, TemplateStore } from './template/store.ts';

export interface DecodeContext {
  readonly options: DecodeOptions;
  readonly counters: DecodeCounters;
  readonly templates: TemplateStore;
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
  context.counters.flows++;
  flow.exporter.flows++;
  context.emit(flow);
}
