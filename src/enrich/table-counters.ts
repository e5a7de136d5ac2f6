// What the tables of enrichers count, by the enricher that they belong to.

import type { FileTable } from './file-table.ts';

/** A table of the user, or one that ships with weir. */
export interface TableCounters {
  /** Entries now. */
  readonly entries: number;
  /** Look-ups since the start that found something, and those that did not. */
  readonly hits: number;
  readonly misses: number;
}

/** What became of files of the user that changed. */
export interface ReloadCounters {
  /** Read again, and in use. */
  readonly reloads: number;
  /** Not usable: what was read before stays. */
  readonly failures: number;
}

/** Of those that have entries: nobody asks the others. */
export function tableCounters(tables: Readonly<Record<string, FileTable>>): Readonly<Record<string, TableCounters>> {
  const counters: Record<string, TableCounters> = {};
  for (const [name, { size, hits, misses }] of Object.entries(tables)) {
    if (size > 0) counters[name] = { entries: size, hits, misses };
  }
  return counters;
}

export function reloadCounters(tables: Readonly<Record<string, FileTable>>): Readonly<Record<string, ReloadCounters>> {
  return Object.fromEntries(Object.entries(tables).map(([name, { files }]) => [name, sumOf([files])]));
}

/** Of several sets of files that count as one. */
export function sumOf(files: readonly ReloadCounters[]): ReloadCounters {
  const total = { reloads: 0, failures: 0 };
  for (const { reloads, failures } of files) {
    total.reloads += reloads;
    total.failures += failures;
  }
  return total;
}
