// The data view of one kind of document: names and formats from pipelines/schema.yml, so that every panel, Discover and
// any visualization users make themselves show "1.2GB" and "Client" without being told.

import type { Field } from './fields.ts';
import { type SavedObject, savedObject } from './saved-object.ts';

export interface DataViewOptions {
  readonly id: string;
  /** Index pattern. */
  readonly pattern: string;
  readonly name: string;
  readonly fields: readonly Field[];
}

/** The saved object of a data view. */
export function dataView(options: DataViewOptions): SavedObject {
  const formats: Record<string, unknown> = {};
  const fieldAttrs: Record<string, unknown> = {};
  for (const field of options.fields) {
    const format = formatOf(field);
    if (format !== undefined) formats[field.name] = format;
    if (field.label !== field.name) fieldAttrs[field.name] = { customLabel: field.label };
  }
  return savedObject('index-pattern', options.id, {
    title: options.pattern,
    name: options.name,
    timeFieldName: '@timestamp',
    fieldFormatMap: JSON.stringify(formats),
    fieldAttrs: JSON.stringify(fieldAttrs),
    sourceFilters: '[]',
    fields: '[]',
    runtimeFieldMap: '{}',
    allowHidden: false,
  });
}

/**
 * Kibana's field format by unit; decimal multiples, as networks count them (`bd`, `bitd`: k = 1000). Not the format called
 * `bytes`: with it charts set their ticks at powers of two, "134.2MB, 268.4MB".
 */
const FORMATS: Readonly<Record<NonNullable<Field['unit']>, unknown>> = {
  bytes: { id: 'number', params: { pattern: '0,0.[0]bd' } },
  'bit/s': { id: 'number', params: { pattern: '0,0.[0]bitd' } },
  packets: { id: 'number', params: { pattern: '0,0.[0]' } },
  ns: durationFormat('nanoseconds'),
  ms: durationFormat('milliseconds'),
};

function formatOf(field: Field): unknown {
  if (field.link !== undefined) return linkFormat(field.link);
  if (field.unit !== undefined) return FORMATS[field.unit];
  // A port, an AS number or a code is a name made of digits: no thousands separator.
  return isNumber(field.type) ? { id: 'number', params: { pattern: '0' } } : undefined;
}

/** Nothing is asked of the other site before somebody clicks. */
function linkFormat(urlTemplate: string): unknown {
  return {
    id: 'url',
    params: { type: 'a', urlTemplate, labelTemplate: '{{value}}', openLinkInCurrentTab: false },
  };
}

function durationFormat(inputFormat: string): unknown {
  return {
    id: 'duration',
    params: { inputFormat, outputFormat: 'humanizePrecise', outputPrecision: 1, useShortSuffix: true },
  };
}

function isNumber(type: string): boolean {
  return type === 'long' || type === 'integer' || type === 'short' || type === 'byte' || type === 'float';
}
