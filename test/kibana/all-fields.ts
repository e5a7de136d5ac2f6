// Documents that have every field of a kind, made from the schema: a panel about a field that neither demo nor captures
// have finds something, and a panel about a field that does not exist finds nothing.

import type { SchemaField } from '../../src/lib/schema-file.ts';

export interface TimeSpan {
  /** The documents' times lie in the `spanMs` before it, epoch ms. */
  readonly endMs: number;
  readonly spanMs: number;
}

const COUNT = 40;

/** Forty documents, spread over the span; values vary a little. */
export function documentsOfAllFields(fields: readonly SchemaField[], span: TimeSpan): readonly object[] {
  return Array.from({ length: COUNT }, (_, index) => {
    const timeMs = Math.round(span.endMs - (span.spanMs * (index + 0.5)) / COUNT);
    const document: Record<string, unknown> = {};
    for (const field of fields) set(document, field.name, anyValue(field, index, timeMs));
    return document;
  });
}

function anyValue(field: SchemaField, index: number, timeMs: number): unknown {
  switch (field.type) {
    case 'date':
      return new Date(timeMs).toISOString();
    case 'ip':
      return `198.51.100.${1 + (index % 9)}`;
    case 'keyword':
      return `any ${index % 3}`;
    case 'geo_point':
      return { lat: 10 * (index % 5), lon: 20 };
    case 'boolean':
      return true;
    case 'flattened':
      return { any: 'any' };
    case 'float':
      return 1.5;
    default:
      return 1 + (index % 100);
  }
}

/** A dotted name into nested objects: `@timestamp` and `client.ip`. */
function set(document: Record<string, unknown>, name: string, value: unknown): void {
  const path = name.split('.');
  let node = document;
  for (const step of path.slice(0, -1)) {
    node[step] ??= {};
    node = node[step] as Record<string, unknown>; // made by the line above, or by a sibling field
  }
  node[path.at(-1)!] = value;
}
