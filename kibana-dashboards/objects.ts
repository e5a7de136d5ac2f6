// Everything that weir installs into Kibana. A new dashboard is one file and one line here.

import { dataView } from './lib/data-view.ts';
import { schema } from './lib/fields.ts';
import type { SavedObject } from './lib/saved-object.ts';
import { overview } from './overview.ts';

const FLOWS = 'weir-flows';

/** All saved objects, in the order of the export file. Ids never change: they are what an upgrade finds again. */
export function allObjects(): readonly SavedObject[] {
  return [
    dataView({ id: FLOWS, pattern: 'weir-flows-*', name: 'weir flows', fields: schema.flows }),
    overview('weir-overview', FLOWS),
  ];
}
