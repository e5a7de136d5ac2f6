// A flow that is told in parts: what names it from report to report, and what of it was counted so far.

import type { Flow } from '../flow/flow.ts';
import { FlowDetails } from '../flow/flow-details.ts';

/** Begins of one flow as its reports state them may differ so much, where they are relative to the export. */
const SAME_BEGIN_MS = 2000;

/** A counted flow as it is saved. */
export type SavedCounts = readonly [
  startMs: number | null,
  endMs: number,
  touchedMs: number,
  isEnded: 0 | 1,
  bytes: number,
  reverseBytes: number,
  packets: number,
  reversePackets: number,
];

/** Throws TypeError where it is none. */
export function savedCounts(value: unknown): SavedCounts {
  const isNumber = (item: unknown, i: number): boolean => typeof item === 'number' || (i === 0 && item === null);
  if (!Array.isArray(value) || value.length !== 8 || !value.every(isNumber)) throw new TypeError('counts expected');
  return value as unknown as SavedCounts; // as: just looked at
}

export class CountedFlow {
  /** Epoch ms; undefined where reports do not say. */
  startMs: number | undefined;
  /** Time of the latest report by the exporter's clock, and of the last one by ours; epoch ms. */
  endMs: number;
  touchedMs: number;
  /** The exporter told its end. */
  isEnded = false;
  #bytes = 0;
  #reverseBytes = 0;
  #packets = 0;
  #reversePackets = 0;

  constructor(startMs: number | undefined, endMs: number, touchedMs: number) {
    this.startMs = startMs;
    this.endMs = endMs;
    this.touchedMs = touchedMs;
  }

  /** Nothing of it is counted yet. */
  static of(flow: Flow): CountedFlow {
    return new CountedFlow(startOf(flow), flow.endMs ?? flow.receivedMs, flow.receivedMs);
  }

  save(): SavedCounts {
    const { startMs = null, endMs, touchedMs, isEnded } = this;
    const counts = [this.#bytes, this.#reverseBytes, this.#packets, this.#reversePackets] as const;
    return [startMs, endMs, touchedMs, isEnded ? 1 : 0, ...counts];
  }

  static restore([startMs, endMs, touchedMs, isEnded, ...counts]: SavedCounts): CountedFlow {
    const flow = new CountedFlow(startMs ?? undefined, endMs, touchedMs);
    flow.isEnded = isEnded === 1;
    [flow.#bytes, flow.#reverseBytes, flow.#packets, flow.#reversePackets] = counts;
    return flow;
  }

  /** False for another flow with the same key. */
  isSame(startMs: number | undefined): boolean {
    if (startMs === undefined || this.startMs === undefined) return true;
    return Math.abs(startMs - this.startMs) <= SAME_BEGIN_MS;
  }

  /** Adds what the flow has counted. */
  add(flow: Flow): void {
    this.#bytes += flow.bytes ?? 0;
    this.#reverseBytes += flow.reverseBytes ?? 0;
    this.#packets += flow.packetCount ?? 0;
    this.#reversePackets += flow.reversePacketCount ?? 0;
  }

  /** Leaves of the flow's totals what was not counted before, and counts it. Directions that are not told stay so. */
  takeFrom(flow: Flow, units: Units): void {
    const { bytes, reverseBytes, packetCount, reversePacketCount } = flow;
    if (units.bytes && bytes !== undefined) {
      flow.bytes = Math.max(0, bytes - this.#bytes);
      this.#bytes = Math.max(this.#bytes, bytes);
    }
    if (units.bytes && reverseBytes !== undefined) {
      flow.reverseBytes = Math.max(0, reverseBytes - this.#reverseBytes);
      this.#reverseBytes = Math.max(this.#reverseBytes, reverseBytes);
    }
    if (units.packets && packetCount !== undefined) {
      flow.packetCount = Math.max(0, packetCount - this.#packets);
      this.#packets = Math.max(this.#packets, packetCount);
    }
    if (units.packets && reversePacketCount !== undefined) {
      flow.reversePacketCount = Math.max(0, reversePacketCount - this.#reversePackets);
      this.#reversePackets = Math.max(this.#reversePackets, reversePacketCount);
    }
  }

  /** True where a total is less than what was counted. */
  hasShrunk(flow: Flow, units: Units): boolean {
    return (
      (units.bytes && (flow.bytes ?? 0) < this.#bytes) || (units.packets && (flow.packetCount ?? 0) < this.#packets)
    );
  }

  /** The exporter counts from 0 again. */
  clear(): void {
    this.#bytes = 0;
    this.#reverseBytes = 0;
    this.#packets = 0;
    this.#reversePackets = 0;
  }
}

/** Of which counters of a flow one speaks. */
export interface Units {
  readonly bytes: boolean;
  readonly packets: boolean;
}

/** The begin, where the record says more than one time: finish makes an event's time both begin and end. */
export function startOf(flow: Flow): number | undefined {
  return flow.startMs === flow.endMs ? undefined : flow.startMs;
}

/** Names a flow of an exporter. Made only for flows that are told in parts, so its price does not matter. */
export function keyOf(flow: Flow): string {
  const { sourceIp, destinationIp, protocolNumber, sourcePort, destinationPort, icmpType, icmpCode, details } = flow;
  return (
    `${flow.observationDomainId} ${details?.flowId} ${sourceIp} ${sourcePort ?? icmpType} ${destinationIp} ` +
    `${destinationPort ?? icmpCode} ${protocolNumber} ${flow.inputInterface} ${flow.outputInterface} ${flow.ingressVrf}`
  );
}

/** Keeps the totals beside what will be taken off them. */
export function stateTotals(flow: Flow, units: Units): void {
  flow.details ??= new FlowDetails();
  if (units.bytes && flow.bytes !== undefined) flow.details.totalBytes = flow.bytes + (flow.reverseBytes ?? 0);
  if (units.packets && flow.packetCount !== undefined) {
    flow.details.totalPackets = flow.packetCount + (flow.reversePacketCount ?? 0);
  }
}

/** For totals of which nobody knows how much was counted before. */
export function leaveOut(flow: Flow, units: Units): void {
  if (units.bytes) {
    flow.bytes = undefined;
    flow.reverseBytes = undefined;
  }
  if (units.packets) {
    flow.packetCount = undefined;
    flow.reversePacketCount = undefined;
  }
}
