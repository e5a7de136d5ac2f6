// Rows of the schema for the fields in pipelines/counters.yml. Numbers have doc values only: they are summed and drawn,
// not searched. Where two structures fill the same field the first names it.

import type { CounterField, CounterTable, CounterType } from './counter-table.ts';
import type { SchemaField } from './schema-file.ts';

const FIELD_TYPES: Readonly<Record<CounterType, SchemaField['type']>> = {
  u32: 'long',
  u64: 'long',
  i32: 'long',
  f32: 'float',
  percent: 'float',
  text: 'keyword',
  mac: 'keyword',
  macs: 'keyword',
  uuid: 'keyword',
  hex64: 'keyword',
  enum: 'keyword',
};

/** One row per field, in the order of the table. */
export function counterSchemaFields(table: CounterTable): SchemaField[] {
  const rows = new Map<string, SchemaField>();
  for (const { id, title, fields, repeated } of table.values()) {
    for (const field of [...fields, ...repeated]) {
      const name = `counters.${field.name}`;
      if (!rows.has(name)) rows.set(name, rowOf(name, field, id, title));
    }
  }
  return [...rows.values()];
}

function rowOf(name: string, field: CounterField, id: string, title: string): SchemaField {
  const type = FIELD_TYPES[field.type];
  return {
    name,
    type,
    index: type === 'keyword',
    docValues: true,
    unit: unitOf(name),
    label: `${title}: ${field.original}`,
    from: `sFlow ${id}`,
    about: `\`${field.original}\` as its specification defines it.`,
  };
}

function unitOf(name: string): SchemaField['unit'] {
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (/(^|_)bytes$/.test(last)) return 'bytes';
  if (/(^|_)packets$/.test(last)) return 'packets';
  if (last.endsWith('_ms')) return 'ms';
  return last === 'speed' ? 'bit/s' : undefined;
}
