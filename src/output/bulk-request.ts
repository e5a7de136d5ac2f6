// Sends one bulk body and says what became of its documents. Never throws. A body that is too large (413) is cut in
// halves, and the size that failed is remembered, so that the next one is cut before it is sent.

import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Client } from '@elastic/elasticsearch';
import { documentOffsets } from './bulk-body.ts';
import { type BulkOutcome, describeFailure, emptyOutcome, readBulkAnswer, retryAll } from './bulk-response.ts';
import type { OutputCounters } from './counters.ts';

const compress = promisify(gzip);

// Plain application/x-ndjson is refused beside the client's versioned accept header; both 8.x and 9.x take these.
const HEADERS = {
  'content-type': 'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
  accept: 'application/vnd.elasticsearch+json; compatible-with=8',
};
/** A small answer: with 5,000 documents 90 kB instead of 900. */
const QUERY = { filter_path: 'errors,items.*.status,items.*.error' };

export interface BulkRequestOptions {
  /** Longest wait for an answer, ms. */
  readonly requestTimeoutMs: number;
  /** gzip level 1: 1.5 µs a flow; worth it over slow links. */
  readonly compress: boolean;
}

export class BulkRequest {
  readonly #options: BulkRequestOptions;
  readonly #counters: OutputCounters;
  /** Bodies of this size and above were refused as too large. */
  #tooLargeBytes = Number.POSITIVE_INFINITY;

  constructor(options: BulkRequestOptions, counters: OutputCounters) {
    this.#options = options;
    this.#counters = counters;
  }

  /** Forgets the size limit learnt: the server may have been restarted with another one. */
  forgetLimit(): void {
    this.#tooLargeBytes = Number.POSITIVE_INFINITY;
  }

  async send(client: Client, body: Buffer, documents: number, signal: AbortSignal): Promise<BulkOutcome> {
    if (documents > 1 && body.length >= this.#tooLargeBytes) return this.#sendHalves(client, body, documents, signal);
    try {
      const answer = await this.#post(client, body, signal);
      this.#counters.bulks += 1;
      this.#counters.bytes += body.length;
      return readBulkAnswer(answer, documents);
    } catch (error) {
      const fault = describeFailure(error);
      if (fault.status === 413) return this.#tooLarge(client, body, documents, signal);
      this.#counters.failedBulks += 1;
      return retryAll(documents, fault);
    }
  }

  async #post(client: Client, body: Buffer, signal: AbortSignal): Promise<unknown> {
    const isCompressed = this.#options.compress;
    const bulkBody = isCompressed ? await compress(body, { level: constants.Z_BEST_SPEED }) : body;
    const headers = isCompressed ? { ...HEADERS, 'content-encoding': 'gzip' } : HEADERS;
    const { requestTimeoutMs } = this.#options;
    return client.transport.request(
      { method: 'POST', path: '/_bulk', querystring: QUERY, bulkBody },
      { headers, signal, requestTimeout: requestTimeoutMs },
    );
  }

  async #tooLarge(client: Client, body: Buffer, documents: number, signal: AbortSignal): Promise<BulkOutcome> {
    if (documents > 1) {
      this.#tooLargeBytes = Math.min(this.#tooLargeBytes, body.length);
      return this.#sendHalves(client, body, documents, signal);
    }
    const outcome = emptyOutcome();
    const reason = `the document alone is too large for the destination: ${body.length} bytes`;
    outcome.rejections.push({ position: 0, type: 'document_too_large', reason });
    return outcome;
  }

  async #sendHalves(client: Client, body: Buffer, documents: number, signal: AbortSignal): Promise<BulkOutcome> {
    this.#counters.splits += 1;
    const half = documents >> 1;
    const cut = documentOffsets(body, half)[half]!;
    const left = await this.send(client, body.subarray(0, cut), half, signal);
    const rest = documents - half;
    const hasFailed = left.fault !== undefined && left.fault.scope !== 'items';
    const right = hasFailed
      ? retryAll(rest, left.fault!) // it would fail alike
      : await this.send(client, body.subarray(cut), rest, signal);
    return join(left, right, half);
  }
}

/** The outcome of two bodies that follow each other; `shift` is the number of documents in the first. */
function join(left: BulkOutcome, right: BulkOutcome, shift: number): BulkOutcome {
  left.written += right.written;
  left.duplicates += right.duplicates;
  for (const item of right.rejections) left.rejections.push({ ...item, position: item.position + shift });
  for (const position of right.retry) left.retry.push(position + shift);
  left.fault ??= right.fault;
  return left;
}
