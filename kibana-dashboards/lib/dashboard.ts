// A dashboard from rows of panels: the grid, the references in both places where Kibana wants them, the settings that all
// pages share.

import type { Controls } from './controls.ts';
import type { Panel } from './panels.ts';
import { type Reference, type SavedObject, savedObject } from './saved-object.ts';

/** Kibana's grid. A unit of height is 20 px plus 8 px of margin. */
export const GRID_COLUMNS = 48;

/** Panels side by side, a list among them one above the other. Widths are equal unless given, heights in a list likewise. */
export interface Row {
  readonly height: number;
  readonly panels: readonly (Panel | readonly Panel[])[];
  /** In grid columns, together 48. */
  readonly widths?: readonly number[];
}

export interface DashboardOptions {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Opens with this range: Kibana date math from now. */
  readonly from: string;
  readonly controls: Controls;
  readonly rows: readonly Row[];
}

/** The saved object of a dashboard; throws when a row does not fill the grid or two panels share an id. */
export function dashboard(options: DashboardOptions): SavedObject {
  const panels: unknown[] = [];
  const references: Reference[] = [...options.controls.references];
  let y = 0;
  for (const row of options.rows) {
    let x = 0;
    const widths = widthsOf(row);
    for (const [index, place] of row.panels.entries()) {
      const stack = stackOf(place);
      const h = row.height / stack.length;
      for (const [level, panel] of stack.entries()) {
        panels.push(placed(panel, { x, y: y + level * h, w: widths[index]!, h, i: panel.id }));
        references.push(...referencesOf(panel));
      }
      x += widths[index]!;
    }
    y += row.height;
  }
  checkIds(options.rows);
  return savedObject('dashboard', options.id, attributes(options, panels), references);
}

function attributes(options: DashboardOptions, panels: readonly unknown[]): Readonly<Record<string, unknown>> {
  return {
    title: options.title,
    description: options.description,
    version: 1,
    timeRestore: true,
    timeFrom: options.from,
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
      searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter: [] }),
    },
    controlGroupInput: options.controls.input,
  };
}

interface GridPlace {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly i: string;
}

function placed(panel: Panel, gridData: GridPlace): unknown {
  const hidden = panel.title === '' ? { hidePanelTitles: true } : {};
  const described = panel.description === undefined ? {} : { description: panel.description };
  const attributes = panel.attributes === undefined ? {} : { attributes: panel.attributes };
  return {
    version: '8.12.2',
    type: panel.type,
    gridData,
    panelIndex: panel.id,
    title: panel.title,
    embeddableConfig: { enhancements: {}, ...hidden, ...described, ...panel.config, ...attributes },
  };
}

/** A panel's own references once more, prefixed with its id: if one is missing the panel loads for ever. */
function referencesOf(panel: Panel): readonly Reference[] {
  return (panel.attributes?.references ?? []).map((reference) => ({
    ...reference,
    name: `${panel.id}:${reference.name}`,
  }));
}

function stackOf(place: Panel | readonly Panel[]): readonly Panel[] {
  return 'id' in place ? [place] : place;
}

function widthsOf(row: Row): readonly number[] {
  const widths = row.widths ?? row.panels.map(() => GRID_COLUMNS / row.panels.length);
  const total = widths.reduce((left, right) => left + right, 0);
  if (total !== GRID_COLUMNS || widths.length !== row.panels.length || !widths.every(Number.isInteger)) {
    throw new Error(`row of ${idsOf(row).join(', ')}: widths ${widths.join('+')} are not 48`);
  }
  return widths;
}

function checkIds(rows: readonly Row[]): void {
  const ids = rows.flatMap(idsOf);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`two panels are called ${twice}`);
}

function idsOf(row: Row): readonly string[] {
  return row.panels.flatMap(stackOf).map((panel) => panel.id);
}
