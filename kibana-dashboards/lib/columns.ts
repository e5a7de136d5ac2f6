// The columns of a Lens layer: what is measured (metrics) and by what it is split (buckets).
// Formats come from the data view, which has them from the units in pipelines/schema.yml; only computed values
// (rates) bring their own.

import type { Field } from './fields.ts';

export type DataType = 'string' | 'number' | 'ip' | 'date';

/** A Lens number format. `bits` is decimal (k = 1000) and takes its "/s" from the suffix. */
export interface ValueFormat {
  readonly id: 'number' | 'bytes' | 'bits' | 'percent';
  readonly params: { readonly decimals: number; readonly suffix?: string; readonly compact?: boolean };
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
  readonly operationType: 'sum' | 'max' | 'average' | 'unique_count' | 'count';
  readonly sourceField: string;
  readonly isBucketed: false;
  readonly params: { readonly emptyAsNull: boolean; readonly format?: ValueFormat };
}

/** A column computed from other columns; formula.ts builds them. */
export interface ComputedColumn extends ColumnBase {
  readonly operationType: 'formula' | 'math' | 'normalize_by_unit' | 'time_range';
  readonly isBucketed: false;
  readonly references: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
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

export interface TimeColumn extends ColumnBase {
  readonly operationType: 'date_histogram';
  readonly sourceField: string;
  readonly isBucketed: true;
  readonly params: { readonly interval: 'auto'; readonly includeEmptyRows: boolean; readonly dropPartials: boolean };
}

export type Column = FieldMetricColumn | ComputedColumn | TermsColumn | TimeColumn;

/** Number of documents, that is of flows. */
export function count(label = 'Flows'): FieldMetricColumn {
  return metric('count', '___records___', label);
}

/** Sum of a field, formatted as the data view says unless told otherwise. */
export function sum(field: Field, label = field.label, format?: ValueFormat): FieldMetricColumn {
  return metric('sum', field.name, label, format);
}

/** How many different values a field has (an estimate above a few thousand: Elasticsearch's cardinality). */
export function distinct(field: Field, label: string): FieldMetricColumn {
  return metric('unique_count', field.name, label);
}

function metric(
  operationType: FieldMetricColumn['operationType'],
  sourceField: string,
  label: string,
  format?: ValueFormat,
): FieldMetricColumn {
  return {
    label,
    customLabel: true,
    dataType: 'number',
    operationType,
    isBucketed: false,
    scale: 'ratio',
    sourceField,
    params: { emptyAsNull: false, ...(format === undefined ? {} : { format }) },
  };
}

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
    // Partial buckets at both edges stay: a rate per second is made from the part that lies in the range.
    params: { interval: 'auto', includeEmptyRows: true, dropPartials: false },
  };
}

export interface TopOptions {
  readonly size: number;
  /** The metric that ranks: the id of a plain metric column of the layer, or a column of its own (beside a formula). */
  readonly by: string | FieldMetricColumn;
  /** Show what is left as "Other". Costs a second query. */
  readonly other?: boolean;
  readonly label?: string;
}

/** The values of a field with the most of a metric. */
export function top(field: Field, options: TopOptions): TermsColumn {
  const { by, size, other = false, label = field.label } = options;
  return {
    label,
    customLabel: true,
    dataType: dataTypeOf(field),
    operationType: 'terms',
    scale: 'ordinal',
    sourceField: field.name,
    isBucketed: true,
    params: {
      size,
      orderBy: typeof by === 'string' ? { type: 'column', columnId: by } : { type: 'custom' },
      ...(typeof by === 'string' ? {} : { orderAgg: by }),
      orderDirection: 'desc',
      otherBucket: other,
      missingBucket: false,
      parentFormat: { id: 'terms' },
    },
  };
}

function dataTypeOf(field: Field): DataType {
  if (field.type === 'ip') return 'ip';
  if (field.type === 'date') return 'date';
  return field.type === 'keyword' ? 'string' : 'number';
}
