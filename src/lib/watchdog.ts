// Ends this process when it does nothing any more: a worker that is caught in an endless loop keeps its connections open
// and looks alive to whoever started it. A thread watches whether the event loop still turns, and kills the process;
// whoever supervises it starts another one. What counts is CPU time: a process that was paused, or whose machine has other
// things to do, is not hung.

import { Worker } from 'node:worker_threads';

const LOOK_EVERY_MS = 250;

/** Runs in the thread: plain JavaScript, without anything of weir. */
const THREAD = `
const { workerData: { beats, microseconds, every, text } } = require('node:worker_threads');
const counter = new Int32Array(beats);
let last = -1;
let since;
setInterval(() => {
  const now = Atomics.load(counter, 0);
  if (now !== last) since = process.cpuUsage();
  last = now;
  const { user, system } = process.cpuUsage(since);
  if (user + system < microseconds) return;
  require('node:fs').writeSync(2, text);
  process.kill(process.pid, 'SIGKILL');
}, every);
`;

export class Watchdog {
  readonly #silenceMs: number;
  #beat: NodeJS.Timeout | undefined;
  #thread: Worker | undefined;

  /** @param silenceMs longest time that the event loop may stand still, CPU time of the process, ms */
  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  start(): void {
    const beats = new SharedArrayBuffer(4);
    const counter = new Int32Array(beats);
    this.#beat = setInterval(() => Atomics.add(counter, 0, 1), LOOK_EVERY_MS);
    this.#beat.unref();
    const microseconds = this.#silenceMs * 1000;
    const msg = `the process was busy for ${this.#silenceMs} ms with one thing, a fault of weir: it ends itself`;
    this.#thread = new Worker(THREAD, {
      eval: true,
      workerData: { beats, microseconds, every: LOOK_EVERY_MS, text: `${JSON.stringify({ level: 50, msg })}\n` },
      resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
    });
    this.#thread.unref();
  }

  stop(): void {
    clearInterval(this.#beat);
    void this.#thread?.terminate();
  }
}
