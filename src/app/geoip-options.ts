// What of the configuration concerns GeoIP databases and where they come from.

import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { readEnrichers } from '../config/enrichers.ts';
import type { Config } from '../config.ts';
import type { GeoipUpdateOptions } from '../enrich/geoip-update.ts';
import { packageRoot } from '../lib/package-root.ts';

/** Undefined where the pipeline has no GeoIP. Throws ConfigError for a bad list of enrichers. */
export function geoipFolder(config: Config): string | undefined {
  const list = readEnrichers(config.enrich);
  return list.names.includes('geoip') ? databaseFolder(list.options('geoip').folder) : undefined;
}

/**
 * Absolute path of the folder that databases are read from and fetched into: from the working folder, as all data; beside
 * weir itself only where databases lie there and the working folder has no such folder.
 */
export function databaseFolder(path: string): string {
  const own = resolve(path);
  const shipped = resolve(packageRoot, path);
  return !existsSync(own) && hasDatabase(shipped) ? shipped : own;
}

function hasDatabase(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.mmdb'));
  } catch {
    return false;
  }
}

export function geoipUpdateOptions(config: Config, folder: string): GeoipUpdateOptions {
  const { account, licenseKey, editions, url, sources, dbipUrl, registry } = config.geoip;
  return { folder, account, licenseKey, editions, url, sources, dbipUrl, registry };
}
