// Percentiles of the sums of five minutes, in Vega: Lens cannot aggregate over buckets.

import { fieldOf } from '../fields.ts';
import type { PercentileSpec } from '../page-types.ts';
import type { Panel, PanelPlace } from '../panel.ts';
import { TEXT, vegaPanel, vegaSearch } from './text-kinds.ts';

type Part = Readonly<Record<string, unknown>>;

/** Seconds of a step: what carriers bill by. */
const STEP_SECONDS = 300;

/** Bars of a percentile of the rates of five minutes, with mean and maximum as numbers. */
export function percentile(spec: PercentileSpec, { data }: PanelPlace): Panel {
  const { by, size = 15, percentile: percent = 95 } = spec;
  for (const name of by) fieldOf(data, name);
  const octets = fieldOf(data, spec.sum ?? 'network.bytes').name;
  const rates = {
    total: { sum: { field: octets } },
    steps: {
      date_histogram: { field: '@timestamp', fixed_interval: `${STEP_SECONDS}s`, min_doc_count: 0 },
      aggs: { octets: { sum: { field: octets } } },
    },
    high: { percentiles_bucket: { buckets_path: 'steps>octets', percents: [percent] } },
    mean: { avg_bucket: { buckets_path: 'steps>octets' } },
    peak: { max_bucket: { buckets_path: 'steps>octets' } },
    ...(spec.name === undefined ? {} : { name: { terms: { field: fieldOf(data, spec.name).name, size: 1 } } }),
    ...(spec.speed === undefined ? {} : { speed: { max: { field: fieldOf(data, spec.speed).name } } }),
  };
  const terms = (field: string, aggs: Part) => ({
    terms: { field, size, order: { total: 'desc' } },
    aggs: { total: { sum: { field: octets } }, ...aggs },
  });
  const [outer, inner] = by;
  const aggs = { g0: inner === undefined ? terms(outer!, rates) : terms(outer!, { g1: terms(inner, rates) }) };
  const flat: readonly Part[] =
    inner === undefined
      ? [
          { type: 'formula', as: 'b', expr: 'datum' },
          { type: 'formula', as: 'name', expr: nameOf(spec, 'datum') },
        ]
      : [
          { type: 'formula', as: 'list', expr: 'datum.g1.buckets' },
          { type: 'flatten', fields: ['list'], as: ['b'] },
          { type: 'formula', as: 'name', expr: `datum.key + '  ' + ${nameOf(spec, 'datum.b')}` },
        ];
  const rate = (path: string) => `(${path} || 0) * 8 / ${STEP_SECONDS}`;
  const short = (name: string) => `format(datum.${name}, '.3~s')`;
  const bits = (name: string) => `format(datum.${name}, '.3~s') + 'bit/s'`;
  const speedText =
    spec.speed === undefined
      ? ''
      : " + (datum.speed > 0 ? ', ' + format(datum.high / datum.speed, '.1%') + ' of ' + format(datum.speed, '.3~s') : '')";
  return vegaPanel({
    data: [
      {
        name: 'rows',
        url: vegaSearch(data, { aggs }),
        format: { property: 'aggregations.g0.buckets' },
        transform: [
          ...flat,
          { type: 'formula', as: 'high', expr: rate(`datum.b.high.values['${percent.toFixed(1)}']`) },
          { type: 'formula', as: 'mean', expr: rate('datum.b.mean.value') },
          { type: 'formula', as: 'peak', expr: rate('datum.b.peak.value') },
          { type: 'formula', as: 'speed', expr: spec.speed === undefined ? '0' : 'datum.b.speed.value || 0' },
          { type: 'window', sort: { field: 'high', order: 'descending' }, ops: ['row_number'], as: ['place'] },
          { type: 'filter', expr: `datum.place <= ${size}` },
        ],
      },
    ],
    scales: [
      {
        name: 'y',
        type: 'band',
        domain: { data: 'rows', field: 'name', sort: { field: 'high', op: 'max', order: 'descending' } },
        range: 'height',
        padding: 0.25,
      },
      {
        name: 'x',
        type: 'linear',
        domain: { data: 'rows', field: 'peak' },
        range: [0, { signal: 'width * 0.5' }],
        zero: true,
        nice: true,
      },
    ],
    axes: [
      { orient: 'left', scale: 'y', domain: false, ticks: false, labelLimit: 260 },
      {
        orient: 'bottom',
        scale: 'x',
        format: '.2s',
        grid: true,
        gridOpacity: 0.3,
        tickCount: 4,

        domain: false,
      },
    ],
    marks: [
      percentileMark('peak', '#6092C0', 0.3),
      percentileMark('high', '#6092C0', 1),
      {
        type: 'text',
        style: TEXT,
        from: { data: 'rows' },
        encode: {
          update: {
            x: { signal: "scale('x', datum.peak) + 6" },
            y: { signal: "scale('y', datum.name) + bandwidth('y') / 2" },
            baseline: { value: 'middle' },
            text: {
              signal: `${bits('high')}${speedText} + ' (mean ' + ${short('mean')} + ', peak ' + ${short('peak')} + ')'`,
            },
          },
        },
      },
    ],
  });
}

/** The bucket's key, or the better name that its documents have. */
function nameOf({ name }: PercentileSpec, bucket: string): string {
  const key = `'' + ${bucket}.key`;
  return name === undefined ? key : `(${bucket}.name.buckets.length > 0 ? ${bucket}.name.buckets[0].key : ${key})`;
}

function percentileMark(field: string, color: string, opacity: number): Part {
  return {
    type: 'rect',
    from: { data: 'rows' },
    encode: {
      update: {
        x: { value: 0 },
        x2: { scale: 'x', field },
        y: { scale: 'y', field: 'name' },
        height: { scale: 'y', band: 1 },
        fill: { value: color },
        fillOpacity: { value: opacity },
      },
    },
  };
}
