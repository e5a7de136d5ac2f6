// The files that are made from the pages: all of them, each alone, and the list that `weir setup` chooses by.

import { exportFile } from './lib/saved-object.ts';
import { allObjects, objectsOf, pageList } from './objects.ts';
import { pages } from './pages.ts';

/** Text by name below kibana-dashboards/. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['weir.ndjson', exportFile(allObjects())],
    ['pages.json', `${JSON.stringify(pageList(), null, 2)}\n`],
    ...pages.map((page) => [`single/${page.id}.ndjson`, exportFile(objectsOf(page))] as const),
  ]);
}
