// A worker of `weir run`: decodes the batches it is given, enriches and writes them with a bulk writer and a spool of its
// own, and acknowledges them, in order, when all their documents are settled: written, dead-lettered or on its disk.
//
// As in the scaled form, what a batch changed in the decoder's state goes with the acknowledgement; and so do the
// decoder's figures as they were at the end of that batch. So a process that takes over from a dead one begins where the
// last acknowledged batch ended, in its state and in its figures, whatever the dead one had done since.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BatchReader, readBatchHeader } from '../cluster/batch-format.ts';
import type { Round } from '../cluster/round.ts';
import type { Decoder } from '../decode/decoder.ts';
import type { Datagram } from '../flow/datagram.ts';
import { bootId, DatagramIds } from '../input/datagram-id.ts';
import type { Log } from '../lib/log.ts';
import type { BulkWriter } from '../output/bulk-writer.ts';
import type { DocumentKind } from '../output/output.ts';
import { CollectorReport } from './collector-report.ts';
import { DecodingNote } from './decoding-note.ts';
import { createBulkWriter, JOURNAL } from './elasticsearch-output.ts';
import { ExporterReport } from './exporter-report.ts';
import { PartitionDecoder } from './partition-decoder.ts';
import { type AppendDocument, Pipeline } from './pipeline.ts';
import { setAside } from './set-aside.ts';
import { claimFolder, releaseFolder } from './spool-folders.ts';
import { type DocumentCounts, enrichStatus, exporterStatuses, processStatus } from './status.ts';
import { copyFigures } from './sum-figures.ts';
import type { DecodeFigures, FromWorker, StartMessage } from './worker-messages.ts';
import { type FlowFigures, WorkerSteps } from './worker-steps.ts';

const SETTLE_EVERY_MS = 500;
const EXPORTERS_EVERY_MS = 60_000;
const REPORT_EVERY_MS = 1000;
/** Reports with figures of each exporter. */
const EXPORTERS_EVERY_REPORTS = 5;
/** Batches are done with by the bulk: one message for many. */
const ACKNOWLEDGE_AFTER_MS = 20;

export class WorkerApp {
  readonly #start: StartMessage;
  readonly #send: (message: FromWorker) => Promise<void>;
  readonly #log: Log;
  readonly #writer: BulkWriter;
  readonly #pipeline: Pipeline;
  readonly #decoder: Decoder;
  readonly #exporters: ExporterReport;
  readonly #collector: CollectorReport;
  readonly #consumer: PartitionDecoder;
  readonly #steps: WorkerSteps;
  readonly #note: DecodingNote;
  readonly #documents: DocumentCounts = { flows: 0, counters: 0, exporters: 0 };
  readonly #timers: NodeJS.Timeout[] = [];
  #acknowledging: NodeJS.Timeout | undefined;
  #reporting: NodeJS.Timeout | undefined;
  /** Number of the batch taken last. */
  #batch = 0;
  #faults = 0;
  #reports = 0;
  #hurry = (): void => {};

  /** Throws ConfigError. */
  constructor(start: StartMessage, send: (message: FromWorker) => Promise<void>, log: Log) {
    this.#start = start;
    this.#send = send;
    this.#log = log;
    const writer = createBulkWriter(start.config, log);
    this.#writer = writer;
    const appendAs =
      (kind: DocumentKind): AppendDocument =>
      (timestampMs, id, text) => {
        this.#documents[kind]++;
        writer.append(kind, timestampMs, id, text);
      };
    const pipeline = new Pipeline(start.config, appendAs('flows'), log, appendAs('counters'));
    this.#pipeline = pipeline;
    this.#decoder = pipeline.decoder;
    const ids = new DatagramIds(`${bootId(Date.now())}x`);
    this.#exporters = new ExporterReport(this.#decoder, () => ids.next(), appendAs('exporters'));
    this.#collector = new CollectorReport(
      { role: 'run', process: start.worker },
      () => ({ decode: this.#decoder.counters, output: writer.counters }),
      () => ids.next(),
      appendAs('exporters'),
    );
    const source = {
      figures: () => this.#figures(),
      flowFigures: () => this.#flowFigures(),
      takeChanges: () => this.#decoder.takeChanges(),
    };
    this.#steps = new WorkerSteps(source, pipeline.holdBack, () => this.#acknowledgeSoon());
    pipeline.account = writer;
    pipeline.onFlow = (flow) => this.#exporters.add(flow);
    pipeline.onReleased = () => this.#steps.release();
    this.#note = new DecodingNote(start.config.spool.directory);
    this.#consumer = new PartitionDecoder(this.#decoder, this.#exporters, writer, {
      onEnter() {},
      onFault: () => {
        this.#faults++;
      },
      onClose() {},
    });
  }

  /** Throws ConfigError and OutputError; does not wait for Elasticsearch. */
  async start(): Promise<void> {
    const { config, isFirst, state } = this.#start;
    await this.#pipeline.start();
    claimFolder(config.spool.directory);
    // What a process of the same run had in memory is given again, and not lost.
    if (!isFirst) rmSync(join(config.spool.directory, JOURNAL), { force: true });
    await this.#writer.start();
    const restored = this.#decoder.trackChanges(state, Date.now());
    if (restored.unusable > 0) this.#log.warn({ entries: restored.unusable }, 'parts of the state cannot be used');
    this.#exporters.start(Date.now());
    this.#collector.start(Date.now());
    this.#every(SETTLE_EVERY_MS, () => this.#run((round) => this.#consumer.settle(Date.now(), round)));
    this.#every(EXPORTERS_EVERY_MS, () =>
      this.#append(() => {
        this.#exporters.report(Date.now());
        this.#collector.report(Date.now());
      }),
    );
    this.#reporting = setInterval(() => {
      void this.#report(this.#reports++ % EXPORTERS_EVERY_REPORTS === 0);
    }, REPORT_EVERY_MS);
    await this.#report(true);
  }

  /** Decodes a batch. Never throws for bad input. */
  take(body: Buffer): void {
    this.#batch = readBatchHeader(body).number;
    const isGivenAgain = this.#batch <= this.#start.lastSent;
    this.#run((round) => {
      const reader = new BatchReader(body, {
        datagram: (datagram) => {
          if (isGivenAgain) this.#note.set(datagram.id);
          this.#decode(datagram, round);
        },
        sessionEnd: (address, port) => this.#consumer.endSession(address, port),
      });
      while (reader.next());
    });
    if (isGivenAgain) this.#note.clear();
  }

  /** Brings what it has taken to its end: written, or on disk. */
  async stop(): Promise<void> {
    const hurried = new Promise<void>((resolve) => {
      this.#hurry = resolve;
    });
    for (const timer of this.#timers) clearInterval(timer);
    this.#append(() => {
      this.#decoder.flush(Date.now());
      this.#pipeline.holdBack?.releaseAll();
      this.#exporters.report(Date.now());
      this.#collector.reportLast(Date.now());
    });
    this.#pipeline.stop();
    const { spool, stop } = this.#start.config;
    await Promise.race([this.#writer.drain(stop.timeout), hurried]);
    await this.#writer.stop();
    clearInterval(this.#reporting);
    releaseFolder(spool.directory);
    await this.#acknowledge();
    await this.#report(true);
  }

  /** Ends the waiting for Elasticsearch that stop() does. */
  hurry(): void {
    this.#hurry();
  }

  /** Looks for GeoIP databases now. */
  readDatabases(): void {
    void this.#pipeline.enrichment.geoip.check();
  }

  #decode(datagram: Datagram, round: Round): void {
    const fault = this.#consumer.decode(datagram, round);
    if (fault === undefined) return;
    const { directory } = this.#start.config.deadLetter;
    setAside(directory, datagram, fault.stack ?? fault.message, this.#log);
  }

  /** Everything that makes documents or changes the state is a step. */
  #run(work: (round: Round) => void): void {
    this.#steps.run(this.#batch, work);
  }

  #append(work: () => void): void {
    this.#run((round) => {
      this.#writer.receipt = round;
      work();
      this.#writer.receipt = undefined;
    });
  }

  #acknowledgeSoon(): void {
    this.#acknowledging ??= setTimeout(() => void this.#acknowledge(), ACKNOWLEDGE_AFTER_MS);
  }

  #acknowledge(): Promise<void> {
    clearTimeout(this.#acknowledging);
    this.#acknowledging = undefined;
    const done = this.#steps.takeDone();
    if (done === undefined) return Promise.resolve();
    return this.#send({ kind: 'acknowledge', ...done, made: this.#made(), output: this.#writer.counters });
  }

  #report(hasExporters: boolean): Promise<void> {
    const { fault } = this.#writer;
    const { enrichment } = this.#pipeline;
    return this.#send({
      kind: 'report',
      made: this.#made(),
      output: this.#writer.counters,
      figures: {
        enrich: enrichment.counters,
        reloads: enrichment.reloads,
        process: processStatus(),
        ...(hasExporters ? { exporters: exporterStatuses(this.#decoder) } : {}),
        ...(fault === undefined ? {} : { fault }),
      },
    });
  }

  #made(): number {
    return this.#documents.flows + this.#documents.counters + this.#documents.exporters;
  }

  #figures(): DecodeFigures {
    const { rules, holdBack, addedParts } = enrichStatus(this.#pipeline.enrichment, this.#pipeline);
    return {
      decode: copyFigures(this.#decoder.counters),
      pending: copyFigures(this.#decoder.pending),
      rules,
      holdBack,
      addedParts,
      documents: copyFigures(this.#documents),
      faults: this.#faults,
    };
  }

  #flowFigures(): FlowFigures {
    const { rules, addedParts } = enrichStatus(this.#pipeline.enrichment, this.#pipeline);
    return { rules, addedParts, flowDocuments: this.#documents.flows };
  }

  #every(milliseconds: number, task: () => void): void {
    this.#timers.push(setInterval(task, milliseconds));
  }
}
