// Information elements by enterprise and id, from the files under pipelines/elements/ (which explain their lines).
// Files are read when the first template needs them, and each parsed when a template first names its enterprise: all
// 2 400 elements at once would take 70 ms, IANA's alone take 15.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { FlowField } from '../../flow/flow.ts';
import type { DetailField } from '../../flow/flow-details.ts';
import type { StatedField } from '../../flow/stated-fields.ts';
import { ConfigError } from '../../lib/errors.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { COLLECTORS, type CollectedField } from './collectors.ts';
import { DETAIL_FILLERS, FILLERS, STATED_FILLERS } from './fillers.ts';
import { ELEMENT_TYPES, type ElementType } from './readers.ts';

/** What an element can fill, by the names that stand in the tables. */
export type TargetField = FlowField | StatedField | DetailField | CollectedField;

/** One flow field that an element fills: with its value times `factor`, with a constant, or bit by bit. */
export interface FieldUse {
  readonly field: TargetField;
  readonly factor: number;
  readonly constant: number | undefined;
  /** The value's bits are added to those that other elements set. */
  readonly isUnion: boolean;
  /** Only where no other element of the record fills the field, whichever comes first. */
  readonly isFallback: boolean;
}

export interface Element {
  readonly name: string;
  readonly type: ElementType;
  readonly uses: readonly FieldUse[];
}

/** What stands in for the enterprise number of a NetFlow v9 field type that IANA does not have. */
export const NETFLOW_V9 = -9;
const NTOP = 35632;
// nProbe writes element n of its own enterprise as field type 57472 + n into NetFlow v9, Cisco as 32768 + n.
const NTOP_V9_BASE = 57472;
/** Elements of a biflow, counted from destination to source. */
const REVERSE = 29305;
const CISCO = 9;
const CISCO_V9_BASE = 32768;

export class ElementTable {
  readonly #byEnterprise = new Map<number, Map<number, Element>>();
  /** Files not parsed yet, by enterprise: most exporters speak of one or two vendors. */
  readonly #waiting = new Map<number, ElementFile[]>();
  /** IANA's by name, made when first asked for. */
  #byName: ReadonlyMap<string, Element> | undefined = undefined;

  /** IPFIX: 0 is IANA. Parses the enterprise's files when it is asked for first; throws ConfigError then. */
  find(enterprise: number, id: number): Element | undefined {
    if (this.#waiting.has(enterprise)) this.#parse(enterprise);
    const element = this.#byEnterprise.get(enterprise)?.get(id);
    return element === undefined && enterprise === REVERSE ? this.#reverse(id) : element;
  }

  /** NetFlow v9 has no enterprise numbers; vendors took field types from 32768 on. */
  findV9(id: number): Element | undefined {
    const element = this.find(NETFLOW_V9, id) ?? this.find(0, id);
    if (element !== undefined || id < CISCO_V9_BASE) return element;
    return id > NTOP_V9_BASE ? this.find(NTOP, id - NTOP_V9_BASE) : this.find(CISCO, id - CISCO_V9_BASE);
  }

  /** IANA's element of a name, for those that exporters describe by it (RFC 5610). */
  findByName(name: string): Element | undefined {
    if (this.#byName === undefined) {
      this.find(0, 0);
      const elements = this.#byEnterprise.get(0)?.values() ?? [];
      this.#byName = new Map(Array.from(elements, (element) => [element.name, element]));
    }
    return this.#byName.get(name);
  }

  /** Number of elements; parses all. */
  get size(): number {
    for (const enterprise of this.#waiting.keys()) this.#parse(enterprise);
    let size = 0;
    for (const elements of this.#byEnterprise.values()) size += elements.size;
    return size;
  }

  /** Enterprise numbers, NETFLOW_V9 among them. */
  get enterprises(): readonly number[] {
    return [...new Set([...this.#byEnterprise.keys(), ...this.#waiting.keys()])];
  }

  /** Takes one file's text, to be parsed when its enterprise is asked for; at once where only YAML knows which it is. */
  addLater(file: string, text: string): void {
    const number = /^enterprise: (\d+|netflow_v9)$/m.exec(text)?.[1];
    if (number === undefined) {
      this.add(file, text);
      return;
    }
    const enterprise = number === 'netflow_v9' ? NETFLOW_V9 : Number(number);
    const files = this.#waiting.get(enterprise);
    if (files === undefined) this.#waiting.set(enterprise, [{ file, text }]);
    else files.push({ file, text });
  }

  /** Adds one file's text; its elements replace earlier ones. Throws ConfigError naming file and line. */
  add(file: string, text: string): void {
    const { enterprise, lines } = parseFile(file, text);
    this.#parse(enterprise);
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

  /** Every element of IANA has its reverse one (RFC 5103 §6.1); most of them weir has no use for. */
  #reverse(id: number): Element | undefined {
    const element = this.find(0, id);
    if (element === undefined) return undefined;
    const name = `reverse${element.name.charAt(0).toUpperCase()}${element.name.slice(1)}`;
    return { name, type: element.type, uses: NO_USES };
  }

  #parse(enterprise: number): void {
    const files = this.#waiting.get(enterprise);
    if (files === undefined) return;
    this.#waiting.delete(enterprise);
    for (const { file, text } of files) this.add(file, text);
  }
}

interface ElementFile {
  readonly file: string;
  readonly text: string;
}

/** The files that ship: one per enterprise. */
const SHIPPED = join(packageRoot, 'pipelines', 'elements');

/**
 * All elements that ship, then those of the user's files, which replace single elements of them. A user's file is
 * parsed at once: throws ConfigError for one that cannot be read.
 */
export function loadElements(files: readonly string[] = []): ElementTable {
  const table = new ElementTable();
  for (const name of readdirSync(SHIPPED).sort()) {
    if (!name.endsWith('.yml')) continue;
    const file = join(SHIPPED, name);
    table.addLater(file, readFileSync(file, 'utf8'));
  }
  for (const file of files) table.add(file, readElementFile(file));
  return table;
}

function readElementFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError('templates.elements', file, `a readable file (${(cause as Error).message})`, { cause });
  }
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
const FIELDS: ReadonlyMap<string, TargetField> = new Map(
  // as: they are the keys of these tables
  Object.keys({ ...FILLERS, ...STATED_FILLERS, ...DETAIL_FILLERS, ...COLLECTORS }).map((name) => [
    name,
    name as TargetField,
  ]),
);

const NO_USES: readonly FieldUse[] = [];

function fieldUses(file: string, line: string, text: string | undefined): readonly FieldUse[] {
  if (text === undefined) return NO_USES;
  return text.split(',').map((part) => {
    const match = /^([A-Za-z]\w*)(?:([=*/])(\d+)|([|?]))?$/.exec(part);
    const field = FIELDS.get(match?.[1] ?? '');
    if (field === undefined) throw new ConfigError(file, line, 'a field of the flow');
    const number = Number(match?.[3]);
    const operator = match?.[2];
    return {
      field,
      factor: operator === '*' ? number : operator === '/' ? 1 / number : 1,
      constant: operator === '=' ? number : undefined,
      isUnion: match?.[4] === '|',
      isFallback: match?.[4] === '?',
    };
  });
}
