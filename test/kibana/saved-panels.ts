// Reads the panels back out of a generated dashboard: what Kibana would see, not what the builders were told.

import type { Column } from '../../kibana-dashboards/lib/columns.ts';
import type { LensAttributes, LensLayer } from '../../kibana-dashboards/lib/lens.ts';
import type { SavedObject } from '../../kibana-dashboards/lib/saved-object.ts';

export interface DashboardPanel {
  readonly type: string;
  readonly panelIndex: string;
  readonly gridData: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly embeddableConfig: { readonly attributes?: LensAttributes };
}

/** A Lens panel with its one layer at hand. */
export interface LensPanel {
  readonly id: string;
  readonly attributes: LensAttributes;
  readonly columns: Readonly<Record<string, Column>>;
  readonly columnOrder: readonly string[];
}

export function panelsOf(dashboard: SavedObject): readonly DashboardPanel[] {
  return JSON.parse(dashboard.attributes['panelsJSON'] as string) as readonly DashboardPanel[];
}

export function lensPanels(dashboard: SavedObject): readonly LensPanel[] {
  return panelsOf(dashboard).flatMap((panel) => {
    const { attributes } = panel.embeddableConfig;
    if (attributes === undefined) return [];
    const layer = Object.values(attributes.state.datasourceStates.formBased.layers)[0] as LensLayer;
    return [{ id: panel.panelIndex, attributes, columns: layer.columns, columnOrder: layer.columnOrder }];
  });
}
