// Ribbons from stage to stage, in Vega: Lens has none.

import { fieldOf } from '../fields.ts';
import type { SankeySpec } from '../page-types.ts';
import type { Panel, PanelPlace } from '../panel.ts';
import { GRAY, TEXT, vegaPanel, vegaSearch } from './text-kinds.ts';

type Part = Readonly<Record<string, unknown>>;

/** Width of a stage's column of blocks, px. */
const BLOCK = 12;

/**
 * A Sankey diagram of two to four fields. Nested terms, the biggest of each stage: a composite would take the first pairs
 * in the order of their names.
 */
export function sankey(spec: SankeySpec, { data }: PanelPlace): Panel {
  const { stages } = spec;
  for (const stage of stages) fieldOf(data, stage);
  const octets = fieldOf(data, spec.sum ?? 'network.bytes');
  const sizes = stages.map((_, index) => spec.sizes?.[index] ?? (index === 0 ? 12 : 6));
  const value = { value: { sum: { field: octets.name } } };
  const missing = spec.missing === undefined ? {} : { missing: spec.missing };
  const nested = stages.reduceRight<Part>(
    (inner, field, index) => ({
      ...value,
      [`s${index}`]: { terms: { field, size: sizes[index], order: { value: 'desc' }, ...missing }, aggs: inner },
    }),
    value,
  );
  const exists = stages.map((field) => ({ exists: { field } }));
  // Where ends may be missing, one of them is there: all else would be one thick ribbon from nowhere to nowhere.
  const ends = [exists[0]!, exists.at(-1)!];
  const found = spec.missing === undefined ? { filter: exists } : { should: ends, minimum_should_match: 1 };
  const body = {
    aggs: { all: { filter: { bool: found }, aggs: { s0: nested['s0'] } } },
  };
  // One row per path: the keys of all stages and the value of the last.
  const paths: Part = {
    name: 'paths',
    url: vegaSearch(data, body),
    format: { property: 'aggregations.all.s0.buckets' },
    transform: [
      { type: 'formula', as: 'k0', expr: "'' + datum.key" },
      ...stages.slice(1).flatMap((_, index) => {
        const source = index === 0 ? 'datum' : `datum.b${index}`;
        const inner = `b${index + 1}`;
        return [
          { type: 'formula', as: `list${index}`, expr: `${source}.s${index + 1}.buckets` },
          { type: 'flatten', fields: [`list${index}`], as: [inner] },
          { type: 'formula', as: `k${index + 1}`, expr: `'' + datum.${inner}.key` },
        ];
      }),
      { type: 'formula', as: 'size', expr: `datum.b${stages.length - 1}.value.value` },
      { type: 'filter', expr: 'datum.size > 0' },
    ],
  };
  const hops = stages.slice(1).map((_, index) => index);
  return vegaPanel({
    data: [paths, ...stages.flatMap((_, index) => blocks(index)), ...hops.map(ribbons)],
    scales: [
      {
        name: 'y',
        type: 'linear',
        domain: { data: 'blocks0', field: 'y1' },
        range: 'height',
        reverse: true,
        zero: true,
      },
      {
        name: 'x',
        type: 'point',
        domain: stages.map((_, index) => index),
        range: [BLOCK / 2, { signal: `width - ${BLOCK / 2}` }],
      },
      { name: 'color', type: 'ordinal', domain: { data: 'blocks0', field: 'key' }, range: { scheme: 'tableau20' } },
    ],
    marks: [
      {
        // Clipped: the wide strokes of ribbons would count as width, and everything be shrunk to fit.
        type: 'group',
        encode: { update: { width: { signal: 'width' }, height: { signal: 'height' }, clip: { value: true } } },
        marks: [
          ...hops.map((hop) => ribbonMarks(hop)),
          ...stages.flatMap((_, index) => blockMarks(index, stages.length)),
        ],
      },
    ],
  });
}

/** Sizes and places of a stage's blocks, the biggest on top. */
function blocks(stage: number): readonly Part[] {
  return [
    {
      name: `blocks${stage}`,
      source: 'paths',
      transform: [
        { type: 'aggregate', groupby: [`k${stage}`], fields: ['size'], ops: ['sum'], as: ['size'] },
        { type: 'formula', as: 'key', expr: `datum.k${stage}` },
        { type: 'stack', field: 'size', sort: { field: 'size', order: 'descending' }, as: ['y0', 'y1'] },
      ],
    },
  ];
}

/** The ribbons between a stage and the next, stacked within their blocks; coloured by the first stage. */
function ribbons(hop: number): Part {
  const [from, to] = [`k${hop}`, `k${hop + 1}`];
  const first = hop === 0 ? [] : ['k0'];
  const inner = (side: string, key: string, other: string) => [
    { type: 'stack', groupby: [key], field: 'size', sort: { field: [other, 'k0'] }, as: [`${side}0`, `${side}1`] },
    {
      type: 'lookup',
      from: `blocks${side === 'a' ? hop : hop + 1}`,
      key: 'key',
      fields: [key],
      values: ['y0'],
      as: [`${side}Base`],
    },
    {
      type: 'formula',
      as: `${side}Middle`,
      expr: `scale('y', datum.${side}Base + (datum.${side}0 + datum.${side}1) / 2)`,
    },
  ];
  return {
    name: `ribbons${hop}`,
    source: 'paths',
    transform: [
      { type: 'aggregate', groupby: [...first, from, to], fields: ['size'], ops: ['sum'], as: ['size'] },
      ...inner('a', from, to),
      ...inner('b', to, from),
      {
        type: 'linkpath',
        orient: 'horizontal',
        shape: 'diagonal',
        sourceX: { expr: `scale('x', ${hop}) + ${BLOCK / 2}` },
        sourceY: 'aMiddle',
        targetX: { expr: `scale('x', ${hop + 1}) - ${BLOCK / 2}` },
        targetY: 'bMiddle',
      },
      { type: 'formula', as: 'thickness', expr: "max(1, abs(scale('y', datum.size) - scale('y', 0)))" },
    ],
  };
}

function ribbonMarks(hop: number): Part {
  return {
    type: 'path',
    from: { data: `ribbons${hop}` },
    encode: {
      update: {
        path: { field: 'path' },
        stroke: { scale: 'color', field: 'k0' },
        strokeOpacity: { value: 0.3 },
        strokeWidth: { field: 'thickness' },
        tooltip: { signal: `datum.k${hop} + ' → ' + datum.k${hop + 1} + ': ' + format(datum.size, '.3s') + 'B'` },
      },
      hover: { strokeOpacity: { value: 0.8 } },
    },
  };
}

function blockMarks(stage: number, count: number): readonly Part[] {
  const isLast = stage === count - 1;
  const fill = stage === 0 ? { scale: 'color', field: 'key' } : { value: GRAY };
  const label = isLast ? `scale('x', ${stage}) - ${BLOCK / 2 + 4}` : `scale('x', ${stage}) + ${BLOCK / 2 + 4}`;
  const from = { data: `blocks${stage}` };
  return [
    {
      type: 'rect',
      from,
      encode: {
        update: {
          x: { signal: `scale('x', ${stage}) - ${BLOCK / 2}` },
          width: { value: BLOCK },
          y: { scale: 'y', field: 'y0' },
          y2: { scale: 'y', field: 'y1' },
          fill,
          stroke: { value: 'transparent' },
          tooltip: { signal: "datum.key + ': ' + format(datum.size, '.3s') + 'B'" },
        },
      },
    },
    {
      type: 'text',
      style: TEXT,
      from,
      encode: {
        update: {
          x: { signal: label },
          align: { value: isLast ? 'right' : 'left' },
          baseline: { value: 'middle' },
          y: { signal: "(scale('y', datum.y0) + scale('y', datum.y1)) / 2" },
          // A block too thin for a line of text has its name in the tooltip.
          text: { signal: "abs(scale('y', datum.y1) - scale('y', datum.y0)) < 9 ? '' : datum.key" },
          fontSize: { value: 11 },
        },
      },
    },
  ];
}
