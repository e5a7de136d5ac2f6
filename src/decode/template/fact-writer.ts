// The one way into tables of facts: it holds their bounds, and notices news and what an exporter takes back.

import type { Exporter } from '../../flow/exporter.ts';
import type { DecodeCounters } from '../counters.ts';
import { type DecodeMemory, FACT_OCTETS } from '../memory.ts';

export class FactWriter {
  /** Whose facts are written; to be set before any is. */
  exporter: Exporter | undefined = undefined;
  /** Facts that were new or changed. */
  news = 0;
  readonly #maxFacts: number;
  readonly #memory: DecodeMemory;
  readonly #counters: DecodeCounters;
  readonly #beforeChange: (exporter: Exporter) => void;

  /**
   * @param maxFacts bounds each table
   * @param memory bounds all of them
   * @param beforeChange called where a fact replaces another one, before it does
   */
  constructor(
    maxFacts: number,
    memory: DecodeMemory,
    counters: DecodeCounters,
    beforeChange: (exporter: Exporter) => void,
  ) {
    this.#maxFacts = maxFacts;
    this.#memory = memory;
    this.#counters = counters;
    this.#beforeChange = beforeChange;
  }

  set<K, V>(table: Map<K, V>, key: K, value: V): void {
    const known = table.get(key);
    if (known === value) return;
    const exporter = this.exporter!; // see there
    const isNew = known === undefined;
    if (isNew && (table.size >= this.#maxFacts || !this.#memory.take(exporter, FACT_OCTETS))) {
      this.#counters.factsRefused++;
      return;
    }
    if (known) this.#beforeChange(exporter);
    this.news++;
    table.set(key, value);
  }

  /** Writes a fact where there is none. */
  add<K, V>(table: Map<K, V>, key: K, value: V): void {
    if (!table.has(key)) this.set(table, key, value);
  }
}
