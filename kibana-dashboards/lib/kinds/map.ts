// A map for places without the internet: the outline of the land as inline GeoJSON, circles by place, arcs between the ends.

import { dataViewId, fieldOf } from '../fields.ts';
import { LAND } from '../outline.ts';
import type { MapSpec } from '../page-types.ts';
import type { Panel, PanelPlace } from '../panel.ts';
import { COLORS } from '../panel.ts';
import { dataViewReference } from '../saved-object.ts';

type Part = Readonly<Record<string, unknown>>;

const METRIC = { type: 'sum', field: 'network.bytes' } as const;
const POINT_COLORS: Readonly<Record<string, string>> = {
  client: COLORS.client,
  server: COLORS.server,
  source: COLORS.client,
  destination: COLORS.server,
};

export function map(spec: MapSpec, { data }: PanelPlace): Panel {
  const layers: Part[] = [land()];
  if (spec.arcs !== undefined) layers.push(arcs(spec.arcs, layers.length));
  for (const end of spec.points ?? []) layers.push(points(end, layers.length));
  const references = layers
    .slice(1)
    .map((_, index) => dataViewReference(dataViewId(data), `layer_${index + 1}_source_index_pattern`));
  for (const end of [...(spec.points ?? []), ...(spec.arcs ?? [])]) fieldOf(data, `${end}.geo.location`);
  const view = { lat: 25, lon: 10, zoom: 1.1 };
  const mapState = {
    zoom: view.zoom,
    center: { lon: view.lon, lat: view.lat },
    query: { query: spec.filter ?? '', language: 'kuery' },
    filters: [],
    settings: {
      autoFitToDataBounds: false,
      initialLocation: 'LAST_SAVED_LOCATION',
      hideToolbarOverlay: false,
      showScaleControl: false,
    },
  };
  return {
    type: 'map',
    hasHeading: true,
    config: {
      attributes: {
        title: '',
        description: '',
        layerListJSON: JSON.stringify(layers),
        mapStateJSON: JSON.stringify(mapState),
        uiStateJSON: JSON.stringify({ isLayerTOCOpen: false, openTOCDetails: [] }),
      },
      mapCenter: view,
      isLayerTOCOpen: false,
      openTOCDetails: [],
      hiddenLayers: [],
    },
    references,
  };
}

const layerBase = {
  type: 'GEOJSON_VECTOR',
  visible: true,
  minZoom: 0,
  maxZoom: 24,
  joins: [],
} as const;

function land(): Part {
  return {
    ...layerBase,
    id: 'land',
    label: 'Land',
    alpha: 1,
    includeInFitToBounds: false,
    sourceDescriptor: { id: 'land-source', type: 'GEOJSON_FILE', name: 'Land', __featureCollection: LAND },
    style: {
      type: 'VECTOR',
      isTimeAware: false,
      // Half transparent, so that it suits a light and a dark ground.
      properties: {
        fillColor: fixed({ color: '#98a2b3' }),
        lineColor: fixed({ color: '#98a2b3' }),
        lineWidth: fixed({ size: 0 }),
      },
    },
  };
}

function arcs([from, to]: readonly [string, string], position: number): Part {
  return {
    ...layerBase,
    id: 'arcs',
    label: `From ${from} to ${to}`,
    alpha: 0.6,
    includeInFitToBounds: true,
    sourceDescriptor: {
      id: 'arcs-source',
      type: 'ES_PEW_PEW',
      indexPatternRefName: `layer_${position}_source_index_pattern`,
      sourceGeoField: `${from}.geo.location`,
      destGeoField: `${to}.geo.location`,
      metrics: [METRIC],
      applyGlobalQuery: true,
      applyGlobalTime: true,
      applyForceRefresh: true,
    },
    style: {
      type: 'VECTOR',
      isTimeAware: true,
      properties: {
        lineColor: fixed({ color: COLORS.exporter }),
        lineWidth: byBytes({ minSize: 1, maxSize: 8 }),
      },
    },
  };
}

function points(end: string, position: number): Part {
  return {
    ...layerBase,
    id: `points-${end}`,
    label: `${end[0]!.toUpperCase()}${end.slice(1)}s by bytes`,
    alpha: 0.75,
    includeInFitToBounds: true,
    sourceDescriptor: {
      id: `points-${end}-source`,
      type: 'ES_GEO_GRID',
      indexPatternRefName: `layer_${position}_source_index_pattern`,
      geoField: `${end}.geo.location`,
      requestType: 'point',
      resolution: 'MOST_FINE',
      metrics: [METRIC],
      applyGlobalQuery: true,
      applyGlobalTime: true,
      applyForceRefresh: true,
    },
    style: {
      type: 'VECTOR',
      isTimeAware: true,
      properties: {
        fillColor: fixed({ color: POINT_COLORS[end]! }),
        lineColor: fixed({ color: '#ffffff' }),
        iconSize: byBytes({ minSize: 5, maxSize: 26 }),
      },
    },
  };
}

function fixed(options: Part): Part {
  return { type: 'STATIC', options };
}

function byBytes(sizes: Part): Part {
  const field = { name: 'sum_of_network.bytes', origin: 'source' };
  return { type: 'DYNAMIC', options: { ...sizes, field, fieldMetaOptions: { isEnabled: true, sigma: 3 } } };
}
