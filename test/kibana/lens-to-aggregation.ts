// The Elasticsearch search behind a layer of a Lens panel, as Lens makes it: one aggregation per bucket column, nested in
// the order of the columns, the metrics innermost. Only the operations that weir's panels use; anything else throws.

import type { Column, FieldMetricColumn, TermsColumn } from '../../kibana-dashboards/lib/columns.ts';
import { kqlQuery } from './kql.ts';
import type { LayerOfPanel } from './saved-panels.ts';

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

type Body = Readonly<Record<string, unknown>>;

/** Only documents of the range. */
export function inRange({ fromMs, toMs }: TimeRange): Body {
  return { range: { '@timestamp': { gte: fromMs, lte: toMs, format: 'epoch_millis' } } };
}

/** The body of a _search; aggregations are named by their column. */
export function searchOf(layer: LayerOfPanel, range: TimeRange): Body {
  return {
    size: 0,
    track_total_hits: true,
    query: { bool: { filter: [inRange(range), kqlQuery(layer.query)] } },
    ...aggregations(layer, bucketIds(layer), range),
  };
}

/** Ids of the bucket columns, the outermost first. */
export function bucketIds({ columns, columnOrder }: LayerOfPanel): readonly string[] {
  return columnOrder.filter((id) => columns[id]!.isBucketed);
}

/**
 * Ids of the columns that Elasticsearch computes inside each bucket. A count without a filter is the bucket's own; a shifted
 * column is the same computation of another time.
 */
export function metricIds({ columns, columnOrder }: LayerOfPanel): readonly string[] {
  return columnOrder.filter((id) => {
    const column = columns[id]!;
    return isFieldMetric(column) && !isPlainCount(column) && column.timeShift === undefined;
  });
}

function aggregations(layer: LayerOfPanel, buckets: readonly string[], range: TimeRange): Body {
  const [id, ...inner] = buckets;
  if (id === undefined) {
    const metrics = metricIds(layer).map((metric) => [metric, metricOf(layer.columns[metric] as FieldMetricColumn)]);
    return { aggs: Object.fromEntries(metrics) };
  }
  const column = layer.columns[id]!;
  const below = aggregations(layer, inner, range);
  switch (column.operationType) {
    case 'terms':
      return { aggs: { [id]: termsOf(layer, column, below) } };
    case 'filters': {
      const filters = column.params.filters.map(({ label, input }) => [label, kqlQuery(input.query)]);
      return { aggs: { [id]: { filters: { filters: Object.fromEntries(filters) }, ...below } } };
    }
    case 'range': {
      const ranges = column.params.ranges.map(({ from, to, label }) => ({
        from,
        ...(to === null ? {} : { to }),
        key: label,
      }));
      return { aggs: { [id]: { range: { field: column.sourceField, ranges }, ...below } } };
    }
    case 'date_histogram': {
      const fixed_interval = `${Math.max(1000, Math.ceil((range.toMs - range.fromMs) / 50 / 1000) * 1000)}ms`;
      const histogram = { field: column.sourceField, fixed_interval, min_doc_count: 0 };
      return { aggs: { [id]: { date_histogram: histogram, ...below } } };
    }
    default:
      throw new Error(`${layer.panelId}: ${column.operationType} is no bucket`);
  }
}

/** A ranking needs its measure beside it, also where the columns have it only deeper down. */
function termsOf(layer: LayerOfPanel, column: TermsColumn, below: Body): Body {
  const { size, orderBy, orderAgg } = column.params;
  const rank = orderBy.type === 'custom' ? orderAgg : layer.columns[orderBy.columnId];
  if (rank === undefined || !isFieldMetric(rank)) throw new Error(`${layer.panelId}: cannot rank by a computed column`);
  const path = rank.filter === undefined ? 'rank' : 'rank>inner';
  const order = isPlainCount(rank)
    ? { _count: 'desc' }
    : { [rank.operationType === 'percentile' ? `${path}.${rank.params.percentile}` : path]: 'desc' };
  const aggs = { ...(below['aggs'] as Body), ...(isPlainCount(rank) ? {} : { rank: metricOf(rank) }) };
  return { terms: { field: column.sourceField, size, order }, aggs };
}

function metricOf(column: FieldMetricColumn): Body {
  const { filter } = column;
  const own = ownMetric(column);
  if (filter === undefined) return own;
  return { filter: kqlQuery(filter.query), aggs: column.operationType === 'count' ? {} : { inner: own } };
}

function ownMetric(column: FieldMetricColumn): Body {
  const field = column.sourceField;
  switch (column.operationType) {
    case 'count':
      return {};
    case 'percentile':
      return { percentiles: { field, percents: [column.params.percentile] } };
    case 'median':
      return { percentiles: { field, percents: [50] } };
    default: {
      const names = { sum: 'sum', max: 'max', min: 'min', average: 'avg', unique_count: 'cardinality' } as const;
      return { [names[column.operationType]]: { field } };
    }
  }
}

export function isFieldMetric(column: Column): column is FieldMetricColumn {
  return !column.isBucketed && 'sourceField' in column;
}

function isPlainCount(column: FieldMetricColumn): boolean {
  return column.operationType === 'count' && column.filter === undefined;
}
