// From a metric as a page writes it to the columns of a Lens layer: a plain column, or a formula where it is a rate, has a
// factor, is a ratio or a comparison.

import type { Columns, FieldMetricColumn, ValueFormat } from './columns.ts';
import { type DocumentKind, type Field, fieldOf } from './fields.ts';
import { type Expression, formula } from './formula.ts';
import type { FieldMetric, Metric, MetricName, RatioMetric } from './metric-types.ts';

/** 15.7m, 12: a day's packets need more digits than a tile has room for. */
const COMPACT: ValueFormat = { id: 'custom', params: { decimals: 0, pattern: '0,0.[0]a' } };
const PERCENT: ValueFormat = { id: 'percent', params: { decimals: 1 } };
const BITS_PER_SECOND: ValueFormat = { id: 'bits', params: { decimals: 1, suffix: '/s' } };
const PER_SECOND: ValueFormat = { id: 'custom', params: { decimals: 0, pattern: '0,0.[0]a', suffix: '/s' } };
const OCTETS: ValueFormat = { id: 'number', params: { decimals: 0, suffix: ' B' } };

const bytes: FieldMetric = { op: 'sum', field: 'network.bytes', label: 'Bytes' };
const packets: FieldMetric = { op: 'sum', field: 'network.packets', label: 'Packets', format: COMPACT };
const flows: FieldMetric = { op: 'count', label: 'Flows', format: COMPACT };

/** The metrics that pages name by a word. */
export const METRICS: Readonly<Record<MetricName, FieldMetric | RatioMetric>> = {
  bytes,
  'bit/s': { ...bytes, label: 'Traffic', perSecond: true, times: 8 },
  packets,
  'packets/s': { ...packets, perSecond: true, format: PER_SECOND },
  flows,
  'flows/s': { ...flows, perSecond: true, format: PER_SECOND },
  clients: { op: 'distinct', field: 'client.ip', label: 'Clients', format: COMPACT },
  servers: { op: 'distinct', field: 'server.ip', label: 'Servers', format: COMPACT },
  sources: { op: 'distinct', field: 'source.ip', label: 'Sources', format: COMPACT },
  destinations: { op: 'distinct', field: 'destination.ip', label: 'Destinations', format: COMPACT },
  services: { op: 'distinct', field: 'flow.service.name', label: 'Services', format: COMPACT },
  conversations: { op: 'distinct', field: 'flow.conversation', label: 'Conversations', format: COMPACT },
  exporters: { op: 'distinct', field: 'observer.ip', label: 'Exporters' },
  'bytes per packet': {
    ratio: [bytes, { op: 'sum', field: 'network.packets', label: 'Packets' }],
    label: 'Mean packet',
    format: OCTETS,
  },
  'mean duration': { op: 'average', field: 'event.duration', label: 'Mean time' },
};

/** Where a metric stands. */
export interface MetricPlace {
  readonly data: DocumentKind;
  /** In a chart with a time axis: a rate is that of each step. Else it is that of the whole range. */
  readonly overTime: boolean;
}

/** The columns of a metric; its own has the id that is asked for. */
export function metricColumns(id: string, metric: Metric, place: MetricPlace): Columns {
  const spec = resolve(metric);
  if ('ratio' in spec) {
    const [over, under] = spec.ratio.map((part) => expressionOf(part, place)) as [Expression, Expression];
    return formula(id, { name: 'divide', args: [over, under] }, spec.label, spec.format ?? PERCENT);
  }
  if (spec.counter === true && (spec.op !== 'max' || !place.overTime)) {
    throw new Error(`${spec.label}: the rate of a counter is of its max, over time`);
  }
  if (spec.perSecond !== true && spec.counter !== true && spec.times === undefined)
    return { [id]: plainColumn(spec, place.data) };
  return formula(id, asTree(expressionOf(spec, place)), spec.label, formatOf(spec));
}

/** By how much the metric has changed against the same range so long ago, as a share. */
export function changeColumns(id: string, metric: Metric, shift: string, place: MetricPlace): Columns {
  const spec = resolve(metric);
  if ('ratio' in spec) throw new Error(`${spec.label}: a ratio cannot be compared`);
  const column = plainColumn(spec, place.data);
  const share: Expression = { name: 'divide', args: [{ metric: column }, { metric: { ...column, timeShift: shift } }] };
  const format: ValueFormat = { id: 'custom', params: { decimals: 0, pattern: '+0%' } };
  return formula(id, { name: 'subtract', args: [share, 1] }, `Change in ${shift}`, format);
}

/** What a split is ranked by: the plain column of the metric, of a ratio its first. */
export function rankColumn(metric: Metric, data: DocumentKind): FieldMetricColumn {
  const spec = resolve(metric);
  return plainColumn('ratio' in spec ? spec.ratio[0] : spec, data);
}

/** Whether it is 0 where there are no documents: not so for means, ratios and extremes. */
export function isAmount(metric: Metric): boolean {
  const spec = resolve(metric);
  return (
    !('ratio' in spec) && (spec.op === 'count' || spec.op === 'sum' || spec.op === 'distinct' || spec.counter === true)
  );
}

export function metricLabel(metric: Metric): string {
  return resolve(metric).label;
}

function resolve(metric: Metric): FieldMetric | RatioMetric {
  return typeof metric === 'string' ? METRICS[metric] : metric;
}

const OPERATIONS = {
  count: 'count',
  sum: 'sum',
  max: 'max',
  min: 'min',
  average: 'average',
  median: 'median',
  percentile: 'percentile',
  distinct: 'unique_count',
} as const;

/** Field types that an operation can work on. */
const NUMBERS: readonly Field['type'][] = ['long', 'integer', 'short', 'float'];

function plainColumn(spec: FieldMetric, data: DocumentKind): FieldMetricColumn {
  const field = spec.op === 'count' ? undefined : fieldOf(data, spec.field ?? `(none for ${spec.label})`);
  if (field !== undefined && !suits(spec.op, field)) {
    throw new Error(`${spec.label}: ${spec.op} of ${field.name}, which is ${field.type}`);
  }
  const format = spec.perSecond === true || spec.counter === true ? undefined : spec.format;
  return {
    label: spec.label,
    customLabel: true,
    dataType: field?.type === 'date' ? 'date' : 'number',
    operationType: OPERATIONS[spec.op],
    isBucketed: false,
    scale: 'ratio',
    sourceField: field?.name ?? '___records___',
    ...(spec.filter === undefined ? {} : { filter: { query: spec.filter, language: 'kuery' } as const }),
    ...(spec.shift === undefined ? {} : { timeShift: spec.shift }),
    params: {
      emptyAsNull: false,
      ...(format === undefined ? {} : { format }),
      ...(spec.op === 'percentile' ? { percentile: spec.percentile ?? 95 } : {}),
    },
  };
}

function suits(op: FieldMetric['op'], field: Field): boolean {
  if (op === 'distinct') return field.type === 'keyword' || field.type === 'ip';
  if (op === 'max' || op === 'min') return NUMBERS.includes(field.type) || field.type === 'date';
  return NUMBERS.includes(field.type);
}

/** Value of a metric within a formula; time_range() is in milliseconds. */
function expressionOf(spec: FieldMetric, { data, overTime }: MetricPlace): Expression {
  const column = plainColumn(spec, data);
  const times = spec.times ?? 1;
  if (spec.counter === true) return scaled({ counterRate: column }, times);
  if (spec.perSecond !== true) return scaled({ metric: column }, times);
  if (overTime) return scaled({ perSecond: column }, times);
  return { name: 'divide', args: [scaled({ metric: column }, times * 1000), { timeRange: true }] };
}

function scaled(value: Expression, times: number): Expression {
  return times === 1 ? value : { name: 'multiply', args: [times, value] };
}

function asTree(value: Expression): Expression {
  return typeof value === 'object' && 'args' in value ? value : { name: 'multiply', args: [1, value] };
}

function formatOf(spec: FieldMetric): ValueFormat {
  if (spec.format !== undefined) return spec.format;
  if (spec.perSecond === true || spec.counter === true)
    return Math.abs(spec.times ?? 1) === 8 ? BITS_PER_SECOND : PER_SECOND;
  return COMPACT;
}
