// How full lines are over time, in Vega: an interface is named by two fields (its exporter and its index), and Lens takes one
// only, so that lines of several exporters with an interface of the same name would be added up against the speed of one.

import { fieldOf } from '../fields.ts';
import type { UtilisationSpec } from '../page-types.ts';
import { LINES, type Panel, type PanelPlace } from '../panel.ts';
import { vegaPanel, vegaSearch } from './text-kinds.ts';

/** Steps that come without a neighbour: a range as short as one of them. */
const ONLY_STEP_MS = 60_000;

/** A line per interface: bits per second of each step as a share of the speed. */
export function utilisation(spec: UtilisationSpec, { data }: PanelPlace): Panel {
  const { by, size = 8 } = spec;
  for (const name of [...by, spec.name, spec.speed]) fieldOf(data, name);
  const octets = { sum: { field: fieldOf(data, 'network.bytes').name } };
  const terms = (field: string, aggs: Readonly<Record<string, unknown>>) => ({
    terms: { field, size, order: { octets: 'desc' } },
    aggs: { octets, ...aggs },
  });
  const steps = {
    date_histogram: { field: '@timestamp', interval: { '%autointerval%': true }, min_doc_count: 0 },
    aggs: { octets },
  };
  const interfaces = terms(by[1], {
    name: { terms: { field: spec.name, size: 1 } },
    speed: { max: { field: spec.speed } },
    steps,
  });
  const body = {
    aggs: {
      known: { filter: { exists: { field: spec.speed } }, aggs: { exporters: terms(by[0], { interfaces }) } },
    },
  };
  return vegaPanel({
    data: [
      {
        name: 'points',
        url: vegaSearch(data, body),
        format: { property: 'aggregations.known.exporters.buckets' },
        transform: [
          { type: 'formula', as: 'list', expr: 'datum.interfaces.buckets' },
          { type: 'flatten', fields: ['list'], as: ['own'] },
          { type: 'formula', as: 'total', expr: 'datum.own.octets.value / datum.own.speed.value' },
          { type: 'window', sort: { field: 'total', order: 'descending' }, ops: ['row_number'], as: ['place'] },
          { type: 'filter', expr: `datum.place <= ${size} && datum.own.speed.value > 0` },
          {
            type: 'formula',
            as: 'name',
            expr: "datum.key + '  ' + (datum.own.name.buckets.length > 0 ? datum.own.name.buckets[0].key : datum.own.key)",
          },
          {
            type: 'formula',
            as: 'stepMs',
            expr: `datum.own.steps.buckets.length > 1 ? datum.own.steps.buckets[1].key - datum.own.steps.buckets[0].key : ${ONLY_STEP_MS}`,
          },
          { type: 'formula', as: 'steps', expr: 'datum.own.steps.buckets' },
          { type: 'flatten', fields: ['steps'], as: ['step'] },
          { type: 'formula', as: 'time', expr: 'datum.step.key' },
          {
            type: 'formula',
            as: 'share',
            expr: 'datum.step.octets.value * 8000 / datum.stepMs / datum.own.speed.value',
          },
          {
            type: 'formula',
            as: 'tooltip',
            expr: "datum.name + ': ' + format(datum.share, '.1%') + ' of ' + format(datum.own.speed.value, '.3~s') + 'bit/s, ' + timeFormat(datum.time, '%b %d, %H:%M')",
          },
        ],
      },
    ],
    scales: [
      { name: 'x', type: 'time', domain: { data: 'points', field: 'time' }, range: 'width' },
      {
        name: 'y',
        type: 'linear',
        domain: { data: 'points', field: 'share' },
        range: 'height',
        zero: true,
        nice: true,
      },
      { name: 'color', type: 'ordinal', domain: { data: 'points', field: 'name' }, range: LINES },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', tickCount: 5, domain: false },
      { orient: 'left', scale: 'y', format: '.0%', grid: true, gridOpacity: 0.3, tickCount: 5, domain: false },
    ],
    legends: [{ stroke: 'color', symbolType: 'stroke', orient: 'right', labelLimit: 180 }],
    marks: [
      {
        type: 'group',
        from: { facet: { name: 'line', data: 'points', groupby: 'name' } },
        marks: [
          {
            type: 'line',
            from: { data: 'line' },
            encode: { update: { ...PLACE, stroke: COLOR, strokeWidth: { value: 1.5 } } },
          },
          {
            type: 'symbol',
            from: { data: 'line' },
            encode: { update: { ...PLACE, fill: COLOR, size: { value: 14 }, tooltip: { field: 'tooltip' } } },
          },
        ],
      },
    ],
  });
}

const PLACE = { x: { scale: 'x', field: 'time' }, y: { scale: 'y', field: 'share' } } as const;
const COLOR = { scale: 'color', field: 'name' } as const;
