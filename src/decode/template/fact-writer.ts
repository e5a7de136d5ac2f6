// The one way into tables of facts: it holds their bound, and tells when an exporter takes something back.

import type { DecodeCounters } from '../counters.ts';

export class FactWriter {
  readonly #maxFacts: number;
  readonly #counters: DecodeCounters;

  /** @param maxFacts bounds each table */
  constructor(maxFacts: number, counters: DecodeCounters) {
    this.#maxFacts = maxFacts;
    this.#counters = counters;
  }

  set<K, V>(table: Map<K, V>, key: K, value: V): void {
    if (table.size < this.#maxFacts || table.has(key)) table.set(key, value);
    else this.#counters.factsRefused++;
  }
}
