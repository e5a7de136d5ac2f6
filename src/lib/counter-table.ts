// Reads pipelines/counters.yml: the layouts of sFlow's counter structures, which the decoder follows, and from which the
// rows `counters.*` of the schema are made. The file ships with weir, so a mistake in it is a bug and not the user's.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from './package-root.ts';

const TYPES = ['u32', 'u64', 'i32', 'f32', 'percent', 'text', 'mac', 'macs', 'uuid', 'hex64', 'enum'] as const;
export type CounterType = (typeof TYPES)[number];

export interface CounterField {
  /** Below `counters`, with the structure's name: "interface.in_bytes". */
  readonly name: string;
  readonly type: CounterType;
  /** As its specification calls it: "ifInOctets". */
  readonly original: string;
  /** Words of an enum, by value; undefined for values that say nothing. */
  readonly words: readonly (string | undefined)[];
}

export interface CounterStructure {
  /** Enterprise (20 bits) and format (12 bits), as in the datagram. */
  readonly format: number;
  /** "0:1" */
  readonly id: string;
  /** Its word in Kibana. */
  readonly title: string;
  readonly fields: readonly CounterField[];
  /** Fields that come as often as the number behind `fields` says; empty where nothing is repeated. */
  readonly repeated: readonly CounterField[];
}

/** Structures by format. */
export type CounterTable = ReadonlyMap<number, CounterStructure>;

/** Throws an Error that names the line. */
export function loadCounterTable(): CounterTable {
  return parseCounterTable(readFileSync(join(packageRoot, 'pipelines', 'counters.yml'), 'utf8'));
}

/** Throws an Error that names the line. */
export function parseCounterTable(yamlText: string): CounterTable {
  const { structures } = parse(yamlText) as {
    readonly structures: readonly Readonly<Record<'id' | 'name' | 'title' | 'fields', string>>[];
  };
  const table = new Map<number, CounterStructure>();
  for (const { id, name, title, fields } of structures) {
    const [enterprise, number] = id.split(':').map(Number);
    if (!Number.isInteger(enterprise) || !Number.isInteger(number)) throw mistake(id, 'no enterprise:format');
    const [once, repeated] = splitFields(name, fields);
    // Checked above; 2^12 formats per enterprise.
    const format = enterprise! * 4096 + number!;
    if (table.has(format)) throw mistake(id, 'stands twice');
    table.set(format, { format, id, title, fields: once, repeated });
  }
  return table;
}

function splitFields(structure: string, text: string): [CounterField[], CounterField[]] {
  const once: CounterField[] = [];
  const repeated: CounterField[] = [];
  let target = once;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line === 'repeat') target = repeated;
    else target.push(parseField(structure, line));
  }
  return [once, repeated];
}

function parseField(structure: string, line: string): CounterField {
  const [name, type, original, values, more] = line.split(' ');
  const known = TYPES.find((candidate) => candidate === type);
  if (known === undefined || original === undefined || more !== undefined) throw mistake(line, 'no field');
  if ((known === 'enum') !== (values !== undefined)) throw mistake(line, 'an enum, and nothing else, has values');
  const words = (values ?? '').split('|').map((word) => (word === '-' ? undefined : word));
  return { name: `${structure}.${name}`, type: known, original, words };
}

function mistake(where: string, what: string): Error {
  return new Error(`pipelines/counters.yml: "${where}": ${what}`);
}
