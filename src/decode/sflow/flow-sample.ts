// One flow sample → one Flow: compact (0:1), expanded (0:3) and discarded packet (0:5). A sample stands for one packet
// of the frame's length; enrich/ scales it by the sample's own rate. A sample whose header is no IP, or that has no
// header at all, is still a document.

import type { Flow } from '../../flow/flow.ts';
import { decodeFlowRecords } from './flow-records.ts';
import {
  deliverSample,
  INTERFACE_SINGLE,
  newSampleFlow,
  setDirection,
  setDiscardReason,
  setInput,
  setOutput,
  setSamplingRate,
} from './sample-flow.ts';
import type { SflowDatagram } from './sflow-context.ts';

// sequence (4) | source type (1) and index (3) | rate (4) | pool (4) | drops (4) | input (4) | output (4) | records (4)
const COMPACT_HEAD = 32;

/** 0:1 flow_sample between `at` and `end`. */
export function decodeCompactSample(message: SflowDatagram, recordNumber: number, at: number, end: number): void {
  if (end - at < COMPACT_HEAD) {
    countMalformed(message);
    return;
  }
  const view = message.view;
  const flow = newSampleFlow(message, recordNumber);
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
  const flow = newSampleFlow(message, recordNumber);
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
  const flow = newSampleFlow(message, recordNumber);
  setSamplingRate(flow, 1);
  setInput(flow, INTERFACE_SINGLE, view.getUint32(at + 16));
  setOutput(flow, INTERFACE_SINGLE, view.getUint32(at + 20));
  setDiscardReason(flow, view.getUint32(at + 24));
  setDirection(flow, view.getUint32(at + 4), view.getUint32(at + 8));
  finishSample(message, flow, at + DISCARDED_HEAD, end, view.getUint32(at + 28));
  message.context.counters.discardedPackets++;
}

function countMalformed(message: SflowDatagram): void {
  message.context.counters.malformedSamples++;
}

/** Reads the records, settles what needs all of them, and hands the flow on. */
function finishSample(message: SflowDatagram, flow: Flow, at: number, end: number, recordCount: number): void {
  decodeFlowRecords(flow, message.view, at, end, recordCount, message.sample, message.context.counters);
  deliverSample(message, flow);
}
