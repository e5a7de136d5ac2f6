// What time a flow's document is of, and whether the exporter's clock can be believed.

import type { Flow } from '../flow/flow.ts';

export interface FlowTimeOptions {
  /** Which time is `@timestamp`; where the record lacks it, the next best: start → end → received. */
  readonly timestamp: 'end' | 'start' | 'received';
  /** Clock guard (DESIGN §5.6): how far, in ms, an exporter's time may be from the receive time. */
  readonly maxSkewMs: number;
}

export class FlowTime {
  readonly #timestamp: FlowTimeOptions['timestamp'];
  readonly #maxSkewMs: number;

  constructor(options: FlowTimeOptions) {
    this.#timestamp = options.timestamp;
    this.#maxSkewMs = options.maxSkewMs;
  }

  /** The document's `@timestamp` in whole epoch ms, never further than the guard from the receive time. */
  of(flow: Flow): number {
    const stated = this.#stated(flow);
    return Math.floor(stated !== undefined && this.#isNearReceipt(stated, flow) ? stated : flow.receivedMs);
  }

  /** True where the record's times cannot be right: they are too far from the receipt. */
  isOff(flow: Flow): boolean {
    const last = flow.endMs ?? flow.startMs;
    return last !== undefined && !this.#isNearReceipt(last, flow);
  }

  #stated(flow: Flow): number | undefined {
    // A clock that is off is off for both times; the end tells it, as long flows may well have begun outside the guard.
    if (this.#timestamp === 'received' || this.isOff(flow)) return undefined;
    return this.#timestamp === 'start' ? (flow.startMs ?? flow.endMs) : (flow.endMs ?? flow.startMs);
  }

  #isNearReceipt(timeMs: number, flow: Flow): boolean {
    return Math.abs(timeMs - flow.receivedMs) <= this.#maxSkewMs;
  }
}
