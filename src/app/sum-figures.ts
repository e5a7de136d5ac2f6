// Figures of several processes as one: objects of numbers, or of such objects, added up field by field.

import type { ExporterStatus } from './status.ts';

/** A copy that does not change any more. */
export function copyFigures<T extends object>(figures: T): T {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(figures)) {
    copy[key] = typeof value === 'object' && value !== null ? copyFigures(value) : value;
  }
  return copy as T; // as: the same fields
}

/** Adds `more` to `sum`, field by field; fields of one only count as 0 in the other. */
export function addFigures(sum: object, more: object): void {
  const target = sum as Record<string, unknown>; // as: fields are looked at one by one
  for (const [key, value] of Object.entries(more)) {
    const known = target[key];
    if (typeof value === 'number') target[key] = (typeof known === 'number' ? known : 0) + value;
    else if (typeof known === 'object' && known !== null) addFigures(known, value as object);
    else target[key] = typeof value === 'object' && value !== null ? copyFigures(value as object) : value;
  }
}

/** Exporters of all of them, one each: sFlow's agents may send by way of several addresses. */
export function addExporters(sum: Map<string, ExporterStatus>, more: Iterable<ExporterStatus>): void {
  for (const { address, lastSeenMs, templates, ...counts } of more) {
    const known = sum.get(address);
    if (known === undefined) {
      sum.set(address, { address, lastSeenMs, templates, ...counts });
      continue;
    }
    const total = {
      ...known,
      lastSeenMs: Math.max(known.lastSeenMs, lastSeenMs),
      templates: known.templates + templates,
    };
    addFigures(total, counts);
    sum.set(address, total);
  }
}
