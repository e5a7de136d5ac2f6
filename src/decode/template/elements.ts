// Information elements by enterprise and id, from the files under pipelines/elements/ (which explain their lines).
// Read once, when the first template needs them: ~1 000 lines take some milliseconds, mostly YAML's.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { FlowField } from '../../flow/flow.ts';
import { ConfigError } from '../../lib/errors.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { FILLERS } from './fillers.ts';
import { ELEMENT_TYPES, type ElementType } from './readers.ts';

/** One flow field that an element fills: with its value times `factor`, or with a constant. */
export interface FieldUse {
  readonly field: FlowField;
  readonly factor: number;
  readonly constant: number | undefined;
}

export interface Element {
  readonly name: string;
  readonly type: ElementType;
  readonly uses: readonly FieldUse[];
}

/** What stands in for the enterprise number of a NetFlow v9 field type that IANA does not have. */
export const NETFLOW_V9 = -9;
const NTOP = 35632;
// nProbe writes element n of its own enterprise as field type 57472 + n into NetFlow v9.
const NTOP_V9_BASE = 57472;

export class ElementTable {
  readonly #byEnterprise = new Map<number, Map<number, Element>>();

  /** IPFIX: 0 is IANA. */
  find(enterprise: number, id: number): Element | undefined {
    return this.#byEnterprise.get(enterprise)?.get(id);
  }

  /** NetFlow v9 has no enterprise numbers; vendors took field types from 32768 on. */
  findV9(id: number): Element | undefined {
    const element = this.find(NETFLOW_V9, id) ?? this.find(0, id);
    return element === undefined && id > NTOP_V9_BASE ? this.find(NTOP, id - NTOP_V9_BASE) : element;
  }

  get size(): number {
    let size = 0;
    for (const elements of this.#byEnterprise.values()) size += elements.size;
    return size;
  }

  /** Adds one file's text. Throws ConfigError naming file and line. */
  add(file: string, text: string): void {
    const { enterprise, lines } = parseFile(file, text);
    let elements = this.#byEnterprise.get(enterprise);
    if (elements === undefined) {
      elements = new Map();
      this.#byEnterprise.set(enterprise, elements);
    }
    for (const line of lines.split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const [id, name, type, field, more] = line.split(' ');
      const number = Number(id);
      if (!Number.isInteger(number) || number < 0 || number > 65535) throw new ConfigError(file, line, 'an id first');
      if (name === undefined || name === '' || more !== undefined) {
        throw new ConfigError(file, line, 'a line "id name type [field]"');
      }
      elements.set(number, { name, type: elementType(file, line, type), uses: fieldUses(file, line, field) });
    }
  }
}

/** All elements of the folders' .yml files; later files replace single elements of earlier ones. Throws ConfigError. */
export function loadElements(folders: readonly string[] = [join(packageRoot, 'pipelines', 'elements')]): ElementTable {
  const table = new ElementTable();
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.yml')) continue;
      const file = join(folder, name);
      table.add(file, readFileSync(file, 'utf8'));
    }
  }
  return table;
}

function parseFile(file: string, text: string): { enterprise: number; lines: string } {
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new ConfigError(file, (cause as Error).message, 'YAML', { cause });
  }
  const { enterprise, elements } = (document ?? {}) as Record<string, unknown>;
  if (typeof elements !== 'string') throw new ConfigError(`${file}: elements`, elements, 'a block of lines');
  if (enterprise === 'netflow_v9') return { enterprise: NETFLOW_V9, lines: elements };
  if (typeof enterprise !== 'number') throw new ConfigError(`${file}: enterprise`, enterprise, 'a number');
  return { enterprise, lines: elements };
}

const TYPES: ReadonlySet<string> = new Set(ELEMENT_TYPES);

function elementType(file: string, line: string, type: string | undefined): ElementType {
  if (type === undefined || !TYPES.has(type)) throw new ConfigError(file, line, `a type of ${ELEMENT_TYPES.join(' ')}`);
  return type as ElementType; // as: it is in the list
}

// Text → the name as a type.
const FIELDS: ReadonlyMap<string, FlowField> = new Map(
  Object.keys(FILLERS).map((name) => [name, name as FlowField]), // as: it is a key of FILLERS
);

const NO_USES: readonly FieldUse[] = [];

function fieldUses(file: string, line: string, text: string | undefined): readonly FieldUse[] {
  if (text === undefined) return NO_USES;
  return text.split(',').map((part) => {
    const match = /^([A-Za-z]\w*)(?:([=*/])(\d+))?$/.exec(part);
    const field = FIELDS.get(match?.[1] ?? '');
    if (field === undefined) throw new ConfigError(file, line, 'a field of the flow');
    const number = Number(match?.[3]);
    const operator = match?.[2];
    return {
      field,
      factor: operator === '*' ? number : operator === '/' ? 1 / number : 1,
      constant: operator === '=' ? number : undefined,
    };
  });
}
