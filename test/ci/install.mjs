// Decides whether `npm ci` is needed: compares the lockfile with the one npm keeps inside node_modules, so that a second
// `npm test` starts at once and a changed lockfile is never overlooked.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage
 */

/**
 * @param {string} packageRoot
 * @returns {boolean} true when node_modules holds exactly the locked versions
 */
export function isInstalled(packageRoot) {
  const installed = packagesOf(join(packageRoot, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(join(packageRoot, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const there = installed[path];
    if (there === undefined) {
      if (entry.optional) continue; // a binary for another platform
      return false;
    }
    if (there.version !== entry.version || !existsSync(join(packageRoot, path))) return false;
  }
  return true;
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesOf(path) {
  if (!existsSync(path)) return undefined;
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
