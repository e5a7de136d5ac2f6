// What flow samples of all versions of sFlow have in common: how one begins as a Flow, its interfaces and rate, and what
// is settled when its last record is read.

import { Flow } from '../../flow/flow.ts';
import { forwardingStatusOfDiscard } from './discard-reason.ts';
import { dissectDecapsulated } from './packet-header.ts';
import type { SampleState, SflowDatagram } from './sflow-context.ts';

/** Formats of `interface` (sFlow v5 §5): the two high bits, or a field of its own in the expanded form. */
export const INTERFACE_SINGLE = 0;
const INTERFACE_DISCARDED = 1;
/** "No interface": the packet began or ended in the device itself. */
const INTERFACE_INTERNAL = 0x3fffffff;
/** ifIndex is an Integer32 from 1 up (RFC 2863); more is an agent's way to say that it does not know. */
const MAX_INTERFACE = 0x7fffffff;
/** source_id_type of an ifIndex. */
const SOURCE_IS_INTERFACE = 0;

const DIRECTION_INGRESS = 0;
const DIRECTION_EGRESS = 1;

/** A flow of one packet, seen now; the message's sample state is reset for its records. */
export function newSampleFlow(message: SflowDatagram, recordNumber: number): Flow {
  const { id, receivedMs } = message.datagram;
  const flow = new Flow(message.exporter, message.facts, message.protocol, id, receivedMs);
  flow.observationDomainId = message.subAgentId;
  flow.recordNumber = recordNumber;
  flow.uptimeMs = message.uptimeMs;
  // sFlow has no absolute time; an agent sends samples within a second, so the receipt is the packet's time.
  flow.startMs = receivedMs;
  flow.endMs = receivedMs;
  message.sample.reset();
  return flow;
}

export function setSamplingRate(flow: Flow, rate: number): void {
  if (rate > 0) flow.samplingInterval = rate;
}

export function setInput(flow: Flow, format: number, value: number): void {
  if (format === INTERFACE_SINGLE && isInterface(value)) flow.inputInterface = value;
}

export function setOutput(flow: Flow, format: number, value: number): void {
  if (format === INTERFACE_SINGLE && isInterface(value)) flow.outputInterface = value;
  else if (format === INTERFACE_DISCARDED) setDiscardReason(flow, value);
}

export function setDiscardReason(flow: Flow, reason: number): void {
  flow.discardReason = reason;
  flow.forwardingStatus = forwardingStatusOfDiscard(reason);
}

function isInterface(value: number): boolean {
  return value > 0 && value <= MAX_INTERFACE && value !== INTERFACE_INTERNAL;
}

/**
 * Sampled where it came in, or where it went out; an agent that samples elsewhere (a VLAN, an entity) leaves it open.
 * To be called after setInput and setOutput.
 */
export function setDirection(flow: Flow, sourceType: number, sourceIndex: number): void {
  if (sourceType !== SOURCE_IS_INTERFACE) return;
  if (sourceIndex === flow.inputInterface) flow.direction = DIRECTION_INGRESS;
  else if (sourceIndex === flow.outputInterface) flow.direction = DIRECTION_EGRESS;
}

/** Settles what needs all records of the sample, and hands the flow on. */
export function deliverSample(message: SflowDatagram, flow: Flow): void {
  const { sample, context } = message;
  const ipBytes = sample.ipBytes > 0 ? sample.ipBytes : undefined;
  const bytes = context.bytes === 'ip' ? (ipBytes ?? sample.frameBytes) : (sample.frameBytes ?? ipBytes);
  flow.octets = bytes;
  flow.bytes = bytes;
  flow.packets = 1;
  flow.packetCount = 1;
  if (bytes === undefined) settleTransaction(flow, sample);
  if (sample.strippedVlans !== undefined) addVlans(flow, sample.strippedVlans);
  if (sample.innerOffset > 0) {
    dissectDecapsulated(flow, message.view, sample.headerAt + sample.innerOffset, sample.headerEnd);
  }
  // What a header shows goes further than a record: it has the packet inside.
  if (sample.tunnel !== undefined) {
    if (flow.tunnel === undefined) flow.tunnel = sample.tunnel;
    else flow.tunnel.addOutside(sample.tunnel);
  }
  if (sample.natSourceIp !== flow.sourceIp) flow.natSourceIp = sample.natSourceIp;
  if (sample.natDestinationIp !== flow.destinationIp) flow.natDestinationIp = sample.natDestinationIp;
  context.emit(flow);
}

/** A transaction has the octets of both directions, and ends now. */
function settleTransaction(flow: Flow, sample: SampleState): void {
  const { requestBytes, responseBytes } = sample;
  if (requestBytes === undefined && responseBytes === undefined) return;
  flow.bytes = requestBytes ?? 0;
  flow.reverseBytes = responseBytes;
  if (flow.endMs !== undefined) flow.startMs = flow.endMs - sample.durationUs / 1000;
}

/** Tags that were stripped stood before those that the header still has. */
function addVlans(flow: Flow, stripped: readonly number[]): void {
  flow.customerVlan = stripped[1] ?? flow.dot1qVlan;
  flow.dot1qVlan = stripped[0];
}
