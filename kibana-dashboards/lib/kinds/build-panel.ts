// From a panel's description to a panel: one line per kind.

import type { PanelSpec } from '../page-types.ts';
import type { Panel, PanelPlace } from '../panel.ts';

import { change } from './change.ts';
import { graph } from './graph.ts';
import { bars, gauge, heatmap, series, share, table, tile } from './lens-kinds.ts';
import { map } from './map.ts';
import { percentile } from './percentile.ts';
import { records } from './records.ts';
import { sankey } from './sankey.ts';
import { note, status, vega } from './text-kinds.ts';
import { utilisation } from './utilisation.ts';

/** Throws an Error that names the panel when its description cannot be built. */
export function buildPanel(spec: PanelSpec, place: PanelPlace): Panel {
  try {
    return build(spec, place);
  } catch (error) {
    throw new Error(`page ${place.pageId}, panel ${place.panelId}: ${(error as Error).message}`, { cause: error });
  }
}

function build(spec: PanelSpec, place: PanelPlace): Panel {
  switch (spec.kind) {
    case 'tile':
      return tile(spec, place);
    case 'series':
      return series(spec, place);
    case 'bars':
      return bars(spec, place);
    case 'donut':
    case 'treemap':
      return share(spec, place);
    case 'table':
      return table(spec, place);
    case 'heatmap':
      return heatmap(spec, place);
    case 'gauge':
      return gauge(spec, place);
    case 'note':
      return note(spec);
    case 'status':
      return status(spec, place);
    case 'change':
      return change(spec, place);
    case 'sankey':
      return sankey(spec, place);
    case 'percentile':
      return percentile(spec, place);
    case 'map':
      return map(spec, place);
    case 'records':
      return records(spec, place);
    case 'graph':
      return graph(spec, place);
    case 'utilisation':
      return utilisation(spec, place);
    case 'vega':
      return vega(spec);
  }
}
