// All decoders of a worker of the scaled form, one per partition that it has, and what those counted whose partitions it
// has given away.

import { DecodeCounters } from '../decode/counters.ts';
import type { PartitionDecoder } from './partition-decoder.ts';
import { type ExporterStatus, exporterStatuses, type Status } from './status.ts';
import { addExporters, addFigures, copyFigures } from './sum-figures.ts';

export class PartitionDecoders {
  /** Sets that waited for templates in partitions when they were taken over, and all that wait when they are given away. */
  readonly takenOver = { sets: 0 };
  readonly handedOver = { sets: 0, held: 0 };
  readonly #open = new Set<PartitionDecoder>();
  readonly #closed = new DecodeCounters();

  [Symbol.iterator](): IterableIterator<PartitionDecoder> {
    return this.#open.values();
  }

  /** To be called before it decodes anything, and after its state was restored. */
  add(partition: PartitionDecoder): void {
    this.#open.add(partition);
    this.takenOver.sets += partition.decoder.pending.sets;
  }

  remove(partition: PartitionDecoder): void {
    if (!this.#open.delete(partition)) return;
    const { counters, pending } = partition.decoder;
    const { sets, held } = pending;
    addFigures(this.#closed, counters);
    addFigures(this.handedOver, { sets, held });
  }

  /** Sums over all of them. */
  status(): Pick<Status, 'decode' | 'pending' | 'exporters'> {
    const decode = copyFigures(this.#closed);
    const pending = { sets: 0, held: 0, octets: 0 };
    const exporters = new Map<string, ExporterStatus>();
    for (const { decoder } of this.#open) {
      addFigures(decode, decoder.counters);
      addFigures(pending, decoder.pending);
      addExporters(exporters, exporterStatuses(decoder));
    }
    return { decode, pending, exporters: [...exporters.values()] };
  }
}
