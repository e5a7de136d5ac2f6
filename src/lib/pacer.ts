// Spreads work evenly over time: so many units a second, slept through in steps that timers can keep.

import { setTimeout as sleep } from 'node:timers/promises';

/** Timers are no finer; below it nothing is slept. */
const STEP_MS = 4;
/** Behind by more than this, the schedule starts anew: nobody wants what was missed in one burst. */
const MAX_LAG_MS = 500;

export class Pacer {
  private readonly signal: AbortSignal | undefined;
  private dueMs = Number.NEGATIVE_INFINITY;

  /** @param signal ends a sleep at once; the caller looks at it */
  constructor(signal?: AbortSignal) {
    this.signal = signal;
  }

  /** For what takes its time after it: waits until everything before has had its own. */
  async pass(durationMs: number): Promise<void> {
    await this.untilDue();
    this.dueMs += durationMs;
  }

  /** For what comes so long after what was before. */
  async pause(durationMs: number): Promise<void> {
    if (this.dueMs === Number.NEGATIVE_INFINITY) this.dueMs = performance.now();
    this.dueMs += durationMs;
    await this.untilDue();
  }

  private async untilDue(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.dueMs > MAX_LAG_MS) this.dueMs = nowMs;
    if (this.dueMs - nowMs >= STEP_MS) await this.sleep(this.dueMs - nowMs);
  }

  private async sleep(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.signal });
    } catch (error) {
      if (!this.signal?.aborted) throw error;
    }
  }
}
