// Reads tables of networks: CSV `prefix,name,tags,site,internal` (tags joined by `;`), or a YAML list of the same keys.
// CSV comes row by row; YAML is parsed at once, which is for hundreds of networks and not for a hundred thousand.

import { parse } from 'yaml';
import { parseYesNo, readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { FileText } from '../lib/watched-files.ts';

/** What a user says of a network; what is undefined is taken from the network around it. */
export interface NetworkRow {
  /** CIDR notation, or an address alone. */
  readonly prefix: string;
  readonly name: string;
  readonly tags?: readonly string[] | undefined;
  /** Where it is: a data centre, a building, a branch. */
  readonly site?: string | undefined;
  /** Whether its addresses count as the user's own, for network.direction. */
  readonly internal?: boolean | undefined;
}

export interface PlacedNetwork extends NetworkRow {
  /** Where it was read, for messages. */
  readonly place: string;
}

const REQUIRED = ['prefix', 'name'];
const OPTIONAL = ['tags', 'site', 'internal'];

/** Rows of a file by its ending: .yml and .yaml, else CSV. Throws ConfigError that names file and line or row. */
export function* readNetworks({ file, text }: FileText): Generator<PlacedNetwork> {
  if (/\.ya?ml$/i.test(file)) {
    yield* readYaml(text, file);
    return;
  }
  for (const row of readCsv(text, file, REQUIRED, OPTIONAL)) {
    const tags = row.cell('tags');
    yield checked({
      place: row.place,
      prefix: row.cell('prefix'),
      name: row.cell('name'),
      tags: tags === '' ? undefined : tags.split(';').map((tag) => tag.trim()),
      site: row.cell('site') || undefined,
      internal: parseYesNo(row.cell('internal'), row.place),
    });
  }
}

function* readYaml(text: string, file: string): Generator<PlacedNetwork> {
  let rows: unknown;
  try {
    rows = parse(text);
  } catch (cause) {
    throw new ConfigError(file, (cause as Error).message.split('\n')[0], 'valid YAML', { cause });
  }
  if (!Array.isArray(rows)) throw new ConfigError(file, rows, 'a list of networks');
  for (let i = 0; i < rows.length; i++) yield yamlRow(rows[i], `${file}[${i}]`);
}

function yamlRow(row: unknown, place: string): PlacedNetwork {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new ConfigError(place, row, 'a mapping with prefix and name');
  }
  const known = [...REQUIRED, ...OPTIONAL];
  const unknown = Object.keys(row).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new ConfigError(place, unknown, `one of ${known.join(', ')}`);
  // Checked member by member here: YAML may hold anything.
  const { prefix, name, tags, site, internal } = row as Readonly<Record<string, unknown>>;
  return checked({
    place,
    prefix: String(prefix ?? ''),
    name: String(name ?? ''),
    tags: tags === undefined || tags === null ? undefined : [tags].flat().map(String),
    site: site === undefined || site === null ? undefined : String(site),
    internal: parseYesNo(internal, `${place}.internal`),
  });
}

function checked(row: PlacedNetwork): PlacedNetwork {
  if (row.prefix === '') throw new ConfigError(row.place, row.prefix, 'a prefix such as 192.0.2.0/24');
  if (row.name === '') throw new ConfigError(row.place, row.prefix, 'a name for the network');
  return row;
}
