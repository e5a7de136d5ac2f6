// Long flows in parts: an hour of traffic that an exporter reports at its end is drawn as one spike. Split, each minute that
// the flow touched has a document with its share of bytes and packets, as if they had come evenly. Off by default.

import type { Flow } from '../flow/flow.ts';

export interface SplitOptions {
  /** Length of a part, ms: parts begin at its multiples. */
  readonly intervalMs: number;
  /** Only the last so many ms before the receipt are split, as older documents would miss the clock guard. */
  readonly maxSkewMs: number;
}

/** Of one flow; the first part takes what lasted before. */
const MAX_PARTS = 1000;

/** Values that are shared out, whole numbers all. */
const SHARED = [
  'bytes',
  'packetCount',
  'reverseBytes',
  'reversePacketCount',
  'sampledBytes',
  'sampledPackets',
] as const satisfies readonly (keyof Flow)[];

export class FlowSplitter {
  /** Documents beyond the first of each flow. */
  added = 0;
  readonly #intervalMs: number;
  readonly #maxSkewMs: number;

  constructor({ intervalMs, maxSkewMs }: SplitOptions) {
    this.#intervalMs = intervalMs;
    this.#maxSkewMs = maxSkewMs;
  }

  /**
   * Calls `write` for each part, in their order, with the flow changed to be that part; once and unchanged for a flow that
   * is none longer than the interval, or whose clock is off. Shares are rounded so that their sum is what was counted.
   */
  forEach(flow: Flow, write: (flow: Flow) => void): void {
    const { startMs, endMs, receivedMs, flowCount } = flow;
    const cuts = startMs === undefined || endMs === undefined ? [] : this.#cuts(startMs, endMs, receivedMs);
    if (cuts.length === 0 || startMs === undefined || endMs === undefined) {
      write(flow);
      return;
    }
    const totals = SHARED.map((name) => flow[name]);
    const given = totals.map(() => 0);
    const parts = cuts.length + 1;
    flow.parts = parts;
    this.added += cuts.length;
    for (let i = 0; i < parts; i++) {
      const until = cuts[i] ?? endMs;
      const elapsed = (until - startMs) / (endMs - startMs);
      for (const [at, name] of SHARED.entries()) {
        const total = totals[at];
        if (total === undefined) continue;
        const upToHere = i === cuts.length ? Math.round(total) : Math.round(total * elapsed);
        flow[name] = upToHere - given[at]!;
        given[at] = upToHere;
      }
      flow.part = i + 1;
      flow.startMs = cuts[i - 1] ?? startMs;
      // The next part begins at the cut, and this one's time shall fall into its own interval.
      flow.endMs = i === cuts.length ? endMs : until - 1;
      flow.flowCount = i === cuts.length ? flowCount : undefined;
      write(flow);
    }
  }

  /** Times at which a flow is cut, ascending; none where it is left whole. */
  #cuts(startMs: number, endMs: number, receivedMs: number): number[] {
    const interval = this.#intervalMs;
    if (endMs - startMs <= interval || Math.abs(endMs - receivedMs) > this.#maxSkewMs) return [];
    // One ms more, since a part ends one before the cut.
    const oldest = Math.max(startMs, receivedMs - this.#maxSkewMs + 1, endMs - (MAX_PARTS - 2) * interval);
    const cuts: number[] = [];
    for (let cut = (Math.floor(oldest / interval) + 1) * interval; cut < endMs; cut += interval) cuts.push(cut);
    return cuts;
  }
}
