// Elasticsearch for tests: the node that the runner shares with all of them, and nodes of a test's own, to be stopped,
// killed and started again. Where it comes from is decided in test/ci/elasticsearch.mjs.

import { packageRoot } from '../../src/lib/package-root.ts';
import { type OwnElasticsearch, startOwnElasticsearch } from '../ci/elasticsearch.mjs';
import { inCi } from './tools.ts';

export type { OwnElasticsearch };

const SHARED = process.env['WEIR_TEST_ELASTICSEARCH_URL'];

/** For `test(…, { skip })`. In CI there must be one: the test then runs, and fails. */
export const elasticsearchSkip =
  SHARED || inCi ? false : 'no Elasticsearch: set WEIR_TEST_ELASTICSEARCH_URL, or run npm test, which brings one';

/** Base URL of the shared node, without a slash at its end. Use indices of your own prefix, and delete them. */
export function sharedElasticsearch(): string {
  if (!SHARED) throw new Error('WEIR_TEST_ELASTICSEARCH_URL is not set; npm test does it');
  return SHARED.replace(/\/$/, '');
}

/** Starts a node that belongs to the caller, in 10 to 20 s; undefined where none can be had and it is not CI. */
export async function ownElasticsearch(password?: string): Promise<OwnElasticsearch | undefined> {
  try {
    return await startOwnElasticsearch(packageRoot, password);
  } catch (error) {
    if (inCi) throw error;
    return undefined;
  }
}

/** A request whose answer is JSON. Rejects for any status but 2xx, naming it; 404 gives undefined. */
export async function askElasticsearch<Answer>(
  url: string,
  method = 'GET',
  body?: unknown,
): Promise<Answer | undefined> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as Answer;
}
