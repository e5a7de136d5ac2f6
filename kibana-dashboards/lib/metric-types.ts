// What is measured, as pages write it: a name for the usual ones, a small object for the rest.

import type { ValueFormat } from './columns.ts';

/** The usual metrics; metrics.ts says what each is. */
export type MetricName =
  | 'bytes'
  | 'bit/s'
  | 'packets'
  | 'packets/s'
  | 'flows'
  | 'flows/s'
  | 'clients'
  | 'servers'
  | 'sources'
  | 'destinations'
  | 'services'
  | 'conversations'
  | 'exporters'
  | 'bytes per packet'
  | 'mean duration';

export interface FieldMetric {
  readonly op: 'count' | 'sum' | 'max' | 'min' | 'average' | 'median' | 'percentile' | 'distinct';
  /** Not for `count`. */
  readonly field?: string;
  /** For `percentile`: 0 to 100. */
  readonly percentile?: number;
  readonly label: string;
  /** KQL: only these documents count, in this column alone. */
  readonly filter?: string;
  /** The same so long ago: `1d`, `1w`. */
  readonly shift?: string;
  /** Per second: of each step of a time axis, else of the whole time range. */
  readonly perSecond?: boolean;
  /**
   * The field is a counter that only grows (sFlow's): its increase per second, with `op: 'max'`, over time only. Split by what
   * has a counter of its own (interface), or filter to one; counters of several mix.
   */
  readonly counter?: boolean;
  /** A factor, e.g. 8 for bits; -8 draws below the axis. */
  readonly times?: number;
  /** Default: the field's, by its unit; `bits` for perSecond with a factor of 8. */
  readonly format?: ValueFormat;
}

/** The first divided by the second. */
export interface RatioMetric {
  readonly ratio: readonly [FieldMetric, FieldMetric];
  readonly label: string;
  /** Default: percent with one decimal. */
  readonly format?: ValueFormat;
}

export type Metric = MetricName | FieldMetric | RatioMetric;
