// Everything that weir installs into Kibana. Ids never change: they are what an upgrade finds again.

import { pageObjects } from './lib/dashboard.ts';
import { dataView } from './lib/data-view.ts';
import type { DocumentKind } from './lib/fields.ts';
import { dashboardId, navigation } from './lib/navigation.ts';
import type { Page } from './lib/page-types.ts';
import { type SavedObject, savedObject, TAG } from './lib/saved-object.ts';
import { pages } from './pages.ts';
import { savedQueries } from './saved-queries.ts';

const byId: ReadonlyMap<string, Page> = new Map(pages.map((page) => [page.id, page]));
const KINDS: readonly DocumentKind[] = ['flows', 'counters', 'exporters'];

/** What every page needs. */
function shared(): readonly SavedObject[] {
  const tag = { name: 'weir', description: 'Flow dashboards that came with weir', color: '#6092C0' };
  return [...KINDS.map(dataView), savedObject('tag', TAG, tag)];
}

/** All saved objects, in the order of weir.ndjson. */
export function allObjects(): readonly SavedObject[] {
  return [
    ...shared(),
    ...savedQueries(),
    ...navigation(pages),
    ...pages.flatMap((page) => pageObjects(page, { pages: byId, alone: false })),
  ];
}

/** One page to be imported alone: without the bar of links and without drilldowns, whose targets would be missing. */
export function objectsOf(page: Page): readonly SavedObject[] {
  const own = pageObjects(page, { pages: byId, alone: true });
  const needed = new Set(own.flatMap(({ references }) => references.map(({ id }) => id)));
  return [...shared().filter(({ id }) => needed.has(id)), ...own];
}

/** What `weir setup` reads beside weir.ndjson to choose the pages of the bar. */
export function pageList(): readonly Readonly<Record<string, unknown>>[] {
  return pages.map(({ id, title, group, needs }) => ({
    id: dashboardId(id),
    title,
    group,
    ...(needs ? { needs } : {}),
  }));
}
