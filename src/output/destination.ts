// Whether Elasticsearch takes documents, how many bulks it may have under way, and when to try again. Success adds one
// to the window, failure halves it (AIMD); while it is down one attempt at a time is made, after a pause that doubles.

import type { Log } from '../lib/log.ts';
import type { Fault } from './bulk-response.ts';

export interface DestinationOptions {
  /** Bulks under way at most. */
  readonly maxInFlight: number;
  /** First and longest pause between attempts, ms; each is shortened at random by up to a half. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** A fault that lasts is logged again after so many ms. */
  readonly logIntervalMs: number;
}

export class Destination {
  readonly #options: DestinationOptions;
  readonly #log: Log;
  readonly #now: () => number;
  /** Fault type → when it was last logged. Types are Elasticsearch's exception names: few. */
  readonly #logged = new Map<string, number>();
  #window: number;
  #failures = 0;
  #failedMs = 0;
  #pausedUntilMs = 0;
  #isDown = false;
  #fault: Fault | undefined;

  constructor(options: DestinationOptions, log: Log, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#log = log;
    this.#now = now;
    this.#window = options.maxInFlight;
  }

  /** True from a failure of a whole request until the next success. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Why it is down. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Bulks that may be under way now. */
  get window(): number {
    return this.#isDown ? 1 : this.#window;
  }

  /** May another request be sent while `inFlight` are under way? */
  admits(inFlight: number): boolean {
    if (this.#isDown) return inFlight === 0 && this.#now() >= this.#pausedUntilMs;
    return inFlight < this.#window;
  }

  succeeded(): void {
    if (this.#window < this.#options.maxInFlight) this.#window += 1;
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#failures = 0;
    this.#fault = undefined;
    this.#logged.clear();
    this.#log.info('Elasticsearch takes documents again');
  }

  /** It answers, but has not taken a document yet: the next bulk may try at once. The pauses go on growing until one gets through. */
  answered(): void {
    this.#pausedUntilMs = 0;
  }

  /** A request sent at `sentMs` failed as a whole. Those that were under way together count as one failure. */
  failed(fault: Fault, sentMs: number): void {
    this.#fault = fault;
    this.report(fault, 'Elasticsearch takes no documents; they wait in memory and on disk');
    if (this.#isDown && sentMs < this.#failedMs) return;
    this.#isDown = true;
    this.slowDown();
    this.#failedMs = this.#now();
    this.#pausedUntilMs = this.#failedMs + backoffMs(this.#failures, this.#options);
    this.#failures += 1;
  }

  /** It answers but cannot keep up. */
  slowDown(): void {
    this.#window = Math.max(1, this.#window >> 1);
  }

  /** Logs a fault once per kind, and again when it lasts. */
  report(fault: Fault, message: string): void {
    const now = this.#now();
    const last = this.#logged.get(fault.type);
    if (last !== undefined && now - last < this.#options.logIntervalMs) return;
    this.#logged.set(fault.type, now);
    this.#log.warn({ status: fault.status, type: fault.type, reason: fault.reason }, message);
  }
}

/** Exponential, with jitter: between half and all of min · 2^failures, at most max. */
export function backoffMs(failures: number, options: { retryMinMs: number; retryMaxMs: number }): number {
  const full = Math.min(options.retryMaxMs, options.retryMinMs * 2 ** Math.min(failures, 30));
  return full * (0.5 + Math.random() / 2);
}
