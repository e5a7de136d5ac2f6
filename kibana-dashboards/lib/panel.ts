// A panel before it has its place on the grid: what every kind of panel makes of its description.

import type { DocumentKind } from './fields.ts';
import type { LensAttributes } from './lens.ts';
import type { PanelSpec } from './page-types.ts';
import type { Reference, SavedObject } from './saved-object.ts';

export interface Panel {
  readonly type: 'lens' | 'visualization' | 'map' | 'search' | 'links';
  /** A heading is shown unless this is false (tiles, notes). */
  readonly hasHeading: boolean;
  /** Goes into embeddableConfig. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly attributes?: LensAttributes;
  /** References besides those in the attributes, without the panel's id before them. */
  readonly references?: readonly Reference[];
  /** A panel by reference: its object, shipped along. */
  readonly object?: SavedObject;
}

/** What a kind of panel needs to know about where it stands. */
export interface PanelPlace {
  readonly data: DocumentKind;
  /** Grid columns, and grid rows. */
  readonly width: number;
  readonly height: number;
  readonly pageId: string;
  readonly panelId: string;
}

/** One colour per meaning on every page; all are told apart in the light and in the dark theme. */
export const COLORS = {
  traffic: '#6092C0',
  client: '#6092C0',
  server: '#54B399',
  service: '#D6BF57',
  inbound: '#54B399',
  outbound: '#6092C0',
  internal: '#9170B8',
  exporter: '#9170B8',
  packets: '#CA8EAE',
  threat: '#E7664C',
  loss: '#E7664C',
  good: '#54B399',
} as const;

/** Colours of lines and slices that have no meaning, in the order of Kibana's palette for the colour-blind. */
export const LINES = [
  '#54B399', '#6092C0', '#D36086', '#9170B8', '#CA8EAE', '#D6BF57', '#B9A888', '#DA8B45', '#AA6556', '#E7664C',
] as const; // biome-ignore format: a row

/** A Lens panel. */
export function lensPanel(attributes: LensAttributes, hasHeading = true): Panel {
  return { type: 'lens', hasHeading, config: {}, attributes };
}

/** Markdown or Vega, by value. */
export function visualizationPanel(
  type: 'markdown' | 'vega',
  params: Readonly<Record<string, unknown>>,
  hasHeading: boolean,
): Panel {
  const savedVis = {
    title: '',
    description: '',
    type,
    params,
    uiState: {},
    data: { aggs: [], searchSource: { query: { query: '', language: 'kuery' }, filter: [] } },
  };
  return { type: 'visualization', hasHeading, config: { savedVis } };
}

/** Id of a panel: "Top clients (bytes)" → "top-clients-bytes". A tile often has the title of a table: "tile-exporters". */
export function panelId({ id, title, kind }: PanelSpec): string {
  if (id !== undefined) return id;
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return kind === 'tile' ? `tile-${slug}` : slug;
}
