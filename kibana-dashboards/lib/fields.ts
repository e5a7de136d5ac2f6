// The document fields as pipelines/schema.yml describes them, for data views and panels. A panel that names a field which
// is not there fails the build, not the user's screen.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/lib/package-root.ts';

/** What Kibana needs to know of a field. */
export interface Field {
  readonly name: string;
  /** Elasticsearch field type. */
  readonly type: string;
  readonly label: string;
  readonly unit: string | undefined;
  /** False: cannot be aggregated or sorted, so no panel may use it. */
  readonly docValues: boolean;
}

interface SchemaRow {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly unit?: string;
  readonly docValues?: boolean;
}

export type DocumentKind = 'flows' | 'counters' | 'exporters';

/** All fields of one kind of document, in the schema's order. */
export function fieldsOf(kind: DocumentKind): readonly Field[] {
  return schema()[kind] ?? [];
}

/** A field of the flow documents that can be aggregated; throws when the schema has none of that name. */
export function flowField(name: string): Field {
  const field = fieldsOf('flows').find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`pipelines/schema.yml has no field ${name}`);
  if (!field.docValues) throw new Error(`${name} has no doc values: a panel cannot aggregate it`);
  return field;
}

let loaded: Partial<Record<DocumentKind, readonly Field[]>> | undefined;

function schema(): Partial<Record<DocumentKind, readonly Field[]>> {
  if (loaded !== undefined) return loaded;
  // The shape is checked where the index template is made from the same file.
  const file = parse(readFileSync(join(packageRoot, 'pipelines', 'schema.yml'), 'utf8')) as Partial<
    Record<DocumentKind, readonly SchemaRow[]>
  >;
  loaded = { flows: rows(file.flows), counters: rows(file.counters), exporters: rows(file.exporters) };
  return loaded;
}

function rows(list: readonly SchemaRow[] = []): readonly Field[] {
  return list.map((row) => ({
    name: row.name,
    type: row.type,
    label: row.label ?? row.name,
    unit: row.unit,
    docValues: row.docValues ?? true,
  }));
}
