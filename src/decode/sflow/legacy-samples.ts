// Samples of sFlow v2 and v4 (RFC 3176 §4, and InMon's structures for v2, as sflowtool has them). Neither samples nor
// their parts state a length: each is as long as its contents, and one that is unknown or cut off ends the datagram.
// A flow sample whose packet is whole becomes a flow even where what follows it is not.

import type { Flow } from '../../flow/flow.ts';
import { DecodeError } from '../errors.ts';
import { deliverCounters, newCounterSample } from './counter-sample.ts';
import { readCounterStructure } from './counter-structure.ts';
import { decodeExtendedRouter, decodeExtendedSwitch, EXTENDED_SWITCH_SIZE } from './extended-records.ts';
import { decodeGatewayRoute, decodeGatewayRoute2 } from './gateway-record.ts';
import { hostOfUrl } from './host-of-url.ts';
import {
  decodeSampledIpv4,
  decodeSampledIpv6,
  readPacketHeader,
  SAMPLED_IPV4_SIZE,
  SAMPLED_IPV6_SIZE,
} from './packet-records.ts';
import {
  deliverSample,
  INTERFACE_SINGLE,
  newSampleFlow,
  setDirection,
  setInput,
  setOutput,
  setSamplingRate,
} from './sample-flow.ts';
import type { SflowDatagram } from './sflow-context.ts';
import { addressSize, CUT_OFF, opaqueEnd, opaqueText } from './xdr.ts';

const FLOW_SAMPLE = 1;
const COUNTERS_SAMPLE = 2;

/** Reads `count` samples from `start` on. Throws DecodeError where they are not all there. */
export function decodeLegacySamples(message: SflowDatagram, start: number, end: number, count: number): void {
  let at = start;
  for (let i = 0; i < count; i++) {
    const next = decodeLegacySample(message, i, at, end);
    if (next === CUT_OFF) {
      message.context.counters.malformedSamples++;
      message.exporter.malformed++;
      const what = `${count - i} of ${count} samples are missing, cut off or unknown`;
      throw new DecodeError('truncated', message.protocol, at, what);
    }
    at = next;
  }
}

function decodeLegacySample(message: SflowDatagram, index: number, at: number, end: number): number {
  if (at + 4 > end) return CUT_OFF;
  switch (message.view.getUint32(at)) {
    case FLOW_SAMPLE:
      return decodeFlowSample(message, index, at + 4, end);
    case COUNTERS_SAMPLE:
      return decodeCountersSample(message, index, at + 4, end);
    default:
      return CUT_OFF;
  }
}

// sequence (4) | source type (1) and index (3) | rate (4) | pool (4) | drops (4) | input (4) | output (4) |
// packet type (4) | packet | number of extended structures (4) | { type (4) | structure }…
const FLOW_HEAD = 32;
/** Bit 31 of the output: several interfaces, their number in the other bits. */
const SEVERAL_INTERFACES = 0x80000000;

function decodeFlowSample(message: SflowDatagram, recordNumber: number, start: number, end: number): number {
  const { view, context } = message;
  if (start + FLOW_HEAD > end) return CUT_OFF;
  const flow = newSampleFlow(message, recordNumber);
  const source = view.getUint32(start + 4);
  const output = view.getUint32(start + 24);
  setSamplingRate(flow, view.getUint32(start + 8));
  setInput(flow, INTERFACE_SINGLE, view.getUint32(start + 20));
  if (output < SEVERAL_INTERFACES) setOutput(flow, INTERFACE_SINGLE, output);
  setDirection(flow, source >>> 24, source & 0xffffff);
  const packetEnd = decodePacket(message, flow, view.getUint32(start + 28), start + FLOW_HEAD, end);
  if (packetEnd === CUT_OFF) return CUT_OFF;
  const next = decodeExtendedData(message, flow, packetEnd, end);
  deliverSample(message, flow);
  context.counters.flowSamples++;
  return next;
}

const PACKET_HEADER = 1;
const PACKET_IPV4 = 2;
const PACKET_IPV6 = 3;

// Header: header_protocol (4) | frame_length (4) | header length (4) | header …; no octets are stripped before v5.
const HEADER_FIXED = 12;

function decodePacket(message: SflowDatagram, flow: Flow, type: number, at: number, end: number): number {
  const { view, sample, context } = message;
  switch (type) {
    case PACKET_HEADER: {
      const headerEnd = opaqueEnd(view, at + 8, end);
      if (headerEnd === undefined) return CUT_OFF;
      const start = at + HEADER_FIXED;
      sample.frameBytes = view.getUint32(at + 4);
      readPacketHeader(flow, view, start, start + view.getUint32(at + 8), view.getUint32(at), sample, context.counters);
      return headerEnd;
    }
    case PACKET_IPV4:
      if (at + SAMPLED_IPV4_SIZE > end) return CUT_OFF;
      decodeSampledIpv4(flow, view, at, sample);
      return at + SAMPLED_IPV4_SIZE;
    case PACKET_IPV6:
      if (at + SAMPLED_IPV6_SIZE > end) return CUT_OFF;
      decodeSampledIpv6(flow, view, at, sample);
      return at + SAMPLED_IPV6_SIZE;
    default:
      return CUT_OFF;
  }
}

function decodeExtendedData(message: SflowDatagram, flow: Flow, start: number, end: number): number {
  const { view } = message;
  if (start + 4 > end) return CUT_OFF;
  const count = view.getUint32(start);
  let at = start + 4;
  for (let i = 0; i < count; i++) {
    if (at + 4 > end) return CUT_OFF;
    at = decodeExtended(message, flow, view.getUint32(at), at + 4, end);
    if (at === CUT_OFF) return CUT_OFF;
  }
  return at;
}

const EXTENDED_SWITCH = 1;
const EXTENDED_ROUTER = 2;
const EXTENDED_GATEWAY = 3;
const EXTENDED_USER = 4;
const EXTENDED_URL = 5;

function decodeExtended(message: SflowDatagram, flow: Flow, type: number, at: number, end: number): number {
  const { view } = message;
  switch (type) {
    case EXTENDED_SWITCH:
      if (at + EXTENDED_SWITCH_SIZE > end) return CUT_OFF;
      decodeExtendedSwitch(flow, view, at);
      return at + EXTENDED_SWITCH_SIZE;
    case EXTENDED_ROUTER: {
      const size = addressSize(view, at, end);
      if (size === undefined || at + size + 8 > end) return CUT_OFF;
      decodeExtendedRouter(flow, view, at, end);
      return at + size + 8;
    }
    case EXTENDED_GATEWAY:
      return message.protocol === 'sflow_v2'
        ? decodeGatewayRoute2(flow, view, at, end)
        : decodeGatewayRoute(flow, view, at, end);
    case EXTENDED_USER:
      return decodeUsers(flow, view, at, end);
    case EXTENDED_URL:
      return decodeUrl(flow, view, at, end);
    default:
      return CUT_OFF;
  }
}

/** source user (string) | destination user (string), without the character sets of v5. */
function decodeUsers(flow: Flow, view: DataView, at: number, end: number): number {
  const sourceEnd = opaqueEnd(view, at, end);
  const destinationEnd = sourceEnd === undefined ? undefined : opaqueEnd(view, sourceEnd, end);
  if (sourceEnd === undefined || destinationEnd === undefined) return CUT_OFF;
  flow.userName = opaqueText(view, at) ?? opaqueText(view, sourceEnd);
  return destinationEnd;
}

/** direction (4) | URL (string); v5 has the host beside it. */
function decodeUrl(flow: Flow, view: DataView, at: number, end: number): number {
  const urlEnd = opaqueEnd(view, at + 4, end);
  if (urlEnd === undefined) return CUT_OFF;
  const url = opaqueText(view, at + 4);
  if (url !== undefined) flow.httpHost = hostOfUrl(url);
  return urlEnd;
}

/** What the structures of a counters_type are in version 5 (which took them over), and their octets. */
const INTERFACE = [1, 88] as const;
const COUNTER_TYPES: readonly (readonly (readonly [format: number, size: number])[] | undefined)[] = [
  undefined,
  [INTERFACE],
  [INTERFACE, [2, 52]], // Ethernet
  [INTERFACE, [3, 72]], // token ring
  [INTERFACE], // FDDI
  [INTERFACE, [4, 80]], // 100BaseVG
  [INTERFACE], // WAN
  [[5, 28]], // VLAN
];

// sequence (4) | source type (1) and index (3) | interval, s (4) | counters_type (4) | counters
const COUNTERS_HEAD = 16;

function decodeCountersSample(message: SflowDatagram, recordNumber: number, start: number, end: number): number {
  const { view, context } = message;
  if (start + COUNTERS_HEAD > end) return CUT_OFF;
  const structures = COUNTER_TYPES[view.getUint32(start + 12)];
  if (structures === undefined) return CUT_OFF;
  const sample = newCounterSample(message, recordNumber, view.getUint32(start));
  const source = view.getUint32(start + 4);
  sample.sourceType = source >>> 24;
  sample.sourceIndex = source & 0xffffff;
  const table = context.counterTable?.();
  let at = start + COUNTERS_HEAD;
  for (const [format, size] of structures) {
    if (at + size > end) return CUT_OFF;
    const structure = table?.get(format);
    if (structure !== undefined) readCounterStructure(sample, structure, view, at, at + size);
    at += size;
  }
  context.counters.counterSamples++;
  deliverCounters(message, sample);
  return at;
}
