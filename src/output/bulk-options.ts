// What a bulk writer is made of: its options, and the parts that the composition root gives it.

import type { Client } from '@elastic/elasticsearch';
import type { Log } from '../lib/log.ts';
import type { Spool } from '../lib/spool.ts';
import type { CrashJournal } from './crash-journal.ts';
import type { IndexNames } from './day-index.ts';
import type { DeadLetterFile } from './dead-letter.ts';

export interface BulkWriterOptions extends IndexNames {
  /** Size of a bulk body, bytes. */
  readonly batchBytes: number;
  /** Longest time that a document waits for its bulk to fill, ms. */
  readonly flushMs: number;
  /** Bodies in memory, bytes; two at least. Replaying the spool needs up to maxInFlight bodies more. */
  readonly memoryBytes: number;
  /** What append() does when memory is used up and no spool takes more: drop, or exceed the bound (see isFull). */
  readonly whenFull: 'drop' | 'grow';
  /** Bulks under way at most. */
  readonly maxInFlight: number;
  /** Longest wait for an answer, ms. */
  readonly requestTimeoutMs: number;
  /** gzip level 1 of bulk bodies. */
  readonly compress: boolean;
  /** A body not settled so long after it was closed goes to disk, even while its request is under way, ms. */
  readonly spoolAfterMs: number;
  /** First and longest pause between attempts, ms. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** A fault that lasts is logged again after so many ms. */
  readonly logIntervalMs: number;
}

export interface BulkWriterParts {
  /** Makes the client; called once, and again after it failed. The writer closes what it returns. */
  connect(): Promise<Client>;
  /** Confirms that templates are in place; before the first bulk, and again after Elasticsearch was unreachable. */
  prepare(client: Client, signal: AbortSignal): Promise<unknown>;
  /** Without one, documents wait in memory only. The writer opens and closes it. */
  readonly spool: Spool | undefined;
  /** Beside the spool: what a killed process held in memory. */
  readonly journal: CrashJournal | undefined;
  readonly deadLetter: DeadLetterFile;
  readonly log: Log;
}
