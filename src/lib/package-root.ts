// Finds the files that ship beside the code (pipelines/, kibana-dashboards/, geoip/), from dist/ as from build/src/.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the folder that holds weir's package.json. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** weir's version, as package.json has it. */
export const packageVersion: string = (
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
).version;

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'pipelines', 'weir.yml'))) return folder;
    if (dirname(folder) === folder) throw new Error(`no folder above ${start} holds pipelines/weir.yml`);
  }
}
