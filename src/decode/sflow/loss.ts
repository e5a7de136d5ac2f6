// What sFlow agents sent and we did not get: datagrams by the sub-agent's sequence, flow samples by the data source's;
// and what an agent says it dropped itself. Lost flows are counted by samples only, so that nothing counts twice.

import type { DomainFacts, Exporter, LossCounts } from '../../flow/exporter.ts';
import { type DecodeMemory, SEQUENCE_OCTETS } from '../memory.ts';
import { SequenceTracker } from '../sequence.ts';

interface DecoderCounts extends LossCounts {
  droppedSamples: number;
  factsRefused: number;
}

interface Source {
  readonly samples: SequenceTracker;
  /** The source's own count of drops, 32 bits. */
  drops: number;
}

const LATE_DROPS = 1000;

/** One sub-agent. */
export class SubAgentLoss {
  readonly #exporter: Exporter;
  readonly #counters: DecoderCounts;
  readonly #sinks: readonly LossCounts[];
  readonly #datagrams: SequenceTracker;
  readonly #sources = new Map<number, Source>();
  readonly #maxSources: number;
  readonly #memory: DecodeMemory;

  constructor(
    exporter: Exporter,
    facts: DomainFacts,
    counters: DecoderCounts,
    maxSources: number,
    memory: DecodeMemory,
  ) {
    this.#exporter = exporter;
    this.#counters = counters;
    this.#sinks = [counters, exporter, facts];
    this.#datagrams = new SequenceTracker('datagrams', this.#sinks);
    this.#maxSources = maxSources;
    this.#memory = memory;
  }

  observeDatagram(sequence: number, uptimeMs: number): void {
    this.#datagrams.observe(sequence, 0, uptimeMs);
  }

  /** @param type kind of data source, 8 bits; @param drops samples that the source dropped since it started */
  observeSample(type: number, index: number, sequence: number, drops: number): void {
    const key = type * 0x100000000 + index;
    let source = this.#sources.get(key);
    if (source === undefined) {
      if (this.#sources.size >= this.#maxSources || !this.#memory.take(this.#exporter, SEQUENCE_OCTETS)) {
        this.#counters.factsRefused++;
        return;
      }
      source = { samples: new SequenceTracker('samples', this.#sinks), drops };
      this.#sources.set(key, source);
    }
    source.samples.observe(sequence, undefined, undefined);
    const dropped = (drops - source.drops) | 0;
    // A late sample states somewhat fewer drops, a restarted source begins its count anew.
    if (dropped < 0 && drops > 0 && -dropped < LATE_DROPS) return;
    if (dropped > 0) {
      this.#counters.droppedSamples += dropped;
      this.#exporter.droppedSamples += dropped;
    }
    source.drops = drops;
  }
}

/** The sub-agents of all agents; gone with their facts. */
export class SflowLoss {
  readonly #subAgents = new WeakMap<DomainFacts, SubAgentLoss>();
  readonly #counters: DecoderCounts;
  readonly #maxSources: number;
  readonly #memory: DecodeMemory;

  /** @param maxSources data sources per sub-agent; samples of further ones are not accounted for */
  constructor(counters: DecoderCounts, maxSources: number, memory: DecodeMemory) {
    this.#counters = counters;
    this.#maxSources = maxSources;
    this.#memory = memory;
  }

  of(exporter: Exporter, facts: DomainFacts): SubAgentLoss {
    let found = this.#subAgents.get(facts);
    if (found === undefined) {
      found = new SubAgentLoss(exporter, facts, this.#counters, this.#maxSources, this.#memory);
      this.#subAgents.set(facts, found);
    }
    return found;
  }
}

// 0:1 flow_sample           sequence | source type u8, index u24 | rate | pool | drops …
// 0:3 flow_sample_expanded  sequence | source type | source index | rate | pool | drops …
const COMPACT = 1;
const EXPANDED = 3;

/** Accounts for a flow sample of sFlow v5 between `at` and `end`; others have no flows to lose. */
export function observeFlowSample(loss: SubAgentLoss, view: DataView, format: number, at: number, end: number): void {
  if (format === COMPACT && end - at >= 20) {
    const source = view.getUint32(at + 4);
    loss.observeSample(source >>> 24, source & 0xffffff, view.getUint32(at), view.getUint32(at + 16));
  } else if (format === EXPANDED && end - at >= 24) {
    const index = view.getUint32(at + 8);
    loss.observeSample(view.getUint32(at + 4), index, view.getUint32(at), view.getUint32(at + 20));
  }
}
