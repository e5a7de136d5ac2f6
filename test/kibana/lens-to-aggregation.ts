// The Elasticsearch search behind a Lens panel, as Lens makes it: one aggregation per bucket column, nested in the order of
// the columns, the metrics innermost. Only the operations that weir's panels use; anything else throws.

import type { Column, FieldMetricColumn, TermsColumn } from '../../kibana-dashboards/lib/columns.ts';
import type { LensPanel } from './saved-panels.ts';

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

type Body = Readonly<Record<string, unknown>>;

/** The body of a _search; aggregations are named by their column. */
export function searchOf(panel: LensPanel, range: TimeRange): Body {
  if (panel.attributes.state.query.query !== '') throw new Error(`${panel.id}: KQL is not translated here`);
  return {
    size: 0,
    track_total_hits: true,
    query: { range: { '@timestamp': { gte: range.fromMs, lt: range.toMs, format: 'epoch_millis' } } },
    ...aggregations(panel, bucketIds(panel), range),
  };
}

/** Ids of the bucket columns, the outermost first. */
export function bucketIds(panel: LensPanel): readonly string[] {
  return panel.columnOrder.filter((id) => panel.columns[id]!.isBucketed);
}

/** Ids of the columns that Elasticsearch computes inside each bucket; a count is the bucket's own. */
export function metricIds(panel: LensPanel): readonly string[] {
  return panel.columnOrder.filter((id) => isFieldMetric(panel.columns[id]!) && !isCount(panel.columns[id]!));
}

function aggregations(panel: LensPanel, buckets: readonly string[], range: TimeRange): Body {
  const [id, ...inner] = buckets;
  if (id === undefined) {
    const metrics = metricIds(panel).map((metric) => [metric, metricOf(panel.columns[metric] as FieldMetricColumn)]);
    return { aggs: Object.fromEntries(metrics) };
  }
  const column = panel.columns[id]!;
  const below = aggregations(panel, inner, range);
  if (column.operationType === 'terms') return { aggs: { [id]: termsOf(panel, column, below) } };
  if (column.operationType !== 'date_histogram') throw new Error(`${panel.id}: ${column.operationType} is no bucket`);
  const fixed_interval = `${Math.max(1000, Math.ceil((range.toMs - range.fromMs) / 50 / 1000) * 1000)}ms`;
  return {
    aggs: { [id]: { date_histogram: { field: column.sourceField, fixed_interval, min_doc_count: 0 }, ...below } },
  };
}

/** A ranking needs its measure beside it, also where the columns have it only deeper down. */
function termsOf(panel: LensPanel, column: TermsColumn, below: Body): Body {
  const { size, orderBy, orderAgg } = column.params;
  const rank = orderBy.type === 'custom' ? orderAgg : panel.columns[orderBy.columnId];
  if (rank === undefined || !isFieldMetric(rank)) throw new Error(`${panel.id}: cannot rank by a computed column`);
  const order = isCount(rank) ? { _count: 'desc' } : { rank: 'desc' };
  const aggs = { ...(below['aggs'] as Body), ...(isCount(rank) ? {} : { rank: metricOf(rank) }) };
  return { terms: { field: column.sourceField, size, order }, aggs };
}

function metricOf(column: FieldMetricColumn): Body {
  const names = { sum: 'sum', max: 'max', average: 'avg', unique_count: 'cardinality' } as const;
  if (column.operationType === 'count') throw new Error('a count is no aggregation');
  return { [names[column.operationType]]: { field: column.sourceField } };
}

function isFieldMetric(column: Column): column is FieldMetricColumn {
  return !column.isBucketed && 'sourceField' in column;
}

function isCount(column: Column): boolean {
  return column.operationType === 'count';
}
