// Who is connected with whom, as a network of dots and lines in Vega: Lens has none. A Sankey diagram shows how much flows
// through the stages; this shows hubs, and groups that have nothing to do with each other.

import { fieldOf } from '../fields.ts';
import type { GraphSpec } from '../page-types.ts';
import { COLORS, type Panel, type PanelPlace } from '../panel.ts';
import { GRAY, TEXT, vegaPanel, vegaSearch } from './text-kinds.ts';

type Part = Readonly<Record<string, unknown>>;

/** Dots by the values of two fields, lines by what flows between; laid out once, not moving. */
export function graph(spec: GraphSpec, { data }: PanelPlace): Panel {
  const [from, to] = spec.between;
  const [many, each] = spec.sizes ?? [25, 6];
  const octets = { octets: { sum: { field: fieldOf(data, 'network.bytes').name } } };
  const missing = spec.missing === undefined ? {} : { missing: spec.missing };
  const exists = [from, to].map((field) => ({ exists: { field } }));
  const found = spec.missing === undefined ? { filter: exists } : { should: exists, minimum_should_match: 1 };
  const terms = (field: string, size: number, aggs: Part): Part => ({
    terms: { field: fieldOf(data, field).name, size, order: { octets: 'desc' }, ...missing },
    aggs,
  });
  const body = {
    aggs: {
      both: {
        filter: { bool: found },
        aggs: { from: terms(from, many, { ...octets, to: terms(to, each, octets) }) },
      },
    },
  };
  const lines: Part = {
    name: 'lines',
    url: vegaSearch(data, body),
    format: { property: 'aggregations.both.from.buckets' },
    transform: [
      { type: 'formula', as: 'list', expr: 'datum.to.buckets' },
      { type: 'flatten', fields: ['list'], as: ['other'] },
      { type: 'formula', as: 'asks', expr: "'' + datum.key" },
      { type: 'formula', as: 'answers', expr: "'' + datum.other.key" },
      { type: 'formula', as: 'size', expr: 'datum.other.octets.value' },
      { type: 'filter', expr: 'datum.size > 0' },
      ...bySize('stroke', 0.7, 9),
    ],
  };
  // A copy, for the layout puts the dots themselves into it: all that is made of what it has touched is made anew, of NaN.
  const links: Part = {
    name: 'links',
    source: 'lines',
    transform: [{ type: 'project', fields: ['asks', 'answers', 'stroke'], as: ['source', 'target', 'stroke'] }],
  };
  const dots: Part = {
    name: 'dots',
    source: 'lines',
    transform: [
      { type: 'fold', fields: ['asks', 'answers'], as: ['side', 'name'] },
      { type: 'formula', as: 'isAsking', expr: "datum.side === 'asks' ? 1 : 0" },
      { type: 'formula', as: 'isAnswering', expr: '1 - datum.isAsking' },
      {
        type: 'aggregate',
        groupby: ['name'],
        fields: ['size', 'isAsking', 'isAnswering'],
        ops: ['sum', 'max', 'max'],
        as: ['size', 'asks', 'answers'],
      },
      ...bySize('area', 40, 900),
      {
        type: 'formula',
        as: 'color',
        expr: `datum.asks && datum.answers ? '${COLORS.internal}' : datum.asks ? '${COLORS.client}' : '${COLORS.server}'`,
      },
      { type: 'formula', as: 'tooltip', expr: "datum.name + ': ' + format(datum.size, '.3~s') + 'B'" },
    ],
  };
  return vegaPanel({
    data: [lines, links, dots, { name: 'count', source: 'lines', transform: [{ type: 'aggregate' }] }],
    marks: [DOTS, LINES, NAMES, NOTHING],
  });
}

/** A measure that grows with the root of `size`. */
function bySize(as: string, least: number, most: number): readonly Part[] {
  return [
    { type: 'joinaggregate', fields: ['size'], ops: ['max'], as: ['biggest'] },
    { type: 'formula', as, expr: `${least} + ${most - least} * sqrt(datum.size / datum.biggest)` },
  ];
}

const force = (name: string, more: Part): Part => ({ force: name, ...more });

// Clipped: a dot beyond the border would shrink everything.
const DOTS: Part = {
  clip: true,
  name: 'nodes',
  type: 'symbol',
  zindex: 1,
  from: { data: 'dots' },
  encode: {
    update: {
      middleX: { signal: 'width / 2' },
      middleY: { signal: 'height / 2' },
      size: { field: 'area' },
      fill: { field: 'color' },
      tooltip: { field: 'tooltip' },
    },
  },
  transform: [
    {
      type: 'force',
      iterations: 250,
      static: true,
      signal: 'layout',
      forces: [
        force('center', { x: { signal: 'width / 2' }, y: { signal: 'height / 2' } }),
        force('collide', { radius: 14 }),
        force('nbody', { strength: -150, distanceMax: 300 }),
        force('link', { links: 'links', id: 'datum.name', distance: 75 }),
        // Panels are wider than high: pull harder towards the middle line.
        force('x', { x: 'middleX', strength: 0.03 }),
        force('y', { y: 'middleY', strength: 0.1 }),
      ],
    },
  ],
};

const LINES: Part = {
  clip: true,
  type: 'path',
  from: { data: 'links' },
  interactive: false,
  encode: {
    update: {
      stroke: { value: GRAY },
      strokeOpacity: { value: 0.5 },
      strokeWidth: { field: 'stroke' },
    },
  },
  transform: [
    {
      type: 'linkpath',
      require: { signal: 'layout' },
      shape: 'line',
      sourceX: 'datum.source.x',
      sourceY: 'datum.source.y',
      targetX: 'datum.target.x',
      targetY: 'datum.target.y',
    },
  ],
};

const NAMES: Part = {
  clip: true,
  type: 'text',
  style: TEXT,
  zindex: 2,
  from: { data: 'nodes' },
  interactive: false,
  encode: {
    update: {
      x: { field: 'x' },
      y: { field: 'y', offset: -9 },
      align: { value: 'center' },
      baseline: { value: 'bottom' },
      text: { field: 'datum.name' },
      limit: { value: 140 },
    },
  },
};

/** Instead of an empty panel. */
const NOTHING: Part = {
  type: 'text',
  style: TEXT,
  from: { data: 'count' },
  encode: {
    update: {
      x: { value: 4 },
      y: { value: 4 },
      baseline: { value: 'top' },
      text: { signal: "datum.count > 0 ? '' : 'No results: the (i) says what it takes'" },
    },
  },
};
