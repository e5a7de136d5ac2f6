// What a sink was told by weir of itself.

import { hostname } from 'node:os';
import type { BulkSink } from './bulk-sink.ts';

export interface CollectorOf {
  readonly role: string;
  readonly datagrams: number;
  readonly flows: number;
  readonly kernel_drops?: number;
  readonly documents: Readonly<Record<'written' | 'dead_lettered' | 'dropped' | 'waiting' | 'spooled', number>>;
  readonly lag?: number;
}

/** Documents of processes by what their names have after the host's, e.g. `run 1`. */
export function collectorDocuments(sink: BulkSink): ReadonlyMap<string, readonly CollectorOf[]> {
  const found = new Map<string, CollectorOf[]>();
  for (const text of sink.documents['exporters']!.values()) {
    const { event, collector } = JSON.parse(text) as {
      readonly event: { readonly dataset: string };
      readonly collector?: CollectorOf & { readonly name: string };
    };
    if (event.dataset !== 'weir.collector' || collector === undefined) continue;
    const name = collector.name.replace(`${hostname()} `, '');
    found.set(name, [...(found.get(name) ?? []), collector]);
  }
  return found;
}
