// All workers: which one an exporter has, their state in one file, their figures as one status.

import { BatchQueue } from '../cluster/batch-queue.ts';
import { partitionOf } from '../cluster/keys.ts';
import type { Config } from '../config.ts';
import { DecodeCounters } from '../decode/counters.ts';
import { STATE_VERSION } from '../decode/template/state.ts';
import { entriesOf, stateOfEntries } from '../decode/template/state-entries.ts';
import type { EnrichCounters } from '../enrich/enrichment.ts';
import { bootId } from '../input/datagram-id.ts';
import type { Log } from '../lib/log.ts';
import { OutputCounters } from '../output/counters.ts';
import { workerFolder } from './spool-folders.ts';
import type { StateOwner } from './state-file.ts';
import type { ExporterStatus, Status } from './status.ts';
import { copyFigures } from './sum-figures.ts';
import { countCopiesOnce, NO_WORKERS, type WorkerSums } from './worker-figures.ts';
import { WorkerSlot } from './worker-slot.ts';

/** Of 1400-byte datagrams some 90: what a batch costs (some 0.2 ms, mostly to be woken up) is shared by many. */
const BATCH_BYTES = 128 * 1024;
/** How late a datagram may be for that; nothing beside the second that a bulk takes to fill. */
const BATCH_FLUSH_MS = 20;
/** Batches that a worker has not acknowledged: seconds of traffic, enough for a restart. */
const QUEUE_BYTES = 64 * 1024 * 1024;

/** What is told by workers. */
export type PoolStatus = Omit<WorkerSums, 'workers'> & Pick<Status, 'exporters' | 'workers' | 'fault'>;

export class WorkerPool implements StateOwner {
  readonly #slots: readonly WorkerSlot[];
  readonly #noEnrichment: EnrichCounters;
  #savedChanges = -1;
  #saved: object = {};

  /** @param noEnrichment figures of an enrichment that has done nothing */
  constructor(config: Config, count: number, noEnrichment: EnrichCounters, log: Log) {
    this.#noEnrichment = noEnrichment;
    const receiver = bootId(Date.now());
    this.#slots = Array.from({ length: count }, (_, i) => {
      const options = { receiver, batchBytes: BATCH_BYTES, flushMs: BATCH_FLUSH_MS, maxBytes: QUEUE_BYTES };
      const queue = new BatchQueue(options);
      return new WorkerSlot({ worker: i + 1, config: workerConfig(config, i + 1, count), queue, log });
    });
  }

  /** Resolves when all take batches; rejects where one cannot start. */
  async start(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.start()));
  }

  /** Resolves when all have brought everything to its end, or were given up. */
  async stop(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.stop()));
  }

  /** Ends the waiting for Elasticsearch that stop() does. */
  hurry(): void {
    for (const slot of this.#slots) slot.hurry();
  }

  /** Ends those that do not end. */
  giveUp(): void {
    for (const slot of this.#slots) slot.giveUp();
  }

  readDatabases(): void {
    for (const slot of this.#slots) slot.tell({ kind: 'databases' });
  }

  /** Where all of an exporter goes. */
  queueOf(address: string): BatchQueue {
    return this.#slotOf(address).queue;
  }

  /** The state of all workers, made anew only where it has changed. */
  save(): object {
    const changes = this.#slots.reduce((sum, slot) => sum + slot.changes, 0);
    if (changes !== this.#savedChanges) {
      const entries = this.#slots.flatMap((slot) => [...slot.state]);
      this.#saved = stateOfEntries(entries, STATE_VERSION, Date.now());
      this.#savedChanges = changes;
    }
    return this.#saved;
  }

  /** Before start(). */
  restore(state: unknown): number {
    let templates = 0;
    for (const { key, value } of entriesOf(state, STATE_VERSION)) {
      if (value === undefined) continue;
      const [kind, address = ''] = key.split('|');
      this.#slotOf(address).state.set(key, value);
      if (kind === 't') templates += (JSON.parse(value) as unknown[]).length;
    }
    return templates;
  }

  /** Figures of all, as they said them last. */
  status(): PoolStatus {
    const sums: WorkerSums = this.#emptySums();
    const exporters = new Map<string, ExporterStatus>();
    sums.workers.count = this.#slots.length;
    for (const { queue, figures, restarts } of this.#slots) {
      figures.addTo(sums, exporters);
      sums.workers.restarts += restarts;
      sums.workers.waiting += queue.waiting;
      sums.workers.dropped += queue.dropped;
      sums.workers.resent += queue.resent;
      sums.workers.setAside += queue.removed;
    }
    const living = this.#slots.flatMap(({ figures }) => figures.enrich ?? []);
    countCopiesOnce(sums.enrich, living);
    const fault = this.#slots.map(({ figures }) => figures.fault).find((text) => text !== undefined);
    return { ...sums, exporters: [...exporters.values()], ...(fault === undefined ? {} : { fault }) };
  }

  #slotOf(address: string): WorkerSlot {
    return this.#slots[partitionOf(address, this.#slots.length)]!;
  }

  #emptySums(): WorkerSums {
    return {
      decode: new DecodeCounters(),
      pending: { sets: 0, held: 0, octets: 0 },
      enrich: copyFigures(this.#noEnrichment),
      reloads: {},
      rules: { dropped: 0, byRule: {}, failures: 0 },
      holdBack: { held: 0, waited: 0, inVain: 0 },
      addedParts: 0,
      documents: { flows: 0, counters: 0, exporters: 0 },
      output: new OutputCounters(),
      process: { residentBytes: 0, cpuSeconds: 0 },
      workers: { ...NO_WORKERS },
    };
  }
}

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
