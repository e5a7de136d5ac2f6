// The composition root of `weir work`: takes partitions, decodes what is in their streams, and writes to Elasticsearch. It
// keeps nothing on disk: what is not acknowledged is in Redis.

import { hostname } from 'node:os';
import type { RedisStreams } from '../cluster/redis.ts';
import { StreamWorker } from '../cluster/stream-worker.ts';
import { WorkCounters } from '../cluster/work-counters.ts';
import { type Config, hasElasticsearch } from '../config.ts';
import { AdmissionCounters } from '../input/admission.ts';
import { bootId, DatagramIds } from '../input/datagram-id.ts';
import { TcpCounters } from '../input/tcp.ts';
import { UdpCounters } from '../input/udp.ts';
import { ConfigError } from '../lib/errors.ts';
import { Fatal } from '../lib/fatal.ts';
import type { Log } from '../lib/log.ts';
import { packageVersion } from '../lib/package-root.ts';
import { Watchdog } from '../lib/watchdog.ts';
import type { BulkWriter } from '../output/bulk-writer.ts';
import { droppedTotal } from '../output/counters.ts';
import type { DocumentKind } from '../output/output.ts';
import { CollectorReport } from './collector-report.ts';
import { createBulkWriter, elasticsearchAddress } from './elasticsearch-output.ts';
import { ExporterReport } from './exporter-report.ts';
import { ENRICH_METRICS, labelledLines, metricLines } from './metrics.ts';
import { PartitionDecoder, type PartitionDecoderHooks } from './partition-decoder.ts';
import { PartitionDecoders } from './partition-decoders.ts';
import { type AppendDocument, Pipeline } from './pipeline.ts';
import { createRedisStreams, redisAddress } from './redis-streams.ts';
import { scaledMetricsText, WORK_METRICS } from './scaled-metrics.ts';
import { type DocumentCounts, enrichStatus, processStatus, type Status } from './status.ts';
import { createStatusServer, type StatusServer } from './status-server.ts';

const REPORT_EVERY_MS = 60_000;
/** One document per exporter and minute, and one of the worker itself. */
const EXPORTERS_EVERY_MS = 60_000;
/** Entries of 256 KiB and less: some MB at a time. */
const READ_COUNT = 8;
const POLL_MS = 100;
/** Silence of the event loop that ends the process: no datagram takes so long, nor does the garbage collector. */
const HUNG_MS = 2000;
const HUNG_LEASES = 3;
/** For the last exporter documents at a stop; no flow waits for it. */
const LAST_DRAIN_MS = 1000;

export type WorkTotals = ReturnType<WorkApp['totals']>;

export class WorkApp {
  readonly #config: Config;
  readonly #log: Log;
  readonly #redis: RedisStreams;
  readonly #writer: BulkWriter;
  readonly #pipeline: Pipeline;
  readonly #worker: StreamWorker;
  readonly #collector: CollectorReport;
  readonly #status: StatusServer;
  readonly #counters = new WorkCounters();
  readonly #decoders = new PartitionDecoders();
  readonly #documents: DocumentCounts = { flows: 0, counters: 0, exporters: 0 };
  readonly #startedMs = Date.now();
  readonly #ids = new DatagramIds(`${bootId(Date.now())}x`);
  readonly #watchdog: Watchdog;
  readonly #timers: NodeJS.Timeout[] = [];
  /** Of the partition whose datagram is being decoded. */
  #report: ExporterReport | undefined;
  #faults = 0;
  readonly #fatal = new Fatal();
  #stopped: Promise<void> | undefined;
  #hurry = (): void => {};

  /** Throws ConfigError. */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    if (!hasElasticsearch(config)) {
      throw new ConfigError('elasticsearch.url', undefined, 'a URL: workers write to Elasticsearch only');
    }
    this.#redis = createRedisStreams(config, log);
    const writer = createBulkWriter(config, log, false);
    this.#writer = writer;
    this.#pipeline = new Pipeline(config, this.#appendAs('flows'), log, this.#appendAs('counters'));
    this.#pipeline.account = writer;
    this.#pipeline.onFlow = (flow) => this.#report?.add(flow);
    this.#collector = new CollectorReport(
      { role: 'work', process: process.pid },
      () => ({
        decode: this.#decoders.status().decode,
        output: writer.counters,
        lag: this.#worker.totalLag?.datagrams,
      }),
      () => this.#ids.next(),
      this.#appendAs('exporters'),
    );
    this.#status = createStatusServer(config, { status: () => this.status(), metrics: () => this.#metrics() }, log);
    const { partitions, lease } = config.redis;
    this.#watchdog = new Watchdog(Math.max(HUNG_MS, HUNG_LEASES * lease));
    this.#worker = new StreamWorker(
      {
        worker: `${hostname()}-${process.pid}-${bootId(Date.now())}`,
        partitions,
        leaseMs: lease,
        readCount: READ_COUNT,
        pollMs: POLL_MS,
      },
      {
        redis: this.#redis,
        sink: writer,
        counters: this.#counters,
        open: (partition, state, nowMs) => this.#open(partition, state, nowMs),
        onFatal: this.#fatal.fail,
        log: log.child({ component: 'streams' }),
      },
    );
  }

  /** Throws ConfigError and OutputError; does not wait for Redis or Elasticsearch. */
  async start(): Promise<void> {
    await this.#pipeline.start();
    await this.#writer.start();
    await this.#redis.start();
    await this.#status.start();
    this.#worker.start();
    this.#watchdog.start();
    this.#collector.start(Date.now());
    this.#every(EXPORTERS_EVERY_MS, () => {
      for (const { report } of this.#decoders) report.report(Date.now());
      this.#collector.report(Date.now());
    });
    this.#every(REPORT_EVERY_MS, () => this.#log.info(this.totals(), 'flows'));
    this.#log.info({ partitions: this.#config.redis.partitions, target: 'Elasticsearch' }, 'working');
  }

  /** Gives the partitions back when what was read is written; others read the rest. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Rejects when it makes no sense to go on. */
  get failed(): Promise<never> {
    return this.#fatal.failed;
  }

  /** Ends the waiting for Elasticsearch that stop() does. */
  hurry(): void {
    this.#hurry();
  }

  status(): Status {
    const { counters, fault } = this.#writer;
    const lag = this.#worker.totalLag;
    return {
      version: packageVersion,
      pid: process.pid,
      startedMs: this.#startedMs,
      timeMs: Date.now(),
      listen: redisAddress(this.#config),
      target: `Elasticsearch at ${elasticsearchAddress(this.#config)}`,
      ...(fault === undefined ? {} : { fault }),
      process: processStatus(),
      udp: new UdpCounters(),
      tcp: new TcpCounters(),
      admission: new AdmissionCounters(),
      ...this.#decoders.status(),
      ...enrichStatus(this.#pipeline.enrichment, this.#pipeline),
      documents: this.#documents,
      output: counters,
      streams: {
        ...this.#counters,
        workers: this.#worker.workers,
        partitions: this.#worker.partitions.length,
        lag: lag?.datagrams,
        lagBytes: lag?.bytes,
        resets: this.#redis.resets,
        faults: this.#faults,
        takenOver: this.#decoders.takenOver,
        handedOver: this.#decoders.handedOver,
      },
    };
  }

  /** What metrics and the log tell. */
  totals() {
    const { decode } = this.#decoders.status();
    const { malformed, refused, setsWithoutTemplate, setsDropped, setsExpired, lostFlows } = decode;
    const { counters } = this.#writer;
    const lag = this.#worker.totalLag;
    return {
      datagrams: this.#counters.datagrams,
      acknowledged: this.#counters.acknowledged,
      claimed: this.#counters.claimed,
      flows: decode.flows,
      malformed,
      refused,
      setsWithoutTemplate,
      setsDropped,
      setsExpired,
      lostFlows,
      faults: this.#faults,
      unreadable: this.#counters.unreadable,
      setAside: this.#counters.setAside,
      written: counters.written,
      duplicates: counters.duplicates,
      waiting: counters.waiting,
      deadLettered: counters.deadLettered,
      dropped: droppedTotal(counters.dropped),
      workers: this.#worker.workers,
      partitions: this.#worker.partitions.length,
      partitionsAcquired: this.#counters.acquired,
      partitionsLost: this.#counters.lost,
      resets: this.#redis.resets,
      lag: lag?.datagrams,
      lagBytes: lag?.bytes,
    };
  }

  #metrics(): string {
    const status = enrichStatus(this.#pipeline.enrichment, this.#pipeline);
    const lines = [...metricLines(ENRICH_METRICS, status), ...labelledLines(status)];
    return `${scaledMetricsText(WORK_METRICS, this.totals())}${lines.join('\n')}\n`;
  }

  async #stop(): Promise<void> {
    const { timeout } = this.#config.stop;
    for (const timer of this.#timers) clearInterval(timer);
    this.#hurry = () => this.#worker.hurry();
    const given = this.#worker.stop(timeout);
    await this.#writer.drain(timeout);
    await given;
    this.#collector.reportLast(Date.now());
    await this.#writer.drain(LAST_DRAIN_MS);
    this.#pipeline.stop();
    this.#status.stop();
    await this.#writer.stop();
    this.#redis.stop();
    this.#watchdog.stop();
    this.#log.info(this.totals(), 'stopped');
  }

  #open(partition: number, state: ReadonlyMap<string, string>, nowMs: number): PartitionDecoder {
    const decoder = this.#pipeline.createDecoder();
    const restored = decoder.trackChanges(state, nowMs);
    this.#log.debug({ partition, ...restored }, 'state of the partition read');
    if (restored.unusable > 0) {
      this.#log.warn({ partition, entries: restored.unusable }, 'parts of the state in Redis cannot be used');
    }
    const report = new ExporterReport(decoder, () => this.#ids.next(), this.#appendAs('exporters'));
    report.start(Date.now());
    const hooks: PartitionDecoderHooks = {
      onEnter: (current) => {
        this.#report = current;
      },
      onFault: () => {
        this.#faults++;
      },
      onClose: (closed) => this.#decoders.remove(closed),
    };
    const partitionDecoder = new PartitionDecoder(decoder, report, this.#writer, hooks);
    this.#decoders.add(partitionDecoder);
    return partitionDecoder;
  }

  #appendAs(kind: DocumentKind): AppendDocument {
    const writer = this.#writer;
    return (timestampMs, id, text) => {
      this.#documents[kind]++;
      writer.append(kind, timestampMs, id, text);
    };
  }

  #every(milliseconds: number, task: () => void): void {
    const timer = setInterval(task, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }
}
