// What exporters tell about elements of their own (RFC 5610): option records that give the type and name of an
// enterprise element. Where no table has the element, its type makes lists readable, and a text whose name is IANA's
// means what IANA's means. Kept per domain, bounded, and saved with its templates: exporters may tell it once only.

import { type ElementFinder, type TemplateField, variableLength } from './compile.ts';
import type { Domain } from './domain.ts';
import type { Element, ElementTable } from './elements.ts';
import { type ElementType, readText, readUnsigned, VARIABLE_LENGTH } from './readers.ts';
import type { Template } from './template.ts';

const ELEMENT_ID = 303;
const DATA_TYPE = 339;
const NAME = 341;
const ENTERPRISE = 346;

/** Elements learned per domain; an exporter of everything that YAF knows tells some 500. */
const MAX_ELEMENTS = 1024;
/** How long a plan is used before it is made anew for a few new descriptions. */
const RENEW_MS = 60_000;

/** By the number of informationElementDataType (RFC 5610 §3.1). */
const TYPES: readonly ElementType[] = [
  'octetArray',
  'unsigned8',
  'unsigned16',
  'unsigned32',
  'unsigned64',
  'signed8',
  'signed16',
  'signed32',
  'signed64',
  'float32',
  'float64',
  'boolean',
  'macAddress',
  'string',
  'dateTimeSeconds',
  'dateTimeMilliseconds',
  'dateTimeMicroseconds',
  'dateTimeNanoseconds',
  'ipv4Address',
  'ipv6Address',
  'basicList',
  'subTemplateList',
  'subTemplateMultiList',
  'unsigned256',
];

/** An element as it is saved: enterprise, id, type, and the name where it means something. */
export type SavedElement = readonly [enterprise: number, id: number, type: ElementType, name: string];

/** The elements of the tables, and behind them those that one domain described. */
export class DescribedElements implements ElementFinder {
  readonly #table: ElementTable;
  readonly #byEnterprise = new Map<number, Map<number, Element>>();
  #size = 0;

  constructor(table: ElementTable) {
    this.#table = table;
  }

  find(enterprise: number, id: number): Element | undefined {
    return this.#table.find(enterprise, id) ?? this.#byEnterprise.get(enterprise)?.get(id);
  }

  findV9(id: number): Element | undefined {
    return this.#table.findV9(id);
  }

  /** Elements learned. */
  get size(): number {
    return this.#size;
  }

  /** True where this is news, and there is room for it. The first description of an element stays. */
  learn(enterprise: number, id: number, type: ElementType, name: string): boolean {
    if (this.#size >= MAX_ELEMENTS || this.find(enterprise, id) !== undefined) return false;
    let elements = this.#byEnterprise.get(enterprise);
    if (elements === undefined) {
      elements = new Map();
      this.#byEnterprise.set(enterprise, elements);
    }
    // Texts only: a count or an address of a vendor's own may be of the other direction, or of a tunnel.
    const known = type === 'string' ? this.#table.findByName(name) : undefined;
    // A name that means nothing here is not kept: it may be as long as a datagram.
    elements.set(id, known?.type === type ? known : { name: '', type, uses: [] });
    this.#size++;
    return true;
  }

  /** All of them, for learn() of another one. */
  save(): SavedElement[] {
    return [...this.#byEnterprise].flatMap(([enterprise, elements]) =>
      [...elements].map(([id, { type, name }]): SavedElement => [enterprise, id, type, name]),
    );
  }

  /**
   * Has a template compiled anew where elements were described since: at most ten times by their number (each time twice
   * as many), then once a minute, so that descriptions between records cannot cost a compilation each; and whenever the
   * template itself `cameAgain`, whose octets pay for it.
   */
  refresh(template: Template, nowMs: number, cameAgain: boolean): void {
    const size = this.#size;
    const last = template.describedSize;
    if (last === size) return;
    if (last > 0 && size < last * 2 && nowMs - template.describedMs < RENEW_MS && !cameAgain) return;
    template.describedSize = size;
    template.describedMs = nowMs;
    template.plan = undefined;
    template.listPlan = undefined;
  }
}

/** Takes back what save() gave; elements learned. Throws TypeError where it is no such thing. */
export function restoreElements(domain: Domain, table: ElementTable, saved: readonly SavedElement[]): number {
  domain.described ??= new DescribedElements(table);
  let learned = 0;
  for (const [enterprise, id, type, name] of saved) {
    if (typeof enterprise !== 'number' || typeof id !== 'number' || typeof name !== 'string' || !TYPES.includes(type)) {
      throw new TypeError('an element expected');
    }
    if (domain.described.learn(enterprise, id, type, name)) learned++;
  }
  return learned;
}

/** True for the fields of an option record that describes elements. */
export function describesElements(fields: readonly TemplateField[]): boolean {
  const has = (id: number) => fields.some((field) => field.enterprise === 0 && field.id === id);
  return has(ELEMENT_ID) && has(DATA_TYPE) && has(ENTERPRISE);
}

/** Learns from the option record at `at`, which lies before `end` as a whole; true where it told something new. */
export function learnElement(
  domain: Domain,
  table: ElementTable,
  fields: readonly TemplateField[],
  view: DataView,
  at: number,
  end: number,
): boolean {
  let id: number | undefined;
  let enterprise = 0;
  let type: number | undefined;
  let name = '';
  for (const field of fields) {
    let { length } = field;
    if (length === VARIABLE_LENGTH) {
      length = variableLength(view, at, end);
      at += view.getUint8(at) === 255 ? 3 : 1;
    }
    if (field.enterprise === 0) {
      if (field.id === ELEMENT_ID) id = readUnsigned(view, at, length);
      else if (field.id === ENTERPRISE) enterprise = readUnsigned(view, at, length) ?? 0;
      else if (field.id === DATA_TYPE) type = readUnsigned(view, at, length);
      else if (field.id === NAME) name = readText(view, at, length) ?? '';
    }
    at += length;
  }
  const elementType = TYPES[type ?? -1];
  if (id === undefined || enterprise === 0 || elementType === undefined) return false;
  domain.described ??= new DescribedElements(table);
  // Exporters may write the element with the enterprise bit (§3.9).
  return domain.described.learn(enterprise, id & 0x7fff, elementType, name);
}
