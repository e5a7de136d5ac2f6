// The time of the data of one partition: when a receiver got what was decoded last, and how long ago that is. Waits for
// templates are reckoned by it, so that neither a backlog nor a worker's clock that is wrong ends them.

export class DataClock {
  #timeMs: number;
  #sinceMs = performance.now();

  /** @param timeMs as the owner before left it, epoch ms; 0: there was none */
  constructor(timeMs: number) {
    this.#timeMs = timeMs;
  }

  /** Epoch ms; our own clock's before any data came. */
  get nowMs(): number {
    if (this.#timeMs === 0) return Date.now();
    return Math.round(this.#timeMs + performance.now() - this.#sinceMs);
  }

  /** Data received at this time, epoch ms, was decoded. */
  set(receivedMs: number): void {
    if (receivedMs === 0) return;
    this.#timeMs = receivedMs;
    this.#sinceMs = performance.now();
  }
}
