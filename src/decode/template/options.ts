// Option records (RFC 7011 §3.4.2.2, RFC 3954 §6): what an exporter tells about itself. Those that enrich flows become
// DomainFacts: sampling rates, interface, VRF and application names, the boot time. Option records are never flows, and
// come a few per minute, so this reads into a Map and asks it questions.

import type { DomainFacts } from '../../flow/exporter.ts';
import type { DecodeCounters } from '../counters.ts';
import { findElement, type TemplateField, variableLength } from './compile.ts';
import { type ElementTable, NETFLOW_V9 } from './elements.ts';
import { type FieldReader, type FieldValue, readerFor, readUnsigned, VARIABLE_LENGTH } from './readers.ts';
import { NETFLOW_V9_SCOPE } from './template.ts';

interface OptionField {
  /** IANA element id, or -1 for what no fact is made of. */
  readonly id: number;
  readonly length: number;
  readonly read: FieldReader | undefined;
}

export type OptionPlan = readonly OptionField[];

// Scope types of NetFlow v9 (RFC 3954 §6.1) that are elements in IPFIX. 1 is the whole system: no restriction.
const V9_SCOPE_INTERFACE = 2;

const INGRESS_INTERFACE = 10;
const EGRESS_INTERFACE = 14;
const SAMPLING_INTERVAL = 34;
const SAMPLER_ID = 48;
const SAMPLER_RANDOM_INTERVAL = 50;
const INTERFACE_NAME = 82;
const INTERFACE_DESCRIPTION = 83;
const APPLICATION_ID = 95;
const APPLICATION_NAME = 96;
const SYSTEM_INIT_TIME = 160;
const INGRESS_VRF = 234;
const EGRESS_VRF = 235;
const VRF_NAME = 236;
const SELECTOR_ID = 302;
const PACKET_INTERVAL = 305;
const PACKET_SPACE = 306;
const SAMPLING_SIZE = 309;
const SAMPLING_POPULATION = 310;
const SAMPLING_PROBABILITY = 311;

/** How option records of these fields are read. */
export function compileOptions(fields: readonly TemplateField[], elements: ElementTable): OptionPlan {
  // Fields of no octets say nothing, and would make records take more steps than they have octets.
  const filled = fields.filter((field) => field.length > 0);
  return filled.map((field): OptionField => {
    const { length } = field;
    if (field.enterprise === NETFLOW_V9_SCOPE) {
      const isInterface = field.id === V9_SCOPE_INTERFACE;
      return { id: isInterface ? INGRESS_INTERFACE : -1, length, read: isInterface ? readUnsigned : undefined };
    }
    const isIana = field.enterprise === 0 || field.enterprise === NETFLOW_V9;
    const element = isIana ? findElement(elements, field) : undefined;
    return { id: element === undefined ? -1 : field.id, length, read: element && readerFor(element.type, length) };
  });
}

/**
 * Learns from the option record at `at`; the octet after it, or -1 where it runs past `end`.
 * `maxFacts` bounds each table of facts.
 */
export function learnOptions(
  plan: OptionPlan,
  view: DataView,
  at: number,
  end: number,
  facts: DomainFacts,
  maxFacts: number,
  counters: DecodeCounters,
): number {
  const values = new Map<number, FieldValue>();
  for (const field of plan) {
    let length = field.length;
    if (length === VARIABLE_LENGTH) {
      length = variableLength(view, at, end);
      if (length < 0) return -1;
      at += view.getUint8(at) === 255 ? 3 : 1;
    }
    if (length > end - at) return -1;
    // The first of repeated elements is the scope.
    if (field.read !== undefined && length > 0 && !values.has(field.id)) {
      values.set(field.id, field.read(view, at, length));
    }
    at += length;
  }
  learnSampling(values, facts, maxFacts, counters);
  learnNames(values, facts, maxFacts, counters);
  return at;
}

function learnSampling(
  values: ReadonlyMap<number, FieldValue>,
  facts: DomainFacts,
  maxFacts: number,
  counters: DecodeCounters,
): void {
  const interval = samplingInterval(values);
  if (interval === undefined) return;
  const sampler = numberOf(values, SELECTOR_ID) ?? numberOf(values, SAMPLER_ID);
  const interfaceIndex = interfaceOf(values);
  if (sampler !== undefined) remember(facts.samplingBySampler, sampler, interval, maxFacts, counters);
  else if (interfaceIndex !== undefined) {
    remember(facts.samplingByInterface, interfaceIndex, interval, maxFacts, counters);
  } else facts.samplingInterval = interval;
}

/** One packet in so many, by whichever elements say it (RFC 5477 §8.2); undefined where none does. */
function samplingInterval(values: ReadonlyMap<number, FieldValue>): number | undefined {
  const taken = numberOf(values, PACKET_INTERVAL);
  const skipped = numberOf(values, PACKET_SPACE);
  const size = numberOf(values, SAMPLING_SIZE);
  const population = numberOf(values, SAMPLING_POPULATION);
  const probability = numberOf(values, SAMPLING_PROBABILITY);
  let interval: number | undefined;
  if (taken !== undefined && skipped !== undefined) interval = (taken + skipped) / taken;
  else if (size !== undefined && population !== undefined) interval = population / size;
  else if (probability !== undefined) interval = 1 / probability;
  else interval = numberOf(values, SAMPLER_RANDOM_INTERVAL) ?? numberOf(values, SAMPLING_INTERVAL);
  // Not a number, infinite and below 1 are nonsense or "unknown".
  return interval !== undefined && interval >= 1 && interval < 2 ** 32 ? interval : undefined;
}

function learnNames(
  values: ReadonlyMap<number, FieldValue>,
  facts: DomainFacts,
  maxFacts: number,
  counters: DecodeCounters,
): void {
  const interfaceIndex = interfaceOf(values);
  const vrf = numberOf(values, INGRESS_VRF) ?? numberOf(values, EGRESS_VRF);
  const application = textOf(values, APPLICATION_ID);
  rememberText(facts.interfaceNames, interfaceIndex, textOf(values, INTERFACE_NAME), maxFacts, counters);
  rememberText(facts.interfaceDescriptions, interfaceIndex, textOf(values, INTERFACE_DESCRIPTION), maxFacts, counters);
  rememberText(facts.vrfNames, vrf, textOf(values, VRF_NAME), maxFacts, counters);
  rememberText(facts.applicationNames, application, textOf(values, APPLICATION_NAME), maxFacts, counters);
  facts.systemInitMs = numberOf(values, SYSTEM_INIT_TIME) ?? facts.systemInitMs;
}

function rememberText<K>(
  table: Map<K, string>,
  key: K | undefined,
  text: string | undefined,
  maxFacts: number,
  counters: DecodeCounters,
): void {
  if (key !== undefined && text !== undefined) remember(table, key, text, maxFacts, counters);
}

function remember<K, V>(table: Map<K, V>, key: K, value: V, maxFacts: number, counters: DecodeCounters): void {
  if (table.size < maxFacts || table.has(key)) table.set(key, value);
  else counters.factsRefused++;
}

function interfaceOf(values: ReadonlyMap<number, FieldValue>): number | undefined {
  return numberOf(values, INGRESS_INTERFACE) ?? numberOf(values, EGRESS_INTERFACE);
}

function numberOf(values: ReadonlyMap<number, FieldValue>, id: number): number | undefined {
  const value = values.get(id);
  return typeof value === 'number' ? value : undefined;
}

function textOf(values: ReadonlyMap<number, FieldValue>, id: number): string | undefined {
  const value = values.get(id);
  return typeof value === 'string' ? value : undefined;
}
