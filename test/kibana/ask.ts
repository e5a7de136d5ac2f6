// Asking Elasticsearch over plain HTTP, as Kibana does.

import assert from 'node:assert/strict';

/** Where the tests' Elasticsearch is; undefined where there is none. */
export const elasticsearchUrl = process.env['WEIR_TEST_ELASTICSEARCH_URL']?.replace(/\/$/, '');
const isCi = !['', 'false'].includes(process.env['CI'] ?? '');
/** Why tests are skipped; in CI never: there a missing Elasticsearch is a failure. */
export const skip = elasticsearchUrl === undefined && !isCi ? 'WEIR_TEST_ELASTICSEARCH_URL is not set' : false;

export interface Bucket {
  readonly key: string | number;
  readonly doc_count: number;
  readonly [aggregation: string]: unknown;
}

export interface Aggregation {
  readonly value?: number | null;
  readonly values?: Readonly<Record<string, number | null>>;
  /** A list, or by name (`filters`). */
  readonly buckets?: readonly Bucket[] | Readonly<Record<string, Bucket>>;
  readonly [aggregation: string]: unknown;
}

export interface SearchAnswer {
  readonly hits: { readonly total: { readonly value: number } };
  readonly aggregations?: Readonly<Record<string, Aggregation>>;
}

/** One request; throws for any answer but 2xx. A string is a bulk body. */
export async function call<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const isBulk = typeof body === 'string';
  const response = await fetch(`${url.replace(/\/$/, '')}${path}`, {
    method,
    headers: { 'content-type': isBulk ? 'application/x-ndjson' : 'application/json' },
    ...(body === undefined ? {} : { body: isBulk ? body : JSON.stringify(body) }),
  });
  const answer = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${answer.slice(0, 500)}`);
  return JSON.parse(answer) as T;
}
