// The document fields that panels and data views are made of. A panel that names a field which pipelines/schema.yml does
// not have, or which cannot be aggregated, fails the build and not the user's screen.

import { loadSchema, type SchemaField } from '../../src/lib/schema-file.ts';

/** Every field of every kind of document, as the schema has them. */
export const schema = loadSchema();

export type Field = SchemaField;

/** A field of the flow documents that can be aggregated; throws when the schema has none of that name. */
export function flowField(name: string): Field {
  const field = schema.flows.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`pipelines/schema.yml has no field ${name}`);
  if (!field.docValues) throw new Error(`${name} has no doc values: a panel cannot aggregate it`);
  return field;
}
