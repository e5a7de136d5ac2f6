// Counter samples (0:2 and, for large indexes, 0:4): a head, then structures { enterprise and format (4) | length (4) |
// data }…, each read as pipelines/counters.yml lays it out. Structures that it does not have are passed over.

import { CounterSample } from '../../flow/counter-sample.ts';
import { readCounterStructure } from './counter-structure.ts';
import type { SflowDatagram } from './sflow-context.ts';
import { padded } from './xdr.ts';

// sequence (4) | source type (1) and index (3) | number of structures (4)
const COMPACT_HEAD = 12;
// sequence (4) | source type (4) | source index (4) | number of structures (4)
const EXPANDED_HEAD = 16;
const STRUCTURE_HEADER = 8;
/** Source type of a whole machine: sFlowDataSource class entPhysicalEntry. */
const PHYSICAL_ENTITY = 2;

export function decodeCounterSample(
  message: SflowDatagram,
  recordNumber: number,
  at: number,
  end: number,
  isExpanded: boolean,
): void {
  const { view, context } = message;
  const head = isExpanded ? EXPANDED_HEAD : COMPACT_HEAD;
  if (end - at < head) {
    context.counters.malformedSamples++;
    return;
  }
  context.counters.counterSamples++;
  if (context.counterTable === undefined) return;
  const sample = newCounterSample(message, recordNumber, view.getUint32(at));
  const source = view.getUint32(at + 4);
  sample.sourceType = isExpanded ? source : source >>> 24;
  sample.sourceIndex = isExpanded ? view.getUint32(at + 8) : source & 0xffffff;
  readStructures(message, sample, at + head, end, view.getUint32(at + head - 4));
  deliverCounters(message, sample);
}

/** A sample to be filled; `sequence` as its head states it. */
export function newCounterSample(message: SflowDatagram, recordNumber: number, sequence: number): CounterSample {
  const { exporter, facts, protocol, datagram } = message;
  const sample = new CounterSample(exporter, facts, protocol, datagram.id, recordNumber, datagram.receivedMs);
  sample.observationDomainId = message.subAgentId;
  sample.sequence = sequence;
  return sample;
}

/** Hands a filled sample on; one of which nothing is known makes no document. */
export function deliverCounters(message: SflowDatagram, sample: CounterSample): void {
  const name = sample.values.get('host.name');
  // Of virtual machines it is theirs (sflow_host.txt).
  if (typeof name === 'string' && sample.sourceType === PHYSICAL_ENTITY) message.exporter.statedName = name;
  if (sample.values.size > 0) message.context.emitCounters(sample);
}

function readStructures(
  message: SflowDatagram,
  sample: CounterSample,
  start: number,
  end: number,
  count: number,
): void {
  const { view, context } = message;
  const table = context.counterTable!(); // the caller has seen it
  let at = start;
  for (let i = 0; i < count; i++) {
    const body = at + STRUCTURE_HEADER;
    if (body > end) {
      context.counters.truncatedRecords++;
      return;
    }
    const structure = table.get(view.getUint32(at));
    const length = view.getUint32(at + 4);
    if (length > end - body) context.counters.truncatedRecords++;
    if (structure === undefined) context.counters.unknownRecords++;
    else readCounterStructure(sample, structure, view, body, Math.min(end, body + length));
    at = Math.min(end, body + padded(length));
  }
}
