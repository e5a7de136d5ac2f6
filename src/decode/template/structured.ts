// Lists inside a record (RFC 6313): values of one element, or records of other templates. A flow is one document, so of
// all that lists hold it takes the first meaning of what its record itself does not say: YAF's TCP flags, MAC addresses,
// DNS and TLS names. Only lists that are a field of the flow themselves (BGP communities, AS paths) are taken whole. Read after the record, in a second walk over it, which only templates with lists pay for.
//
//   basicList (§4.5.1)            semantic u8, element id u16, length u16, [enterprise u32,] values
//   subTemplateList (§4.5.2)      semantic u8, template id u16, records
//   subTemplateMultiList (§4.5.3) semantic u8, then often: template id u16, length u16 with this header, records
//
// The semantic is not looked at: exporters write 0, "none of", where they mean all.
// Work is bounded: by depth, and by the number of inner records of one record.

import type { Flow } from '../../flow/flow.ts';
import type { DecodeCounters } from '../counters.ts';
import type { Collector } from './collectors.ts';
import { compilePlan, type ElementFinder, fillFlow, listType, type Plan, variableLength } from './compile.ts';
import type { Domain } from './domain.ts';
import { type FieldReader, type ListType, readerFor, VARIABLE_LENGTH } from './readers.ts';

/** Lists in lists in lists; YAF goes two deep. */
const MAX_DEPTH = 4;
/** Inner records looked at per record, over all of its lists. */
const MAX_RECORDS = 256;

/** Fills `flow` from the lists of the record that fillFlow has just read at `at`. */
export function fillFromLists(
  domain: Domain,
  elements: ElementFinder,
  counters: DecodeCounters,
  plan: Plan,
  flow: Flow,
  view: DataView,
  at: number,
  end: number,
): void {
  new ListReader(domain, elements, counters, flow, view).lists(plan, at, end, 1);
}

class ListReader {
  readonly #domain: Domain;
  readonly #elements: ElementFinder;
  readonly #counters: DecodeCounters;
  readonly #flow: Flow;
  readonly #view: DataView;
  #recordsLeft = MAX_RECORDS;

  constructor(domain: Domain, elements: ElementFinder, counters: DecodeCounters, flow: Flow, view: DataView) {
    this.#domain = domain;
    this.#elements = elements;
    this.#counters = counters;
    this.#flow = flow;
    this.#view = view;
  }

  /** Reads the lists of the record at `from`, whose lengths fillFlow has checked. */
  lists(plan: Plan, from: number, end: number, depth: number): void {
    const view = this.#view;
    let at = from + plan.fixedLength;
    for (const field of plan.walk ?? []) {
      let length = field.length;
      if (length === VARIABLE_LENGTH) {
        length = variableLength(view, at, end);
        at += view.getUint8(at) === 255 ? 3 : 1;
      }
      if (field.list !== undefined && length > 0) this.#list(field.list, field.collector, at, at + length, depth);
      at += length;
    }
  }

  #list(type: ListType, collector: Collector | undefined, at: number, end: number, depth: number): void {
    switch (type) {
      case 'basicList':
        this.#basicList(collector, at, end, depth);
        break;
      case 'subTemplateList':
        if (end - at < 3) this.#counters.listsMalformed++;
        else this.#subTemplate(this.#view.getUint16(at + 1), at + 3, end, depth);
        break;
      case 'subTemplateMultiList':
        this.#multiList(at + 1, end, depth);
        break;
    }
  }

  /** Values of one element are records of one field. */
  #basicList(collector: Collector | undefined, from: number, end: number, depth: number): void {
    const view = this.#view;
    const isEnterprise = end - from >= 5 && view.getUint16(from + 1) >= 0x8000;
    const at = from + (isEnterprise ? 9 : 5);
    if (end < at) {
      this.#counters.listsMalformed++;
      return;
    }
    const id = view.getUint16(from + 1) & 0x7fff;
    const length = view.getUint16(from + 3);
    const enterprise = isEnterprise ? view.getUint32(from + 5) : 0;
    const element = this.#elements.find(enterprise, id);
    if (collector !== undefined) {
      const read = element === undefined ? undefined : readerFor(element.type, length);
      if (length > 0 && read !== undefined) this.#collect(collector, read, length, at, end);
      return;
    }
    // Most lists hold what no field of the flow is made of.
    if (length === 0 || element === undefined || (element.uses.length === 0 && listType(element) === undefined)) return;
    // Made anew each time, about 1 µs: a cache by element and length would have to be bounded against forged ones.
    const plan = compilePlan([{ enterprise, id, length }], this.#elements, this.#counters, true);
    this.#records(plan, length === VARIABLE_LENGTH ? 1 : length, at, end, depth);
  }

  #collect(collector: Collector, read: FieldReader, fieldLength: number, from: number, end: number): void {
    const view = this.#view;
    let at = from;
    while (at < end) {
      let length = fieldLength;
      if (length === VARIABLE_LENGTH) {
        length = variableLength(view, at, end);
        at += view.getUint8(at) === 255 ? 3 : 1;
      }
      if (length < 0 || length > end - at) {
        this.#counters.listsMalformed++;
        return;
      }
      if (this.#recordsLeft-- <= 0) {
        this.#counters.listsLimited++;
        return;
      }
      const value = length === 0 ? undefined : read(view, at, length);
      if (typeof value === 'number' || typeof value === 'string') collector(this.#flow, value);
      at += length;
    }
  }

  #multiList(from: number, end: number, depth: number): void {
    let at = from;
    while (end - at >= 4) {
      const id = this.#view.getUint16(at);
      const length = this.#view.getUint16(at + 2);
      if (length < 4 || length > end - at) {
        this.#counters.listsMalformed++;
        return;
      }
      this.#subTemplate(id, at + 4, at + length, depth);
      at += length;
    }
  }

  #subTemplate(id: number, at: number, end: number, depth: number): void {
    if (at === end) return;
    const template = this.#domain.templates.get(id);
    if (template === undefined || template.isOptions) {
      this.#counters.listsWithoutTemplate++;
      return;
    }
    template.touchedMs = Math.max(template.touchedMs, this.#flow.receivedMs);
    this.#domain.described?.refresh(template, this.#flow.receivedMs, false);
    template.listPlan ??= compilePlan(template.fields, this.#elements, this.#counters, true);
    this.#records(template.listPlan, template.minimumLength, at, end, depth);
  }

  #records(plan: Plan, minimum: number, from: number, end: number, depth: number): void {
    if (plan.conditional.length === 0 && plan.walk === undefined) return;
    let at = from;
    while (end - at >= minimum) {
      if (this.#recordsLeft-- <= 0) {
        this.#counters.listsLimited++;
        return;
      }
      const next = fillFlow(plan, this.#flow, this.#view, at, end);
      if (next < 0) {
        this.#counters.listsMalformed++;
        return;
      }
      if (plan.hasLists) {
        if (depth < MAX_DEPTH) this.lists(plan, at, next, depth + 1);
        else this.#counters.listsLimited++;
      }
      at = next;
    }
  }
}
