// A place for a worker: has a process in it, and another one when that dies. Keeps what outlives them: batches that are not
// acknowledged, the state of their exporters, figures. A datagram that processes die of again and again is taken out.

import type { BatchQueue } from '../cluster/batch-queue.ts';
import type { Config } from '../config.ts';
import type { Log } from '../lib/log.ts';
import { takeDecodingNote } from './decoding-note.ts';
import { setAside } from './set-aside.ts';
import { WorkerFigures } from './worker-figures.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';
import { type ProcessEnd, WorkerProcess } from './worker-process.ts';

const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 10_000;
/** Processes that ended while they decoded one datagram, beside the one that was given it first: noted by decoding-note.ts. */
const DEATHS = 2;

export interface WorkerSlotOptions {
  /** From 1. */
  readonly worker: number;
  /** As is right for this worker. */
  readonly config: Config;
  readonly queue: BatchQueue;
  readonly log: Log;
}

export class WorkerSlot {
  readonly queue: BatchQueue;
  readonly figures = new WorkerFigures();
  /** Of its exporters, as of the last acknowledged batch. */
  readonly state = new Map<string, string>();
  /** The state has changed so often. */
  changes = 0;
  /** Processes started in place of dead ones. */
  restarts = 0;
  readonly #options: WorkerSlotOptions;
  readonly #log: Log;
  #process: WorkerProcess | undefined;
  #isFirst = true;
  #isReady = false;
  /** It was ready once. */
  #hasStarted = false;
  /** Deaths since something was acknowledged. */
  #failures = 0;
  /** The datagram that the last process died of, perhaps, and how many did. */
  #suspect = { id: '', deaths: 0 };
  #isStopping = false;
  #isGivenUp = false;
  #restart: NodeJS.Timeout | undefined;
  #onStarted: (error?: Error) => void = () => {};
  #onStopped: () => void = () => {};

  constructor(options: WorkerSlotOptions) {
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
    if (this.#process === undefined && (this.queue.isEmpty || !this.#hasStarted)) this.#end();
    else if (this.#isReady) this.#process?.endInput();
    return stopped;
  }

  hurry(): void {
    this.tell({ kind: 'hurry' });
  }

  tell(message: ToWorker): void {
    this.#process?.tell(message);
  }

  /** Ends it at once; what it has not acknowledged is lost. */
  giveUp(): void {
    this.#isGivenUp = true;
    if (this.#process === undefined) this.#end();
    else this.#process.kill('given up');
  }

  #spawn(): void {
    const { worker, config, queue } = this.#options;
    const { lastSent } = queue;
    this.#isReady = false;
    this.#process = new WorkerProcess({
      onMessage: (message) => this.#heard(message),
      onEnd: (end) => this.#ended(end),
    });
    this.#process.start({ kind: 'start', config, worker, isFirst: this.#isFirst, lastSent, state: this.state });
    this.#isFirst = false;
  }

  #heard(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#ready();
        break;
      case 'report':
        this.figures.reported(message.figures, message);
        break;
      case 'acknowledge':
        this.figures.acknowledged(message.figures, message);
        for (const { key, value } of message.changes) {
          if (value === undefined) this.state.delete(key);
          else this.state.set(key, value);
        }
        this.changes += message.changes.length;
        if (this.queue.acknowledge(message.batch)) this.#failures = 0;
    }
  }

  #ready(): void {
    this.#isReady = true;
    this.#hasStarted = true;
    this.#log.info({ pid: this.#process?.pid }, 'worker started');
    this.queue.connect((body) => this.#process?.give(body));
    if (this.#isStopping) this.#process?.endInput();
    this.#onStarted();
  }

  #ended(end: ProcessEnd): void {
    const { reason, isClean } = end;
    const pid = this.#process?.pid;
    this.#process = undefined;
    this.queue.disconnect();
    if (!this.#hasStarted) this.#onStarted(new Error(reason));
    if (!this.#hasStarted || this.#isGivenUp || (this.#isStopping && (isClean || this.queue.isEmpty))) {
      this.#end();
      return;
    }
    this.figures.ended();
    this.#judge(end);
    const delayMs = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** this.#failures++);
    const line = { pid, reason, deathsInARow: this.#failures, delayMs, datagrams: this.queue.waiting };
    this.#log.error(line, 'a worker has died; another one is started and given what it had not finished');
    this.#restart = setTimeout(() => {
      this.restarts++;
      this.#spawn();
    }, delayMs);
  }

  /** Was it a datagram? One that a process hangs at needs no second proof. */
  #judge({ reason, hasHung }: ProcessEnd): void {
    const { config } = this.#options;
    const id = takeDecodingNote(config.spool.directory);
    if (id === undefined) return;
    this.#suspect = { id, deaths: id === this.#suspect.id ? this.#suspect.deaths + 1 : 1 };
    if (this.#suspect.deaths < DEATHS && !hasHung) return;
    const datagram = this.queue.remove(id);
    if (datagram !== undefined)
      setAside(config.deadLetter.directory, datagram, `workers died of it: ${reason}`, this.#log);
  }

  #end(): void {
    clearTimeout(this.#restart);
    this.#onStopped();
  }
}
