// What became of flows in the enrichers, counted behind the last of them: by the place that the sampling interval came
// from, by the rule that told client from server, by direction. The texts are few and always the same ones, so a Map
// finds their counters in some nanoseconds; objects with as many keys take twice as long.

import type { Flow, RoleReason, SamplingSource } from '../flow/flow.ts';
import type { Enricher } from './enricher.ts';

interface Count {
  flows: number;
}

class Tally<K extends string> {
  readonly #counts: ReadonlyMap<string, Count>;

  constructor(keys: readonly K[]) {
    this.#counts = new Map(keys.map((key) => [key, { flows: 0 }]));
  }

  add(key: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined) count.flows++;
  }

  get values(): Readonly<Record<K, number>> {
    // as: the constructor has made every key
    return Object.fromEntries([...this.#counts].map(([key, { flows }]) => [key, flows])) as Record<K, number>;
  }
}

const SOURCES = ['record', 'sampler', 'options', 'header', 'override', 'default'] as const;
const REASONS = [
  'biflow',
  'initiator',
  'tcp_flags',
  'icmp',
  'fixed_role',
  'multicast',
  'application',
  'service',
  'known_server',
  'lower_port',
  'address',
  'destination',
] as const;
const DIRECTIONS = ['inbound', 'outbound', 'internal', 'external'] as const;

export class FlowCounts {
  /** Marked as duplicates of others. */
  duplicates = 0;
  readonly #sampling = new Tally<SamplingSource>(SOURCES);
  readonly #roles = new Tally<RoleReason>(REASONS);
  readonly #directions = new Tally(DIRECTIONS);

  /** Scaled flows, by where their interval came from. */
  get sampling(): Readonly<Record<SamplingSource, number>> {
    return this.#sampling.values;
  }

  /** Flows by the rule that told client from server. */
  get roles(): Readonly<Record<RoleReason, number>> {
    return this.#roles.values;
  }

  /** Flows by network.direction. */
  get directions(): Readonly<Record<(typeof DIRECTIONS)[number], number>> {
    return this.#directions.values;
  }

  readonly count: Enricher = (flow: Flow) => {
    const { intervalSource, roleReason, networkDirection } = flow;
    if (intervalSource !== undefined) this.#sampling.add(intervalSource);
    if (roleReason !== undefined) this.#roles.add(roleReason);
    if (networkDirection !== undefined) this.#directions.add(networkDirection);
    if (flow.isDuplicate) this.duplicates++;
  };
}
