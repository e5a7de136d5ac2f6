// Tables of services for tests: of texts that stand in no file, and of the files that ship with weir.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { ServiceTable } from '../../src/enrich/service-table.ts';
import { packageRoot } from '../../src/lib/package-root.ts';

export class ServiceTexts extends ServiceTable {
  constructor(texts: Readonly<Record<string, string>> = {}) {
    super({ files: [], reloadMs: 3_600_000 }, pino({ level: 'silent' }));
    this.take(Object.entries(texts).map(([file, text]) => ({ file, text })));
  }
}

export function shippedServices(): ServiceTable {
  const texts = ['services.csv', 'services-common.csv'].map((name) => {
    return [name, readFileSync(join(packageRoot, 'pipelines', name), 'utf8')];
  });
  return new ServiceTexts(Object.fromEntries(texts));
}
