// How a record names its sampler (an id, a selector, a row of selectors, a name), and whether the exporter has told of it.

import type { DomainFacts } from '../../flow/exporter.ts';
import type { Flow } from '../../flow/flow.ts';
import type { StatedFields } from '../../flow/stated-fields.ts';
import type { FactWriter } from './fact-writer.ts';

/** What a record says about its sampler. */
export type SamplerReference = Pick<StatedFields, 'samplerId' | 'selectorId' | 'selectionSequenceId' | 'samplerName'>;

/** The record itself says how it was sampled. */
export function statesInterval(flow: Flow, stated: StatedFields): boolean {
  return (
    (flow.samplingInterval ?? 0) > 0 ||
    (stated.samplerRandomInterval ?? 0) > 0 ||
    (stated.samplingPacketSpace ?? 0) > 0 ||
    (stated.samplingPopulation ?? 0) > 0 ||
    (stated.samplingProbability ?? 0) > 0
  );
}

/** Nothing more need come: the record names no sampler, or one of which the exporter has told. 0 is no sampler. */
export function isKnown(facts: DomainFacts, sampler: SamplerReference): boolean {
  const { samplerId, selectorId, selectionSequenceId, samplerName } = sampler;
  if (!samplerId && !selectorId && selectionSequenceId === undefined && samplerName === undefined) return true;
  return (
    (samplerId !== undefined && isKnownSampler(facts, samplerId)) ||
    (selectorId !== undefined && isKnownSampler(facts, selectorId)) ||
    (selectionSequenceId !== undefined && isKnownSequence(facts, selectionSequenceId)) ||
    (samplerName !== undefined && facts.samplingByName.has(samplerName))
  );
}

function isKnownSampler(facts: DomainFacts, id: number): boolean {
  return id !== 0 && (facts.samplingBySampler.has(id) || facts.samplingBySampler.find(id) !== undefined);
}

function isKnownSequence(facts: DomainFacts, sequence: number): boolean {
  if (facts.samplingBySequence.has(sequence)) return true;
  const selectors = facts.selectionSequences.get(sequence);
  return selectors?.every((selector) => isKnownSampler(facts, selector)) ?? false;
}

/** A sampler that was waited for in vain: nobody does so again, unless its table is full. */
export function remember(facts: DomainFacts, sampler: SamplerReference, writer: FactWriter): void {
  const { samplerId, selectorId, selectionSequenceId, samplerName } = sampler;
  if (samplerId) writer.add(facts.samplingBySampler, samplerId, 0);
  if (selectorId) writer.add(facts.samplingBySampler, selectorId, 0);
  if (selectionSequenceId !== undefined) writer.add(facts.samplingBySequence, selectionSequenceId, 0);
  if (samplerName !== undefined) writer.add(facts.samplingByName, samplerName, 0);
}
