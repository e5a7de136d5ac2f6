// What the process that receives and its workers tell each other, over Node's channel between them. Datagrams do not go
// this way but through a pipe of their own (cluster/batch-frames.ts): 0.6 µs of the receiver's time per datagram of 1400 bytes,
// where the channel takes 0.9.

import type { Config } from '../config.ts';
import type { StateEntry } from '../decode/template/changes.ts';
import type { Status } from './status.ts';

/** The pipe of batches: its number in the worker, and its place in the receiver's `stdio`. */
export const BATCH_PIPE = 4;

/** Figures of the decoder as of the end of a batch, so that they fit the state as of then. */
export type DecodeFigures = Pick<Status, 'decode' | 'pending' | 'rules' | 'holdBack' | 'addedParts' | 'documents'> & {
  /** Datagrams left out for a fault of weir. */
  readonly faults: number;
};

/** Figures of the output, as of now. */
export interface OutputFigures {
  readonly output: Status['output'];
  /** Documents made, also of batches that are not acknowledged. */
  readonly made: number;
}

/** Figures of everything else, as of now. */
export type OtherFigures = Pick<Status, 'enrich' | 'reloads' | 'process'> & {
  readonly fault?: string;
  /** Many, perhaps, and therefore not every time. */
  readonly exporters?: Status['exporters'];
};

export interface StartMessage {
  readonly kind: 'start';
  /** As is right for this worker. */
  readonly config: Config;
  readonly worker: number;
  /** False where another process was this worker before, in the same run. */
  readonly isFirst: boolean;
  /** Number of the last batch that such a process was given: all up to it are given again. */
  readonly lastSent: number;
  readonly state: ReadonlyMap<string, string>;
}

export type ToWorker =
  | StartMessage
  /** New GeoIP databases have come. */
  | { readonly kind: 'databases' }
  /** Do not wait for Elasticsearch any more. */
  | { readonly kind: 'hurry' };

export type FromWorker =
  /** Takes batches. */
  | { readonly kind: 'ready' }
  /** Cannot start, and why. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** All documents of all batches up to this one are settled; this is what they changed. */
  | ({
      readonly kind: 'acknowledge';
      readonly batch: number;
      readonly changes: readonly StateEntry[];
      readonly figures: DecodeFigures;
    } & OutputFigures)
  /** Once a second: the process that is silent hangs. */
  | ({ readonly kind: 'report'; readonly figures: OtherFigures } & OutputFigures);
