// What Elasticsearch's answer to a bulk means for each document: written, there already, refused for good, or to be
// sent again. Only three errors are the document's own fault; every other one is the destination's, and waits.

/** A document that will never be taken, and why. */
export interface Rejection {
  readonly position: number;
  readonly type: string;
  readonly reason: string;
}

/** Why documents have to be sent again. */
export interface Fault {
  /** unreachable: no usable answer came. refused: the whole request was refused. items: single documents were. */
  readonly scope: 'unreachable' | 'refused' | 'items';
  /** HTTP status of the request or of the first such item; 0 when none came. */
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

export interface BulkOutcome {
  written: number;
  duplicates: number;
  readonly rejections: Rejection[];
  /** Positions of the documents to be sent again, ascending. */
  readonly retry: number[];
  fault: Fault | undefined;
}

export type Verdict = 'written' | 'duplicate' | 'rejected' | 'retry';

/** Faults of the document itself: sending it again can never help. */
const DOCUMENT_FAULTS = new Set([
  'document_parsing_exception',
  'mapper_parsing_exception',
  'strict_dynamic_mapping_exception',
]);

interface ItemError {
  readonly type?: string;
  readonly reason?: string;
  readonly caused_by?: ItemError;
}

interface ItemResult {
  readonly status?: number;
  readonly error?: ItemError | string;
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly Readonly<Record<string, ItemResult>>[];
}

/** The verdict on one item. A document fault counts only with its status 400. */
export function classifyItem(status: number, errorType: string | undefined): Verdict {
  if (status >= 200 && status < 300) return 'written';
  if (status === 409) return 'duplicate';
  if (status === 400 && errorType !== undefined && DOCUMENT_FAULTS.has(errorType)) return 'rejected';
  return 'retry';
}

/** The outcome of an answered bulk. An answer that does not fit the request is a fault: everything is sent again. */
export function readBulkAnswer(answer: unknown, documents: number): BulkOutcome {
  if (!isBulkAnswer(answer) || answer.items.length !== documents) {
    const reason = 'the answer to a bulk request is not one of Elasticsearch';
    return retryAll(documents, { scope: 'unreachable', status: 200, type: 'unusable_answer', reason });
  }
  const outcome = emptyOutcome();
  if (!answer.errors) {
    outcome.written = documents;
    return outcome;
  }
  for (let position = 0; position < documents; position += 1) {
    readItem(answer.items[position]!['create'] ?? {}, position, outcome);
  }
  return outcome;
}

/** The outcome of a request that failed as a whole. */
export function retryAll(documents: number, fault: Fault): BulkOutcome {
  const outcome = emptyOutcome();
  for (let position = 0; position < documents; position += 1) outcome.retry.push(position);
  outcome.fault = fault;
  return outcome;
}

/** A bulk of which nothing is known yet. */
export function emptyOutcome(): BulkOutcome {
  return { written: 0, duplicates: 0, rejections: [], retry: [], fault: undefined };
}

/** What the client threw, in our words. */
export function describeFailure(error: unknown): Fault {
  const { name, message, statusCode, body } = error as {
    name?: string;
    message?: string;
    statusCode?: number;
    body?: { error?: ItemError | string };
  };
  if (statusCode === undefined || statusCode === 0) {
    return { scope: 'unreachable', status: 0, type: name ?? 'Error', reason: message ?? String(error) };
  }
  const detail = itemError(body?.error);
  const type = detail.type ?? `http_${statusCode}`;
  const isGateway = statusCode >= 502 && statusCode <= 504;
  return {
    scope: isGateway ? 'unreachable' : 'refused',
    status: statusCode,
    type,
    reason: detail.reason ?? `HTTP status ${statusCode}`,
  };
}

function readItem(item: ItemResult, position: number, outcome: BulkOutcome): void {
  const status = item.status ?? 0;
  const error = itemError(item.error);
  switch (classifyItem(status, error.type)) {
    case 'written':
      outcome.written += 1;
      return;
    case 'duplicate':
      outcome.duplicates += 1;
      return;
    case 'rejected':
      outcome.rejections.push({ position, type: error.type ?? '', reason: fullReason(error) });
      return;
    case 'retry':
      outcome.retry.push(position);
      outcome.fault ??= { scope: 'items', status, type: error.type ?? `item_${status}`, reason: fullReason(error) };
  }
}

/** Elasticsearch hides the useful half ("'x' is not an IP string literal") in the cause. */
function fullReason(error: ItemError): string {
  const cause = error.caused_by?.reason;
  return cause === undefined ? (error.reason ?? '') : `${error.reason ?? ''}: ${cause}`;
}

function itemError(error: ItemError | string | undefined): ItemError {
  return typeof error === 'string' ? { reason: error } : (error ?? {});
}

function isBulkAnswer(answer: unknown): answer is BulkAnswer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { errors, items } = answer as { errors?: unknown; items?: unknown };
  return typeof errors === 'boolean' && Array.isArray(items);
}
