// The composition root of `weir run`: builds the stages, hands one to another, starts them in order and stops them in
// reverse. Everything from the datagram to the output's buffer happens in one call, on one stack.

import { CollectorReport } from './app/collector-report.ts';
import { createBulkWriter } from './app/elasticsearch-output.ts';
import { ExporterReport } from './app/exporter-report.ts';
import { Inputs } from './app/inputs.ts';
import { LiveLine, routerHint } from './app/live-line.ts';
import { createLocalStore } from './app/local-store.ts';
import { metricsText } from './app/metrics.ts';
import { type AppendDocument, Pipeline } from './app/pipeline.ts';
import { gatherSpools } from './app/spool-folders.ts';
import { StateFile } from './app/state-file.ts';
import { type DocumentCounts, readStatus, type Status } from './app/status.ts';
import { createStatusServer, type StatusServer } from './app/status-server.ts';
import { TopTalkers } from './app/top-talkers.ts';
import { liveFacts, logTotals } from './app/totals.ts';
import { type Config, hasElasticsearch } from './config.ts';
import { bootId, DatagramIds } from './input/datagram-id.ts';
import type { Log } from './lib/log.ts';
import type { OutputCounters } from './output/counters.ts';
import type { DocumentKind, Output } from './output/output.ts';

const EXPIRE_EVERY_MS = 5000;
/** Flows that wait for option data do so for seconds. */
const SETTLE_EVERY_MS = 500;
/** One document per exporter and minute, and one of weir itself. */
const EXPORTERS_EVERY_MS = 60_000;
const REPORT_EVERY_MS = 60_000;

export class App {
  readonly #config: Config;
  readonly #log: Log;
  readonly #output: Output & { readonly counters: OutputCounters; readonly fault?: string | undefined };
  readonly #pipeline: Pipeline;
  readonly #inputs: Inputs;
  readonly #state: StateFile;
  readonly #exporters: ExporterReport;
  readonly #collector: CollectorReport;
  readonly #documents: DocumentCounts = { flows: 0, counters: 0, exporters: 0 };
  readonly #status: StatusServer;
  readonly #startedMs = Date.now();
  readonly #talkers = new TopTalkers();
  readonly #target: string;
  readonly #timers: NodeJS.Timeout[] = [];
  #live: LiveLine | undefined;
  #reportedFlows = 0;
  #stopped: Promise<void> | undefined;
  #hurry = (): void => {};

  /** Throws ConfigError. */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    this.#target = hasElasticsearch(config) ? 'Elasticsearch' : `${config.store.directory}/flows`;
    const output = hasElasticsearch(config) ? createBulkWriter(config, log) : createLocalStore(config, log);
    this.#output = output;
    const documents = this.#documents;
    const appendAs =
      (kind: DocumentKind): AppendDocument =>
      (timestampMs, id, text) => {
        documents[kind]++;
        output.append(kind, timestampMs, id, text);
      };
    this.#pipeline = new Pipeline(config, appendAs('flows'), log, appendAs('counters'));
    const { decoder } = this.#pipeline;
    const ids = new DatagramIds(`${bootId(Date.now())}x`);
    this.#exporters = new ExporterReport(decoder, () => ids.next(), appendAs('exporters'));
    this.#collector = new CollectorReport(
      { role: 'run' },
      () => ({
        decode: decoder.counters,
        output: output.counters,
        kernelDrops: this.#inputs.status().kernelDrops,
      }),
      () => ids.next(),
      appendAs('exporters'),
    );
    this.#state = new StateFile(config.state.file, decoder, log.child({ component: 'state' }));
    this.#status = createStatusServer(
      config,
      { status: () => this.status(), metrics: () => metricsText(this.status()) },
      log,
    );
    this.#inputs = new Inputs(
      config,
      {
        receive: (datagram) => decoder.decode(datagram),
        forgetSession: (address, port) => decoder.forgetSession(address, port),
      },
      log,
    );
  }

  /** All figures, as of now. */
  status(): Status {
    return readStatus({
      startedMs: this.#startedMs,
      target: this.#target,
      inputs: this.#inputs,
      decoder: this.#pipeline.decoder,
      enrichment: this.#pipeline.enrichment,
      holdBack: this.#pipeline.holdBack,
      splitter: this.#pipeline.splitter,
      documents: this.#documents,
      output: this.#output,
    });
  }

  /** @param terminal where to draw the live line; undefined logs instead. Throws ConfigError and OutputError. */
  async start(terminal: NodeJS.WriteStream | undefined): Promise<void> {
    await this.#pipeline.start();
    if (hasElasticsearch(this.#config)) await this.#gatherSpools();
    await this.#output.start();
    this.#state.load();
    await this.#inputs.start();
    await this.#status.start();
    this.#pipeline.onFlow = (flow) => this.#exporters.add(flow);
    this.#exporters.start(Date.now());
    this.#collector.start(Date.now());
    this.#every(EXPORTERS_EVERY_MS, () => {
      this.#exporters.report(Date.now());
      this.#collector.report(Date.now());
    });
    this.#every(this.#config.state.save, () => void this.#state.save());
    this.#every(SETTLE_EVERY_MS, () => this.#pipeline.decoder.settle(Date.now()));
    this.#every(EXPIRE_EVERY_MS, () => this.#pipeline.decoder.expire(Date.now()));
    this.#log.info({ ...this.#inputs.sockets, target: this.#target }, 'receiving');
    if (terminal === undefined) {
      this.#every(REPORT_EVERY_MS, () => this.#report());
      return;
    }
    this.#pipeline.onFlow = (flow) => {
      this.#exporters.add(flow);
      this.#talkers.add(flow);
    };
    this.#live = new LiveLine(() => liveFacts(this.status()), this.#talkers, this.#inputs.listen, terminal);
    this.#live.start();
  }

  /** Looks for GeoIP databases now: new ones have come. */
  readDatabases(): void {
    void this.#pipeline.enrichment.geoip.check();
  }

  /** Stops receiving, gives the output its time to finish, and keeps the rest on disk. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends the waiting for Elasticsearch that stop() does: what it has not taken goes to the spool now. */
  hurry(): void {
    this.#hurry();
  }

  async #stop(): Promise<void> {
    const hurried = new Promise<void>((resolve) => {
      this.#hurry = resolve;
    });
    for (const timer of this.#timers) clearInterval(timer);
    this.#live?.stop();
    this.#status.stop();
    await this.#inputs.stop();
    this.#pipeline.decoder.flush(Date.now());
    this.#pipeline.holdBack?.releaseAll();
    this.#exporters.report(Date.now());
    this.#collector.reportLast(Date.now());
    this.#pipeline.stop();
    await this.#state.save();
    await Promise.race([this.#output.drain(this.#config.stop.timeout), hurried]);
    await this.#output.stop();
    this.#log.info(logTotals(this.status()), 'stopped');
  }

  /** What workers have left, where there were several. */
  #gatherSpools(): Promise<void> {
    const { spool, stop } = this.#config;
    return gatherSpools(spool.directory, 1, 2 * stop.timeout, this.#log);
  }

  #every(milliseconds: number, task: () => void): void {
    const timer = setInterval(task, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }

  /** Once a minute off a terminal: the same facts, as one line of the log. */
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
