// `npm run mac-vendors`: writes pipelines/mac-vendors.csv from IEEE's registries, as the npm package oui-data has them
// (https://github.com/silverwind/oui-data, renewed every week). Only names are taken, once for all blocks of a vendor.

import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NpmPackage } from '../../src/enrich/npm-package.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { extractTar } from '../../src/lib/tar.ts';

/** The registry itself, where others have smaller blocks: it made nothing. */
const NOBODY = new Set(['IEEE Registration Authority', 'Private']);

const folder = mkdtempSync(join(tmpdir(), 'weir-oui-'));
try {
  const source = new NpmPackage('oui-data', undefined);
  const signal = AbortSignal.timeout(120_000);
  const version = await source.version(signal);
  const archive = await source.download(folder, version, signal);
  const json = join(folder, 'index.json');
  await extractTar(createReadStream(archive), (name) => (name === 'package/index.json' ? json : undefined));
  const entries = Object.entries(JSON.parse(readFileSync(json, 'utf8')) as Record<string, string>);

  const byVendor = new Map<string, string[]>();
  for (const [prefix, text] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const vendor = text.split('\n')[0]!.replaceAll(/\s+/g, ' ').trim();
    if (vendor === '' || NOBODY.has(vendor)) continue;
    const prefixes = byVendor.get(vendor);
    if (prefixes === undefined) byVendor.set(vendor, [prefix]);
    else prefixes.push(prefix);
  }
  const rows = [...byVendor]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([vendor, prefixes]) => `${quoted(vendor)},${prefixes.join(';')}`);
  const header = [
    '# Who IEEE gave which MAC addresses: the first 6, 7 or 9 hexadecimal digits (MA-L, MA-M, MA-S).',
    `# From the npm package oui-data ${version} (BSD-2-Clause) by \`npm run mac-vendors\`.`,
    'vendor,prefixes',
  ];
  writeFileSync(join(packageRoot, 'pipelines', 'mac-vendors.csv'), `${[...header, ...rows].join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function quoted(text: string): string {
  return /[",#]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
