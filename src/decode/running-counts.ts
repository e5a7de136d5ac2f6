// Exporters that report the same packets twice:
//
//   Cisco ASA (NSEL)    updates (IE 233 = 5) carry what was added since the last one, and the end of the flow (2) the sum
//                       of all, whether there were updates or not
//   running totals      counters from the flow's begin (IE 85, 86) that every report repeats, with totals.deltas
//
// A document then holds what no document before it does, so that the sum of all is the traffic. Remembered are only flows
// that are told in parts. A flow is its domain, number, five-tuple, interfaces and VRF, and its begin: an exporter that
// starts anew, and a five-tuple used again, is another flow; a total that has shrunk is a counter that was set to zero.
// Memory is bounded. It goes where the decoder's state goes entry by entry (template/changes.ts), and is not in the state
// file of one process: it changes with every flow.

import type { Exporter } from '../flow/exporter.ts';
import type { Flow } from '../flow/flow.ts';
import type { StatedFields } from '../flow/stated-fields.ts';
import { CountedFlow, keyOf, leaveOut, type SavedCounts, startOf, stateTotals, type Units } from './counted-flow.ts';

export interface RunningCountsOptions {
  /** Whether totals become what was added since the flow's report before; else they count as they are. */
  readonly totalsAsDeltas: boolean;
  /** Flows remembered, all exporters together, ~400 octets each; one exporter takes half of them at most. */
  readonly maxRunningFlows: number;
  /** How long after its last report a flow is remembered; ms. */
  readonly runningExpireMs: number;
}

/** What this counts of itself. */
export interface RunningCounters {
  /** Flows not remembered, or forgotten early, because there was no room: their next totals count whole. */
  runningFlowsRefused: number;
}

/** IE 233. */
const FLOW_DELETED = 2;
const FLOW_UPDATE = 5;

/** IE 136: the exporter goes on with the flow. Other reasons end it; none says nothing. */
const ACTIVE_TIMEOUT = 2;

/** A flow that began so long before its exporter was first heard has been reported before: no active timeout is longer. */
const LONGEST_TIMEOUT_MS = 1_800_000;

const BOTH: Units = { bytes: true, packets: true };

/** An exporter as it is saved. */
export interface SavedCountedExporter {
  /** Epoch ms. */
  readonly sinceMs: number;
  readonly hasUpdates: boolean;
}

class CountedExporter {
  /** By key, the one reported longest ago first. */
  readonly flows = new Map<string, CountedFlow>();
  /** When its first record came that is told in parts, by our clock; epoch ms. */
  readonly sinceMs: number;
  hasUpdates = false;

  constructor(sinceMs: number) {
    this.sinceMs = sinceMs;
  }
}

export class RunningCounts {
  readonly #options: RunningCountsOptions;
  readonly #counters: RunningCounters;
  readonly #exporters = new Map<Exporter, CountedExporter>();
  #size = 0;
  /** Told of what changed, under its key, and how to ask what it is then; undefined where nobody keeps it. */
  onChange: ((key: string, value: () => unknown) => void) | undefined = undefined;

  constructor(options: RunningCountsOptions, counters: RunningCounters) {
    this.#options = options;
    this.#counters = counters;
  }

  /** Flows remembered now. */
  get size(): number {
    return this.#size;
  }

  /** Takes back an exporter as it was saved. Throws TypeError where it is none. */
  restoreExporter(exporter: Exporter, { sinceMs, hasUpdates }: SavedCountedExporter): void {
    if (typeof sinceMs !== 'number') throw new TypeError('a time expected');
    const counted = new CountedExporter(sinceMs);
    counted.hasUpdates = hasUpdates === true;
    this.#exporters.set(exporter, counted);
  }

  /** Takes back a flow; false where there is no room. */
  restore(exporter: Exporter, key: string, saved: SavedCounts): boolean {
    const [, , touchedMs] = saved;
    const counted = this.#exporters.get(exporter) ?? new CountedExporter(touchedMs);
    if (this.#size >= this.#options.maxRunningFlows || counted.flows.has(key)) return false;
    this.#exporters.set(exporter, counted);
    counted.flows.set(key, CountedFlow.restore(saved));
    this.#size++;
    return true;
  }

  /** Takes off a finished flow what was counted before. For flows with events or totals, in the order of their reports. */
  settle(flow: Flow): void {
    const { stated } = flow;
    if (stated === undefined) return;
    if (hasPair(flow, stated)) {
      if (flow.firewallEvent === FLOW_UPDATE) this.#addUpdate(flow);
      else if (flow.firewallEvent === FLOW_DELETED) this.#settleEnd(flow);
    } else if (this.#options.totalsAsDeltas) {
      const bytes = stated.octetsTotal !== undefined && flow.octets === undefined;
      const packets = stated.packetsTotal !== undefined && flow.packets === undefined;
      if (bytes || packets) this.#settleTotal(flow, { bytes, packets });
    }
  }

  /** Forgets flows whose last report is too long ago. */
  expire(nowMs: number): void {
    const beforeMs = nowMs - this.#options.runningExpireMs;
    for (const [exporter, counted] of this.#exporters) {
      for (const [key, known] of counted.flows) {
        if (known.touchedMs >= beforeMs) break;
        this.#remove(exporter, counted, key);
      }
      if (counted.flows.size === 0 && exporter.lastSeenMs < beforeMs) this.#forget(exporter);
    }
  }

  #addUpdate(flow: Flow): void {
    const counted = this.#exporterOf(flow);
    if (!counted.hasUpdates) this.#exporterChanged(flow.exporter, counted);
    counted.hasUpdates = true;
    const key = keyOf(flow);
    const known = this.#find(counted, key, flow) ?? this.#remember(counted, key, flow);
    // Overtaken by the end of the flow, which held it already.
    if (known?.isEnded) leaveOut(flow, BOTH);
    else known?.add(flow);
  }

  #settleEnd(flow: Flow): void {
    const counted = this.#exporterOf(flow);
    const key = keyOf(flow);
    const known = this.#find(counted, key, flow);
    if (known !== undefined) {
      stateTotals(flow, BOTH);
      known.takeFrom(flow, BOTH);
      // Something is left: an update was lost on its way, or has been overtaken and will come.
      if (flow.bytes || flow.reverseBytes || flow.packetCount || flow.reversePacketCount) known.isEnded = true;
      else this.#remove(flow.exporter, counted, key);
    } else if (counted.hasUpdates && isOlder(flow, counted)) {
      stateTotals(flow, BOTH);
      leaveOut(flow, BOTH);
    }
  }

  #settleTotal(flow: Flow, units: Units): void {
    const counted = this.#exporterOf(flow);
    const key = keyOf(flow);
    const known = this.#find(counted, key, flow);
    const hasEnded = flow.endReason !== undefined && flow.endReason !== ACTIVE_TIMEOUT;
    if (known === undefined) {
      if (!hasEnded) this.#remember(counted, key, flow)?.add(flow);
      if (!isOlder(flow, counted)) return;
      stateTotals(flow, units);
      leaveOut(flow, units);
      return;
    }
    stateTotals(flow, units);
    const endMs = flow.endMs ?? known.endMs;
    // A total of an earlier time has been overtaken; a later one that has shrunk begins anew.
    if (endMs >= known.endMs && known.hasShrunk(flow, units)) known.clear();
    known.takeFrom(flow, units);
    known.endMs = Math.max(endMs, known.endMs);
    if (hasEnded) this.#remove(flow.exporter, counted, key);
  }

  #exporterOf(flow: Flow): CountedExporter {
    let counted = this.#exporters.get(flow.exporter);
    if (counted === undefined) {
      counted = new CountedExporter(flow.receivedMs);
      this.#exporters.set(flow.exporter, counted);
      this.#exporterChanged(flow.exporter, counted);
    }
    return counted;
  }

  /** The flow as it was last reported, from now on the youngest; undefined where that was another one of the same key. */
  #find(counted: CountedExporter, key: string, flow: Flow): CountedFlow | undefined {
    const known = counted.flows.get(key);
    if (known === undefined) return undefined;
    const startMs = startOf(flow);
    if (!known.isSame(startMs)) {
      this.#remove(flow.exporter, counted, key);
      return undefined;
    }
    known.touchedMs = flow.receivedMs;
    known.startMs ??= startMs;
    counted.flows.delete(key);
    counted.flows.set(key, known);
    this.#changed(flow.exporter, counted, key);
    return known;
  }

  #remember(counted: CountedExporter, key: string, flow: Flow): CountedFlow | undefined {
    const { maxRunningFlows } = this.#options;
    if (this.#size >= maxRunningFlows || counted.flows.size >= maxRunningFlows / 2) {
      this.#counters.runningFlowsRefused++;
      const [oldest] = counted.flows.keys();
      if (oldest === undefined) return undefined;
      this.#remove(flow.exporter, counted, oldest);
    }
    const known = CountedFlow.of(flow);
    counted.flows.set(key, known);
    this.#changed(flow.exporter, counted, key);
    this.#size++;
    return known;
  }

  #remove(exporter: Exporter, counted: CountedExporter, key: string): void {
    if (!counted.flows.delete(key)) return;
    this.#size--;
    this.#changed(exporter, counted, key);
  }

  #forget(exporter: Exporter): void {
    this.#exporters.delete(exporter);
    this.onChange?.(`s|${exporter.address}`, () => undefined);
  }

  /** Only for flows that are told in parts, so its price does not matter. */
  #changed({ address }: Exporter, counted: CountedExporter, key: string): void {
    this.onChange?.(`r|${address}|${key}`, () => counted.flows.get(key)?.save());
  }

  #exporterChanged({ address }: Exporter, counted: CountedExporter): void {
    this.onChange?.(`s|${address}`, () => {
      const { sinceMs, hasUpdates } = counted;
      return { sinceMs, hasUpdates };
    });
  }
}

/** Counts of initiator and responder, and none that finish.ts puts before them. */
function hasPair(flow: Flow, stated: StatedFields): boolean {
  if (flow.octets !== undefined || flow.packets !== undefined) return false;
  return (
    stated.initiatorOctets !== undefined ||
    stated.responderOctets !== undefined ||
    stated.initiatorPackets !== undefined ||
    stated.responderPackets !== undefined
  );
}

/** By how long either side has counted: the exporter's clock may be years off. */
function isOlder(flow: Flow, counted: CountedExporter): boolean {
  if (flow.startMs === undefined || flow.endMs === undefined) return false;
  return flow.endMs - flow.startMs > flow.receivedMs - counted.sinceMs + LONGEST_TIMEOUT_MS;
}
