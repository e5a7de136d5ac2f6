// The kinds of panels that Lens draws.

import { type Columns, constant, overTime } from '../columns.ts';
import { LAYER, lens } from '../lens.ts';
import type { Metric } from '../metric-types.ts';
import { changeColumns, isAmount, metricColumns, metricLabel, rankColumn } from '../metrics.ts';
import type {
  BarsSpec,
  GaugeSpec,
  HeatmapSpec,
  SeriesSpec,
  ShareSpec,
  Split,
  TableSpec,
  TileSpec,
} from '../page-types.ts';
import { alarmPalette, colorsOf, heatPalette } from '../palettes.ts';
import { COLORS, lensPanel, type Panel, type PanelPlace } from '../panel.ts';
import { splitColumn, splitsOf } from '../splits.ts';

const dataLayer = { layerId: LAYER, layerType: 'data' } as const;

/** The metric under the id `value`, and what splits rank by: that column if it is plain, else one of its own. */
function ranked(id: string, metric: Metric, { data }: PanelPlace, isOverTime: boolean) {
  const columns = metricColumns(id, metric, { data, overTime: isOverTime });
  const isPlain = 'sourceField' in columns[id]!;
  return { columns, rank: isPlain && !isOverTime ? id : rankColumn(metric, data) };
}

export function tile(spec: TileSpec, place: PanelPlace): Panel {
  const { data } = place;
  const { columns, rank } = ranked('main', spec.metric, place, false);
  const second =
    spec.compare !== undefined
      ? changeColumns('second', spec.metric, spec.compare, { data, overTime: false })
      : spec.second !== undefined
        ? metricColumns('second', spec.second, { data, overTime: false })
        : {};
  const by = spec.by === undefined ? {} : { by: splitColumn(spec.by, { data, rank, defaultSize: 6, other: false }) };
  const trend: Columns = {
    time: overTime(),
    ...metricColumns('course', spec.metric, { data, overTime: true }),
  };
  const visualization = {
    ...dataLayer,
    metricAccessor: 'main',
    ...('second' in second ? { secondaryMetricAccessor: 'second', secondaryPrefix: secondPrefix(spec) } : {}),
    ...(spec.by === undefined ? {} : { breakdownByAccessor: 'by', maxCols: 6 }),
    ...(spec.alarm === undefined ? {} : { palette: alarmPalette(spec.alarm) }),
    ...(spec.trend === true
      ? {
          trendlineLayerId: 'trend',
          trendlineLayerType: 'metricTrendline',
          trendlineTimeAccessor: 'time',
          trendlineMetricAccessor: 'course',
        }
      : {}),
  };
  // The heading of a tile is the label of its number.
  const main = { ...columns['main']!, label: spec.title };
  const attributes = lens('lnsMetric', { ...by, ...columns, main, ...second }, visualization, {
    ...options(spec, place),
    ...(spec.trend === true ? { moreLayers: { trend } } : {}),
  });
  return lensPanel(attributes, false);
}

function secondPrefix({ compare, second }: TileSpec): string {
  const ago: Readonly<Record<string, string>> = { '1d': 'yesterday', '1w': 'last week' };
  if (compare !== undefined) return `vs ${ago[compare] ?? `${compare} ago`}`;
  return second === undefined ? '' : metricLabel(second).toLowerCase();
}

export function series(spec: SeriesSpec, place: PanelPlace): Panel {
  const { data } = place;
  const metrics = spec.metrics.map((one) => (typeof one === 'object' && 'metric' in one ? one : { metric: one }));
  if (spec.by !== undefined && metrics.length !== 1) throw new Error(`${spec.title}: a split takes one metric`);
  const values = metrics.map(({ metric }, index) => metricColumns(`value${index}`, metric, { data, overTime: true }));
  const draw = spec.draw ?? (spec.by === undefined ? 'line' : 'area');
  const isStacked = draw === 'area' || draw === 'percentage';
  const rank = rankColumn(metrics[0]!.metric, data);
  // Split before time: the biggest of the whole range, not of each step anew.
  const split =
    spec.by === undefined ? {} : { split: splitColumn(spec.by, { data, rank, defaultSize: 9, other: isStacked }) };
  const seriesType = { area: 'area_stacked', line: 'line', bar: 'bar_stacked', percentage: 'area_percentage_stacked' }[
    draw
  ];
  const limits = spec.limits ?? [];
  const yConfig = metrics.flatMap((one, index) =>
    'color' in one ? [{ forAccessor: `value${index}`, color: one.color }] : [],
  );
  const ids = metrics.map((_, index) => `value${index}`);
  const single = spec.by === undefined && ids.length === 1 && yConfig.length === 0;
  const hasLegend = spec.legend !== 'none' && !single;
  const visualization = {
    preferredSeriesType: seriesType,
    legend: { isVisible: hasLegend, position: spec.legend === 'bottom' ? 'bottom' : 'right', ...legendSize(spec) },
    valueLabels: 'hide',
    // Anything but Zero leaves holes in the stack where a service was silent; a mean of nothing is not 0, though.
    fittingFunction: metrics.every(({ metric }) => isAmount(metric)) ? 'Zero' : 'Linear',
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: false },
    fillOpacity: 0.7,
    layers: [
      {
        ...dataLayer,
        seriesType,
        xAccessor: 'time',
        accessors: ids,
        ...(spec.by === undefined ? {} : { splitAccessor: 'split', ...colorsOf(spec.by) }),
        yConfig: single ? [{ forAccessor: 'value0', color: COLORS.traffic }] : yConfig,
      },
      ...(limits.length === 0
        ? []
        : [
            {
              layerId: 'limits',
              layerType: 'referenceLine',
              accessors: limits.map((_, index) => `limit${index}`),
              yConfig: limits.map(({ color }, index) => ({
                forAccessor: `limit${index}`,
                axisMode: 'left',
                color: color ?? COLORS.loss,
                lineWidth: 2,
                textVisibility: true,
              })),
            },
          ]),
    ],
  };
  const limitColumns = limits.map(({ label, value }, index) => [`limit${index}`, constant(value, label)] as const);
  return lensPanel(
    lens('lnsXY', { ...split, time: overTime(), ...Object.assign({}, ...values) }, visualization, {
      ...options(spec, place),
      ...(limits.length === 0 ? {} : { moreLayers: { limits: Object.fromEntries(limitColumns) } }),
    }),
  );
}

/** Names such as "ssh (TCP/22)" need room; a legend below has it. */
function legendSize({ legend, by }: SeriesSpec): Readonly<Record<string, unknown>> {
  if (legend === 'bottom') return {};
  return { legendSize: by === undefined ? 'auto' : 'large', shouldTruncate: false };
}

export function bars(spec: BarsSpec, place: PanelPlace): Panel {
  const { data, width } = place;
  const { columns, rank } = ranked('value', spec.metric, place, false);
  const bar = splitColumn(spec.by, { data, rank, defaultSize: 10, other: false });
  const stack =
    spec.stack === undefined ? {} : { stack: splitColumn(spec.stack, { data, rank, defaultSize: 5, other: false }) };
  const seriesType = spec.stack === undefined ? 'bar_horizontal' : 'bar_horizontal_stacked';
  // In a narrow panel numbers would run into the names.
  const showValues = spec.values ?? (width >= 14 && spec.stack === undefined);
  const visualization = {
    preferredSeriesType: seriesType,
    legend: {
      isVisible: spec.stack !== undefined,
      position: 'right',
      legendSize: width >= 20 ? 'large' : 'auto',
      shouldTruncate: false,
    },
    valueLabels: showValues ? 'show' : 'hide',
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: false },
    tickLabelsVisibilitySettings: { x: true, yLeft: true, yRight: false },
    gridlinesVisibilitySettings: { x: false, yLeft: true, yRight: false },
    layers: [
      {
        ...dataLayer,
        seriesType,
        xAccessor: 'bar',
        accessors: ['value'],
        ...(spec.stack === undefined ? {} : { splitAccessor: 'stack', ...colorsOf(spec.stack) }),
        ...(spec.stack === undefined
          ? { yConfig: [{ forAccessor: 'value', color: spec.color ?? COLORS.traffic }] }
          : {}),
      },
    ],
  };
  return lensPanel(
    lens(
      'lnsXY',
      { bar, ...stack, ...columns },
      visualization,
      options(spec, place, spec.stack === undefined ? [] : [spec.stack]),
    ),
  );
}

export function share(spec: ShareSpec, place: PanelPlace): Panel {
  const { data } = place;
  const { columns, rank } = ranked('value', spec.metric, place, false);
  const splits = splitsOf(spec.by);
  const slices = splits.map(
    (split, index) =>
      [
        `slice${index}`,
        splitColumn(split, {
          data,
          rank,
          defaultSize: index === 0 ? 7 : 5,
          other: spec.kind === 'donut' && splits.length === 1,
        }),
      ] as const,
  );
  const visualization = {
    shape: spec.kind,
    layers: [
      {
        ...dataLayer,
        primaryGroups: slices.map(([id]) => id),
        metrics: ['value'],
        numberDisplay: 'percent',
        categoryDisplay: 'default',
        legendDisplay: 'default',
        nestedLegend: false,
        ...colorsOf(splits[0]!),
      },
    ],
  };
  return lensPanel(
    lens('lnsPie', { ...Object.fromEntries(slices), ...columns }, visualization, options(spec, place, splits.slice(1))),
  );
}

export function table(spec: TableSpec, place: PanelPlace): Panel {
  const { data } = place;
  const [first, ...others] = spec.metrics;
  if (first === undefined) throw new Error(`${spec.title}: a table needs a metric`);
  const { columns: firstColumns, rank } = ranked('value0', first, place, false);
  const more = others.map((metric, index) => metricColumns(`value${index + 1}`, metric, { data, overTime: false }));
  const rows = Math.min(spec.rows ?? 10, rowsThatFit(place.height));
  const splits = splitsOf(spec.by).map(
    (split, index) =>
      [`row${index}`, splitColumn(split, { data, rank, defaultSize: index === 0 ? 50 : 5, other: false })] as const,
  );
  const columns: Columns = { ...Object.fromEntries(splits), ...firstColumns, ...Object.assign({}, ...more) };
  const visible = [...splits.map(([id]) => id), ...spec.metrics.map((_, index) => `value${index}`)];
  const visualization = {
    ...dataLayer,
    columns: visible.map((columnId) => {
      const width =
        columnId === 'row0' ? spec.firstWidth : isTimestamp(columns[columnId]) ? TIMESTAMP_WIDTH : undefined;
      return width === undefined ? { columnId } : { columnId, width };
    }),
    sorting: { columnId: 'value0', direction: 'desc' },
    paging: { size: rows, enabled: true },
    rowHeight: 'auto',
    headerRowHeight: 'single',
  };
  return lensPanel(lens('lnsDatatable', columns, visualization, options(spec, place, splitsOf(spec.by).slice(1))));
}

/** "Nov 21, 2026 @ 09:55:17.167", in pixels. */
const TIMESTAMP_WIDTH = 215;

function isTimestamp(column: Columns[string] | undefined): boolean {
  return column !== undefined && 'sourceField' in column && column.sourceField === '@timestamp';
}

/** Rows of one line that a table shows without scrolling: a row of the grid is 28 px, less heading, column heads and pager. */
function rowsThatFit(height: number): number {
  return Math.max(3, Math.floor((height * 28 - 8 - 112) / 35));
}

export function heatmap(spec: HeatmapSpec, place: PanelPlace): Panel {
  const { data } = place;
  const isOverTime = spec.x === undefined;
  const { columns, rank } = ranked('value', spec.metric, place, isOverTime);
  const y = splitColumn(spec.y, { data, rank, defaultSize: 10, other: false });
  const x = spec.x === undefined ? overTime() : splitColumn(spec.x, { data, rank, defaultSize: 10, other: false });
  const visualization = {
    ...dataLayer,
    shape: 'heatmap',
    palette: { ...heatPalette(), accessor: 'value' },
    xAccessor: 'x',
    yAccessor: 'y',
    valueAccessor: 'value',
    legend: { isVisible: true, position: 'right', type: 'heatmap_legend', legendSize: 'large', shouldTruncate: false },
    gridConfig: {
      type: 'heatmap_grid',
      isCellLabelVisible: false,
      isYAxisLabelVisible: true,
      isXAxisLabelVisible: true,
      isYAxisTitleVisible: false,
      isXAxisTitleVisible: false,
    },
  };
  return lensPanel(lens('lnsHeatmap', { y, x, ...columns }, visualization, options(spec, place)));
}

export function gauge(spec: GaugeSpec, place: PanelPlace): Panel {
  const { data } = place;
  const columns: Columns = {
    ...metricColumns('value', spec.metric, { data, overTime: false }),
    min: constant(0, 'Minimum'),
    max: constant(spec.max, 'Maximum'),
    ...(spec.goal === undefined ? {} : { goal: constant(spec.goal, 'Goal') }),
  };
  const visualization = {
    ...dataLayer,
    shape: 'horizontalBullet',
    metricAccessor: 'value',
    minAccessor: 'min',
    maxAccessor: 'max',
    ...(spec.goal === undefined ? {} : { goalAccessor: 'goal' }),
    ticksPosition: 'auto',
    labelMajorMode: 'none',
  };
  return lensPanel(lens('lnsGauge', columns, visualization, options(spec, place)));
}

function options(spec: { readonly filter?: string }, { data }: PanelPlace, inner: readonly Split[] = []) {
  const { filter } = spec;
  const fields = inner.flatMap((split) => {
    if (typeof split === 'string') return [split];
    return 'field' in split && split.missing !== true ? [split.field] : [];
  });
  if (fields.length === 0) return { data, filter };
  // What lacks the inner field would rank the outer one, and leave its best places empty.
  const exist = fields.map((field) => `${field}: *`).join(' and ');
  return { data, filter: filter === undefined ? exist : `(${filter}) and ${exist}` };
}
