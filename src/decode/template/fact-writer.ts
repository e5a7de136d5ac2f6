// The one way into tables of facts: it holds their bound, and notices news and what an exporter takes back.

import type { Exporter } from '../../flow/exporter.ts';
import type { DecodeCounters } from '../counters.ts';

export class FactWriter {
  /** Whose facts are written. */
  exporter: Exporter | undefined = undefined;
  /** Facts that were new or changed. */
  news = 0;
  readonly #maxFacts: number;
  readonly #counters: DecodeCounters;
  readonly #beforeChange: (exporter: Exporter) => void;

  /**
   * @param maxFacts bounds each table
   * @param beforeChange called where a fact replaces another one, before it does
   */
  constructor(maxFacts: number, counters: DecodeCounters, beforeChange: (exporter: Exporter) => void) {
    this.#maxFacts = maxFacts;
    this.#counters = counters;
    this.#beforeChange = beforeChange;
  }

  set<K, V>(table: Map<K, V>, key: K, value: V): void {
    const known = table.get(key);
    if (known === value) return;
    if (known === undefined && table.size >= this.#maxFacts) {
      this.#counters.factsRefused++;
      return;
    }
    if (known && this.exporter !== undefined) this.#beforeChange(this.exporter);
    this.news++;
    table.set(key, value);
  }

  /** Writes a fact where there is none. */
  add<K, V>(table: Map<K, V>, key: K, value: V): void {
    if (!table.has(key)) this.set(table, key, value);
  }
}
