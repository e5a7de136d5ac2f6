// What of the configuration concerns GeoIP databases and where they come from.

import { readEnrichers, shippedPath } from '../config/enrichers.ts';
import type { Config } from '../config.ts';
import type { GeoipUpdateOptions } from '../enrich/geoip-update.ts';

/** Undefined where the pipeline has no GeoIP. Throws ConfigError for a bad list of enrichers. */
export function geoipFolder(config: Config): string | undefined {
  const list = readEnrichers(config.enrich);
  return list.names.includes('geoip') ? shippedPath(list.options('geoip').folder) : undefined;
}

export function geoipUpdateOptions(config: Config, folder: string): GeoipUpdateOptions {
  const { account, licenseKey, editions, url, sources, dbipUrl, registry } = config.geoip;
  return { folder, account, licenseKey, editions, url, sources, dbipUrl, registry };
}
