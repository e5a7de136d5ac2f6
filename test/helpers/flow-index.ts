// The flow documents that weir wrote under an index prefix: how many, and their sums per 5-tuple, as Elasticsearch counts.

import { askElasticsearch } from './elasticsearch.ts';
import { flowKey } from './traffic.ts';

export interface IndexedSum {
  readonly documents: number;
  readonly bytes: number;
  readonly packets: number;
}

interface Bucket {
  readonly key: {
    readonly protocol: string;
    readonly source: string;
    readonly sourcePort: number | null;
    readonly destination: string;
    readonly destinationPort: number | null;
  };
  readonly doc_count: number;
  readonly bytes: { readonly value: number };
  readonly packets: { readonly value: number };
}

interface CompositeAnswer {
  readonly aggregations?: {
    readonly flows: { readonly buckets: readonly Bucket[]; readonly after_key?: Bucket['key'] };
  };
}

export class FlowIndex {
  readonly #url: string;
  readonly #prefix: string;

  constructor(elasticsearchUrl: string, prefix: string) {
    this.#url = elasticsearchUrl;
    this.#prefix = prefix;
  }

  /**
   * Documents that can be found now; 0 while there is no index or Elasticsearch does not answer.
   * @param filter in Lucene's syntax
   */
  async count(filter = '*'): Promise<number> {
    try {
      await askElasticsearch(`${this.#indices()}/_refresh`, 'POST');
      const url = `${this.#indices()}/_count?q=${encodeURIComponent(filter)}`;
      return (await askElasticsearch<{ count: number }>(url))?.count ?? 0;
    } catch {
      return 0;
    }
  }

  /** By `flowKey`. */
  async sums(): Promise<ReadonlyMap<string, IndexedSum>> {
    const found = new Map<string, IndexedSum>();
    let after: Bucket['key'] | undefined;
    do {
      const answer = await askElasticsearch<CompositeAnswer>(`${this.#indices()}/_search`, 'POST', query(after));
      const page = answer?.aggregations?.flows;
      for (const { key, doc_count, bytes, packets } of page?.buckets ?? []) {
        const name = flowKey(
          key.protocol,
          key.source,
          key.sourcePort ?? undefined,
          key.destination,
          key.destinationPort ?? undefined,
        );
        found.set(name, { documents: doc_count, bytes: bytes.value, packets: packets.value });
      }
      after = page?.after_key;
    } while (after !== undefined);
    return found;
  }

  /** Deletes the indices and the templates of the prefix. */
  async remove(): Promise<void> {
    const names = (await askElasticsearch<Record<string, unknown>>(`${this.#url}/${this.#prefix}-*`)) ?? {};
    for (const name of Object.keys(names)) await askElasticsearch(`${this.#url}/${name}`, 'DELETE');
    for (const kind of ['_index_template', '_component_template']) {
      await askElasticsearch(`${this.#url}/${kind}/${this.#prefix}-*`, 'DELETE').catch(() => undefined);
    }
  }

  #indices(): string {
    return `${this.#url}/${this.#prefix}-flows-*`;
  }
}

function query(after: Bucket['key'] | undefined): unknown {
  return {
    size: 0,
    aggs: {
      flows: {
        composite: {
          size: 1_000,
          sources: [
            { protocol: { terms: { field: 'network.iana_number' } } },
            { source: { terms: { field: 'source.ip' } } },
            { sourcePort: { terms: { field: 'source.port', missing_bucket: true } } },
            { destination: { terms: { field: 'destination.ip' } } },
            { destinationPort: { terms: { field: 'destination.port', missing_bucket: true } } },
          ],
          ...(after === undefined ? {} : { after }),
        },
        aggs: { bytes: { sum: { field: 'network.bytes' } }, packets: { sum: { field: 'network.packets' } } },
      },
    },
  };
}
