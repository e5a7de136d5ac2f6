// Counts work without a clock: V8's block coverage says how often each function and each block of the decoder ran. Nothing
// that loops in JavaScript escapes it, whatever the loop reads; exact and slow, so for single datagrams. (The fuzz worker
// counts what it can count quickly.)

import { Session } from 'node:inspector';

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

export class BlockCounter {
  readonly #session = new Session();

  /** To be called before the code runs first: what is compiled by then is counted by function only. */
  start(): void {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  stop(): void {
    this.#session.disconnect();
  }

  /** Blocks and functions under src/ entered while `run` ran. */
  count(run: () => void): number {
    this.#take();
    run();
    return this.#take();
  }

  #take(): number {
    let sum = 0;
    this.#session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error !== null) throw error;
      for (const { url, functions } of (coverage as Coverage).result) {
        if (!url.includes('/build/src/')) continue;
        for (const { ranges } of functions) for (const { count } of ranges) sum += count;
      }
    });
    return sum;
  }
}
