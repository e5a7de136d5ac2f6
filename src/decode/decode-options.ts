// What users may set about decoding: the bounds that keep a hostile or broken exporter from exhausting the process.
// Every bound has a counter in counters.ts for what it turned away. Defaults live in src/config.ts.

import type { RunningCountsOptions } from './running-counts.ts';

export interface DecodeOptions extends RunningCountsOptions {
  /** Exporter addresses known at a time; further ones take the place of one that sent little, else are refused. */
  readonly maxExporters: number;
  /** Source ports per exporter address, each with templates of its own; the longest silent one makes room. */
  readonly maxPorts: number;
  /** Observation domains (v9: source ids; v5: engines) per exporter address. */
  readonly maxDomains: number;
  /** Templates per observation domain, data and options together. */
  readonly maxTemplates: number;
  /** Fields of one template. */
  readonly maxFields: number;
  /** All that exporters teach, together: templates, option data, sequence numbers; octets. One takes a quarter. */
  readonly memory: number;
  /** Entries of each table of option facts (interface names, samplers …) per observation domain. */
  readonly maxFacts: number;
  /** Templates neither refreshed nor used for so long are forgotten, and exporters as silent as that; ms. */
  readonly templateExpireMs: number;
  /** Memory for data sets that wait for their template, all exporters together; octets. One domain takes an eighth. */
  readonly pendingMemory: number;
  /** How long a data set waits for its template; ms. */
  readonly pendingExpireMs: number;
  /** When the wait is over, use the template that another port of the same exporter and domain sent. */
  readonly pendingOtherPorts: boolean;
  /** How long all flows of a new exporter wait for its option data, which comes along with templates; ms, 0 not at all. */
  readonly pendingNewExporterMs: number;
  /** How long flows wait for a sampling interval that is to come: their sampler's, or an announced one; ms, 0 not at all. */
  readonly pendingSamplingMs: number;
  /** sFlow: octets of the sampled frame, or of the IP packet in it. */
  readonly sflowBytes: 'frame' | 'ip';
}
