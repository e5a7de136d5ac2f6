// From a split as a page writes it to the bucket column of a Lens layer.

import type { BucketColumn, DataType, FieldMetricColumn } from './columns.ts';
import { type DocumentKind, type Field, fieldOf } from './fields.ts';
import type { Split } from './page-types.ts';

export interface SplitPlace {
  readonly data: DocumentKind;
  /** The metric that ranks: the id of a plain metric column of the layer, or a column of its own (beside a formula). */
  readonly rank: string | FieldMetricColumn;
  readonly defaultSize: number;
  /** Show what is left as "Other" unless the split says otherwise. Costs a second query. */
  readonly other: boolean;
}

/** The column of a split. */
export function splitColumn(split: Split, place: SplitPlace): BucketColumn {
  if (typeof split === 'string') return splitColumn({ field: split }, place);
  const common = { customLabel: true, isBucketed: true, scale: 'ordinal' } as const;
  if ('filters' in split) {
    const filters = Object.entries(split.filters).map(([label, query]) => ({
      label,
      input: { query, language: 'kuery' } as const,
    }));
    return { ...common, label: split.label, dataType: 'string', operationType: 'filters', params: { filters } };
  }
  if ('ranges' in split) {
    const ranges = split.at.map((from, index) => ({
      from,
      to: split.at[index + 1] ?? null,
      label: split.names[index] ?? String(from),
    }));
    return {
      ...common,
      label: split.label,
      dataType: 'string',
      operationType: 'range',
      sourceField: fieldOf(place.data, split.ranges).name,
      params: { type: 'range', maxBars: 'auto', ranges, parentFormat: { id: 'range' } },
    };
  }
  const field = fieldOf(place.data, split.field);
  const { rank } = place;
  return {
    ...common,
    label: split.label ?? field.label,
    dataType: dataTypeOf(field),
    operationType: 'terms',
    sourceField: field.name,
    params: {
      size: split.size ?? place.defaultSize,
      orderBy: typeof rank === 'string' ? { type: 'column', columnId: rank } : { type: 'custom' },
      ...(typeof rank === 'string' ? {} : { orderAgg: rank }),
      orderDirection: 'desc',
      otherBucket: split.other ?? place.other,
      missingBucket: split.missing ?? false,
      parentFormat: { id: 'terms' },
    },
  };
}

/** One split or several, as a list. */
export function splitsOf(by: Split | readonly Split[]): readonly Split[] {
  return Array.isArray(by) ? (by as readonly Split[]) : [by as Split];
}

function dataTypeOf(field: Field): DataType {
  if (field.type === 'ip' || field.type === 'date' || field.type === 'boolean') return field.type;
  return field.type === 'keyword' ? 'string' : 'number';
}
