// Reads pipelines/schema.yml, the list of every field of weir's documents, and checks it strictly: it is the source of
// the index template, the data view and docs/fields.md, so a typing error in it must not get that far.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { counterSchemaFields } from './counter-schema.ts';
import { loadCounterTable } from './counter-table.ts';
import { packageRoot } from './package-root.ts';

const TYPES = [
  'date',
  'ip',
  'keyword',
  'long',
  'integer',
  'short',
  'float',
  'geo_point',
  'boolean',
  'flattened',
] as const;
const UNITS = ['bytes', 'packets', 'ns', 'bit/s', 'ms'] as const;

const rowSchema = z.strictObject({
  name: z.string().regex(/^@?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/),
  type: z.enum(TYPES),
  index: z.boolean().default(true),
  docValues: z.boolean().default(true),
  unit: z.enum(UNITS).optional(),
  link: z
    .string()
    .regex(/^https:\/\/\S*\{\{value\}\}\S*$/, 'an https:// URL with {{value}}')
    .optional(),
  // No |: they are cells of a table in docs/fields.md.
  label: z.string().regex(/^[^|]+$/),
  from: z.string().regex(/^[^|]+$/),
  about: z.string().regex(/^[^|]+\.$/, 'a sentence'),
});

const groupSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z-]*$/),
  fields: z.array(z.string()).min(1),
  about: z.string().regex(/^[^|]+\.$/, 'a sentence'),
});

const fileSchema = z.strictObject({
  version: z.literal(1),
  groups: z.array(groupSchema).default([]),
  flows: z.array(rowSchema),
  counters: z.array(rowSchema).default([]),
  exporters: z.array(rowSchema).default([]),
});

/** One field of a document. */
export interface SchemaField {
  /** Dotted path, e.g. `source.as.number`. */
  readonly name: string;
  /** Elasticsearch field type. */
  readonly type: (typeof TYPES)[number];
  /** False: no inverted index or points. */
  readonly index: boolean;
  /** False: not aggregated or sorted. */
  readonly docValues: boolean;
  readonly unit?: (typeof UNITS)[number] | undefined;
  /** URL that a value leads to in Kibana, with `{{value}}` in it. */
  readonly link?: string | undefined;
  /** The name that Kibana shows; unique in its section. */
  readonly label: string;
  readonly from: string;
  /** One sentence. */
  readonly about: string;
}

/** Fields of flows that users drop or keep together. */
export interface FieldGroup {
  readonly name: string;
  /** As the file has them: names, or beginnings of names with `.*`. */
  readonly patterns: readonly string[];
  /** Names of the fields that the patterns mean. */
  readonly fields: readonly string[];
  /** One sentence. */
  readonly about: string;
}

/** Fields by kind of document, in the order of the file. */
export interface Schema {
  readonly groups: readonly FieldGroup[];
  readonly flows: readonly SchemaField[];
  readonly counters: readonly SchemaField[];
  readonly exporters: readonly SchemaField[];
}

/** The schema that ships with weir, with the fields of pipelines/counters.yml. Throws what parseSchema throws. */
export function loadSchema(): Schema {
  const schema = parseSchema(readFileSync(join(packageRoot, 'pipelines', 'schema.yml'), 'utf8'));
  const { counters } = schema;
  const allCounters = [...counters, ...counterSchemaFields(loadCounterTable())];
  checkTogether(allCounters);
  return { ...schema, counters: allCounters };
}

/** Throws an Error that names the row: the file ships with weir, so a mistake in it is a bug and not the user's. */
export function parseSchema(yamlText: string): Schema {
  const result = fileSchema.safeParse(parse(yamlText));
  if (!result.success) throw new Error(`pipelines/schema.yml: ${z.prettifyError(result.error)}`);
  const { flows, counters, exporters } = result.data;
  for (const fields of [flows, counters, exporters]) checkTogether(fields);
  const groups = result.data.groups.map(({ name, about, fields }) => ({
    name,
    about,
    patterns: fields,
    fields: fields.flatMap((pattern) => fieldsLike(pattern, flows, name)),
  }));
  return { groups, flows, counters, exporters };
}

/** Names of the fields that a group's pattern means. */
function fieldsLike(pattern: string, fields: readonly SchemaField[], group: string): string[] {
  const start = pattern.endsWith('.*') ? pattern.slice(0, -1) : undefined;
  const names = fields.map((field) => field.name);
  const found = names.filter((name) => (start === undefined ? name === pattern : name.startsWith(start)));
  if (found.length === 0) throw new Error(`pipelines/schema.yml: ${pattern} of group ${group} is no field`);
  return found;
}

/** What no row shows alone: names and labels twice, a field that would be both a value and an object. */
function checkTogether(fields: readonly SchemaField[]): void {
  const names = new Set<string>();
  const labels = new Set<string>();
  for (const { name, label } of fields) {
    if (names.has(name)) throw new Error(`pipelines/schema.yml: ${name} stands twice`);
    if (labels.has(label)) throw new Error(`pipelines/schema.yml: label "${label}" of ${name} stands twice`);
    names.add(name);
    labels.add(label);
  }
  for (const name of names) {
    for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      const parent = name.slice(0, dot);
      if (names.has(parent))
        throw new Error(`pipelines/schema.yml: ${parent} is a value and ${name} makes it an object`);
    }
  }
}
