// Sets of NetFlow v9 and IPFIX, once their protocol has framed them: template sets teach, data sets become flows or
// facts, and what has no template yet waits.

import { type DecodeContext, deliver, type Message, newFlow } from '../context.ts';
import { DecodeError } from '../errors.ts';
import { Reader } from '../reader.ts';
import { compilePlan, fillFlow } from './compile.ts';
import type { FactWriter } from './fact-writer.ts';
import { decodeOptionRecord } from './option-records.ts';
import type { OptionWaits, WaitingRecords } from './option-waits.ts';
import { borrowedTemplate, borrowInNeed } from './other-ports.ts';
import type { PendingSet, PendingSets } from './pending.ts';
import { fillFromLists } from './structured.ts';
import { readTemplateFields, readTemplateHeader, skipTemplateFields, Template } from './template.ts';

/** Set ids from here on are template ids (RFC 7011 §3.3.2, RFC 3954 §5.2). */
export const FIRST_TEMPLATE_ID = 256;

/** The context of protocols with templates. */
export interface SetContext extends DecodeContext {
  readonly pending: PendingSets;
  readonly factWriter: FactWriter;
  readonly waits: OptionWaits;
}

/**
 * Learns the templates of a set's content. A template that is cut off ends the set and is counted, not thrown: the
 * message's other sets are unharmed (DESIGN §5.5).
 */
export function decodeTemplateSet(
  context: SetContext,
  message: Message,
  isOptions: boolean,
  view: DataView,
  from: number,
  to: number,
): void {
  const reader = new Reader(view, message.protocol, from, to);
  try {
    // Each round takes at least 4 octets. What is shorter is padding, and so is an id of 0.
    while (reader.remaining >= 4 && decodeTemplate(context, message, isOptions, reader));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    context.counters.templatesMalformed++;
  }
}

/** Reads one template record; false where padding begins. */
function decodeTemplate(context: SetContext, message: Message, isOptions: boolean, reader: Reader): boolean {
  const { counters, templates } = context;
  const { domain } = message;
  const start = reader.at;
  const header = readTemplateHeader(reader, isOptions);
  if (header.fieldCount === 0 && message.protocol === 'ipfix' && header.id !== 0) {
    withdraw(context, message, isOptions, header.id);
    return true;
  }
  if (header.id < FIRST_TEMPLATE_ID) return false;
  const known = domain.templates.get(header.id);
  if (!templates.hasRoom(domain, header.id, header.fieldCount)) {
    skipTemplateFields(reader, header);
    counters.templatesRefused++;
    return true;
  }
  const fields = readTemplateFields(reader, header);
  const octets = new Uint8Array(reader.view.buffer, reader.view.byteOffset + start, reader.at - start);
  if (known !== undefined && known.isOptions === isOptions && isSame(known.raw, octets)) {
    known.touchedMs = message.receivedMs;
    domain.described?.refresh(known, message.receivedMs, true);
    return true;
  }
  const { protocol, receivedMs } = message;
  const template = new Template(protocol, header.id, isOptions, fields, header.scopeCount, octets.slice(), receivedMs);
  // Records of no octets would be endless.
  if (template.minimumLength === 0) {
    counters.templatesMalformed++;
    return true;
  }
  templates.put(domain, template);
  if (known === undefined) counters.templatesLearned++;
  else counters.templatesChanged++;
  for (const set of context.pending.take(domain, template.id)) decodePending(context, set, template);
  return true;
}

/** Template withdrawal (RFC 7011 §8.1): one, or all of its kind by the id of the set. */
function withdraw(context: SetContext, message: Message, isOptions: boolean, id: number): void {
  const { counters, templates } = context;
  const { domain } = message;
  if (id >= FIRST_TEMPLATE_ID) {
    if (templates.remove(domain, id)) counters.templatesWithdrawn++;
  } else if (id === (isOptions ? 3 : 2)) {
    counters.templatesWithdrawn += templates.removeAll(domain, isOptions);
  } else {
    counters.templatesMalformed++;
  }
}

/** Decodes a data set's content, or parks it until its template comes. */
export function decodeDataSet(
  context: SetContext,
  message: Message,
  setId: number,
  view: DataView,
  from: number,
  to: number,
): void {
  const template = message.domain.templates.get(setId);
  if (template !== undefined) {
    decodeOrHold(context, message, template, view, from, to, 0, true);
    return;
  }
  const borrowed = borrowedTemplate(message, setId);
  if (borrowed !== undefined) {
    context.counters.setsByOtherPort++;
    decodeOrHold(context, message, borrowed, view, from, to, 0, true);
    return;
  }
  context.counters.setsWithoutTemplate++;
  message.exporter.setsWithoutTemplate++;
  message.hasUncounted = true;
  if (to === from) return;
  if (!context.pending.hasRoom(message.domain, to - from)) {
    const template = borrowInNeed(context, message, setId);
    if (template !== undefined) {
      decodeInNeed(context, message, template, view, from, to);
      return;
    }
  }
  context.pending.park(message, setId, view, from, to, from);
}

/** Decodes a set that has no room to wait with the template of another port, after those that had. */
function decodeInNeed(
  context: SetContext,
  message: Message,
  template: Template,
  view: DataView,
  from: number,
  to: number,
): void {
  for (const set of context.pending.take(message.domain, template.id)) {
    context.counters.setsByOtherPort++;
    decodePending(context, set, template);
  }
  context.counters.setsByOtherPort++;
  decodeOrHold(context, message, template, view, from, to, 0, false);
}

/** Decodes a set that has waited, with the template that it waited for. */
export function decodePending(context: SetContext, set: PendingSet, template: Template): void {
  const { octets } = set;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  context.counters.setsRecovered++;
  decodeOrHold(context, set.message, template, view, 0, octets.length, set.offset, false);
}

/** Decodes records that have waited for option data. */
export function resumeRecords(context: SetContext, records: WaitingRecords): void {
  const { message, template, octets, offset } = records;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  decodeRecords(context, message, template, view, 0, octets.length, offset, false);
}

/**
 * Decodes a set's content, or lets it wait where its exporter is new.
 * @param base where the view's first octet stood in the datagram
 * @param counts the message is being read, and its records are counted
 */
function decodeOrHold(
  context: SetContext,
  message: Message,
  template: Template,
  view: DataView,
  from: number,
  to: number,
  base: number,
  counts: boolean,
): void {
  if (
    message.exporter.isNew &&
    !template.isOptions &&
    to > from &&
    context.waits.holdNew(message, template, view, from, to, base + from)
  ) {
    if (counts) countHeld(message, template, to - from);
  } else {
    decodeRecords(context, message, template, view, from, to, base, counts);
  }
}

/** Records that wait belong to their message all the same. */
function countHeld(message: Message, template: Template, octets: number): void {
  if (template.isVariable) message.hasUncounted = true;
  else message.records += Math.floor(octets / template.minimumLength);
}

function decodeRecords(
  context: SetContext,
  message: Message,
  template: Template,
  view: DataView,
  from: number,
  to: number,
  base: number,
  counts: boolean,
): void {
  template.touchedMs = Math.max(template.touchedMs, message.receivedMs);
  message.domain.described?.refresh(template, message.receivedMs, false);
  let at = from;
  // Each record takes at least minimumLength ≥ 1 octets; a rest shorter than that is padding (RFC 7011 §3.3.1).
  while (to - at >= template.minimumLength) {
    const next = template.isOptions
      ? decodeOptionRecord(context, message, template, view, at, to)
      : decodeFlowRecord(context, message, template, view, at, to, base);
    if (next === HELD) {
      if (counts) countHeld(message, template, to - at);
      return;
    }
    if (next < 0) {
      context.counters.recordsTruncated++;
      message.hasUncounted = true;
      return;
    }
    if (counts) message.records++;
    at = next;
  }
}

/** In place of the octet after a record: it waits, and so do those behind it. */
const HELD = -2;

function decodeFlowRecord(
  context: SetContext,
  message: Message,
  template: Template,
  view: DataView,
  at: number,
  to: number,
  base: number,
): number {
  const { domain, exporter } = message;
  template.plan ??= compilePlan(template.fields, domain.described ?? context.elements(), context.counters);
  const flow = newFlow(exporter, domain.facts, message.protocol, message.datagramId, message.receivedMs, base + at);
  flow.observationDomainId = domain.id;
  flow.templateId = template.id;
  flow.exportMs = message.exportMs;
  flow.uptimeMs = message.uptimeMs;
  flow.systemInitMs = message.systemInitMs;
  const next = fillFlow(template.plan, flow, view, at, to);
  if (next < 0) return next;
  if (template.plan.hasLists) {
    fillFromLists(
      domain,
      domain.described ?? context.elements(),
      context.counters,
      template.plan,
      flow,
      view,
      at,
      next,
    );
  }
  const { stated } = flow;
  if (
    stated !== undefined &&
    template.plan.statesSampler &&
    context.waits.awaitsSampler(flow, stated, context.factWriter) &&
    context.waits.holdRecords(stated, message, template, view, at, to, base + at)
  ) {
    return HELD;
  }
  deliver(context, flow);
  return next;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
