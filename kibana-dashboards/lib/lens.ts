// A Lens visualization by value: what a dashboard panel carries. Usually one layer; a trend, a reference line make two.

import type { Columns, Kql } from './columns.ts';
import { type DocumentKind, dataViewId } from './fields.ts';
import { dataViewReference, type Reference } from './saved-object.ts';

/** Id of the layer that holds the data. */
export const LAYER = 'layer';

export interface LensAttributes {
  readonly title: string;
  readonly type: 'lens';
  readonly visualizationType: 'lnsMetric' | 'lnsXY' | 'lnsPie' | 'lnsDatatable' | 'lnsHeatmap' | 'lnsGauge';
  readonly references: readonly Reference[];
  readonly state: {
    readonly visualization: Readonly<Record<string, unknown>>;
    readonly query: Kql;
    readonly filters: readonly unknown[];
    readonly datasourceStates: { readonly formBased: { readonly layers: Readonly<Record<string, LensLayer>> } };
    readonly internalReferences: readonly Reference[];
    readonly adHocDataViews: Readonly<Record<string, never>>;
  };
}

export interface LensLayer {
  readonly columnOrder: readonly string[];
  readonly columns: Columns;
  readonly incompleteColumns: Readonly<Record<string, never>>;
  readonly linkToLayers?: readonly string[];
}

export interface LensOptions {
  readonly data: DocumentKind;
  /** KQL that narrows the panel. */
  readonly filter?: string | undefined;
  /** Columns of further layers by the layer's id; `trend` is linked to the data. */
  readonly moreLayers?: Readonly<Record<string, Columns>>;
}

/** Puts columns (buckets before metrics) and their drawing together. */
export function lens(
  visualizationType: LensAttributes['visualizationType'],
  columns: Columns,
  visualization: Readonly<Record<string, unknown>>,
  options: LensOptions,
): LensAttributes {
  const layers = { [LAYER]: columns, ...options.moreLayers };
  return {
    title: '',
    type: 'lens',
    visualizationType,
    references: Object.keys(layers).map((id) =>
      dataViewReference(dataViewId(options.data), `indexpattern-datasource-layer-${id}`),
    ),
    state: {
      visualization,
      query: { query: options.filter ?? '', language: 'kuery' },
      filters: [],
      datasourceStates: {
        formBased: {
          layers: Object.fromEntries(Object.entries(layers).map(([id, own]) => [id, layer(own, id === 'trend')])),
        },
      },
      internalReferences: [],
      adHocDataViews: {},
    },
  };
}

function layer(columns: Columns, isLinked: boolean): LensLayer {
  return {
    columnOrder: order(columns),
    columns,
    incompleteColumns: {},
    ...(isLinked ? { linkToLayers: [LAYER] } : {}),
  };
}

function order(columns: Columns): readonly string[] {
  const ids = Object.keys(columns);
  return [...ids.filter((id) => columns[id]!.isBucketed), ...ids.filter((id) => !columns[id]!.isBucketed)];
}
