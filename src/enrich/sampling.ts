// Finds the sampling interval of a flow and scales its counters by it, once and all by the same factor.
// Exporters state the rate in up to ten places and often in none; the order below is the order of trust. An interval
// of 0 counts as not stated (exporters fill the field with 0 when they do not know it); 1 means every packet was seen.

import type { DomainFacts, Exporter } from '../flow/exporter.ts';
import type { FactTable } from '../flow/fact-table.ts';
import type { Flow, SamplingSource } from '../flow/flow.ts';
import type { StatedFields } from '../flow/stated-fields.ts';
import type { Enricher } from './enricher.ts';
import { PrefixTable } from './prefix-table.ts';

export interface SamplingOptions {
  /** Interval (1 in N packets) by exporter network, used whatever the exporter says; the longest network wins. */
  readonly override: Readonly<Record<string, number>>;
  /** Interval by exporter network for exporters that state none. */
  readonly default: Readonly<Record<string, number>>;
}

/** What the configuration says about one exporter; 0 = nothing. */
interface ConfiguredIntervals {
  readonly override: number;
  readonly default: number;
}

/** Elements hold 32 bits; what is beyond is nonsense, such as the inverse of a probability of nearly 0. */
const MAX_INTERVAL = 2 ** 32;

const NOTHING: ConfiguredIntervals = { override: 0, default: 0 };

/** Makes the sampling enricher. Throws ConfigError for a key that is no network. */
export function samplingEnricher(options: SamplingOptions): Enricher {
  const overrides = prefixTable(options.override, 'enrich.sampling.override');
  const defaults = prefixTable(options.default, 'enrich.sampling.default');
  // Goes with the exporters, whose number the decoder bounds.
  const configured = new WeakMap<Exporter, ConfiguredIntervals>();
  // Flows come by the datagram, so the last exporter is mostly the same.
  let lastExporter: Exporter | undefined;
  let config = NOTHING;

  return function sampling(flow: Flow): void {
    if (flow.exporter !== lastExporter) {
      lastExporter = flow.exporter;
      config = configure(lastExporter);
    }
    if (config.override > 0) scale(flow, config.override, 'override');
    else if (!scaleAsStated(flow) && config.default > 0) scale(flow, config.default, 'default');
  };

  function configure(exporter: Exporter): ConfiguredIntervals {
    let found = configured.get(exporter);
    if (found === undefined) {
      const { address } = exporter;
      found = { override: overrides.find(address) ?? 0, default: defaults.find(address) ?? 0 };
      configured.set(exporter, found);
    }
    return found;
  }
}

function prefixTable(intervals: Readonly<Record<string, number>>, path: string): PrefixTable<number> {
  const table = new PrefixTable<number>();
  for (const [network, interval] of Object.entries(intervals)) table.add(network, interval, `${path}.${network}`);
  return table;
}

/** Uses what the exporter stated, most specific first; false where it stated nothing. */
function scaleAsStated(flow: Flow): boolean {
  const { facts, stated } = flow;
  return (
    scale(flow, flow.samplingInterval, 'record') ||
    (stated !== undefined && scaleAsRecordStates(flow, stated, facts)) ||
    // Only v5 has it, and no option data of its own: what there is comes from the same device's other exports.
    scale(flow, flow.headerSamplingInterval, 'header') ||
    scale(flow, find(facts.samplingByInterface, flow.inputInterface || undefined), 'options') ||
    scale(flow, find(facts.samplingByInterface, flow.outputInterface || undefined), 'options') ||
    scale(flow, templateInterval(flow, facts), 'options') ||
    scale(flow, facts.samplingInterval, 'options')
  );
}

function scaleAsRecordStates(flow: Flow, stated: StatedFields, facts: DomainFacts): boolean {
  return (
    scale(flow, stated.samplerRandomInterval, 'record') ||
    scale(flow, packetRate(stated.samplingPacketInterval, stated.samplingPacketSpace), 'record') ||
    scale(flow, quotient(stated.samplingPopulation, stated.samplingSize), 'record') ||
    scale(flow, quotient(1, stated.samplingProbability), 'record') ||
    scale(flow, samplerInterval(stated, facts), 'sampler')
  );
}

/** By what the record says about its sampler: an id, a row of selectors, a name; most have none of these. */
function samplerInterval(stated: StatedFields, facts: DomainFacts): number | undefined {
  return (
    find(facts.samplingBySampler, stated.samplerId) ||
    find(facts.samplingBySampler, stated.selectorId) ||
    (stated.selectionSequenceId === undefined ? undefined : sequenceInterval(facts, stated.selectionSequenceId)) ||
    find(facts.samplingByName, stated.samplerName)
  );
}

/** Selectors in a row each take their part of what the one before left over (RFC 5476 §6.5.1). */
function sequenceInterval(facts: DomainFacts, sequence: number): number | undefined {
  const selectors = facts.selectionSequences.get(sequence);
  if (selectors === undefined) return facts.samplingBySequence.get(sequence);
  let interval = 1;
  for (const selector of selectors) {
    const one = facts.samplingBySampler.find(selector);
    if (!one) return undefined;
    interval *= one;
  }
  return interval;
}

function templateInterval(flow: Flow, facts: DomainFacts): number | undefined {
  const table = facts.samplingByTemplate;
  return table.size === 0 || flow.templateId === undefined ? undefined : table.get(flow.templateId);
}

function find<K>(table: FactTable<K, number>, key: K | undefined): number | undefined {
  return key === undefined ? undefined : table.find(key);
}

/** `interval` packets are taken, then `space` left out (RFC 5477 §8.2.2, §8.2.3); undefined where none is taken. */
function packetRate(interval: number | undefined, space: number | undefined): number | undefined {
  if (interval === undefined || space === undefined || interval <= 0) return undefined;
  return (interval + space) / interval;
}

/** `size` packets out of each `population` (RFC 5477 §8.2.6), or one with a probability; undefined for none of them. */
function quotient(population: number | undefined, size: number | undefined): number | undefined {
  return population === undefined || size === undefined || size <= 0 ? undefined : population / size;
}

/** Scales by an interval if it is stated, and tells whether it was. */
function scale(flow: Flow, interval: number | undefined, source: SamplingSource): boolean {
  if (interval === undefined || !(interval >= 1 && interval < MAX_INTERVAL)) return false;
  if (interval === 1 || flow.interval !== 1) return true;
  flow.interval = interval;
  flow.intervalSource = source;
  flow.sampledBytes = sum(flow.bytes, flow.reverseBytes);
  flow.sampledPackets = sum(flow.packetCount, flow.reversePacketCount);
  flow.bytes = times(flow.bytes, interval);
  flow.packetCount = times(flow.packetCount, interval);
  flow.reverseBytes = times(flow.reverseBytes, interval);
  flow.reversePacketCount = times(flow.reversePacketCount, interval);
  return true;
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return other === undefined ? one : (one ?? 0) + other;
}

/** Whole and exact, whatever nonsense the wire held: counters beyond 2^53 are cut there. */
function times(count: number | undefined, interval: number): number | undefined {
  return count === undefined ? undefined : Math.min(Math.round(count * interval), Number.MAX_SAFE_INTEGER);
}
