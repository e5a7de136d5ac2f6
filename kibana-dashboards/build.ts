// Writes what Kibana imports from the code beside it; `npm run dashboards`. The files are committed, so that they can be
// imported by hand (Kibana → Stack Management → Saved Objects), and a test checks that they are current.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../src/lib/package-root.ts';
import { generatedFiles } from './generated-files.ts';

const folder = join(packageRoot, 'kibana-dashboards');
rmSync(join(folder, 'single'), { recursive: true, force: true });
for (const [name, text] of generatedFiles()) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  process.stdout.write(`kibana-dashboards/${name}: ${text.length} bytes\n`);
}
