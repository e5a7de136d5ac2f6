// Which pages the navigation bar shows: those that every installation has data for, and those whose data was found. All pages
// are installed in any case, and stand in Kibana's list of dashboards; only the bar is shorter, so that it stays readable.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.ts';
import type { KibanaObject, KibanaReference } from './kibana-objects.ts';

/** A page as kibana-dashboards/pages.json lists it, in the order of the bar. */
export interface PageEntry {
  /** Of its dashboard, as shipped. */
  readonly id: string;
  readonly title: string;
  /** Section of the bar: its links object is `weir-nav-<group>`. */
  readonly group: string;
  /** What the documents must have; absent: the page is always shown. */
  readonly needs?: {
    readonly data?: 'flows' | 'counters' | 'exporters';
    /** One of them suffices; none: a document suffices. */
    readonly fields?: readonly string[];
  };
}

/** Whether there is a document that meets a query, in the indices of a pattern. */
export type HasDocument = (pattern: string, query: Readonly<Record<string, unknown>>) => Promise<boolean>;

/** The pages that ship with weir. */
export function shippedPages(): readonly PageEntry[] {
  // Written by the generator, and compared with it by a test.
  return JSON.parse(readFileSync(join(packageRoot, 'kibana-dashboards', 'pages.json'), 'utf8')) as readonly PageEntry[];
}

/** Ids of the pages that there is data for; those that need nothing are always among them. */
export async function pagesWithData(
  pages: readonly PageEntry[],
  indexPrefix: string,
  hasDocument: HasDocument,
): Promise<ReadonlySet<string>> {
  const shown = new Set<string>();
  for (const { id, needs } of pages) {
    if (needs === undefined || (await hasDocument(`${indexPrefix}-${needs.data ?? 'flows'}-*`, queryOf(needs)))) {
      shown.add(id);
    }
  }
  return shown;
}

function queryOf({ fields = [] }: NonNullable<PageEntry['needs']>): Readonly<Record<string, unknown>> {
  if (fields.length === 0) return { match_all: {} };
  return { bool: { should: fields.map((field) => ({ exists: { field } })), minimum_should_match: 1 } };
}

/** The same objects, with a bar of links that leads only to the pages that are to be shown. */
export function withNavigation(
  objects: readonly KibanaObject[],
  pages: readonly PageEntry[],
  shown: ReadonlySet<string>,
): readonly KibanaObject[] {
  const groupOf = new Map(pages.map(({ id, group }) => [id, group]));
  /** First page of each group that is shown: where the group's own link leads. */
  const firstOf = new Map<string, string>();
  for (const { id, group } of pages) if (shown.has(id) && !firstOf.has(group)) firstOf.set(group, id);
  return objects.map((object) => {
    if (object.type !== 'links') return object;
    const target =
      object.id === 'weir-nav'
        ? (id: string) => firstOf.get(groupOf.get(id) ?? '')
        : (id: string) => (shown.has(id) ? id : undefined);
    return withLinks(object, target);
  });
}

interface Link {
  readonly destinationRefName: string;
}

/** Each link leads where `target` says; those without a target go. */
function withLinks(object: KibanaObject, target: (dashboardId: string) => string | undefined): KibanaObject {
  // The generator writes links so.
  const links = object.attributes['links'] as readonly Link[];
  const references: KibanaReference[] = [];
  const kept = links.filter(({ destinationRefName }) => {
    const reference = object.references.find(({ name }) => name === destinationRefName);
    const id = reference === undefined ? undefined : target(reference.id);
    if (reference === undefined || id === undefined) return false;
    references.push({ ...reference, id });
    return true;
  });
  return {
    ...object,
    attributes: { ...object.attributes, links: kept.map((link, order) => ({ ...link, order })) },
    references: [...references, ...object.references.filter(({ type }) => type !== 'dashboard')],
  };
}
