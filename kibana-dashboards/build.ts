// Writes kibana-dashboards/weir.ndjson from the code beside it; `npm run dashboards`. The file is committed, so that it can
// be imported by hand (Kibana → Stack Management → Saved Objects), and a test checks that it is current.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/lib/package-root.ts';
import { exportFile } from './lib/saved-object.ts';
import { allObjects } from './objects.ts';

const objects = allObjects();
writeFileSync(join(packageRoot, 'kibana-dashboards', 'weir.ndjson'), exportFile(objects));
process.stdout.write(`kibana-dashboards/weir.ndjson: ${objects.length} objects\n`);
