// A ranking beside the same hours of yesterday or last week, in Vega: Lens refuses top values with shifted metrics.

import { dataViewPattern } from '../data-view.ts';
import { fieldOf } from '../fields.ts';
import type { ChangeSpec } from '../page-types.ts';
import { COLORS, type Panel, type PanelPlace } from '../panel.ts';
import { GRAY, TEXT, vegaPanel } from './text-kinds.ts';

type Part = Readonly<Record<string, unknown>>;

const AGO = {
  '1d': { shift: -1, unit: 'day', words: 'yesterday' },
  '1w': { shift: -1, unit: 'week', words: 'last week' },
} as const;

/** The biggest of both times together, so that what has vanished shows, too. */
export function change(spec: ChangeSpec, { data }: PanelPlace): Panel {
  const { shift, unit, words } = AGO[spec.shift];
  const field = fieldOf(data, spec.by).name;
  const octets = { sum: { field: fieldOf(data, spec.sum ?? 'network.bytes').name } };
  const now = { range: { '@timestamp': { '%timefilter%': true } } };
  const before = { range: { '@timestamp': { '%timefilter%': true, shift, unit } } };
  const during = (filter: Part) => ({ filter, aggs: { octets } });
  // Two ranges: so the page's filters are put in by clause, and not by %context%.
  const body = {
    size: 0,
    query: {
      bool: {
        must: ['%dashboard_context-must_clause%', { bool: { should: [now, before], minimum_should_match: 1 } }],
        filter: ['%dashboard_context-filter_clause%'],
        must_not: ['%dashboard_context-must_not_clause%'],
      },
    },
    aggs: {
      rows: {
        terms: { field, size: spec.size ?? 12, order: { both: 'desc' } },
        aggs: { both: octets, now: during(now), before: during(before) },
      },
    },
  };
  const number = (name: string) => `format(datum.${name}, '.3~s') + 'B'`;
  return vegaPanel({
    data: [
      {
        name: 'rows',
        url: { index: dataViewPattern(data), body },
        format: { property: 'aggregations.rows.buckets' },
        transform: [
          { type: 'formula', as: 'name', expr: "'' + datum.key" },
          { type: 'formula', as: 'now', expr: 'datum.now.octets.value || 0' },
          { type: 'formula', as: 'before', expr: 'datum.before.octets.value || 0' },
          { type: 'formula', as: 'longest', expr: 'max(datum.now, datum.before)' },
          {
            type: 'formula',
            as: 'text',
            expr: `${number('now')} + (datum.before > 0 ? '  ' + format(datum.now / datum.before - 1, '+.0%') : datum.now > 0 ? '  new' : '')`,
          },
          {
            type: 'formula',
            as: 'tooltip',
            expr: `datum.name + ': ' + ${number('now')} + ', ${words} ' + ${number('before')}`,
          },
        ],
      },
    ],
    scales: [
      { name: 'y', type: 'band', domain: { data: 'rows', field: 'name' }, range: 'height', padding: 0.3 },
      {
        name: 'x',
        type: 'linear',
        domain: { data: 'rows', field: 'longest' },
        range: [0, { signal: 'width - 110' }],
        zero: true,
      },
    ],
    axes: [{ orient: 'left', scale: 'y', domain: false, ticks: false, labelLimit: 200 }],
    marks: [
      bar('now', spec.color ?? COLORS.traffic, 0, 0.6),
      bar('before', GRAY, 0.65, 0.35),
      {
        type: 'text',
        style: TEXT,
        from: { data: 'rows' },
        encode: {
          update: {
            x: { signal: "scale('x', datum.longest) + 6" },
            y: { signal: "scale('y', datum.name) + bandwidth('y') / 2" },
            baseline: { value: 'middle' },
            fontSize: { value: 11 },
            text: { field: 'text' },
          },
        },
      },
    ],
  });
}

function bar(field: string, color: string, from: number, share: number): Part {
  return {
    type: 'rect',
    from: { data: 'rows' },
    encode: {
      update: {
        x: { value: 0 },
        x2: { scale: 'x', field },
        y: { signal: `scale('y', datum.name) + bandwidth('y') * ${from}` },
        height: { signal: `bandwidth('y') * ${share}` },
        fill: { value: color },
        tooltip: { field: 'tooltip' },
      },
    },
  };
}
