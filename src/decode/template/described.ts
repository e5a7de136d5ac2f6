// What exporters tell about elements of their own (RFC 5610): option records that give the type and name of an
// enterprise element. Where no table has the element, its type makes lists readable, and a text whose name is IANA's
// means what IANA's means. Kept per domain, bounded, and not saved: exporters repeat it like their templates.

import { type ElementFinder, type TemplateField, variableLength } from './compile.ts';
import type { Element, ElementTable } from './elements.ts';
import { type ElementType, readText, readUnsigned, VARIABLE_LENGTH } from './readers.ts';
import type { Domain } from './store.ts';

const ELEMENT_ID = 303;
const DATA_TYPE = 339;
const NAME = 341;
const ENTERPRISE = 346;

/** Elements learned per domain; an exporter of everything that YAF knows tells some 500. */
const MAX_ELEMENTS = 1024;

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

  /** True where this is news, and there is room for it. The first description of an element stays. */
  learn(enterprise: number, id: number, type: ElementType, name: string): boolean {
    if (this.#size >= MAX_ELEMENTS || this.find(enterprise, id) !== undefined) return false;
    let elements = this.#byEnterprise.get(enterprise);
    if (elements === undefined) {
      elements = new Map();
      this.#byEnterprise.set(enterprise, elements);
    }
    // Texts only: a count or an address of a vendor's own may be of the other direction, or of a tunnel.
    const known = type === 'string' ? this.#table.findByName(0, name) : undefined;
    elements.set(id, { name, type, uses: known?.type === type ? known.uses : [] });
    this.#size++;
    return true;
  }
}

/** True for the fields of an option record that describes elements. */
export function describesElements(fields: readonly TemplateField[]): boolean {
  const has = (id: number) => fields.some((field) => field.enterprise === 0 && field.id === id);
  return has(ELEMENT_ID) && has(DATA_TYPE) && has(ENTERPRISE);
}

/** Learns from the option record at `at`, which lies before `end` as a whole. */
export function learnElement(
  domain: Domain,
  table: ElementTable,
  fields: readonly TemplateField[],
  view: DataView,
  at: number,
  end: number,
): void {
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
  if (id === undefined || enterprise === 0 || elementType === undefined) return;
  domain.described ??= new DescribedElements(table);
  // Exporters may write the element with the enterprise bit (§3.9).
  if (domain.described.learn(enterprise, id & 0x7fff, elementType, name)) forgetPlans(domain, enterprise, id & 0x7fff);
}

/** Templates with the element are compiled anew. At most MAX_ELEMENTS times per domain, one look at each field. */
function forgetPlans(domain: Domain, enterprise: number, id: number): void {
  for (const template of domain.templates.values()) {
    if (!template.fields.some((field) => field.id === id && field.enterprise === enterprise)) continue;
    template.plan = undefined;
    template.listPlan = undefined;
  }
}
