// `npm run docs`: writes the pages that are made from data, docs/fields.md from pipelines/schema.yml.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/package-root.ts';
import { schemaDocument } from '../../src/lib/schema-doc.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';

writeFileSync(join(packageRoot, 'docs', 'fields.md'), schemaDocument(loadSchema()));
