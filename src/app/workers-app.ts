// The composition root of `weir run` with workers: owns the sockets, the state file and the figures, and spreads datagrams
// over processes that do the rest. All of an exporter goes to one of them, chosen by its address.

import { availableParallelism } from 'node:os';
import { type Config, hasElasticsearch } from '../config.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { packageVersion } from '../lib/package-root.ts';
import { Inputs } from './inputs.ts';
import { LiveLine, routerHint } from './live-line.ts';
import { metricsText } from './metrics.ts';
import { Pipeline } from './pipeline.ts';
import { gatherSpools } from './spool-folders.ts';
import { StateFile } from './state-file.ts';
import { processStatus, type Status } from './status.ts';
import { createStatusServer, type StatusServer } from './status-server.ts';
import { TopTalkers } from './top-talkers.ts';
import { liveFacts, logTotals } from './totals.ts';
import { WorkerPool } from './worker-pool.ts';

const REPORT_EVERY_MS = 60_000;
/** What workers may need beyond stop.timeout to write down what is left, on the busiest of machines. */
const STOP_GRACE_MS = 60_000;
const TARGET = 'Elasticsearch';

/** How many workers the configuration asks for; 1: one process does all. */
export function workerCount(config: Config): number {
  return config.workers === 'auto' ? availableParallelism() : config.workers;
}

export class WorkersApp {
  readonly #config: Config;
  readonly #log: Log;
  readonly #count: number;
  readonly #pool: WorkerPool;
  readonly #inputs: Inputs;
  readonly #state: StateFile;
  readonly #status: StatusServer;
  readonly #startedMs = Date.now();
  readonly #timers: NodeJS.Timeout[] = [];
  #live: LiveLine | undefined;
  #reportedFlows = 0;
  #started: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  /** Throws ConfigError. */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    this.#count = workerCount(config);
    if (!hasElasticsearch(config)) {
      throw new ConfigError('workers', config.workers, '1, or elasticsearch.url: workers write to Elasticsearch only');
    }
    // Shows what cannot be used before any process is started; decodes nothing.
    const { enrichment } = new Pipeline(config, () => {}, log);
    this.#pool = new WorkerPool(config, this.#count, enrichment.counters, log);
    this.#state = new StateFile(config.state.file, this.#pool, log.child({ component: 'state' }));
    this.#status = createStatusServer(
      config,
      { status: () => this.status(), metrics: () => metricsText(this.status()) },
      log,
    );
    this.#inputs = new Inputs(
      config,
      {
        receive: (datagram) => this.#pool.queueOf(datagram.exporterAddress).append(datagram),
        forgetSession: (address, port) => this.#pool.queueOf(address).endSession(address, port, Date.now()),
      },
      log,
    );
  }

  /** All figures, as workers said them last. */
  status(): Status {
    const { process: workers, ...sums } = this.#pool.status();
    const own = processStatus();
    return {
      version: packageVersion,
      pid: process.pid,
      startedMs: this.#startedMs,
      timeMs: Date.now(),
      target: TARGET,
      ...this.#inputs.status(),
      ...sums,
      process: {
        residentBytes: own.residentBytes + workers.residentBytes,
        cpuSeconds: own.cpuSeconds + workers.cpuSeconds,
      },
    };
  }

  /** @param terminal where to draw the live line; undefined logs instead. Throws ConfigError. */
  start(terminal: NodeJS.WriteStream | undefined): Promise<void> {
    this.#started = this.#start(terminal);
    return this.#started;
  }

  /** Looks for GeoIP databases now: new ones have come. */
  readDatabases(): void {
    this.#pool.readDatabases();
  }

  /** Stops receiving; workers bring to its end, or to their disk, what was received. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends the waiting for Elasticsearch that stop() does. */
  hurry(): void {
    this.#pool.hurry();
  }

  async #start(terminal: NodeJS.WriteStream | undefined): Promise<void> {
    // First of all the ports: another weir that has them uses these folders, too. What comes now waits for its worker.
    await this.#inputs.start();
    const { spool, stop } = this.#config;
    await gatherSpools(spool.directory, this.#count, stop.timeout + STOP_GRACE_MS, this.#log);
    this.#state.load();
    await this.#startWorkers();
    await this.#status.start();
    this.#every(this.#config.state.save, () => void this.#state.save());
    const { sockets } = this.#inputs;
    this.#log.info({ ...sockets, target: TARGET, workers: this.#count }, 'receiving');
    if (terminal === undefined) {
      this.#every(REPORT_EVERY_MS, () => this.#report());
      return;
    }
    // Flows are in other processes: there is no top talker to be told.
    this.#live = new LiveLine(() => liveFacts(this.status()), new TopTalkers(), sockets.listen, terminal);
    this.#live.start();
  }

  async #startWorkers(): Promise<void> {
    try {
      await this.#pool.start();
    } catch (error) {
      throw new ConfigError('workers', this.#config.workers, `workers that start (${(error as Error).message})`);
    }
  }

  async #stop(): Promise<void> {
    await this.#started.catch(() => {}); // what was received meanwhile is in want of a worker
    for (const timer of this.#timers) clearInterval(timer);
    this.#live?.stop();
    this.#status.stop();
    await this.#inputs.stop();
    const deadline = setTimeout(() => this.#giveUp(), this.#config.stop.timeout + STOP_GRACE_MS);
    await this.#pool.stop();
    clearTimeout(deadline);
    await this.#state.save();
    this.#log.info(logTotals(this.status()), 'stopped');
  }

  #giveUp(): void {
    const { workers } = this.status();
    this.#log.error(
      { datagrams: workers?.waiting },
      'workers did not end in time; what they have not finished is lost',
    );
    this.#pool.giveUp();
  }

  #every(milliseconds: number, task: () => void): void {
    const timer = setInterval(task, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }

  #report(): void {
    const totals = logTotals(this.status());
    if (totals.datagrams === 0) this.#log.warn(`no flows yet: ${routerHint(this.#inputs.listen)}`);
    else {
      const flowsPerSecond = (totals.flows - this.#reportedFlows) / (REPORT_EVERY_MS / 1000);
      this.#log.info({ ...totals, flowsPerSecond }, 'flows');
    }
    this.#reportedFlows = totals.flows;
  }
}
