// An index of weir's own template in a real Elasticsearch, filled, merged to one segment and measured.

import { loadSchema } from '../../src/lib/schema-file.ts';
import { indexTemplates } from '../../src/output/index-template.ts';
import type { StoredFlow } from './storage-flows.ts';

export interface IndexSize {
  readonly documents: number;
  readonly totalBytes: number;
  /** Bytes by field, the largest first; undefined where the server cannot tell. */
  readonly fields: readonly FieldSize[] | undefined;
}

/** Bytes of a field by what Lucene keeps of it. */
export interface FieldSize {
  readonly name: string;
  readonly total: number;
  readonly inverted: number;
  readonly points: number;
  readonly docValues: number;
  readonly stored: number;
  readonly other: number;
}

const BULK_BYTES = 4 << 20;
const REQUEST_TIMEOUT_MS = 300_000;

/** Creates the index, fills it, measures it and takes it away again. */
export async function measureIndex(url: string, name: string, flows: readonly StoredFlow[]): Promise<IndexSize> {
  try {
    await call(url, 'PUT', `/${name}`, JSON.stringify(indexBody()));
    await fill(url, name, flows);
    await call(url, 'POST', `/${name}/_forcemerge?max_num_segments=1&flush=true`);
    await call(url, 'POST', `/${name}/_refresh`);
    return await measure(url, name);
  } finally {
    await call(url, 'DELETE', `/${name}?ignore_unavailable=true`);
  }
}

function indexBody(): object {
  const options = { prefix: 'weir', shards: 1, replicas: '0', refreshMs: 30_000, keepMs: undefined };
  const [flows] = indexTemplates(loadSchema(), options, false);
  if (flows?.kind !== 'flows') throw new Error('the first template is not that of flows');
  return flows.body.template;
}

async function fill(url: string, name: string, flows: readonly StoredFlow[]): Promise<void> {
  let body = '';
  for (const [i, { id, text }] of flows.entries()) {
    body += `{"create":{"_id":"${id}"}}\n${text}\n`;
    if (body.length < BULK_BYTES && i < flows.length - 1) continue;
    const answer = (await call(url, 'POST', `/${name}/_bulk?filter_path=errors,items.*.error.reason`, body)) as Answer;
    if (answer.errors) throw new Error(`not indexed: ${JSON.stringify(answer.items?.[0])}`);
    body = '';
  }
}

interface Answer {
  readonly errors: boolean;
  readonly items?: readonly unknown[];
}

async function measure(url: string, name: string): Promise<IndexSize> {
  const stats = (await call(url, 'GET', `/${name}/_stats/store,docs,segments`)) as {
    _all: { primaries: { docs: { count: number }; store: { size_in_bytes: number }; segments: { count: number } } };
  };
  const { docs, store, segments } = stats._all.primaries;
  if (segments.count !== 1) throw new Error(`${segments.count} segments instead of one`);
  return { documents: docs.count, totalBytes: store.size_in_bytes, fields: await fieldSizes(url, name) };
}

interface DiskUsage {
  readonly total_in_bytes: number;
  readonly inverted_index: { readonly total_in_bytes: number };
  readonly points_in_bytes: number;
  readonly doc_values_in_bytes: number;
  readonly stored_fields_in_bytes: number;
}

async function fieldSizes(url: string, name: string): Promise<FieldSize[] | undefined> {
  let answer: Record<string, { fields: Record<string, DiskUsage> }>;
  try {
    answer = (await call(url, 'POST', `/${name}/_disk_usage?run_expensive_tasks=true`)) as typeof answer;
  } catch {
    return undefined;
  }
  const fields = Object.entries(answer[name]?.fields ?? {}).map(([field, usage]) => {
    const total = usage.total_in_bytes;
    const inverted = usage.inverted_index.total_in_bytes;
    const points = usage.points_in_bytes;
    const docValues = usage.doc_values_in_bytes;
    const stored = usage.stored_fields_in_bytes;
    return {
      name: field,
      total,
      inverted,
      points,
      docValues,
      stored,
      other: total - inverted - points - docValues - stored,
    };
  });
  return fields.sort((a, b) => b.total - a.total);
}

async function call(url: string, method: string, path: string, body?: string): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
}
