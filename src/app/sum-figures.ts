// Figures of several processes as one: objects of numbers, or of such objects, added up field by field.

import type { ExporterStatus } from './status.ts';

/** A copy that does not change any more. */
export function copyFigures<T extends object>(figures: T): T {
  return eachFigure(figures, (value) => value);
}

/** The same fields, nothing counted. */
export function zeroFigures<T extends object>(figures: T): T {
  return eachFigure(figures, () => 0);
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
  for (const exporter of more) {
    const { address, lastSeenMs, ...counts } = exporter;
    const known = sum.get(address);
    if (known === undefined) {
      sum.set(address, exporter);
      continue;
    }
    const total = { ...known, lastSeenMs: Math.max(known.lastSeenMs, lastSeenMs) };
    addFigures(total, counts);
    sum.set(address, total);
  }
}

function eachFigure<T extends object>(figures: T, change: (value: number) => number): T {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(figures)) {
    if (typeof value === 'number') copy[key] = change(value);
    else copy[key] = typeof value === 'object' && value !== null ? eachFigure(value, change) : value;
  }
  return copy as T; // as: the same fields
}
