// Reads pipelines/elastiflow-3.5.yml: the fields of ElastiFlow's documents, for their index template and for the table in
// docs/migrating-from-elastiflow.md.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from './package-root.ts';
import type { SchemaField } from './schema-file.ts';

const fileSchema = z.strictObject({
  version: z.literal(1),
  flows: z.array(
    z.strictObject({
      name: z.string().regex(/^@?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/),
      type: z.enum(['date', 'ip', 'keyword', 'long', 'geo_point']),
      index: z.boolean().default(true),
      written: z.boolean().default(true),
      weir: z.array(z.string()),
      about: z.string().regex(/^[^|]+\.$/, 'a sentence'),
    }),
  ),
});

export interface ElastiflowField extends SchemaField {
  /** Fields of weir's own documents that hold the same; none where weir has no such thing. */
  readonly weir: readonly string[];
  /** False where it is mapped only, for panels that name it. */
  readonly written: boolean;
}

/** Throws an Error that names the row: the file ships with weir. */
export function loadElastiflowFields(): readonly ElastiflowField[] {
  const text = readFileSync(join(packageRoot, 'pipelines', 'elastiflow-3.5.yml'), 'utf8');
  const result = fileSchema.safeParse(parse(text));
  if (!result.success) throw new Error(`pipelines/elastiflow-3.5.yml: ${z.prettifyError(result.error)}`);
  return result.data.flows.map((row) => ({ ...row, docValues: true, label: row.name, from: 'ElastiFlow 3.5' }));
}
