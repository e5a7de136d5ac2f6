// One process of a worker, as the process that receives sees it: started, given its state and batches, listened to, and
// killed when it hangs. Who starts the next one is worker-slot.ts.

import { type ChildProcess, fork } from 'node:child_process';
import type { Writable } from 'node:stream';
import { writeFrame } from '../cluster/batch-frames.ts';
import { processCpuSeconds } from '../lib/process-cpu.ts';
import { BATCH_PIPE, type FromWorker, type StartMessage, type ToWorker } from './worker-messages.ts';

const LOOK_EVERY_MS = 1000;
/** Reports come every second. Who has used so much of the processor since the last one hangs, … */
const HANGS_AFTER_CPU_SECONDS = 5;
/** … and perhaps who was silent for so many looks: disks that are slow make one wait for long. */
const SILENT_LOOKS = 120;

export interface WorkerProcessHooks {
  onMessage(message: FromWorker): void;
  /** It has ended, and all it said was heard. */
  onEnd(end: ProcessEnd): void;
}

export interface ProcessEnd {
  /** For people. */
  readonly reason: string;
  /** It did what it was to do. */
  readonly isClean: boolean;
  /** It was killed because it hung. */
  readonly hasHung: boolean;
}

export class WorkerProcess {
  readonly #hooks: WorkerProcessHooks;
  #child: ChildProcess | undefined;
  #pipe: Writable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #silentLooks = 0;
  #cpuSeconds = 0;
  #isReady = false;
  #hasHung = false;
  #reason: string | undefined;

  constructor(hooks: WorkerProcessHooks) {
    this.#hooks = hooks;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Once. */
  start(message: StartMessage): void {
    // The same program as this one; nothing of the configuration where others could see it.
    const child = fork(process.argv[1]!, ['worker'], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
    });
    this.#child = child;
    this.#pipe = child.stdio[BATCH_PIPE] as Writable; // as: it is a pipe
    this.#pipe.on('error', () => {}); // the process has ended, or is about to
    // What it said last is read when both have come.
    let open = 2;
    let code: number | null = null;
    const onEnd = (): void => {
      if (--open === 0) this.#ended(code);
    };
    child.on('error', (error) => {
      this.#reason ??= error.message;
      if (child.pid === undefined) this.#ended(null);
    });
    child.on('message', (said: FromWorker) => this.#heard(said));
    child.once('disconnect', onEnd);
    child.once('exit', (exitCode, signal) => {
      code = exitCode;
      if (signal !== null) this.#reason ??= signal;
      onEnd();
    });
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.tell(message);
  }

  tell(message: ToWorker): void {
    if (this.#child?.connected) this.#child.send(message, () => {}); // who has died meanwhile needs no message
  }

  give(batch: Buffer): void {
    if (this.#pipe !== undefined) writeFrame(this.#pipe, batch);
  }

  /** No more batches come: it brings what it has to its end, and ends. */
  endInput(): void {
    this.#pipe?.end();
  }

  kill(reason: string): void {
    this.#reason ??= reason;
    this.#child?.kill('SIGKILL');
  }

  #heard(message: FromWorker): void {
    this.#silentLooks = 0;
    if (message.kind === 'ready') this.#isReady = true;
    if (message.kind === 'failed') this.#reason = message.reason;
    this.#hooks.onMessage(message);
  }

  /** Counts looks and not time: if it was this process that had no time, that is not the worker's fault. */
  #look(): void {
    const cpuSeconds = processCpuSeconds(this.pid!) ?? 0; // it was started
    if (this.#silentLooks++ === 0) this.#cpuSeconds = cpuSeconds;
    const isBusy = this.#isReady && cpuSeconds - this.#cpuSeconds >= HANGS_AFTER_CPU_SECONDS;
    if (!isBusy && this.#silentLooks < SILENT_LOOKS) return;
    this.#hasHung = true;
    this.kill('it hung');
  }

  #ended(code: number | null): void {
    if (this.#pipe === undefined) return;
    clearInterval(this.#timer);
    this.#pipe.destroy();
    this.#pipe = undefined;
    const reason = this.#reason ?? `exit code ${code}`;
    this.#hooks.onEnd({ reason, isClean: code === 0, hasHung: this.#hasHung });
  }
}
