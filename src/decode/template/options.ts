// Option records (RFC 7011 §3.4.2.2, RFC 3954 §6): what an exporter tells about itself. Read here into a Map by element,
// and made into facts by option-sampling.ts and option-names.ts. Option records are never flows, and come a few per
// minute, so this asks a Map questions instead of compiling steps.

import { findElement, type TemplateField, variableLength } from './compile.ts';
import { type Element, type ElementTable, NETFLOW_V9 } from './elements.ts';
import { type FieldReader, type FieldValue, readerFor, readUnsigned, VARIABLE_LENGTH } from './readers.ts';
import { NETFLOW_V9_SCOPE } from './template.ts';

/** Stands for whatever element tells the exporter's name. */
export const EXPORTER_NAME = -2;
export const INGRESS_INTERFACE = 10;
export const SELECTOR_ID = 302;
export const TEMPLATE_ID = 145;
const OBSERVATION_DOMAIN_ID = 149;

/** Scope types of NetFlow v9 (RFC 3954 §6.1) that are elements in IPFIX. System, line card and cache restrict nothing. */
const V9_SCOPES: Readonly<Record<number, number>> = { 2: INGRESS_INTERFACE, 5: TEMPLATE_ID };

interface OptionField {
  /** IANA element id, or -1 for what no fact is made of. */
  readonly id: number;
  readonly length: number;
  readonly isScope: boolean;
  readonly read: FieldReader | undefined;
}

export type OptionPlan = readonly OptionField[];

/** Octets of a value that are looked at: names, not payloads. Memory for facts counts on it (memory.ts). */
const MAX_VALUE = 256;
/** Selectors of a sequence; PSAMP devices have two or three. */
const MAX_SELECTORS = 16;

/** What one option record says. */
export class OptionValues {
  /** By IANA element; the first of repeated elements, which is the scope. */
  readonly #values = new Map<number, FieldValue>();
  /** All selector ids that are no scope: those of a selection sequence. */
  readonly selectors: number[] = [];
  /** The observation domain that the record is about, where its scope names one. */
  domainId: number | undefined = undefined;

  number(id: number): number | undefined {
    const value = this.#values.get(id);
    return typeof value === 'number' ? value : undefined;
  }

  text(id: number): string | undefined {
    const value = this.#values.get(id);
    return typeof value === 'string' ? value : undefined;
  }

  /**
   * Numbers of what the record is about, stated by any of these elements. Devices write 0 into the one that does not
   * apply; 0 alone is a number as any other.
   */
  numbers(ids: readonly number[]): readonly number[] {
    const stated = new Set<number>();
    for (const id of ids) {
      const value = this.number(id);
      if (value !== undefined) stated.add(value);
    }
    if (stated.size > 1) stated.delete(0);
    return [...stated];
  }

  take(field: OptionField, value: FieldValue): void {
    if (field.id === SELECTOR_ID && !field.isScope && typeof value === 'number') {
      if (this.selectors.length < MAX_SELECTORS) this.selectors.push(value);
    }
    if (field.id === OBSERVATION_DOMAIN_ID && field.isScope && typeof value === 'number') this.domainId = value;
    if (!this.#values.has(field.id)) this.#values.set(field.id, value);
  }
}

/** How option records of these fields are read; the first `scopeCount` are scopes. */
export function compileOptions(
  fields: readonly TemplateField[],
  scopeCount: number,
  elements: ElementTable,
): OptionPlan {
  const plan = fields.map((field, i): OptionField => {
    const { length } = field;
    const isScope = i < scopeCount;
    if (field.enterprise === NETFLOW_V9_SCOPE) {
      const id = V9_SCOPES[field.id];
      return { id: id ?? -1, length, isScope, read: id === undefined ? undefined : readUnsigned };
    }
    const element = findElement(elements, field);
    const id = element === undefined ? -1 : factOf(field, element);
    return {
      id,
      length,
      isScope,
      read: element === undefined || id === -1 ? undefined : readerFor(element.type, length),
    };
  });
  // Fields of no octets say nothing, and would make records take more steps than they have octets.
  return plan.filter((field) => field.length > 0);
}

/** IANA's elements by their id; of enterprises' ones only those count that tell the exporter's name. */
function factOf(field: TemplateField, element: Element): number {
  if (element.uses.some((use) => use.field === 'exporterName')) return EXPORTER_NAME;
  return field.enterprise === 0 || field.enterprise === NETFLOW_V9 ? field.id : -1;
}

/** Reads the option record at `at` into `values`; the octet after it, or -1 where it runs past `end`. */
export function readOptions(plan: OptionPlan, values: OptionValues, view: DataView, at: number, end: number): number {
  for (const field of plan) {
    let length = field.length;
    if (length === VARIABLE_LENGTH) {
      length = variableLength(view, at, end);
      if (length < 0) return -1;
      at += view.getUint8(at) === 255 ? 3 : 1;
    }
    if (length > end - at) return -1;
    if (field.read !== undefined && length > 0) values.take(field, field.read(view, at, Math.min(length, MAX_VALUE)));
    at += length;
  }
  return at;
}
