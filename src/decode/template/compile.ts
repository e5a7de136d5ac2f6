// A template becomes a plan: which octets go through which reader into which field of the flow. Made once per template,
// when its first record comes; then one loop over its steps per record. No code is generated: that would be somewhat
// faster still, and not worth its risks.
//
//   fixed template      steps with offsets from the record's start
//   variable template   such steps for the fields before the first variable one, then a walk over the rest
//
// Of two elements that fill the same field the first one that is not empty wins; of one element that is repeated the
// first. Values of collectors.ts are added to one another, bits of `field|` united, and so are TCP flags of different
// elements. A packet inside the packet goes to the flow's tunnel (inner.ts).

import type { Flow, FlowField } from '../../flow/flow.ts';
import type { DetailField } from '../../flow/flow-details.ts';
import type { StatedField } from '../../flow/stated-fields.ts';
import type { DecodeCounters } from '../counters.ts';
import { COLLECTORS, type CollectedField, type Collector } from './collectors.ts';
import { type Element, type FieldUse, NETFLOW_V9, type TargetField } from './elements.ts';
import { DETAIL_FILLERS, FILLERS, type Filler, type MakeFiller, STATED_FILLERS } from './fillers.ts';
import { fillInner, hasInnerPacket, type InnerField, isInnerField, settleInner } from './inner.ts';
import { type FieldReader, type ListType, readerFor, VARIABLE_LENGTH } from './readers.ts';

/** One field of a template as it stands on the wire; length 65535 is variable. */
export interface TemplateField {
  /** 0 IANA, or NETFLOW_V9. */
  readonly enterprise: number;
  readonly id: number;
  readonly length: number;
}

type Mode = 'first' | 'ifEmpty' | 'ifAbsent' | 'collect' | 'union' | 'inner';

/** Where elements are looked up: the table, or what a domain adds to it. */
export interface ElementFinder {
  find(enterprise: number, id: number): Element | undefined;
  findV9(id: number): Element | undefined;
}

export interface FieldStep {
  readonly field: TargetField;
  /** The part of the flow that has `field`. */
  readonly owner: 'flow' | 'stated' | 'details';
  readonly mode: Mode;
  /** From the record's start; unused in a walk. */
  readonly offset: number;
  readonly length: number;
  readonly read: FieldReader;
  /** `read` and store, where nothing else needs to be looked at. */
  readonly fill: Filler;
}

/** A field of the walk; no steps: it is skipped. */
interface WalkField {
  readonly length: number;
  readonly steps: readonly FieldStep[];
  /** Values or records inside, for structured.ts. */
  readonly list: ListType | undefined;
  /** Takes all values of a basicList; undefined where they are looked at one by one, as elements of their own. */
  readonly collector: Collector | undefined;
}

export interface Plan {
  /** Octets of the fields before the first variable one. */
  readonly fixedLength: number;
  /** Steps of the fixed part that simply assign. */
  readonly steps: readonly FieldStep[];
  /** Steps of the fixed part with conditions. */
  readonly conditional: readonly FieldStep[];
  /** From the first variable field or list on; undefined where there is neither. */
  readonly walk: readonly WalkField[] | undefined;
  readonly hasLists: boolean;
  /** A second packet is told, inside the first. */
  readonly hasInner: boolean;
  /** Records name a sampler whose interval option data tells. */
  readonly statesSampler: boolean;
}

/** Fewest octets a record of these fields takes: a variable field has at least its length octet. */
export function minimumLength(fields: readonly TemplateField[]): number {
  let length = 0;
  for (const field of fields) length += field.length === VARIABLE_LENGTH ? 1 : field.length;
  return length;
}

export function findElement(elements: ElementFinder, field: TemplateField): Element | undefined {
  return field.enterprise === NETFLOW_V9 ? elements.findV9(field.id) : elements.find(field.enterprise, field.id);
}

/**
 * The plan for flow records of these fields. Counts fields that no table names or that do not fit.
 * @param isInner for records inside a list: they only fill what is absent
 */
export function compilePlan(
  fields: readonly TemplateField[],
  elements: ElementFinder,
  counters: DecodeCounters,
  isInner = false,
): Plan {
  const steps: FieldStep[] = [];
  const conditional: FieldStep[] = [];
  const filled = new Map<TargetField, Element>();
  const seen = new Set<Element>();
  const found = fields.map((field) => findElement(elements, field));
  const hasInner = hasInnerPacket(found);
  let offset = 0;
  let walk: WalkField[] | undefined;
  let hasLists = false;
  for (const [index, field] of fields.entries()) {
    const element = found[index];
    const list = listType(element);
    if (list !== undefined) hasLists = true;
    if (field.length === VARIABLE_LENGTH || list !== undefined) walk ??= [];
    const made = stepsOf(field, offset, element, { filled, seen, isInner, hasInner }, counters);
    if (walk !== undefined) {
      // Fields of no octets are left out, so that no record takes more steps than it has octets.
      if (field.length > 0) walk.push({ length: field.length, steps: made, list, collector: collectorOf(element) });
    } else {
      for (const step of made) (step.mode === 'first' ? steps : conditional).push(step);
      offset += field.length;
    }
  }
  const statesSampler = SAMPLER_FIELDS.some((field) => filled.has(field));
  return { fixedLength: offset, steps, conditional, walk, hasLists, hasInner, statesSampler };
}

const SAMPLER_FIELDS: readonly StatedField[] = ['samplerId', 'selectorId', 'selectionSequenceId', 'samplerName'];

/** What the fields before have filled, and of what kind the record is. */
interface Filled {
  readonly filled: Map<TargetField, Element>;
  readonly seen: Set<Element>;
  /** A record inside a list. */
  readonly isInner: boolean;
  /** A record with a second packet. */
  readonly hasInner: boolean;
}

function stepsOf(
  field: TemplateField,
  offset: number,
  element: Element | undefined,
  before: Filled,
  counters: DecodeCounters,
): FieldStep[] {
  if (element === undefined) {
    if (field.enterprise > 0) counters.enterpriseElementsUnknown++;
    else counters.elementsUnknown++;
    return [];
  }
  if (element.uses.length === 0 || field.length === 0 || listType(element) !== undefined) return [];
  const { filled, seen } = before;
  const isRepeated = seen.has(element);
  seen.add(element);
  const read = readerFor(element.type, field.length);
  if (read === undefined) {
    counters.elementsMisfit++;
    return [];
  }
  const steps: FieldStep[] = [];
  for (const use of element.uses) {
    const mode = modeOf(use, before);
    if (isRepeated && mode !== 'collect' && mode !== 'inner' && !use.isUnion) continue;
    // Behind a fallback the field is as good as empty: the element that is meant may still come.
    if (!use.isFallback && !filled.has(use.field)) filled.set(use.field, element);
    steps.push(makeStep(use, mode, offset, field.length, read));
  }
  return steps;
}

/** The kind of list that an element holds; undefined where it is none. */
export function listType(element: Element | undefined): ListType | undefined {
  switch (element?.type) {
    case 'basicList':
    case 'subTemplateList':
    case 'subTemplateMultiList':
      return element.type;
    default:
      return undefined;
  }
}

/** Where the values of a list of one element go all together. */
function collectorOf(element: Element | undefined): Collector | undefined {
  if (listType(element) !== 'basicList') return undefined;
  const field = element?.uses[0]?.field;
  return field === undefined ? undefined : COLLECTORS[field as CollectedField]; // as: else undefined
}

function modeOf(use: FieldUse, { filled, isInner, hasInner }: Filled): Mode {
  if (use.field in COLLECTORS) return 'collect';
  if (hasInner && filled.has(use.field) && isInnerField(use.field)) return 'inner';
  if (use.isUnion) return 'union';
  if (isInner) return 'ifAbsent';
  if (use.field === 'tcpFlags' && filled.has('tcpFlags')) return 'union';
  return use.isFallback || filled.has(use.field) ? 'ifEmpty' : 'first';
}

function makeStep(use: FieldUse, mode: Mode, offset: number, length: number, readElement: FieldReader): FieldStep {
  const { field } = use;
  const read = adjusted(readElement, use);
  return { field, owner: ownerOf(field), mode, offset, length, read, fill: fillerOf(field, read) };
}

function ownerOf(field: TargetField): FieldStep['owner'] {
  if (field in STATED_FILLERS) return 'stated';
  return field in DETAIL_FILLERS ? 'details' : 'flow';
}

function fillerOf(field: TargetField, read: FieldReader): Filler {
  const collector = COLLECTORS[field as CollectedField]; // as: else undefined
  if (collector !== undefined) {
    return (flow, view, at, length) => {
      const value = read(view, at, length);
      if (typeof value === 'number' || typeof value === 'string') collector(flow, value);
    };
  }
  // as: elements.ts takes names from these tables
  const make =
    FILLERS[field as FlowField] ?? STATED_FILLERS[field as StatedField] ?? DETAIL_FILLERS[field as DetailField];
  return (make as MakeFiller<unknown>)(read);
}

function adjusted(read: FieldReader, use: FieldUse): FieldReader {
  const { constant, factor } = use;
  if (constant !== undefined) return () => constant;
  if (factor === 1) return read;
  return (view, at, length) => {
    const value = read(view, at, length);
    return typeof value === 'number' ? value * factor : undefined;
  };
}

/**
 * Fills the flow from the record at `at`. The caller guarantees that the fixed part lies before `end`.
 * Returns the octet after the record, or -1 where a variable field runs past `end`.
 */
export function fillFlow(plan: Plan, flow: Flow, view: DataView, at: number, end: number): number {
  const { steps, conditional, walk } = plan;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    step.fill(flow, view, at + step.offset, step.length);
  }
  for (let i = 0; i < conditional.length; i++) {
    const step = conditional[i]!;
    fillConditionally(step, flow, view, at + step.offset, step.length);
  }
  at += plan.fixedLength;
  if (walk !== undefined) at = fillWalking(walk, flow, view, at, end);
  if (plan.hasInner) settleInner(flow);
  return at;
}

function fillWalking(walk: readonly WalkField[], flow: Flow, view: DataView, from: number, end: number): number {
  let at = from;
  for (let i = 0; i < walk.length; i++) {
    const field = walk[i]!;
    let length = field.length;
    if (length === VARIABLE_LENGTH) {
      length = variableLength(view, at, end);
      if (length < 0) return -1;
      at += view.getUint8(at) === 255 ? 3 : 1;
    }
    if (length > end - at) return -1;
    if (length > 0) {
      for (let j = 0; j < field.steps.length; j++) {
        const step = field.steps[j]!;
        if (step.mode === 'first') step.fill(flow, view, at, length);
        else fillConditionally(step, flow, view, at, length);
      }
    }
    at += length;
  }
  return at;
}

/** Length of a variable field (RFC 7011 §7: one octet, or 255 and two); -1 where even that is cut off. */
export function variableLength(view: DataView, at: number, end: number): number {
  if (at >= end) return -1;
  const length = view.getUint8(at);
  if (length < 255) return length;
  return at + 3 > end ? -1 : view.getUint16(at + 1);
}

function fillConditionally(step: FieldStep, flow: Flow, view: DataView, at: number, length: number): void {
  if (step.mode === 'collect') {
    step.fill(flow, view, at, length);
  } else if (step.mode === 'union') {
    // Only TCP flags are told in parts (YAF: those of the first packet, and of all later ones).
    const bits = step.read(view, at, length);
    if (typeof bits === 'number') flow.tcpFlags = (flow.tcpFlags ?? 0) | bits;
  } else if (step.mode === 'inner') {
    fillInner(flow, step.field as InnerField, step.read(view, at, length)); // as: modeOf has looked
  } else {
    const current = currentValue(step, flow);
    if (step.mode === 'ifAbsent' ? current !== undefined : !isEmpty(current)) return;
    if (step.read(view, at, length) !== undefined) step.fill(flow, view, at, length);
  }
}

function currentValue(step: FieldStep, flow: Flow): unknown {
  // as: `owner` says so
  switch (step.owner) {
    case 'flow':
      return flow[step.field as FlowField];
    case 'stated':
      return flow.stated?.[step.field as StatedField];
    case 'details':
      return flow.details?.[step.field as DetailField];
  }
}

/** Values that exporters write where they know nothing. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === 0 || value === '0.0.0.0' || value === '::' || value === '00-00-00-00-00-00';
}
