// Reads the small CSV tables that users write: a header that names the columns, in any order; `#` begins a comment line;
// cells may stand in quotes, doubled inside (RFC 4180), but not go over a line end. One row at a time, so that who reads
// a long table can pause between rows.

import { ConfigError } from './errors.ts';

export interface CsvRow {
  /** `file:line`, for messages. */
  readonly place: string;
  /** Cell of a column, trimmed; '' where the column or the cell is missing. */
  cell(column: string): string;
}

/** Rows of a table. Throws ConfigError for a missing or unknown column, or for a row with more cells than columns. */
export function* readCsv(
  text: string,
  file: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Generator<CsvRow> {
  let columns: readonly string[] | undefined;
  let number = 0;
  for (const line of text.replace(/^\uFEFF/, '').split('\n')) {
    number++;
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const place = `${file}:${number}`;
    const cells = splitCells(trimmed, place);
    if (columns === undefined) {
      columns = checkedHeader(cells, place, required, optional);
      continue;
    }
    if (cells.length > columns.length) throw new ConfigError(place, trimmed, `the columns ${columns.join(',')}`);
    const names = columns;
    yield { place, cell: (column) => cells[names.indexOf(column)] ?? '' };
  }
  if (columns === undefined)
    throw new ConfigError(file, '', `a header such as ${[...required, ...optional].join(',')}`);
}

function checkedHeader(
  cells: readonly string[],
  place: string,
  required: readonly string[],
  optional: readonly string[],
): readonly string[] {
  const names = cells.map((cell) => cell.toLowerCase());
  const known = [...required, ...optional];
  const isUsable = required.every((name) => names.includes(name)) && names.every((name) => known.includes(name));
  if (isUsable) return names;
  const others = optional.length === 0 ? '' : `; besides, if wanted, ${optional.join(',')}`;
  throw new ConfigError(place, cells.join(','), `a header with ${required.join(',')}${others}`);
}

function splitCells(line: string, place: string): string[] {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    const match = CELL.exec(line.slice(at));
    if (match === null) throw new ConfigError(place, line, 'cells whose quotes are closed');
    cells.push(match[1] === undefined ? match[2]!.trim() : match[1].replaceAll('""', '"').trim());
    at += match[0].length;
    // Without a comma it was the last cell.
    if (!match[0].endsWith(',')) break;
  }
  return cells;
}

/** A cell and the comma after it: in quotes, or up to the next comma. */
const CELL = /^\s*(?:"((?:[^"]|"")*)"\s*(?:,|$)|([^",]*)(?:,|$))/;

/** yes or no as people write it; undefined for ''. Throws ConfigError. */
export function parseYesNo(value: unknown, place: string): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if (['yes', 'true', '1'].includes(word)) return true;
  if (['no', 'false', '0'].includes(word)) return false;
  throw new ConfigError(place, value, 'yes or no');
}
