// From a page to its dashboard and the objects that it needs: grid, navigation bar, controls, drilldowns, references in both
// places where Kibana wants them, and the settings that all pages share.

import { controls } from './controls.ts';
import { type DocumentKind, dataViewId } from './fields.ts';
import { GRID_COLUMNS, type GridPlace, placeRows } from './grid.ts';
import { buildPanel } from './kinds/build-panel.ts';
import { dashboardId, navigationIds } from './navigation.ts';
import type { Page, PageFilter, PanelSpec, Row, StatusSpec } from './page-types.ts';
import { type Panel, panelId } from './panel.ts';
import { dataViewReference, type Reference, type SavedObject, savedObject, tagReference } from './saved-object.ts';

export interface PageOptions {
  /** Pages that drilldowns may lead to, by id. */
  readonly pages: ReadonlyMap<string, Page>;
  /** Without the bar of links and without drilldowns: a page on its own. */
  readonly alone: boolean;
}

/** Rows of the grid that one row of the navigation bar takes. */
const BAR_HEIGHT = 2;

/** The objects of a page: its dashboard, last, and saved searches that are panels of it. */
export function pageObjects(page: Page, options: PageOptions): readonly SavedObject[] {
  const bar = options.alone ? [] : barOf(page, options.pages);
  const panels: unknown[] = bar.map(({ panel }) => panel);
  const bars = controls(page.data ?? 'flows');
  const references: Reference[] = [...bars.references, ...bar.map(({ reference }) => reference), tagReference()];
  const objects: SavedObject[] = [];
  const ids = new Set<string>();
  for (const { spec, place } of placeRows(rowsOf(page), bar.length * BAR_HEIGHT)) {
    const id = panelId(spec);
    if (ids.has(id)) throw new Error(`page ${page.id}: two panels are called ${id}`);
    ids.add(id);
    const data = spec.data ?? page.data ?? 'flows';
    const panel = buildPanel(spec, { data, width: place.w, height: place.h, pageId: page.id, panelId: id });
    const drills = options.alone ? [] : drilldowns(page, spec, options.pages);
    panels.push(
      placed(
        spec,
        panel,
        id,
        place,
        drills.map(({ event }) => event),
      ),
    );
    references.push(...referencesOf(id, panel), ...drills.map(({ reference }) => prefixed(id, reference)));
    if (panel.object !== undefined) objects.push(panel.object);
  }
  const attributes = attributesOf(page, panels, bars.input);
  for (const [index] of filtersOf(page).entries()) references.push(filterReference(page, index));
  return [...objects, savedObject('dashboard', dashboardId(page.id), attributes, references)];
}

/** What a page is about, when it says nothing better: for the line on top that says whether there is data. */
const STATUS: Readonly<Record<DocumentKind, Pick<StatusSpec, 'what' | 'whenEmpty'>>> = {
  flows: {
    what: 'flows',
    whenEmpty: [
      'Is a filter set? Does weir run ("weir status" says), does an exporter send to it, and does it write here?',
    ],
  },
  counters: {
    what: 'counter samples',
    whenEmpty: ['Switches and hosts send them by sFlow; NetFlow and IPFIX have none.'],
  },
  exporters: {
    what: 'reports about exporters',
    whenEmpty: ['weir writes one a minute for each exporter while it runs: "weir status" says whether it does.'],
  },
};

/** A page that has no status panel of its own gets a line that says so when there is nothing to show. */
function rowsOf({ rows, data = 'flows' }: Page): readonly Row[] {
  const hasStatus = rows.some(({ panels }) => panels.flat().some(({ kind }) => kind === 'status'));
  if (hasStatus) return rows;
  return [{ height: 2, panels: [{ kind: 'status', title: 'Status', ...STATUS[data] }] }, ...rows];
}

function attributesOf(page: Page, panels: readonly unknown[], controlGroupInput: unknown): SavedObject['attributes'] {
  return {
    title: `weir: ${page.title}`,
    description: page.question,
    version: 1,
    timeRestore: true,
    timeFrom: page.from ?? 'now-1h',
    timeTo: 'now',
    refreshInterval: { pause: true, value: 60_000 },
    // syncColors off: with it, colours depend on which panel answers first.
    optionsJSON: JSON.stringify({
      useMargins: true,
      syncColors: false,
      syncCursor: true,
      syncTooltips: false,
      hidePanelTitles: false,
    }),
    panelsJSON: JSON.stringify(panels),
    kibanaSavedObjectMeta: {
      searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter: filtersOf(page) }),
    },
    controlGroupInput,
  };
}

/** Filter pills: that of the page, and one that leaves out duplicates when a user switches it on. */
function filtersOf(page: Page): readonly unknown[] {
  const duplicates: PageFilter = {
    label: 'Without duplicates',
    query: { bool: { must_not: [{ term: { 'flow.duplicate': true } }] } },
  };
  const isAboutFlows = (page.data ?? 'flows') === 'flows';
  const pills = [
    ...(page.filter === undefined ? [] : [{ ...page.filter, disabled: false }]),
    ...(isAboutFlows ? [{ ...duplicates, disabled: true }] : []),
  ];
  return pills.map(({ label, query, disabled }, index) => ({
    meta: {
      alias: label,
      disabled,
      negate: false,
      type: 'custom',
      key: 'query',
      indexRefName: filterReference(page, index).name,
    },
    query,
    $state: { store: 'appState' },
  }));
}

function filterReference(page: Page, index: number): Reference {
  const name = `kibanaSavedObjectMeta.searchSourceJSON.filter[${index}].meta.index`;
  return dataViewReference(dataViewId(page.data ?? 'flows'), name);
}

function placed(spec: PanelSpec, panel: Panel, id: string, place: GridPlace, events: readonly unknown[]): unknown {
  const title = panel.hasHeading ? spec.title : '';
  const enhancements = events.length === 0 ? {} : { dynamicActions: { events } };
  return {
    version: '8.12.2',
    type: panel.type,
    gridData: { ...place, i: id },
    panelIndex: id,
    title,
    ...(panel.object === undefined ? {} : { panelRefName: `panel_${id}` }),
    embeddableConfig: {
      enhancements,
      ...(panel.hasHeading ? {} : { hidePanelTitles: true }),
      ...(spec.about === undefined ? {} : { description: spec.about }),
      ...panel.config,
      ...(panel.attributes === undefined ? {} : { attributes: panel.attributes }),
    },
  };
}

/** A panel's own references once more, prefixed with its id: if one is missing the panel loads for ever. */
function referencesOf(id: string, panel: Panel): readonly Reference[] {
  return [...(panel.attributes?.references ?? []), ...(panel.references ?? [])].map((own) => prefixed(id, own));
}

function prefixed(id: string, reference: Reference): Reference {
  return { ...reference, name: `${id}:${reference.name}` };
}

const DRILLDOWN = 'DASHBOARD_TO_DASHBOARD_DRILLDOWN';

/** "Top conversations" in the menu of a clicked value: that page, filtered by the value, with filters and time as they are. */
function drilldowns(page: Page, { drill = [] }: PanelSpec, pages: PageOptions['pages']) {
  return drill.map((id) => {
    const target = pages.get(id);
    if (target === undefined) throw new Error(`page ${page.id}: drill names the page ${id}, which is not there`);
    const config = { useCurrentFilters: true, useCurrentDateRange: true, openInNewTab: false };
    return {
      event: {
        eventId: `to-${id}`,
        triggers: ['FILTER_TRIGGER'],
        action: { factoryId: DRILLDOWN, name: target.title, config },
      },
      reference: {
        type: 'dashboard',
        id: dashboardId(id),
        name: `drilldown:${DRILLDOWN}:to-${id}:dashboardId`,
      },
    };
  });
}

/** The rows of links, by reference. */
function barOf(page: Page, pages: PageOptions['pages']) {
  return navigationIds(page, pages.values()).map((id, index) => {
    const i = `nav${index}`;
    const panel = {
      version: '8.12.2',
      type: 'links',
      gridData: { x: 0, y: index * BAR_HEIGHT, w: GRID_COLUMNS, h: BAR_HEIGHT, i },
      panelIndex: i,
      title: '',
      panelRefName: `panel_${i}`,
      embeddableConfig: { hidePanelTitles: true, enhancements: {} },
    };
    return { panel, reference: { type: 'links', id, name: `${i}:panel_${i}` } };
  });
}
