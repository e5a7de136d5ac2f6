// What every destination of documents offers: Elasticsearch (bulk-writer.ts), the embedded local store
// (local-store.ts), lines on stdout (lines.ts). Documents come as text; no output looks into one on the way.

/** Which index or folder a document belongs to. */
export type DocumentKind = 'flows' | 'counters' | 'exporters';

export interface Output {
  /** Opens what is needed to take documents. Never waits for a remote side. Throws OutputError. */
  start(): Promise<void>;
  /**
   * Takes one document; never blocks, never throws: what cannot be kept is counted as dropped.
   * @param timestampMs epoch ms of the document's `@timestamp`: chooses the day
   * @param id unique and stable; ASCII without quotes and backslashes
   * @param text one line of JSON without its newline
   */
  append(kind: DocumentKind, timestampMs: number, id: string, text: string): void;
  /** Waits until nothing is held in memory only, at most `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
  /** Ends; what is left is kept on disk where the output has one, else counted as dropped. Idempotent. */
  stop(): Promise<void>;
}

/** An output cannot do its work. `isRetriable`: trying again later may help. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  readonly isRetriable: boolean;
  constructor(message: string, isRetriable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isRetriable = isRetriable;
  }
}
