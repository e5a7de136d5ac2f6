// The table of docs/migrating-from-elastiflow.md, out of pipelines/elastiflow-3.5.yml: which field of weir's own documents
// holds what a field of ElastiFlow held.

import type { ElastiflowField } from './elastiflow-fields.ts';
import { paddedTable } from './schema-doc.ts';

/** The line before the table; a line of the same kind with `end` is after it. */
const START = '<!-- fields: made by npm run docs -->';
const END = '<!-- end of fields -->';

/** The page with its table made anew. Throws an Error where the page has no place for it. */
export function withFieldTable(page: string, fields: readonly ElastiflowField[]): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the page lacks ${START} and ${END}`);
  const rows = fields.map(({ name, type, weir, about }) => [
    `\`${name}\``,
    type,
    weir.map((field) => `\`${field}\``).join(', '),
    about,
  ]);
  const table = paddedTable(['ElastiFlow 3.5', 'Type', 'weir', 'Notes'], rows);
  return `${page.slice(0, start)}${START}\n\n${table}\n${page.slice(end)}`;
}
