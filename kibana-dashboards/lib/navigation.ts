// The bar of links on top of every page: one row of groups, the same everywhere, and one row with the pages of the group.
// Both are objects of their own (type `links`, Kibana 8.11 and later), so that `weir setup` can leave pages out of the bar
// without touching a page. Kibana underlines the page that is open.

import { GROUPS, type Group, type Page } from './page-types.ts';
import { type Reference, type SavedObject, savedObject, tagReference } from './saved-object.ts';

/** Ids of the rows on top of a page: the groups, and its group's pages where it has company. */
export function navigationIds(page: Page, pages: Iterable<Page>): readonly string[] {
  const isAlone = ![...pages].some(({ id, group }) => group === page.group && id !== page.id);
  return isAlone ? ['weir-nav'] : ['weir-nav', `weir-nav-${page.group}`];
}

/** The links objects: the row of groups, and one row of pages for each group that has more than one. */
export function navigation(pages: readonly Page[]): readonly SavedObject[] {
  const groups = (Object.keys(GROUPS) as Group[])
    .map((group) => ({ group, members: pages.filter((page) => page.group === group) }))
    .filter(({ members }) => members.length > 0);
  const top = groups.map(({ group, members }) => ({ label: GROUPS[group], page: members[0]! }));
  return [
    links('weir-nav', 'weir: groups of pages', top),
    ...groups.map(({ group, members }) =>
      links(
        `weir-nav-${group}`,
        `weir: pages of ${GROUPS[group]}`,
        members.map((page) => ({ label: page.title, page })),
      ),
    ),
  ];
}

interface Link {
  readonly label: string;
  readonly page: Page;
}

function links(id: string, title: string, entries: readonly Link[]): SavedObject {
  const references: Reference[] = entries.map(({ page }) => ({
    type: 'dashboard',
    id: dashboardId(page.id),
    name: `link_${page.id}_dashboard`,
  }));
  return savedObject(
    'links',
    id,
    {
      title,
      // Empty: Kibana would put a mark with it above the links.
      description: '',
      layout: 'horizontal',
      links: entries.map(({ label, page }, order) => ({
        id: page.id,
        type: 'dashboardLink',
        order,
        label,
        destinationRefName: `link_${page.id}_dashboard`,
        options: { openInNewTab: false, useCurrentFilters: true, useCurrentDateRange: true },
      })),
    },
    [...references, tagReference()],
  );
}

/** Id of a page's dashboard. */
export function dashboardId(pageId: string): string {
  return `weir-${pageId}`;
}
