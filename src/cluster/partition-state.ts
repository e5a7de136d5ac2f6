// What a partition's owner needs from the decoder, and what it gives for being told when documents are done with. The
// composition root makes the one and has the other; the shapes are those of decode/ and output/.

import type { Datagram } from '../flow/datagram.ts';

/** A part of the state that changed; undefined: it is gone. */
export interface StateEntry {
  readonly key: string;
  readonly value: string | undefined;
}

/** Told about the documents of a round, per body that holds some of them. */
export interface Receipt {
  held(): void;
  settled(): void;
}

/** Decodes one partition, from the state as of the last acknowledged entry on. */
export interface PartitionConsumer {
  /**
   * Makes documents of a datagram; they belong to the receipt. Bad input is counted; returns the fault of weir that keeps
   * it from being decoded. Never throws.
   */
  decode(datagram: Datagram, receipt: Receipt): Error | undefined;
  endSession(address: string, port: number): void;
  /** Ends waits that are over at `nowMs`, in the time of the data; may make documents. Cheap enough for every second. */
  settle(nowMs: number, receipt: Receipt): void;
  /** What changed in the state since the last call. */
  takeChanges(): readonly StateEntry[];
  close(): void;
}

/** Takes the documents. */
export interface DocumentSink {
  /** True when nothing more should be decoded now. */
  readonly isFull: boolean;
  /** Resolves when it is not full, at the latest after `timeoutMs`. */
  room(timeoutMs: number): Promise<void>;
}
