// `npm run docs`: writes what is made from data: docs/fields.md from pipelines/schema.yml, the table of
// docs/migrating-from-elastiflow.md from pipelines/elastiflow-3.5.yml.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFieldTable } from '../../src/lib/elastiflow-doc.ts';
import { loadElastiflowFields } from '../../src/lib/elastiflow-fields.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { schemaDocument } from '../../src/lib/schema-doc.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';

const docs = join(packageRoot, 'docs');
writeFileSync(join(docs, 'fields.md'), schemaDocument(loadSchema()));

const migrating = join(docs, 'migrating-from-elastiflow.md');
writeFileSync(migrating, withFieldTable(readFileSync(migrating, 'utf8'), loadElastiflowFields()));
