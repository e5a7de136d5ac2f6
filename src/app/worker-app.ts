// A worker of `weir run`: decodes the batches it is given, enriches and writes them with a bulk writer and a spool of its
// own, and acknowledges them, in order, when all their documents are settled: written, dead-lettered or on its disk.
//
// As in the scaled form, what a batch changed in the decoder's state goes with the acknowledgement; and so do the
// decoder's figures as they were at the end of that batch. So a process that takes over from a dead one begins where the
// last acknowledged batch ended, in its state and in its figures, whatever the dead one had done since.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BatchReader, readBatchHeader } from '../cluster/batch-format.ts';
import { Round } from '../cluster/round.ts';
import type { Decoder } from '../decode/decoder.ts';
import type { StateEntry } from '../decode/template/changes.ts';
import { bootId, DatagramIds } from '../input/datagram-id.ts';
import type { Log } from '../lib/log.ts';
import type { BulkWriter } from '../output/bulk-writer.ts';
import type { DocumentKind } from '../output/output.ts';
import { createBulkWriter, JOURNAL } from './elasticsearch-output.ts';
import { ExporterReport } from './exporter-report.ts';
import { PartitionDecoder } from './partition-decoder.ts';
import { type AppendDocument, Pipeline } from './pipeline.ts';
import { claimFolder, releaseFolder } from './spool-folders.ts';
import { type DocumentCounts, enrichStatus, exporterStatuses, processStatus } from './status.ts';
import { copyFigures } from './sum-figures.ts';
import type { DecodeFigures, FromWorker, OutputFigures, ToWorker } from './worker-messages.ts';

const SETTLE_EVERY_MS = 500;
const EXPORTERS_EVERY_MS = 60_000;
const REPORT_EVERY_MS = 1000;
/** Reports with figures of each exporter. */
const EXPORTERS_EVERY_REPORTS = 5;
/** Batches are done with by the bulk: one message for many. */
const ACKNOWLEDGE_AFTER_MS = 20;

interface Step {
  readonly round: Round;
  /** The last batch in it or before it. */
  readonly number: number;
  figures: DecodeFigures | undefined;
}

export class WorkerApp {
  readonly #config: StartMessage['config'];
  readonly #state: ReadonlyMap<string, string>;
  readonly #isFirst: boolean;
  readonly #send: (message: FromWorker) => Promise<void>;
  readonly #log: Log;
  readonly #writer: BulkWriter;
  readonly #pipeline: Pipeline;
  readonly #decoder: Decoder;
  readonly #exporters: ExporterReport;
  readonly #consumer: PartitionDecoder;
  readonly #documents: DocumentCounts = { flows: 0, counters: 0, exporters: 0 };
  readonly #timers: NodeJS.Timeout[] = [];
  /** Not acknowledged yet, oldest first. */
  #steps: Step[] = [];
  #acknowledging: NodeJS.Timeout | undefined;
  #number = 0;
  #faults = 0;
  #reports = 0;
  #hurry = (): void => {};

  /** Throws ConfigError. */
  constructor(start: StartMessage, send: (message: FromWorker) => Promise<void>, log: Log) {
    this.#config = start.config;
    this.#state = start.state;
    this.#isFirst = start.isFirst;
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
    this.#pipeline = new Pipeline(start.config, appendAs('flows'), log, appendAs('counters'));
    this.#pipeline.account = writer;
    this.#decoder = this.#pipeline.decoder;
    const ids = new DatagramIds(`${bootId(Date.now())}x`);
    this.#exporters = new ExporterReport(this.#decoder, () => ids.next(), appendAs('exporters'));
    this.#pipeline.onFlow = (flow) => this.#exporters.add(flow);
    this.#consumer = new PartitionDecoder(this.#decoder, this.#exporters, writer, {
      onEnter() {},
      onFault: () => {
        this.#faults++;
      },
      onClose() {},
      log,
    });
  }

  /** Throws ConfigError and OutputError; does not wait for Elasticsearch. */
  async start(): Promise<void> {
    await this.#pipeline.start();
    claimFolder(this.#config.spool.directory);
    // What a process of the same run had in memory is given again, and not lost.
    if (!this.#isFirst) rmSync(join(this.#config.spool.directory, JOURNAL), { force: true });
    await this.#writer.start();
    const restored = this.#decoder.trackChanges(this.#state, Date.now());
    if (restored.unusable > 0) this.#log.warn({ entries: restored.unusable }, 'parts of the state cannot be used');
    this.#exporters.start(Date.now());
    this.#every(SETTLE_EVERY_MS, () => this.#step((round) => this.#consumer.settle(Date.now(), round)));
    this.#every(EXPORTERS_EVERY_MS, () => this.#append(() => this.#exporters.report(Date.now())));
    this.#every(REPORT_EVERY_MS, () => void this.#report(this.#reports++ % EXPORTERS_EVERY_REPORTS === 0));
  }

  /** Decodes a batch. Never throws for bad input. */
  take(body: Buffer): void {
    this.#number = readBatchHeader(body).number;
    this.#step((round) => {
      const reader = new BatchReader(body, {
        datagram: (datagram) => this.#consumer.decode(datagram, round),
        sessionEnd: (address, port) => this.#consumer.endSession(address, port),
      });
      while (reader.next());
    });
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
    });
    this.#pipeline.stop();
    await Promise.race([this.#writer.drain(this.#config.stop.timeout), hurried]);
    await this.#writer.stop();
    releaseFolder(this.#config.spool.directory);
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

  /** Everything that makes documents or changes the state is a step, acknowledged like any other. */
  #step(work: (round: Round) => void): void {
    const round = new Round(() => this.#acknowledgeSoon());
    const step: Step = { round, number: this.#number, figures: undefined };
    this.#steps.push(step);
    work(round);
    step.figures = this.#figures();
    round.close(this.#decoder.takeChanges());
  }

  #append(work: () => void): void {
    this.#step((round) => {
      this.#writer.receipt = round;
      work();
      this.#writer.receipt = undefined;
    });
  }

  #acknowledgeSoon(): void {
    this.#acknowledging ??= setTimeout(() => void this.#acknowledge(), ACKNOWLEDGE_AFTER_MS);
  }

  /** Up to the first step that is not done. */
  #acknowledge(): Promise<void> {
    clearTimeout(this.#acknowledging);
    this.#acknowledging = undefined;
    const pending = this.#steps.findIndex(({ round }) => !round.isDone);
    const done = this.#steps.splice(0, pending === -1 ? this.#steps.length : pending);
    const last = done.at(-1);
    if (last?.figures === undefined) return Promise.resolve();
    const changes = new Map<string, StateEntry>();
    for (const { round } of done) for (const change of round.changes) changes.set(change.key, change);
    return this.#send({
      kind: 'acknowledge',
      number: last.number,
      changes: [...changes.values()],
      figures: last.figures,
      output: copyFigures(this.#writer.counters),
    });
  }

  #report(hasExporters: boolean): Promise<void> {
    const { fault } = this.#writer;
    const figures: OutputFigures = {
      output: this.#writer.counters,
      enrich: this.#pipeline.enrichment.counters,
      reloads: this.#pipeline.enrichment.reloads,
      process: processStatus(),
      ...(hasExporters ? { exporters: exporterStatuses(this.#decoder) } : {}),
      ...(fault === undefined ? {} : { fault }),
    };
    return this.#send({ kind: 'report', figures });
  }

  #figures(): DecodeFigures {
    const { enrichment, holdBack, splitter } = this.#pipeline;
    const { rules, holdBack: waits, addedParts } = enrichStatus(enrichment, { holdBack, splitter });
    return {
      decode: copyFigures(this.#decoder.counters),
      pending: copyFigures(this.#decoder.pending),
      rules,
      holdBack: waits,
      addedParts,
      documents: copyFigures(this.#documents),
      faults: this.#faults,
    };
  }

  #every(milliseconds: number, task: () => void): void {
    const timer = setInterval(task, milliseconds);
    this.#timers.push(timer);
  }
}

type StartMessage = Extract<ToWorker, { kind: 'start' }>;
