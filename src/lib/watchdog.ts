// Ends this process when it does nothing any more: a worker that is caught in an endless loop keeps its connections open
// and looks alive to whoever started it. A thread watches whether the event loop still turns, and kills the process;
// whoever supervises it starts another one. A process that was paused and goes on has not been silent: the thread was
// paused, too, and counts its own turns.

import { Worker } from 'node:worker_threads';

const LOOK_EVERY_MS = 250;

/** Runs in the thread: plain JavaScript, without anything of weir. Beats that stand still for `looks` turns end it. */
const THREAD = `
const { workerData: { beats, looks, every, text } } = require('node:worker_threads');
const counter = new Int32Array(beats);
let [last, still] = [-1, 0];
setInterval(() => {
  const now = Atomics.load(counter, 0);
  still = now === last ? still + 1 : 0;
  last = now;
  if (still < looks) return;
  require('node:fs').writeSync(2, text);
  process.kill(process.pid, 'SIGKILL');
}, every);
`;

export class Watchdog {
  readonly #silenceMs: number;
  #beat: NodeJS.Timeout | undefined;
  #thread: Worker | undefined;

  /** @param silenceMs longest time that the event loop may stand still, ms */
  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  start(): void {
    const beats = new SharedArrayBuffer(4);
    const counter = new Int32Array(beats);
    this.#beat = setInterval(() => Atomics.add(counter, 0, 1), LOOK_EVERY_MS);
    this.#beat.unref();
    const looks = Math.ceil(this.#silenceMs / LOOK_EVERY_MS);
    const msg = `nothing was done for ${this.#silenceMs} ms: a fault of weir, the process ends itself`;
    this.#thread = new Worker(THREAD, {
      eval: true,
      workerData: { beats, looks, every: LOOK_EVERY_MS, text: `${JSON.stringify({ level: 50, msg })}\n` },
      resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
    });
    this.#thread.unref();
  }

  stop(): void {
    clearInterval(this.#beat);
    void this.#thread?.terminate();
  }
}
