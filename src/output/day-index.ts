// Epoch ms → daily index name, and the bulk action line made of it. Cached per day, since formatting a date for every
// document costs more than writing the document.

import type { DocumentKind } from './output.ts';

const DAY_MS = 86_400_000;
/** Days cached per kind. The clock guard keeps live documents to two or three; loading old files may touch many. */
const MAX_DAYS = 128;

export interface IndexNames {
  /** Indices are PREFIX-KIND-YYYY.MM.DD … */
  readonly prefix: string;
  /** … but those of flows, where they have a name of their own before the day. */
  readonly flowIndex?: string | undefined;
}

/** Name of a kind's indices without the day: `weir-flows`. */
export function indexBase({ prefix, flowIndex }: IndexNames, kind: DocumentKind): string {
  return kind === 'flows' && flowIndex !== undefined ? flowIndex : `${prefix}-${kind}`;
}

/** "weir", "flows" and a time → "weir-flows-2026.11.21" (UTC). */
export function dayIndexName(names: IndexNames, kind: DocumentKind, timestampMs: number): string {
  return `${indexBase(names, kind)}-${new Date(timestampMs).toISOString().slice(0, 10).replaceAll('-', '.')}`;
}

export class DayIndex {
  readonly #names: IndexNames;
  readonly #actions: Record<DocumentKind, Map<number, string>> = {
    flows: new Map(),
    counters: new Map(),
    exporters: new Map(),
  };

  constructor(names: IndexNames) {
    this.#names = names;
  }

  /** The action line up to the document's id: `{"create":{"_index":"weir-flows-2026.11.21","_id":"`. */
  action(kind: DocumentKind, timestampMs: number): string {
    const day = Math.floor(timestampMs / DAY_MS);
    const days = this.#actions[kind];
    const known = days.get(day);
    if (known !== undefined) return known;
    if (days.size >= MAX_DAYS) days.clear();
    const action = `{"create":{"_index":"${dayIndexName(this.#names, kind, day * DAY_MS)}","_id":"`;
    days.set(day, action);
    return action;
  }
}
