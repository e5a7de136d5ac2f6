// Runs fuzz-worker.ts and watches it: a datagram at which it stays for a second of processor time ends the run, and so
// does what it throws, or a heap beyond its bound. The datagram is in the error, ready to become a test.

import { Worker } from 'node:worker_threads';

export interface FuzzTask {
  readonly datagrams: number;
  readonly seed: number;
  /** Number and length of the datagram at hand. */
  readonly beat: SharedArrayBuffer;
  /** Its octets. */
  readonly current: SharedArrayBuffer;
}

export interface FuzzFigures {
  readonly datagrams: number;
  readonly decoded: number;
  readonly malformed: number;
  readonly refused: number;
  readonly octets: number;
  readonly flows: number;
  readonly counterSamples: number;
  readonly templates: number;
  /** Reads of octets, steps of loops and flows made, over all datagrams; worst: of one of at least 100 octets. */
  readonly stepsPerOctet: number;
  readonly worstStepsPerOctet: number;
  /** After garbage collection, at twelve points of the run. */
  readonly heapBytes: readonly number[];
}

export interface Progress {
  readonly done: number;
  readonly flows: number;
  readonly heapBytes: number;
}

/** Of processor time, not of the clock: another process may hold the machine. */
const WATCHDOG_MS = 1000;
const CHECK_EVERY_MS = 200;
const HEAP_LIMIT_MB = 512;
const MAX_OCTETS = 65_536;

/** Rejects with the datagram's number and octets when one is too much. */
export async function fuzz(
  datagrams: number,
  seed: number,
  onProgress: (progress: Progress) => void,
): Promise<FuzzFigures> {
  const task: FuzzTask = {
    datagrams,
    seed,
    beat: new SharedArrayBuffer(8),
    current: new SharedArrayBuffer(MAX_OCTETS),
  };
  const worker = new Worker(new URL('./fuzz-worker.js', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
  });
  let isStarted = false;
  const beat = new Int32Array(task.beat);
  Atomics.store(beat, 0, -1);
  let seen = -1;
  let cpu = process.cpuUsage();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<FuzzFigures>((resolve, reject) => {
      timer = setInterval(() => {
        const now = Atomics.load(beat, 0);
        isStarted ||= now >= 0;
        const { user, system } = process.cpuUsage(cpu);
        if (now !== seen || !isStarted) {
          seen = now;
          cpu = process.cpuUsage();
        } else if (user + system > WATCHDOG_MS * 1000) {
          reject(new Error(`more than ${WATCHDOG_MS} ms at ${describe(task)}`));
        }
      }, CHECK_EVERY_MS);
      worker.on('message', (message: { kind: string; figures: FuzzFigures } & Progress) => {
        if (message.kind === 'done') resolve(message.figures);
        else onProgress(message);
      });
      worker.once('error', (error) => reject(new Error(`${error.message} at ${describe(task)}`, { cause: error })));
    });
  } finally {
    clearInterval(timer);
    await worker.terminate();
  }
}

function describe(task: FuzzTask): string {
  const [number = 0, length = 0] = new Int32Array(task.beat);
  const octets = Buffer.from(task.current, 0, length).toString('hex');
  return `datagram ${number} of seed ${task.seed}, ${length} octets: ${octets}`;
}

/** Caches of fixed size that fill slowly make some of it. */
export const MAX_HEAP_GROWTH = 0.25;

/** Largest growth of the heap after the first quarter of the run, as a part of what it was by then. */
export function heapGrowth({ heapBytes }: FuzzFigures): number {
  const settled = Math.floor(heapBytes.length / 4);
  const before = Math.max(...heapBytes.slice(0, settled + 1));
  return Math.max(...heapBytes.slice(settled + 1)) / before - 1;
}
