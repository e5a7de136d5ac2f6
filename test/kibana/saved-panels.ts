// Reads the panels back out of generated objects: what Kibana would see, not what the builders were told.

import type { Column } from '../../kibana-dashboards/lib/columns.ts';
import type { LensAttributes, LensLayer } from '../../kibana-dashboards/lib/lens.ts';
import type { Reference, SavedObject } from '../../kibana-dashboards/lib/saved-object.ts';

export interface DashboardPanel {
  readonly type: string;
  readonly panelIndex: string;
  readonly panelRefName?: string;
  readonly gridData: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly embeddableConfig: {
    readonly attributes?: LensAttributes & { readonly layerListJSON?: string };
    readonly savedVis?: {
      readonly type: string;
      readonly params: { readonly spec?: string; readonly markdown?: string };
    };
  };
}

export type Kind = 'flows' | 'counters' | 'exporters';

/** A layer of a Lens panel, and the documents it is about. */
export interface LayerOfPanel {
  readonly panelId: string;
  readonly kind: Kind;
  /** KQL of the panel. */
  readonly query: string;
  readonly columns: Readonly<Record<string, Column>>;
  readonly columnOrder: readonly string[];
}

export interface LensPanel {
  readonly id: string;
  readonly attributes: LensAttributes;
  /** Those that ask Elasticsearch: a layer of constants does not. */
  readonly layers: readonly LayerOfPanel[];
}

/** A search of a Vega panel and where its rows are in the answer. */
export interface VegaSearch {
  readonly panelId: string;
  readonly kind: Kind;
  readonly body: Readonly<Record<string, unknown>>;
  readonly property: string;
}

export interface MapLayer {
  readonly panelId: string;
  readonly kind: Kind;
  readonly geoFields: readonly string[];
  readonly metricFields: readonly string[];
}

export function panelsOf(dashboard: SavedObject): readonly DashboardPanel[] {
  return JSON.parse(dashboard.attributes['panelsJSON'] as string) as readonly DashboardPanel[];
}

export function lensPanels(dashboard: SavedObject): readonly LensPanel[] {
  return panelsOf(dashboard).flatMap((panel) => {
    const { attributes } = panel.embeddableConfig;
    if (panel.type !== 'lens' || attributes === undefined) return [];
    const layers = Object.entries(attributes.state.datasourceStates.formBased.layers)
      .filter(([, layer]) => Object.values(layer.columns).some((column) => column.operationType !== 'static_value'))
      .map(([id, layer]) => layerOf(panel.panelIndex, attributes, id, layer));
    return [{ id: panel.panelIndex, attributes, layers }];
  });
}

function layerOf(panelId: string, attributes: LensAttributes, id: string, layer: LensLayer): LayerOfPanel {
  const { columns, columnOrder } = layer;
  const kind = kindOf(attributes.references, `indexpattern-datasource-layer-${id}`);
  return { panelId, kind, query: attributes.state.query.query, columns, columnOrder };
}

export function vegaSearches(dashboard: SavedObject): readonly VegaSearch[] {
  return panelsOf(dashboard).flatMap(({ panelIndex, embeddableConfig }) => {
    const spec = embeddableConfig.savedVis?.params.spec;
    if (embeddableConfig.savedVis?.type !== 'vega' || spec === undefined) return [];
    const { data } = JSON.parse(spec) as { data: readonly { url?: VegaUrl; format?: { property: string } }[] };
    return data.flatMap(({ url, format }) => {
      if (url === undefined) return [];
      // The status panel asks about all times, and counts those of the range by a filter of its own.
      const hasTime = url['%timefield%'] === '@timestamp' || JSON.stringify(url.body).includes(IN_TIME);
      const isWhole = url['%context%'] === true && hasTime;
      if (!isWhole && !hasClauses(url.body)) throw new Error(`${panelIndex}: ignores filters or time`);
      const kind = /^weir-(flows|counters|exporters)-\*$/.exec(url.index)?.[1] as Kind | undefined;
      if (kind === undefined) throw new Error(`${panelIndex}: asks ${url.index}`);
      return [{ panelId: panelIndex, kind, body: url.body, property: format?.property ?? '' }];
    });
  });
}

const IN_TIME = '"@timestamp":{"%timefilter%":true}';

/** Filters and time put in by hand, as a search of two times needs it. */
function hasClauses(body: Readonly<Record<string, unknown>>): boolean {
  const text = JSON.stringify(body['query'] ?? {});
  return ['must', 'filter', 'must_not']
    .map((clause) => `"%dashboard_context-${clause}_clause%"`)
    .concat(IN_TIME)
    .every((part) => text.includes(part));
}

interface VegaUrl {
  readonly '%context%'?: boolean;
  readonly '%timefield%'?: string;
  readonly index: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface SourceDescriptor {
  readonly type: string;
  readonly indexPatternRefName?: string;
  readonly geoField?: string;
  readonly sourceGeoField?: string;
  readonly destGeoField?: string;
  readonly metrics?: readonly { readonly field?: string }[];
}

export function mapLayers(dashboard: SavedObject): readonly MapLayer[] {
  return panelsOf(dashboard).flatMap(({ type, panelIndex, embeddableConfig }) => {
    const text = embeddableConfig.attributes?.layerListJSON;
    if (type !== 'map' || text === undefined) return [];
    const layers = JSON.parse(text) as readonly { sourceDescriptor: SourceDescriptor }[];
    return layers.flatMap(({ sourceDescriptor: source }) => {
      if (source.indexPatternRefName === undefined) return [];
      return [
        {
          panelId: panelIndex,
          kind: kindOf(dashboard.references, `${panelIndex}:${source.indexPatternRefName}`),
          geoFields: [source.geoField, source.sourceGeoField, source.destGeoField].filter((name) => name !== undefined),
          metricFields: (source.metrics ?? []).flatMap(({ field }) => field ?? []),
        },
      ];
    });
  });
}

/** The kind of documents behind the data view of a reference. */
function kindOf(references: readonly Reference[], name: string): Kind {
  const id = references.find((reference) => reference.name === name)?.id;
  const kind = /^weir-(flows|counters|exporters)$/.exec(id ?? '')?.[1];
  if (kind === undefined) throw new Error(`${name} leads to ${id ?? 'nothing'}`);
  return kind as Kind;
}
