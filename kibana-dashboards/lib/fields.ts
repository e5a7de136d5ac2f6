// The document fields that panels and data views are made of. A panel that names a field which pipelines/schema.yml does
// not have, or which cannot be aggregated, fails the build and not the user's screen.

import { loadSchema, type SchemaField } from '../../src/lib/schema-file.ts';

/** Every field of every kind of document, as the schema has them. */
export const schema = loadSchema();

export type Field = SchemaField;

/** Kinds of documents, each with indices and a data view of its own. */
export type DocumentKind = 'flows' | 'counters' | 'exporters';

/** A field of a kind of document that can be aggregated; throws when the schema has none of that name. */
export function fieldOf(kind: DocumentKind, name: string): Field {
  const field = schemaField(kind, name);
  if (!field.docValues) throw new Error(`${kind}: ${name} has no doc values: a panel cannot aggregate it`);
  return field;
}

/** A field of a kind of document; throws when the schema has none of that name. */
export function schemaField(kind: DocumentKind, name: string): Field {
  const field = schema[kind].find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`pipelines/schema.yml has no field ${name} in ${kind}`);
  return field;
}

/** Id of the data view of a kind of document. */
export function dataViewId(kind: DocumentKind): string {
  return `weir-${kind}`;
}
