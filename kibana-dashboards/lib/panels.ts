// The kinds of panels that weir's dashboards are made of, each a function from what is measured to a panel.
// Panels are by value: they live inside their dashboard and come and go with it.

import { type FieldMetricColumn, overTime, sum, type TopOptions, top } from './columns.ts';
import type { Field } from './fields.ts';
import { bitRateOverTime, type Columns } from './formula.ts';
import { LAYER, type LensAttributes, type LensOptions, lens } from './lens.ts';

/** A panel before it has its place on the grid. */
export interface Panel {
  /** Stable within the dashboard: it names the panel's references. */
  readonly id: string;
  readonly type: 'lens' | 'visualization';
  /** Empty: no heading. */
  readonly title: string;
  readonly description?: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly attributes?: LensAttributes;
}

/** What every panel function takes. */
export interface PanelText {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
}

/** One colour per meaning on every page; all are told apart in the light and in the dark theme. */
export const COLORS = { client: '#6092C0', server: '#54B399', service: '#D6BF57' } as const;

function lensPanel(text: PanelText, attributes: LensAttributes): Panel {
  return { ...text, type: 'lens', config: {}, attributes };
}

const dataLayer = { layerId: LAYER, layerType: 'data' } as const;

export interface TileOptions extends LensOptions {
  /** Columns of the layer; `main` and, small beside it, `second`. */
  readonly columns: Columns;
  /** Stands before the second value. */
  readonly secondLabel?: string;
}

/** One number, with a second, smaller one when the columns have `second`. The number's label is its heading. */
export function tile(id: string, options: TileOptions): Panel {
  const { columns, secondLabel } = options;
  const visualization = {
    ...dataLayer,
    metricAccessor: 'main',
    ...('second' in columns ? { secondaryMetricAccessor: 'second', secondaryPrefix: secondLabel ?? '' } : {}),
  };
  return lensPanel({ id, title: '' }, lens('lnsMetric', columns, visualization, options));
}

export interface TrafficOptions extends LensOptions {
  readonly octets: Field;
  readonly by: Field;
  readonly size: number;
}

/** Bits per second over time, stacked by the biggest values of a field and the rest. */
export function trafficOverTime(text: PanelText, options: TrafficOptions): Panel {
  const { octets, by, size } = options;
  const columns = {
    // Split before time: the biggest of the whole range, not of each step anew.
    split: top(by, { size, by: sum(octets), other: true }),
    time: overTime(),
    ...bitRateOverTime('rate', octets, 'Traffic'),
  };
  const visualization = {
    preferredSeriesType: 'area_stacked',
    legend: { isVisible: true, position: 'right', legendSize: 'large', shouldTruncate: false },
    valueLabels: 'hide',
    // Anything else leaves holes in the stack where a service was silent.
    fittingFunction: 'Zero',
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: false },
    fillOpacity: 0.7,
    layers: [
      { ...dataLayer, seriesType: 'area_stacked', xAccessor: 'time', splitAccessor: 'split', accessors: ['rate'] },
    ],
  };
  return lensPanel(text, lens('lnsXY', columns, visualization, options));
}

export interface BarsOptions extends LensOptions {
  readonly by: Field;
  readonly metric: FieldMetricColumn;
  readonly size: number;
  readonly color: string;
  /** Numbers on the bars; in a narrow panel they would run into the names. */
  readonly showValues: boolean;
}

/** A ranking: one horizontal bar for each of the biggest values of a field. */
export function topBars(text: PanelText, options: BarsOptions): Panel {
  const { by, metric, size, color, showValues } = options;
  const columns = { bar: top(by, { size, by: 'value' }), value: metric };
  const visualization = {
    preferredSeriesType: 'bar_horizontal',
    legend: { isVisible: false, position: 'right' },
    valueLabels: showValues ? 'show' : 'hide',
    axisTitlesVisibilitySettings: { x: false, yLeft: false, yRight: false },
    tickLabelsVisibilitySettings: { x: true, yLeft: true, yRight: false },
    gridlinesVisibilitySettings: { x: false, yLeft: true, yRight: false },
    layers: [
      {
        ...dataLayer,
        seriesType: 'bar_horizontal',
        xAccessor: 'bar',
        accessors: ['value'],
        yConfig: [{ forAccessor: 'value', color }],
      },
    ],
  };
  return lensPanel(text, lens('lnsXY', columns, visualization, options));
}

export interface DonutOptions extends LensOptions {
  readonly by: Field;
  readonly metric: FieldMetricColumn;
  readonly size: number;
}

/** Shares of the biggest values of a field, and of the rest. */
export function donut(text: PanelText, options: DonutOptions): Panel {
  const { by, metric, size } = options;
  const columns = { slice: top(by, { size, by: 'value', other: true }), value: metric };
  const visualization = {
    shape: 'donut',
    layers: [
      {
        ...dataLayer,
        primaryGroups: ['slice'],
        metrics: ['value'],
        numberDisplay: 'percent',
        categoryDisplay: 'default',
        legendDisplay: 'default',
        nestedLegend: false,
      },
    ],
  };
  return lensPanel(text, lens('lnsPie', columns, visualization, options));
}

export interface TableOptions extends LensOptions {
  readonly by: Field;
  readonly size: number;
  readonly label?: string;
  /** Metric columns in their order; the first one ranks. */
  readonly metrics: Readonly<Record<string, FieldMetricColumn>>;
  /** Rows shown before paging. */
  readonly rows: number;
  /** Width of the first column, in pixels; wider text wraps. */
  readonly firstWidth?: number;
}

/** A ranking with several numbers in each row. */
export function topTable(text: PanelText, options: TableOptions): Panel {
  const { by, size, metrics, rows, firstWidth } = options;
  const [first = ''] = Object.keys(metrics);
  const topOptions: TopOptions = { size, by: first, ...(options.label === undefined ? {} : { label: options.label }) };
  const columns = { row: top(by, topOptions), ...metrics };
  const visualization = {
    ...dataLayer,
    columns: Object.keys(columns).map((columnId) =>
      columnId === 'row' && firstWidth !== undefined ? { columnId, width: firstWidth } : { columnId },
    ),
    sorting: { columnId: first, direction: 'desc' },
    paging: { size: rows, enabled: size > rows },
    rowHeight: 'auto',
    headerRowHeight: 'single',
  };
  return lensPanel(text, lens('lnsDatatable', columns, visualization, options));
}

/** A line of text without a heading. */
export function note(id: string, markdown: string): Panel {
  const savedVis = {
    title: '',
    description: '',
    type: 'markdown',
    params: { fontSize: 10, openLinksInNewTab: false, markdown },
    uiState: {},
    data: { aggs: [], searchSource: { query: { query: '', language: 'kuery' }, filter: [] } },
  };
  return { id, type: 'visualization', title: '', config: { savedVis } };
}
