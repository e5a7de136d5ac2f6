// The composition root of `weir run` with workers: owns the sockets, the state file and the figures, and spreads datagrams
// over processes that do the rest. All of an exporter goes to one of them, chosen by its address.

import { availableParallelism } from 'node:os';
import { BatchQueue } from '../cluster/batch-queue.ts';
import { partitionOf } from '../cluster/keys.ts';
import { type Config, hasElasticsearch } from '../config.ts';
import { DecodeCounters } from '../decode/counters.ts';
import { STATE_VERSION } from '../decode/template/state.ts';
import { entriesOf, stateOfEntries } from '../decode/template/state-entries.ts';
import type { Datagram } from '../flow/datagram.ts';
import type { Admission } from '../input/admission.ts';
import { bootId } from '../input/datagram-id.ts';
import { TcpInput } from '../input/tcp.ts';
import { UdpInput } from '../input/udp.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { packageVersion } from '../lib/package-root.ts';
import { droppedTotal, OutputCounters } from '../output/counters.ts';
import { addressText, createAdmission, tcpListeners, udpListeners } from './listeners.ts';
import { LiveLine, routerHint } from './live-line.ts';
import { metricsText } from './metrics.ts';
import { Pipeline } from './pipeline.ts';
import { gatherSpools, workerFolder } from './spool-folders.ts';
import { StateFile } from './state-file.ts';
import { type ExporterStatus, processStatus, type Status } from './status.ts';
import { createStatusServer, type StatusServer } from './status-server.ts';
import { TopTalkers } from './top-talkers.ts';
import type { WorkerSums } from './worker-figures.ts';
import { WorkerProcess } from './worker-process.ts';

const REPORT_EVERY_MS = 60_000;
/** An exporter that was silent for longer is not counted as heard. */
const HEARD_MS = 300_000;
/** Of 1400-byte datagrams some 90: what a batch costs (some 0.2 ms, mostly to be woken up) is shared by many. */
const BATCH_BYTES = 128 * 1024;
/** How late a datagram may be for that; nothing beside the second that a bulk takes to fill. */
const BATCH_FLUSH_MS = 20;
/** Batches that a worker has not acknowledged: seconds of traffic, enough for a restart. */
const QUEUE_BYTES = 64 * 1024 * 1024;
/** What workers need beyond stop.timeout to write down what is left. */
const STOP_GRACE_MS = 20_000;

/** How many workers the configuration asks for; 1: one process does all. */
export function workerCount(config: Config): number {
  return config.workers === 'auto' ? availableParallelism() : config.workers;
}

export class WorkersApp {
  readonly #config: Config;
  readonly #log: Log;
  readonly #pipeline: Pipeline;
  readonly #admission: Admission;
  readonly #udp: UdpInput;
  readonly #tcp: TcpInput;
  readonly #state: StateFile;
  readonly #workers: readonly WorkerProcess[];
  readonly #status: StatusServer;
  readonly #startedMs = Date.now();
  readonly #timers: NodeJS.Timeout[] = [];
  #live: LiveLine | undefined;
  #savedChanges = -1;
  #saved: object = {};
  #reportedFlows = 0;
  #stopped: Promise<void> | undefined;

  /** Throws ConfigError. */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    const count = workerCount(config);
    if (!hasElasticsearch(config)) {
      throw new ConfigError('workers', config.workers, '1, or elasticsearch.url: workers write to Elasticsearch only');
    }
    // Shows what cannot be used before any process is started; decodes nothing.
    this.#pipeline = new Pipeline(config, () => {}, log);
    const receiver = bootId(Date.now());
    this.#workers = Array.from({ length: count }, (_, i) => {
      const options = { receiver, batchBytes: BATCH_BYTES, flushMs: BATCH_FLUSH_MS, maxBytes: QUEUE_BYTES };
      const queue = new BatchQueue(options);
      return new WorkerProcess({ worker: i + 1, config: workerConfig(config, i + 1, count), queue, log });
    });
    const owner = { save: () => this.#save(), restore: (state: unknown) => this.#restore(state) };
    this.#state = new StateFile(config.state.file, owner, log.child({ component: 'state' }));
    this.#status = createStatusServer(
      config,
      { status: () => this.status(), metrics: () => metricsText(this.status()) },
      log,
    );
    this.#admission = createAdmission(config, log.child({ component: 'input' }));
    const admission = this.#admission;
    const { receiveBuffer, maxConnections, idleTimeout } = config.input;
    const receive = (datagram: Datagram): void => this.#workerOf(datagram.exporterAddress).queue.append(datagram);
    this.#udp = new UdpInput(
      { listen: udpListeners(config), receiveBufferBytes: receiveBuffer },
      { receive, admission, log: log.child({ component: 'udp' }) },
    );
    this.#tcp = new TcpInput(
      { listen: tcpListeners(config), maxConnections, idleTimeoutMs: idleTimeout },
      {
        receive,
        forgetSession: (address, port) => this.#workerOf(address).queue.endSession(address, port, Date.now()),
        admission,
        log: log.child({ component: 'tcp' }),
      },
    );
  }

  /** All figures, as workers said them last. */
  status(): Status {
    const sums: Partial<WorkerSums> = emptySums(this.#pipeline);
    const exporters = new Map<string, ExporterStatus>();
    for (const { figures } of this.#workers) figures.addTo(sums, exporters);
    const all = sums as WorkerSums; // as: emptySums() has all fields
    const { workers } = all;
    workers.count = this.#workers.length;
    for (const { queue, figures } of this.#workers) {
      workers.restarts += figures.restarts;
      workers.waiting += queue.waiting;
      workers.dropped += queue.dropped;
      workers.resent += queue.resent;
    }
    const fault = this.#workers.map(({ figures }) => figures.fault).find((text) => text !== undefined);
    const kernelDrops = this.#udp.readKernelDrops();
    const { residentBytes, cpuSeconds } = processStatus();
    return {
      version: packageVersion,
      pid: process.pid,
      startedMs: this.#startedMs,
      timeMs: Date.now(),
      listen: this.#ports(),
      target: TARGET,
      ...(fault === undefined ? {} : { fault }),
      process: {
        residentBytes: all.process.residentBytes + residentBytes,
        cpuSeconds: all.process.cpuSeconds + cpuSeconds,
      },
      udp: this.#udp.counters,
      tcp: this.#tcp.counters,
      admission: this.#admission.counters,
      ...(kernelDrops === undefined ? {} : { kernelDrops }),
      decode: all.decode,
      pending: all.pending,
      enrich: all.enrich,
      reloads: all.reloads,
      rules: all.rules,
      holdBack: all.holdBack,
      addedParts: all.addedParts,
      documents: all.documents,
      output: all.output,
      exporters: [...exporters.values()],
      workers,
    };
  }

  /** @param terminal where to draw the live line; undefined logs instead. Throws ConfigError. */
  async start(terminal: NodeJS.WriteStream | undefined): Promise<void> {
    const { spool, stop } = this.#config;
    await gatherSpools(spool.directory, this.#workers.length, stop.timeout + STOP_GRACE_MS, this.#log);
    this.#state.load();
    await this.#startWorkers();
    await this.#udp.start();
    await this.#tcp.start();
    await this.#status.start();
    this.#every(this.#config.state.save, () => void this.#state.save());
    const tcp = this.#tcp.addresses().map(addressText).join(', ');
    const listen = this.#ports();
    const workers = this.#workers.length;
    this.#log.info({ listen, ...(tcp === '' ? {} : { tcp }), target: TARGET, workers }, 'receiving');
    if (terminal === undefined) {
      this.#every(REPORT_EVERY_MS, () => this.#report());
      return;
    }
    // Flows are in other processes: there is no top talker to be told.
    this.#live = new LiveLine(() => this.#facts(), new TopTalkers(), listen, terminal);
    this.#live.start();
  }

  /** Looks for GeoIP databases now: new ones have come. */
  readDatabases(): void {
    for (const worker of this.#workers) worker.readDatabases();
  }

  /** Stops receiving; workers bring to its end, or to their disk, what was received. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends the waiting for Elasticsearch that stop() does. */
  hurry(): void {
    for (const worker of this.#workers) worker.hurry();
  }

  async #startWorkers(): Promise<void> {
    try {
      await Promise.all(this.#workers.map((worker) => worker.start()));
    } catch (error) {
      throw new ConfigError('workers', this.#config.workers, `workers that start (${(error as Error).message})`);
    }
  }

  async #stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#live?.stop();
    this.#status.stop();
    await this.#tcp.stop();
    await this.#udp.stop();
    const deadline = setTimeout(() => this.#giveUp(), this.#config.stop.timeout + STOP_GRACE_MS);
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    clearTimeout(deadline);
    await this.#state.save();
    this.#log.info(this.#totals(), 'stopped');
  }

  #giveUp(): void {
    this.#log.error('workers did not end in time');
    for (const worker of this.#workers) worker.giveUp();
  }

  #workerOf(address: string): WorkerProcess {
    return this.#workers[partitionOf(address, this.#workers.length)]!;
  }

  /** The state of all workers, made anew only where it has changed. */
  #save(): object {
    const changes = this.#workers.reduce((sum, worker) => sum + worker.changes, 0);
    if (changes !== this.#savedChanges) {
      const entries = this.#workers.flatMap((worker) => [...worker.state]);
      this.#saved = stateOfEntries(entries, STATE_VERSION, Date.now());
      this.#savedChanges = changes;
    }
    return this.#saved;
  }

  #restore(state: unknown): number {
    let templates = 0;
    for (const { key, value } of entriesOf(state, STATE_VERSION)) {
      if (value === undefined) continue;
      const [kind, address = ''] = key.split('|');
      this.#workerOf(address).state.set(key, value);
      if (kind === 't') templates += (JSON.parse(value) as unknown[]).length;
    }
    return templates;
  }

  #every(milliseconds: number, task: () => void): void {
    const timer = setInterval(task, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }

  #ports(): string {
    return this.#udp.addresses().map(addressText).join(', ');
  }

  #report(): void {
    const totals = this.#totals();
    if (totals.datagrams === 0) this.#log.warn(`no flows yet: ${routerHint(this.#ports())}`);
    else {
      const flowsPerSecond = (totals.flows - this.#reportedFlows) / (REPORT_EVERY_MS / 1000);
      this.#log.info({ ...totals, flowsPerSecond }, 'flows');
    }
    this.#reportedFlows = totals.flows;
  }

  #totals() {
    const { udp, tcp, decode, output, exporters, documents, workers, kernelDrops } = this.status();
    return {
      datagrams: udp.datagrams + tcp.messages,
      flows: decode.flows,
      malformed: decode.malformed,
      refused: decode.refused,
      setsWithoutTemplate: decode.setsWithoutTemplate,
      lostFlows: decode.lostFlows,
      lostDatagrams: decode.lostDatagrams,
      restarts: decode.restarts,
      exporters: exporters.length,
      exporterDocuments: documents.exporters,
      written: output.written + output.duplicates,
      waiting: output.waiting,
      spooled: output.spooled,
      deadLettered: output.deadLettered,
      dropped: droppedTotal(output.dropped),
      kernelDrops,
      workerRestarts: workers?.restarts,
      datagramsWaiting: workers?.waiting,
      datagramsDropped: workers?.dropped,
    };
  }

  #facts() {
    const { udp, tcp, decode, output, pending, exporters, workers, kernelDrops } = this.status();
    const heardSince = Date.now() - HEARD_MS;
    return {
      datagrams: udp.datagrams + tcp.messages,
      flows: decode.flows,
      exporters: exporters.filter(({ lastSeenMs }) => lastSeenMs >= heardSince).length,
      waiting: output.waiting + output.spooled,
      held: pending.sets + pending.held,
      lost: droppedTotal(output.dropped) + (kernelDrops ?? 0) + (workers?.dropped ?? 0),
      target: TARGET,
    };
  }
}

const TARGET = 'Elasticsearch';

/** What all may use is shared out. */
function workerConfig(config: Config, worker: number, count: number): Config {
  const { spool } = config;
  return {
    ...config,
    spool: {
      directory: workerFolder(spool.directory, worker),
      memory: Math.floor(spool.memory / count),
      maxSize: Math.floor(spool.maxSize / count),
    },
  };
}

/** Of no worker. */
function emptySums(pipeline: Pipeline): WorkerSums {
  return {
    decode: new DecodeCounters(),
    pending: { sets: 0, held: 0, octets: 0 },
    rules: { dropped: 0, byRule: {}, failures: 0 },
    holdBack: { held: 0, waited: 0, inVain: 0 },
    addedParts: 0,
    documents: { flows: 0, counters: 0, exporters: 0 },
    output: new OutputCounters(),
    enrich: { ...pipeline.enrichment.counters },
    reloads: {},
    process: { residentBytes: 0, cpuSeconds: 0 },
    workers: { count: 0, restarts: 0, waiting: 0, dropped: 0, resent: 0, faults: 0, unacknowledged: 0, left: 0 },
  };
}
