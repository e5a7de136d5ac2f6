// A Lens visualization of one layer, by value: what a dashboard panel carries.

import type { Columns } from './formula.ts';
import { dataViewReference, type Reference } from './saved-object.ts';

/** The one layer's id; all visualizations here have one layer. */
export const LAYER = 'layer';

export interface LensAttributes {
  readonly title: string;
  readonly type: 'lens';
  readonly visualizationType: 'lnsMetric' | 'lnsXY' | 'lnsPie' | 'lnsDatatable';
  readonly references: readonly Reference[];
  readonly state: {
    readonly visualization: Readonly<Record<string, unknown>>;
    readonly query: { readonly query: string; readonly language: 'kuery' };
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
}

export interface LensOptions {
  readonly dataView: string;
  /** KQL that narrows the panel; empty for all documents. */
  readonly query?: string;
}

/** Puts columns (buckets before metrics) and their drawing together. */
export function lens(
  visualizationType: LensAttributes['visualizationType'],
  columns: Columns,
  visualization: Readonly<Record<string, unknown>>,
  options: LensOptions,
): LensAttributes {
  return {
    title: '',
    type: 'lens',
    visualizationType,
    references: [dataViewReference(options.dataView, `indexpattern-datasource-layer-${LAYER}`)],
    state: {
      visualization,
      query: { query: options.query ?? '', language: 'kuery' },
      filters: [],
      datasourceStates: {
        formBased: { layers: { [LAYER]: { columnOrder: order(columns), columns, incompleteColumns: {} } } },
      },
      internalReferences: [],
      adHocDataViews: {},
    },
  };
}

function order(columns: Columns): readonly string[] {
  const ids = Object.keys(columns);
  return [...ids.filter((id) => columns[id]!.isBucketed), ...ids.filter((id) => !columns[id]!.isBucketed)];
}
