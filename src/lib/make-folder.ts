// A folder and those above it. Node's own way (`recursive: true`) never comes back where the path is relative and the
// working directory was deleted, which would leave a process that cannot even be stopped.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder where there is none. Throws Error where that is impossible, in words. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT') throw error;
    const parent = dirname(path);
    if (parent === path || parent === '.') {
      throw new Error(`${path} cannot be made: the working directory was deleted`, { cause: error });
    }
    makeFolder(parent);
    mkdirSync(path);
  }
}
