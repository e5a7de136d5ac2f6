// Where panels stand: Kibana's grid has 48 columns; a unit of height is 20 px plus 8 px of margin.

import type { PanelSpec, Row } from './page-types.ts';

export const GRID_COLUMNS = 48;

export interface GridPlace {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Placed {
  readonly spec: PanelSpec;
  readonly place: GridPlace;
}

/** The panels of rows with their places, beginning at a height; throws when a row does not fill the grid. */
export function placeRows(rows: readonly Row[], top: number): readonly Placed[] {
  let y = top;
  return rows.flatMap((row) => {
    const stacks = row.panels.map(stackOf);
    const widths = widthsOf(stacks);
    let x = 0;
    const placed = stacks.flatMap((stack, index) => {
      const w = widths[index]!;
      const heights = spread(row.height, stack.length);
      let above = y;
      const column = stack.map((spec, level) => {
        const place = { x, y: above, w, h: heights[level]! };
        above += heights[level]!;
        return { spec, place };
      });
      x += w;
      return column;
    });
    y += row.height;
    return placed;
  });
}

function stackOf(panel: PanelSpec | readonly PanelSpec[]): readonly PanelSpec[] {
  return 'kind' in panel ? [panel] : panel;
}

/** Panels without a width share what is left as evenly as whole columns allow. */
function widthsOf(stacks: readonly (readonly PanelSpec[])[]): readonly number[] {
  const given = stacks.map((stack) => stack[0]?.width);
  const left = GRID_COLUMNS - given.reduce<number>((sum, width) => sum + (width ?? 0), 0);
  const shares = spread(left, given.filter((width) => width === undefined).length);
  let next = 0;
  const widths = given.map((width) => width ?? shares[next++]!);
  if (widths.reduce((sum, width) => sum + width, 0) !== GRID_COLUMNS || widths.some((width) => width < 1)) {
    throw new Error(
      `row of ${stacks.map((stack) => stack[0]?.title).join(', ')}: widths ${widths.join('+')} are not 48`,
    );
  }
  return widths;
}

/** 48 in 5: 10, 10, 10, 9, 9. */
function spread(total: number, parts: number): readonly number[] {
  return Array.from({ length: parts }, (_, index) => Math.floor(total / parts) + (index < total % parts ? 1 : 0));
}
