// The documents themselves: a saved search, which Kibana 8.12 takes into a dashboard only by reference.

import { dataViewId, schemaField } from '../fields.ts';
import type { RecordsSpec } from '../page-types.ts';
import type { Panel, PanelPlace } from '../panel.ts';
import { dataViewReference, savedObject, tagReference } from '../saved-object.ts';

const INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.index';

export function records(spec: RecordsSpec, { data, pageId, panelId }: PanelPlace): Panel {
  for (const name of spec.columns) schemaField(data, name);
  const object = savedObject(
    'search',
    `weir-${pageId}-${panelId}`,
    {
      title: `weir: ${spec.title}`,
      description: spec.about ?? '',
      columns: spec.columns,
      sort: [['@timestamp', 'desc']],
      grid: {},
      hideChart: false,
      isTextBasedQuery: false,
      timeRestore: false,
      rowsPerPage: 50,
      // As high as its text: IPv6 addresses take two lines.
      rowHeight: -1,
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({
          query: { query: spec.filter ?? '', language: 'kuery' },
          filter: [],
          indexRefName: INDEX,
        }),
      },
    },
    [dataViewReference(dataViewId(data), INDEX), tagReference()],
  );
  const name = `panel_${panelId}`;
  return {
    type: 'search',
    hasHeading: true,
    config: {},
    object,
    references: [{ type: 'search', id: object.id, name }],
  };
}
