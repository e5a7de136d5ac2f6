// One flow sample → one Flow: compact (0:1), expanded (0:3) and discarded packet (0:5). A sample stands for one packet
// of the frame's length; enrich/ scales it by the sample's own rate. A sample whose header is no IP, or that has no
// header at all, is still a document.

import { Flow } from '../../flow/flow.ts';
import { forwardingStatusOfDiscard } from './discard-reason.ts';
import { decodeFlowRecords } from './flow-records.ts';
import type { SflowDatagram } from './sflow-context.ts';

/** Formats of `interface` (sFlow v5 §5.3): the two high bits, or a field of its own in the expanded form. */
const INTERFACE_SINGLE = 0;
const INTERFACE_DISCARDED = 1;
/** "No interface": the packet began or ended in the device itself. */
const INTERFACE_INTERNAL = 0x3fffffff;
/** ifIndex is an Integer32 from 1 up (RFC 2863); more is an agent's way to say that it does not know. */
const MAX_INTERFACE = 0x7fffffff;
/** source_id_type of an ifIndex. */
const SOURCE_IS_INTERFACE = 0;

const DIRECTION_INGRESS = 0;
const DIRECTION_EGRESS = 1;

// sequence (4) | source type (1) and index (3) | rate (4) | pool (4) | drops (4) | input (4) | output (4) | records (4)
const COMPACT_HEAD = 32;

/** 0:1 flow_sample between `at` and `end`. */
export function decodeCompactSample(message: SflowDatagram, recordNumber: number, at: number, end: number): void {
  if (end - at < COMPACT_HEAD) {
    countMalformed(message);
    return;
  }
  const view = message.view;
  const flow = newFlow(message, recordNumber);
  const source = view.getUint32(at + 4);
  const input = view.getUint32(at + 20);
  const output = view.getUint32(at + 24);
  setSamplingRate(flow, view.getUint32(at + 8));
  setInput(flow, input >>> 30, input & 0x3fffffff);
  setOutput(flow, output >>> 30, output & 0x3fffffff);
  setDirection(flow, source >>> 24, source & 0xffffff);
  finishSample(message, flow, at + COMPACT_HEAD, end, view.getUint32(at + 28));
  message.context.counters.flowSamples++;
}

// sequence (4) | source type (4) | source index (4) | rate (4) | pool (4) | drops (4) | input format (4) | input (4) |
// output format (4) | output (4) | records (4)
const EXPANDED_HEAD = 44;

/** 0:3 flow_sample_expanded, for interface indexes that need more than 24 bits. */
export function decodeExpandedSample(message: SflowDatagram, recordNumber: number, at: number, end: number): void {
  if (end - at < EXPANDED_HEAD) {
    countMalformed(message);
    return;
  }
  const view = message.view;
  const flow = newFlow(message, recordNumber);
  setSamplingRate(flow, view.getUint32(at + 12));
  setInput(flow, view.getUint32(at + 24), view.getUint32(at + 28));
  setOutput(flow, view.getUint32(at + 32), view.getUint32(at + 36));
  setDirection(flow, view.getUint32(at + 4), view.getUint32(at + 8));
  finishSample(message, flow, at + EXPANDED_HEAD, end, view.getUint32(at + 40));
  message.context.counters.flowSamples++;
}

// sequence (4) | source type (4) | source index (4) | drops (4) | input (4) | output (4) | reason (4) | records (4)
const DISCARDED_HEAD = 32;

/** 0:5 discarded_packet (sFlow Discarded Packet Notification): every drop is told, so the rate is 1. */
export function decodeDiscardedPacket(message: SflowDatagram, recordNumber: number, at: number, end: number): void {
  if (end - at < DISCARDED_HEAD) {
    countMalformed(message);
    return;
  }
  const view = message.view;
  const flow = newFlow(message, recordNumber);
  setSamplingRate(flow, 1);
  setInput(flow, INTERFACE_SINGLE, view.getUint32(at + 16));
  setOutput(flow, INTERFACE_SINGLE, view.getUint32(at + 20));
  flow.forwardingStatus = forwardingStatusOfDiscard(view.getUint32(at + 24));
  setDirection(flow, view.getUint32(at + 4), view.getUint32(at + 8));
  finishSample(message, flow, at + DISCARDED_HEAD, end, view.getUint32(at + 28));
  message.context.counters.discardedPackets++;
}

function countMalformed(message: SflowDatagram): void {
  message.context.counters.malformedSamples++;
}

function newFlow(message: SflowDatagram, recordNumber: number): Flow {
  const { id, receivedMs } = message.datagram;
  const flow = new Flow(message.exporter, message.facts, 'sflow_v5', id, receivedMs);
  flow.observationDomainId = message.subAgentId;
  flow.recordNumber = recordNumber;
  flow.uptimeMs = message.uptimeMs;
  // sFlow has no absolute time; samples are sent within a second (§4.1), so the receipt is the packet's time.
  flow.startMs = receivedMs;
  flow.endMs = receivedMs;
  return flow;
}

function setSamplingRate(flow: Flow, rate: number): void {
  if (rate > 0) flow.samplingInterval = rate;
}

function setInput(flow: Flow, format: number, value: number): void {
  if (format === INTERFACE_SINGLE && isInterface(value)) flow.inputInterface = value;
}

function setOutput(flow: Flow, format: number, value: number): void {
  if (format === INTERFACE_SINGLE && isInterface(value)) flow.outputInterface = value;
  else if (format === INTERFACE_DISCARDED) flow.forwardingStatus = forwardingStatusOfDiscard(value);
}

function isInterface(value: number): boolean {
  return value > 0 && value <= MAX_INTERFACE && value !== INTERFACE_INTERNAL;
}

/** Sampled where it came in, or where it went out; an agent that samples elsewhere (a VLAN, an entity) leaves it open. */
function setDirection(flow: Flow, sourceType: number, sourceIndex: number): void {
  if (sourceType !== SOURCE_IS_INTERFACE) return;
  if (sourceIndex === flow.inputInterface) flow.direction = DIRECTION_INGRESS;
  else if (sourceIndex === flow.outputInterface) flow.direction = DIRECTION_EGRESS;
}

/** Reads the records, settles what needs all of them, and hands the flow on. */
function finishSample(message: SflowDatagram, flow: Flow, at: number, end: number, recordCount: number): void {
  const { sample, context } = message;
  sample.reset();
  decodeFlowRecords(flow, message.view, at, end, recordCount, sample, context.counters);
  const ipBytes = sample.ipBytes > 0 ? sample.ipBytes : undefined;
  const bytes = context.bytes === 'ip' ? (ipBytes ?? sample.frameBytes) : (sample.frameBytes ?? ipBytes);
  flow.octets = bytes;
  flow.bytes = bytes;
  flow.packets = 1;
  flow.packetCount = 1;
  if (sample.natSourceIp !== flow.sourceIp) flow.natSourceIp = sample.natSourceIp;
  if (sample.natDestinationIp !== flow.destinationIp) flow.natDestinationIp = sample.natDestinationIp;
  context.emit(flow);
}
