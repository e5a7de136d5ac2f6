// The files that are made from the pages: all of them, each alone, the list that `weir setup` chooses by,
// and the alert rules.

import { alertRules } from './alerts.ts';
import { exportFile } from './lib/saved-object.ts';
import { allObjects, objectsOf, pageList } from './objects.ts';
import { pages } from './pages.ts';

/** Text by name below kibana-dashboards/. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['weir.ndjson', exportFile(allObjects())],
    ['alerts.json', `${JSON.stringify(alertRules(), null, 2)}\n`],
    ['pages.json', `${JSON.stringify(pageList(), null, 2)}\n`],
    ...pages.map((page) => [`single/${page.id}.ndjson`, exportFile(objectsOf(page))] as const),
  ]);
}
