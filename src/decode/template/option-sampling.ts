// Sampling that an option record tells: an interval, and of whom it is. Sampler tables of routers, reports of PSAMP
// (RFC 5476 §6.5) and of flow selection (RFC 7133, RFC 7014), and devices that state one number for all.

import type { DomainFacts } from '../../flow/exporter.ts';
import type { TemplateField } from './compile.ts';
import { NETFLOW_V9 } from './elements.ts';
import type { FactWriter } from './fact-writer.ts';
import { INTERFACE_IDS } from './option-names.ts';
import { type OptionValues, SELECTOR_ID, TEMPLATE_ID } from './options.ts';

const SAMPLING_INTERVAL = 34;
const SAMPLER_ID = 48;
const SAMPLER_RANDOM_INTERVAL = 50;
const SAMPLER_NAME = 84;
const SELECTION_SEQUENCE_ID = 301;
const SELECTOR_ALGORITHM = 304;
const PACKET_INTERVAL = 305;
const PACKET_SPACE = 306;
const TIME_INTERVAL = 307;
const TIME_SPACE = 308;
const SAMPLING_SIZE = 309;
const SAMPLING_POPULATION = 310;
const SAMPLING_PROBABILITY = 311;
const HASH_OUTPUT_MIN = 329;
const HASH_OUTPUT_MAX = 330;
const HASH_SELECTED_MIN = 331;
const HASH_SELECTED_MAX = 332;
const SELECTOR_NAME = 335;
const FLOW_INTERVAL = 396;
const FLOW_SPACING = 397;

/** Elements that state an interval, alone or together. */
const INTERVAL_IDS: ReadonlySet<number> = new Set([
  SAMPLING_INTERVAL,
  SAMPLER_RANDOM_INTERVAL,
  PACKET_SPACE,
  TIME_SPACE,
  SAMPLING_POPULATION,
  SAMPLING_PROBABILITY,
  HASH_SELECTED_MAX,
  FLOW_SPACING,
]);

/** True where option records of these fields tell sampling intervals. */
export function announcesInterval(fields: readonly TemplateField[]): boolean {
  return fields.some(({ enterprise, id }) => (enterprise === 0 || enterprise === NETFLOW_V9) && INTERVAL_IDS.has(id));
}

/** Learns the interval, most specific first: a sampler's, a template's, an interface's, else everybody's. */
export function learnSampling(values: OptionValues, facts: DomainFacts, writer: FactWriter): void {
  const interval = samplingInterval(values);
  const sampler = values.number(SELECTOR_ID) ?? values.number(SAMPLER_ID);
  const sequence = values.number(SELECTION_SEQUENCE_ID);
  if (sequence !== undefined) {
    // A report of how selectors follow one another, or of the sequence as a whole.
    if (values.selectors.length > 0) learnSequence(sequence, values.selectors, facts, writer);
    else if (interval !== undefined) writer.set(facts.samplingBySequence, sequence, interval);
    return;
  }
  const name = values.text(SAMPLER_NAME) ?? values.text(SELECTOR_NAME);
  if (name !== undefined && interval !== undefined) writer.set(facts.samplingByName, name, interval);
  if (sampler !== undefined && sampler !== 0) {
    if (interval !== undefined) writer.set(facts.samplingBySampler, sampler, interval);
    // A sampler of whose interval nothing is said: flows need not wait for it.
    else writer.add(facts.samplingBySampler, sampler, 0);
    return;
  }
  if (interval === undefined) return;
  const template = values.number(TEMPLATE_ID);
  const interfaces = values.numbers(INTERFACE_IDS);
  if (template !== undefined && template !== 0) writer.set(facts.samplingByTemplate, template, interval);
  else if (interfaces.length > 0)
    for (const index of interfaces) writer.set(facts.samplingByInterface, index, interval);
  // Sampler 0 is what flows have that name none.
  else writer.set(facts.samplingByInterface, 0, interval);
}

/** Reports are repeated; only another row of selectors is news. */
function learnSequence(sequence: number, selectors: readonly number[], facts: DomainFacts, writer: FactWriter): void {
  if (facts.selectionSequences.get(sequence)?.join() === selectors.join()) return;
  writer.set(facts.selectionSequences, sequence, selectors);
}

/** One packet in so many, by whichever elements say it; undefined where none does. */
function samplingInterval(values: OptionValues): number | undefined {
  const interval =
    byAlgorithm(values, values.number(SELECTOR_ALGORITHM)) ??
    countBased(values, PACKET_INTERVAL, PACKET_SPACE) ??
    outOf(values) ??
    probability(values) ??
    countBased(values, TIME_INTERVAL, TIME_SPACE) ??
    hashed(values) ??
    countBased(values, FLOW_INTERVAL, FLOW_SPACING) ??
    valid(values.number(SAMPLER_RANDOM_INTERVAL)) ??
    valid(values.number(SAMPLING_INTERVAL));
  return interval;
}

/** By IANA's psamp-parameters (RFC 5477 §8.1.2 and what was registered later); undefined where its elements are missing. */
function byAlgorithm(values: OptionValues, algorithm: number | undefined): number | undefined {
  switch (algorithm) {
    case 1: // systematic count-based
      return countBased(values, PACKET_INTERVAL, PACKET_SPACE);
    case 2: // systematic time-based: a part of the time, and by it of the packets
      return countBased(values, TIME_INTERVAL, TIME_SPACE);
    case 3: // random n-out-of-N
      return outOf(values);
    case 4: // uniform probabilistic
      return probability(values);
    case 5: // property match filtering: what passes is counted in full
      return 1;
    case 6: // hash functions: BOB, IPSX, CRC
    case 7:
    case 8:
      return hashed(values);
    default:
      return undefined;
  }
}

/** So many are taken, then so many left out. Where only the first is told, the interval is not. */
function countBased(values: OptionValues, takenId: number, skippedId: number): number | undefined {
  const taken = values.number(takenId);
  const skipped = values.number(skippedId);
  return taken === undefined || skipped === undefined ? undefined : valid((taken + skipped) / taken);
}

function outOf(values: OptionValues): number | undefined {
  const size = values.number(SAMPLING_SIZE);
  const population = values.number(SAMPLING_POPULATION);
  return size === undefined || population === undefined ? undefined : valid(population / size);
}

function probability(values: OptionValues): number | undefined {
  const value = values.number(SAMPLING_PROBABILITY);
  return value === undefined ? undefined : valid(1 / value);
}

/** The part of a hash's range that is selected. */
function hashed(values: OptionValues): number | undefined {
  const [min, max] = [values.number(HASH_OUTPUT_MIN), values.number(HASH_OUTPUT_MAX)];
  const [from, to] = [values.number(HASH_SELECTED_MIN), values.number(HASH_SELECTED_MAX)];
  if (min === undefined || max === undefined || from === undefined || to === undefined) return undefined;
  return valid((max - min + 1) / (to - from + 1));
}

/** Not a number, infinite and below 1 are nonsense or "not known". */
function valid(interval: number | undefined): number | undefined {
  return interval !== undefined && interval >= 1 && interval < 2 ** 32 ? interval : undefined;
}
