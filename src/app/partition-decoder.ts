// The decoder of one partition that this worker owns, as cluster/ wants it: documents go to the writer on the account of
// the entries they came from.

import type { PartitionConsumer } from '../cluster/partition-state.ts';
import type { Decoder } from '../decode/decoder.ts';
import type { StateEntry } from '../decode/template/changes.ts';
import type { Datagram } from '../flow/datagram.ts';
import type { BulkWriter } from '../output/bulk-writer.ts';
import type { Receipt } from '../output/receipt.ts';
import type { ExporterReport } from './exporter-report.ts';

const EXPIRE_EVERY_MS = 5000;

export interface PartitionDecoderHooks {
  /** Called before and after datagrams of this partition are decoded. */
  onEnter(report: ExporterReport | undefined): void;
  /** A datagram that weir cannot decode because of a fault of its own. */
  onFault(): void;
  onClose(decoder: PartitionDecoder): void;
}

export class PartitionDecoder implements PartitionConsumer {
  readonly decoder: Decoder;
  readonly report: ExporterReport;
  readonly #writer: BulkWriter;
  readonly #hooks: PartitionDecoderHooks;
  #expiredMs = 0;

  constructor(decoder: Decoder, report: ExporterReport, writer: BulkWriter, hooks: PartitionDecoderHooks) {
    this.decoder = decoder;
    this.report = report;
    this.#writer = writer;
    this.#hooks = hooks;
  }

  decode(datagram: Datagram, receipt: Receipt): Error | undefined {
    this.#enter(receipt);
    try {
      this.decoder.decode(datagram);
    } catch (error) {
      // A bug. Ending the process would hand the datagram to the next worker, and so to all of them.
      this.#hooks.onFault();
      return error as Error;
    } finally {
      this.#leave();
    }
    return undefined;
  }

  endSession(address: string, port: number): void {
    this.decoder.forgetSession(address, port);
  }

  settle(nowMs: number, receipt: Receipt): void {
    this.#enter(receipt);
    this.decoder.settle(nowMs);
    const now = performance.now();
    if (now - this.#expiredMs >= EXPIRE_EVERY_MS) {
      this.#expiredMs = now;
      this.decoder.expire(nowMs);
    }
    this.#leave();
  }

  takeChanges(): readonly StateEntry[] {
    return this.decoder.takeChanges();
  }

  close(): void {
    this.report.report(Date.now());
    this.#hooks.onClose(this);
  }

  #enter(receipt: Receipt): void {
    this.#writer.receipt = receipt;
    this.#hooks.onEnter(this.report);
  }

  #leave(): void {
    this.#writer.receipt = undefined;
    this.#hooks.onEnter(undefined);
  }
}
