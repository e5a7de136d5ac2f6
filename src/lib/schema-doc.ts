// docs/fields.md out of the schema: the page on which users look fields up. A test checks that it is current.

import type { Schema, SchemaField } from './schema-file.ts';

const INTRODUCTION = `# Fields

Every field of weir's documents. This page is made from \`pipelines/schema.yml\`; change that file, not this one.

Names follow the Elastic Common Schema (ECS 8) wherever it has the concept; the rest stands under \`flow.*\`. A field that is
not known is absent. "IE" is an information element of IPFIX or field type of NetFlow v9, "v5" the fixed formats of NetFlow;
other words in the column "From" are enrichers. sFlow and sampled packet headers fill the same fields.

Storage: **searched** fields have an index; **aggregated** ones have doc values only (filters on them work, but slowly);
**shown** ones stand in the document and cannot be searched, sorted or aggregated.
`;

const TITLES = [
  ['flows', 'Flows'],
  ['counters', 'Counters'],
  ['exporters', 'Exporters'],
] as const;

/** The whole page, with a newline at its end. */
export function schemaDocument(schema: Schema): string {
  let page = INTRODUCTION;
  for (const [kind, title] of TITLES) {
    const fields = schema[kind];
    if (fields.length > 0) page += `\n## ${title}\n\n${table(fields)}`;
  }
  return schema.groups.length === 0 ? page : `${page}\n${GROUPS}\n${groupTable(schema)}`;
}

const GROUPS = `## Groups

What \`fields:\` of the pipeline takes: \`drop: [mac, masks]\` leaves these groups out of documents of flows,
\`keep: [roles, geo]\` all others. Fields in no group are always written. Index template and data view keep all fields, so
that dashboards stay whole, and a group may come back at any time.
`;

function groupTable({ groups }: Schema): string {
  const cells = groups.map(({ name, about, patterns }) => [
    `\`${name}\``,
    about,
    patterns.map((pattern) => `\`${pattern}\``).join(', '),
  ]);
  return paddedTable(['Group', 'What it is', 'Fields'], cells);
}

const HEADINGS = ['Field', 'Type', 'In Kibana', 'Meaning', 'From', 'Storage'];

function table(fields: readonly SchemaField[]): string {
  const rows = fields.map((field) => [
    `\`${field.name}\``,
    typeText(field),
    field.label,
    field.about,
    field.from,
    storageText(field),
  ]);
  return paddedTable(HEADINGS, rows);
}

function typeText(field: SchemaField): string {
  return field.unit === undefined ? field.type : `${field.type}, ${field.unit}`;
}

function storageText(field: SchemaField): string {
  if (field.index) return 'searched';
  return field.docValues ? 'aggregated' : 'shown';
}

/** A table of Markdown. Columns are padded, as the formatter of this repository pads them. */
export function paddedTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((cells) => cells[column]!.length)),
  );
  const ruler = widths.map((width) => '-'.repeat(width));
  return [headings, ruler, ...rows].map((cells) => row(cells, widths)).join('');
}

function row(cells: readonly string[], widths: readonly number[]): string {
  return `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`;
}
