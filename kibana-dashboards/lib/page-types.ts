// What a page is written in: plain data. A file in pages/ exports one `page`; the generator turns it into a dashboard.
// docs/dashboards.md explains the same with examples.

import type { DocumentKind } from './fields.ts';
import type { Metric } from './metric-types.ts';

/** Sections of the navigation bar, in its order. A page is in one of them. */
export const GROUPS = {
  overview: 'Overview',
  traffic: 'Traffic',
  top: 'Top',
  paths: 'Paths',
  places: 'Geo and AS',
  devices: 'Exporters',
  services: 'Services',
  threats: 'Threats',
  special: 'Special',
  records: 'Records',
  weir: 'weir',
} as const;

export type Group = keyof typeof GROUPS;

export interface Page {
  /** Kebab-case and for ever: the dashboard's id is `weir-<id>`. */
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  /** Place within the group; 10, 20, … leave room. The first page of a group is where the group's link leads. */
  readonly order: number;
  /** The question that the page answers: its description in Kibana's list. */
  readonly question: string;
  /** What the documents must have for the page to be in the bar after `weir setup`; absent: always there. */
  readonly needs?: Needs;
  /** Kind of documents that panels are about unless they say otherwise. Default `flows`. */
  readonly data?: DocumentKind;
  /** Opens with this range: Kibana date math from now. Default `now-1h`. */
  readonly from?: string;
  /** KQL that narrows the whole page, as a filter pill that a user sees and can switch off. */
  readonly filter?: PageFilter;
  readonly rows: readonly Row[];
}

export interface PageFilter {
  /** Text of the pill. */
  readonly label: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/** Any of these makes the page worth showing. */
export interface Needs {
  readonly data?: DocumentKind;
  /** At least one document of that kind has at least one of these fields; no fields: there is a document. */
  readonly fields?: readonly string[];
}

/** Panels side by side; a list among them stands one above the other, heights shared by their `share`. */
export interface Row {
  /** Grid rows: one is 20 px and 8 px of margin. A tile needs 5, a chart 12 to 16, a table of ten rows 14. */
  readonly height: number;
  readonly panels: readonly (PanelSpec | readonly PanelSpec[])[];
}

export interface PanelBase {
  /** Heading. It also makes the panel's id, so two panels of a page (two tiles) may not share it; else give `id`. */
  readonly title: string;
  readonly id?: string;
  /** Shown behind the (i) of the heading; for every panel whose meaning isn't obvious. */
  readonly about?: string;
  /** KQL that narrows this panel. */
  readonly filter?: string;
  /** Kind of documents; default: the page's. */
  readonly data?: DocumentKind;
  /** Grid columns of 48; panels without share what is left. In a stack the first panel's counts. */
  readonly width?: number;
  /** Ids of pages that a click on a value offers to open, filtered by it; filters and time go along. */
  readonly drill?: readonly string[];
}

/**
 * How documents are grouped: a field's name (its biggest values), or
 * `{ field, size, label, other, missing }`, or named KQL filters, or steps of a number.
 */
export type Split = string | TermsSplit | FiltersSplit | RangesSplit;

export interface TermsSplit {
  readonly field: string;
  /** How many values. Default 10. */
  readonly size?: number;
  readonly label?: string;
  /** Show the rest as "Other" (a second query). Default: only in donuts and stacked areas. */
  readonly other?: boolean;
  /** Show documents without the field as "(missing value)": Lens does so only together with `other`. */
  readonly missing?: boolean;
}

export interface FiltersSplit {
  readonly label: string;
  /** Name → KQL. */
  readonly filters: Readonly<Record<string, string>>;
}

export interface RangesSplit {
  readonly label: string;
  /** A field with numbers. */
  readonly ranges: string;
  /** Borders; the first range begins at the first, the last one is open. */
  readonly at: readonly number[];
  /** Names of the ranges, as many as borders. */
  readonly names: readonly string[];
}

/** One number. With `by` one tile per value, in one query. */
export interface TileSpec extends PanelBase {
  readonly kind: 'tile';
  readonly metric: Metric;
  /** Small, beside it. */
  readonly second?: Metric;
  /** Change against the same range so long ago, in percent: `1d`, `1w`. Takes the place of `second`. */
  readonly compare?: string;
  /** Draw its course in the background (a second query). */
  readonly trend?: boolean;
  readonly by?: Split;
  /** The tile is green below this value and red from it on: `1` for losses. */
  readonly alarm?: number;
}

/** Over time. Metrics that are rates (bit/s) are right at every zoom. */
export interface SeriesSpec extends PanelBase {
  readonly kind: 'series';
  /** `area` and `bar` are stacked, `percentage` is a stacked area of shares. Default `area` with a split, else `line`. */
  readonly draw?: 'area' | 'line' | 'bar' | 'percentage';
  readonly metrics: readonly SeriesMetric[];
  /** Only with a single metric. */
  readonly by?: Split;
  /** Horizontal lines, e.g. an agreed rate. */
  readonly limits?: readonly { readonly label: string; readonly value: number; readonly color?: string }[];
  readonly legend?: 'right' | 'bottom' | 'none';
}

export type SeriesMetric = Metric | { readonly metric: Metric; readonly color: string };

/** A ranking: horizontal bars; with `stack` each consists of the values of a second split. */
export interface BarsSpec extends PanelBase {
  readonly kind: 'bars';
  readonly by: Split;
  readonly stack?: Split;
  readonly metric: Metric;
  readonly color?: string;
  /** Numbers on the bars. Default true where the panel is at least 14 columns wide. */
  readonly values?: boolean;
}

/** Shares; several splits are rings (donut) or nested areas (treemap). */
export interface ShareSpec extends PanelBase {
  readonly kind: 'donut' | 'treemap';
  readonly by: Split | readonly Split[];
  readonly metric: Metric;
}

/** Rows are the values of the splits, columns the metrics; the first metric ranks. */
export interface TableSpec extends PanelBase {
  readonly kind: 'table';
  readonly by: Split | readonly Split[];
  readonly metrics: readonly Metric[];
  /** Rows per page. Default 10. */
  readonly rows?: number;
  /** Pixels of the first column, when its text is long. */
  readonly firstWidth?: number;
}

export interface HeatmapSpec extends PanelBase {
  readonly kind: 'heatmap';
  /** Default: time. */
  readonly x?: Split;
  readonly y: Split;
  readonly metric: Metric;
}

export interface GaugeSpec extends PanelBase {
  readonly kind: 'gauge';
  readonly metric: Metric;
  readonly max: number;
  readonly goal?: number;
}

/** Markdown. `[text](#/view/weir-ID)` leads to a page (without filters and time: prefer `drill`). */
export interface NoteSpec extends PanelBase {
  readonly kind: 'note';
  readonly text: string;
}

/** "N documents with …", or why there is none and what to do. Opens every page that not every installation has data for. */
export interface StatusSpec extends PanelBase {
  readonly kind: 'status';
  /** What is counted, in the plural: "flows with an SSID". */
  readonly what: string;
  /** A document counts when it has one of these fields; none: every document of the kind. */
  readonly fields?: readonly string[];
  /** Lines of about 150 characters: why there may be none, what to configure. */
  readonly whenEmpty: readonly string[];
}

/** Ribbons from stage to stage: `['client.ip', 'flow.service.name', 'server.ip']`. Two to four stages. */
export interface SankeySpec extends PanelBase {
  readonly kind: 'sankey';
  readonly stages: readonly string[];
  /** Biggest values of the first stage, and of each further one within it. Default 12 and 6. */
  readonly sizes?: readonly number[];
  /** A field that is summed. Default `network.bytes`. */
  readonly sum?: string;
  /** What to call what lacks a stage's field (keywords only): documents with the first or the last stage count, else those with all. */
  readonly missing?: string;
}

/** Bars of the 95th percentile (and mean, maximum) of the sums of five minutes, as carriers bill: what Lens cannot do. */
export interface PercentileSpec extends PanelBase {
  readonly kind: 'percentile';
  /** One or two fields that name a row: `['observer.ip', 'observer.ingress.interface.id']`. */
  readonly by: readonly string[];
  /** A field with a better name for the last of them, where documents have it: `observer.ingress.interface.name`. */
  readonly name?: string;
  /** A field with bytes. Default `network.bytes`. */
  readonly sum?: string;
  /** Rows. Default 15. */
  readonly size?: number;
  /** Default 95. */
  readonly percentile?: number;
  /** A field with bit/s beside which the share is shown: `flow.ingress.speed`. */
  readonly speed?: string;
}

/** Dots and lines: who is connected with whom. */
export interface GraphSpec extends PanelBase {
  readonly kind: 'graph';
  /** Two fields; a value of both is one dot. */
  readonly between: readonly [string, string];
  /** Biggest values of the first, and of the second within each. Default 25 and 6. */
  readonly sizes?: readonly [number, number];
  /** What to call what lacks one of the fields (keywords only); without it both have to be there. */
  readonly missing?: string;
}

/** How full lines are over time, against their speeds: an interface is named by its exporter and its index. */
export interface UtilisationSpec extends PanelBase {
  readonly kind: 'utilisation';
  /** `['observer.name', 'observer.ingress.interface.id']`. */
  readonly by: readonly [string, string];
  /** A better name for the second, where documents have it. */
  readonly name: string;
  /** The field with bit/s: `flow.ingress.speed`. */
  readonly speed: string;
  /** Lines. Default 8. */
  readonly size?: number;
}

/** A ranking beside the same hours of yesterday or last week, which Lens refuses. Gray is what was. */
export interface ChangeSpec extends PanelBase {
  readonly kind: 'change';
  readonly by: string;
  readonly shift: '1d' | '1w';
  /** A field with bytes. Default `network.bytes`. */
  readonly sum?: string;
  /** Rows. Default 12. */
  readonly size?: number;
  readonly color?: string;
}

/** A world map that needs no tile service: an outline, circles by place, arcs from client to server. */
export interface MapSpec extends PanelBase {
  readonly kind: 'map';
  readonly points?: readonly ('client' | 'server' | 'source' | 'destination')[];
  readonly arcs?: readonly ['client', 'server'] | readonly ['source', 'destination'];
}

/** The documents themselves, newest first. */
export interface RecordsSpec extends PanelBase {
  readonly kind: 'records';
  readonly columns: readonly string[];
}

/** Any Vega specification: `%context%` and `%timefield%` in its url make it obey filters and time. */
export interface VegaSpec extends PanelBase {
  readonly kind: 'vega';
  readonly spec: Readonly<Record<string, unknown>>;
}

export type PanelSpec =
  | TileSpec
  | SeriesSpec
  | BarsSpec
  | ShareSpec
  | TableSpec
  | HeatmapSpec
  | GaugeSpec
  | NoteSpec
  | StatusSpec
  | SankeySpec
  | PercentileSpec
  | ChangeSpec
  | UtilisationSpec
  | GraphSpec
  | MapSpec
  | RecordsSpec
  | VegaSpec;
