// One worker as the process that receives sees it: the process that is this worker now, started again when it dies, and
// what outlives it: batches it has not acknowledged, the state of its exporters, its figures.

import { type ChildProcess, fork } from 'node:child_process';
import type { Writable } from 'node:stream';
import { writeFrame } from '../cluster/batch-frames.ts';
import type { BatchQueue } from '../cluster/batch-queue.ts';
import type { Config } from '../config.ts';
import type { Log } from '../lib/log.ts';
import { WorkerFigures } from './worker-figures.ts';
import { BATCH_PIPE, type FromWorker, type ToWorker } from './worker-messages.ts';

const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 10_000;
/** A process that lived so long had not failed to start. */
const LIVED_MS = 2000;

export interface WorkerProcessOptions {
  /** From 1. */
  readonly worker: number;
  /** As is right for this worker. */
  readonly config: Config;
  readonly queue: BatchQueue;
  readonly log: Log;
}

export class WorkerProcess {
  readonly queue: BatchQueue;
  readonly figures = new WorkerFigures();
  /** Of its exporters, as of the last acknowledged batch. */
  readonly state = new Map<string, string>();
  /** The state has changed so often. */
  changes = 0;
  readonly #options: WorkerProcessOptions;
  readonly #log: Log;
  #child: ChildProcess | undefined;
  #pipe: Writable | undefined;
  #startedMs = 0;
  #failures = 0;
  #isFirst = true;
  #isReady = false;
  #isStopping = false;
  #isGivenUp = false;
  #reason: string | undefined;
  #restart: NodeJS.Timeout | undefined;
  #onStarted: (error?: Error) => void = () => {};
  #onStopped: () => void = () => {};

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.queue = options.queue;
    this.#log = options.log.child({ worker: options.worker });
  }

  /** Resolves when it takes batches; rejects where the first process cannot start. */
  start(): Promise<void> {
    const started = new Promise<void>((resolve, reject) => {
      this.#onStarted = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.#spawn();
    return started;
  }

  /** Resolves when it has brought all batches to their end, or was given up. */
  stop(): Promise<void> {
    this.#isStopping = true;
    this.queue.flush();
    const stopped = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    if (this.#child === undefined && (this.queue.isEmpty || this.#isFirst)) this.#end();
    else this.#pipe?.end();
    return stopped;
  }

  hurry(): void {
    this.#tell({ kind: 'hurry' });
  }

  readDatabases(): void {
    this.#tell({ kind: 'databases' });
  }

  /** Ends it at once; what it has not acknowledged is lost. */
  giveUp(): void {
    this.#isGivenUp = true;
    if (this.#child === undefined) this.#end();
    else this.#child.kill('SIGKILL');
  }

  #spawn(): void {
    const { worker, config } = this.#options;
    this.#startedMs = performance.now();
    this.#isReady = false;
    this.#reason = undefined;
    // The same program as this one; nothing of the configuration where others could see it.
    const child = fork(process.argv[1]!, ['worker'], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
    });
    this.#child = child;
    this.#pipe = child.stdio[BATCH_PIPE] as Writable; // as: it is a pipe
    this.#pipe.on('error', () => {}); // the process has ended, or is about to
    child.on('error', (error) => {
      this.#reason = error.message;
      if (child.pid === undefined) this.#ended(child, null);
    });
    child.on('message', (message: FromWorker) => this.#heard(message));
    // What it said last is read by then.
    let open = 2;
    let code: number | null = null;
    const onEnd = (): void => {
      if (--open === 0) this.#ended(child, code);
    };
    child.once('exit', (exitCode, signal) => {
      code = exitCode;
      if (signal !== null) this.#reason ??= signal;
      onEnd();
    });
    child.once('disconnect', onEnd);
    const { state } = this;
    this.#tell({ kind: 'start', config, worker, isFirst: this.#isFirst, state });
    this.#isFirst = false;
  }

  #tell(message: ToWorker): void {
    if (this.#child?.connected) this.#child.send(message, () => {}); // who has died meanwhile is started again
  }

  #heard(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#ready();
        break;
      case 'failed':
        this.#reason = message.reason;
        break;
      case 'report':
        this.figures.reported(message.figures);
        break;
      case 'acknowledge':
        this.figures.acknowledged(message.figures, message.output);
        for (const { key, value } of message.changes) {
          if (value === undefined) this.state.delete(key);
          else this.state.set(key, value);
        }
        this.changes += message.changes.length;
        this.queue.acknowledge(message.number);
    }
  }

  #ready(): void {
    const pipe = this.#pipe!; // it was made with the process that is ready
    this.#isReady = true;
    this.#log.info({ pid: this.#child?.pid }, 'worker started');
    this.queue.connect((body) => writeFrame(pipe, body));
    if (this.#isStopping) pipe.end();
    this.#onStarted();
  }

  #ended(child: ChildProcess, code: number | null): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#pipe?.destroy();
    this.#pipe = undefined;
    const reason = this.#reason ?? `exit code ${code}`;
    if (!this.#isReady) this.#onStarted(new Error(reason));
    if (this.#isGivenUp || (this.#isStopping && (code === 0 || this.queue.isEmpty))) {
      this.#end();
      return;
    }
    this.queue.disconnect();
    this.figures.ended();
    if (performance.now() - this.#startedMs >= LIVED_MS) this.#failures = 0;
    const delayMs = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** this.#failures++);
    this.#log.error({ reason, delayMs }, 'a worker has ended, it is started again; nothing is lost');
    this.#restart = setTimeout(() => {
      this.figures.restarts++;
      this.#spawn();
    }, delayMs);
  }

  #end(): void {
    clearTimeout(this.#restart);
    this.#onStopped();
  }
}
