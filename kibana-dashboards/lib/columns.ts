// The columns of a Lens layer: what is measured (metrics) and by what it is split (buckets).
// Formats come from the data view, which has them from the units in pipelines/schema.yml; only computed values
// (rates) bring their own.

export type DataType = 'string' | 'number' | 'ip' | 'date' | 'boolean';

/**
 * A Lens number format. `bits` is decimal (k = 1000) and takes its "/s" from the suffix; `custom` has a numeral.js pattern.
 */
export interface ValueFormat {
  readonly id: 'number' | 'bytes' | 'bits' | 'percent' | 'duration' | 'custom';
  readonly params: Readonly<Record<string, string | number | boolean>>;
}

export interface Kql {
  readonly query: string;
  readonly language: 'kuery';
}

interface ColumnBase {
  readonly label: string;
  /** Lens rewrites a label that is not marked as custom. */
  readonly customLabel: boolean;
  readonly dataType: DataType;
  readonly isBucketed: boolean;
  readonly scale: 'ratio' | 'ordinal' | 'interval';
}

export interface FieldMetricColumn extends ColumnBase {
  readonly operationType: 'sum' | 'max' | 'min' | 'average' | 'median' | 'percentile' | 'unique_count' | 'count';
  readonly sourceField: string;
  readonly isBucketed: false;
  /** Only these documents count. */
  readonly filter?: Kql;
  /** The same so long ago, e.g. `1d`. */
  readonly timeShift?: string;
  readonly params: { readonly emptyAsNull?: boolean; readonly format?: ValueFormat; readonly percentile?: number };
}

/** A column computed from other columns; formula.ts builds them. */
export interface ComputedColumn extends ColumnBase {
  readonly operationType: 'formula' | 'math' | 'normalize_by_unit' | 'counter_rate' | 'time_range';
  readonly isBucketed: false;
  readonly references: readonly string[];
  /** Of a counter's rate. */
  readonly timeScale?: 's';
  readonly params: Readonly<Record<string, unknown>>;
}

/** A constant: the ends of a gauge, a reference line. */
export interface StaticColumn extends ColumnBase {
  readonly operationType: 'static_value';
  readonly isStaticValue: true;
  readonly isBucketed: false;
  readonly references: readonly [];
  readonly params: { readonly value: string };
}

export interface TermsColumn extends ColumnBase {
  readonly operationType: 'terms';
  readonly sourceField: string;
  readonly isBucketed: true;
  readonly params: {
    readonly size: number;
    readonly orderBy: { readonly type: 'column'; readonly columnId: string } | { readonly type: 'custom' };
    readonly orderAgg?: FieldMetricColumn;
    readonly orderDirection: 'desc';
    readonly otherBucket: boolean;
    readonly missingBucket: boolean;
    readonly parentFormat: { readonly id: 'terms' };
  };
}

export interface FiltersColumn extends ColumnBase {
  readonly operationType: 'filters';
  readonly isBucketed: true;
  readonly params: { readonly filters: readonly { readonly label: string; readonly input: Kql }[] };
}

export interface RangesColumn extends ColumnBase {
  readonly operationType: 'range';
  readonly sourceField: string;
  readonly isBucketed: true;
  readonly params: {
    readonly type: 'range';
    readonly maxBars: 'auto';
    readonly ranges: readonly { readonly from: number; readonly to: number | null; readonly label: string }[];
    readonly parentFormat: { readonly id: 'range' };
  };
}

export interface TimeColumn extends ColumnBase {
  readonly operationType: 'date_histogram';
  readonly sourceField: string;
  readonly isBucketed: true;
  readonly params: { readonly interval: 'auto'; readonly includeEmptyRows: boolean; readonly dropPartials: boolean };
}

export type BucketColumn = TermsColumn | FiltersColumn | RangesColumn | TimeColumn;
export type Column = FieldMetricColumn | ComputedColumn | StaticColumn | BucketColumn;

/** Columns of a layer by id. */
export type Columns = Readonly<Record<string, Column>>;

/** The document's time, in steps that suit the width of the panel and the time range. */
export function overTime(): TimeColumn {
  return {
    label: 'Time',
    customLabel: true,
    dataType: 'date',
    operationType: 'date_histogram',
    sourceField: '@timestamp',
    isBucketed: true,
    scale: 'interval',
    // The steps at both edges lie in the range only in part: one flow in a second of a step drew a spike, the step of now a fall.
    params: { interval: 'auto', includeEmptyRows: true, dropPartials: true },
  };
}

/** A constant. */
export function constant(value: number, label: string): StaticColumn {
  return {
    label,
    customLabel: true,
    dataType: 'number',
    operationType: 'static_value',
    isStaticValue: true,
    isBucketed: false,
    scale: 'ratio',
    references: [],
    params: { value: String(value) },
  };
}
