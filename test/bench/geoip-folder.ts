// Where the benchmarks find GeoIP databases.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/package-root.ts';

/** WEIR_BENCH_GEOIP, else the test databases beside the repository, else geoip/; '' for none of them. */
export function geoipFolder(): string {
  const candidates = [
    process.env['WEIR_BENCH_GEOIP'],
    join(packageRoot, '..', 'shared', 'geoip'),
    join(packageRoot, 'geoip'),
  ];
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path)) ?? '';
}
