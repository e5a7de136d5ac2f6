// Asking Elasticsearch what a panel asks, and looking at the answer. Shared by the tests of hand-made and of demo data.

import assert from 'node:assert/strict';
import { metricIds } from './lens-to-aggregation.ts';
import type { LensPanel } from './saved-panels.ts';

/** Where the tests' Elasticsearch is; undefined where there is none. */
export const elasticsearchUrl = process.env['WEIR_TEST_ELASTICSEARCH_URL'];
const isCi = !['', 'false'].includes(process.env['CI'] ?? '');
/** Why tests are skipped; in CI never: there a missing Elasticsearch is a failure. */
export const skip = elasticsearchUrl === undefined && !isCi ? 'WEIR_TEST_ELASTICSEARCH_URL is not set' : false;

export interface Bucket {
  readonly key: string | number;
  readonly doc_count: number;
  readonly [aggregation: string]: unknown;
}

export interface Aggregation {
  readonly value?: number;
  readonly buckets?: readonly Bucket[];
}

export interface SearchAnswer {
  readonly hits: { readonly total: { readonly value: number } };
  readonly aggregations?: Readonly<Record<string, Aggregation>>;
}

/** Every level has buckets, and every metric in the first bucket is a number above 0. */
export function assertData(
  panel: LensPanel,
  level: Readonly<Record<string, unknown>>,
  buckets: readonly string[],
): void {
  const [id, ...inner] = buckets;
  if (id === undefined) {
    for (const metric of metricIds(panel)) assert.ok(((level[metric] as Aggregation).value ?? 0) > 0, metric);
    return;
  }
  const found = (level[id] as Aggregation).buckets ?? [];
  const filled = found.find((bucket) => bucket.doc_count > 0);
  assert.ok(filled, `${panel.id}: ${id} has no buckets`);
  assertData(panel, filled, inner);
}

/** Fields that a panel names. */
export function fieldNames(panel: LensPanel): readonly string[] {
  const names = Object.values(panel.columns).flatMap((column) => ('sourceField' in column ? [column.sourceField] : []));
  return names.filter((name) => name !== '___records___');
}

/** One request; throws for any answer but 2xx. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const isBulk = typeof body === 'string';
  const response = await fetch(`${elasticsearchUrl}${path}`, {
    method,
    headers: { 'content-type': isBulk ? 'application/x-ndjson' : 'application/json' },
    ...(body === undefined ? {} : { body: isBulk ? body : JSON.stringify(body) }),
  });
  const answer = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${answer.slice(0, 500)}`);
  return JSON.parse(answer) as T;
}
