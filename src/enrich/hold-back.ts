// Flows wait a moment for the names of their addresses, so that the first ones have them, too. A queue: who comes after a
// flow that waits goes after it, and ids stay in order. Nobody waits longer than told, and no more flows than told wait:
// then the oldest goes without. Used only where the user wants it; otherwise no flow ever meets it.

import type { Flow } from '../flow/flow.ts';

export interface HoldBackOptions {
  /** Longest wait of a flow, ms; 0: there is none. */
  readonly waitMs: number;
  /** Flows that wait at most, about 2 kB each. */
  readonly maxFlows: number;
}

export interface HoldBackHooks<Context> {
  /** Whether an answer about one of its ends is still under way. */
  isAwaited(flow: Flow): boolean;
  /** Sends a flow on its way. Must not throw. */
  release(flow: Flow, context: Context): void;
}

interface Held<Context> {
  readonly flow: Flow;
  readonly context: Context;
  readonly untilMs: number;
}

/** Places of the queue that were left are given back by so many. */
const COMPACT_AT = 1024;

export class HoldBack<Context> {
  /** Flows that waited since the start, … */
  waited = 0;
  /** … and those of them that went on before they knew: their time was over, or there was no room. */
  inVain = 0;
  readonly #options: HoldBackOptions;
  readonly #hooks: HoldBackHooks<Context>;
  readonly #queue: Held<Context>[] = [];
  /** Place of the oldest. */
  #head = 0;
  #timer: NodeJS.Timeout | undefined;
  #waiters: { readonly flows: number; readonly resolve: () => void }[] = [];

  constructor(options: HoldBackOptions, hooks: HoldBackHooks<Context>) {
    this.#options = options;
    this.#hooks = hooks;
  }

  /** Flows that wait now. */
  get size(): number {
    return this.#queue.length - this.#head;
  }

  /** Whether it keeps the flow, to release it later; else it can go on at once. */
  takes(flow: Flow, context: () => Context): boolean {
    if (this.size === 0 && !this.#hooks.isAwaited(flow)) return false;
    if (this.size >= this.#options.maxFlows) this.#releaseFirst();
    this.#queue.push({ flow, context: context(), untilMs: performance.now() + this.#options.waitMs });
    this.waited++;
    this.#timer ??= this.#wake();
    return true;
  }

  /** Releases, in their order, those that wait for nothing any more. To be called when an answer has come. */
  check(): void {
    const nowMs = performance.now();
    for (let first = this.#queue[this.#head]; first !== undefined; first = this.#queue[this.#head]) {
      if (first.untilMs > nowMs && this.#hooks.isAwaited(first.flow)) break;
      this.#releaseFirst();
    }
    this.#tellWaiters();
  }

  /** Releases all, at once. */
  releaseAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.size > 0) this.#releaseFirst();
    this.#tellWaiters();
  }

  /** Resolves when no more than so many wait. */
  atMost(flows: number): Promise<void> {
    if (this.size <= flows) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ flows, resolve }));
  }

  #releaseFirst(): void {
    const { flow, context } = this.#queue[this.#head]!;
    if (++this.#head >= COMPACT_AT && this.#head * 2 >= this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    if (this.#hooks.isAwaited(flow)) this.inVain++;
    this.#hooks.release(flow, context);
  }

  /** Looks again when the time of the oldest is over. */
  #wake(): NodeJS.Timeout {
    const waitMs = Math.max(1, Math.ceil(this.#queue[this.#head]!.untilMs - performance.now()));
    return setTimeout(() => {
      this.check();
      this.#timer = this.size === 0 ? undefined : this.#wake();
    }, waitMs);
  }

  #tellWaiters(): void {
    if (this.#waiters.length === 0) return;
    const { size } = this;
    const told = this.#waiters.filter(({ flows }) => size <= flows);
    this.#waiters = this.#waiters.filter(({ flows }) => size > flows);
    for (const { resolve } of told) resolve();
  }
}
