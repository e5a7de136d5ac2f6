// The data view of one kind of document: names and formats from pipelines/schema.yml, so that every panel, Discover and
// any visualization users make themselves show "1.2GB" and "Client" without being told.

import { tcpFlagNames } from '../../src/flow/tcp-flags.ts';
import { type DocumentKind, dataViewId, type Field, schema } from './fields.ts';
import { type SavedObject, savedObject } from './saved-object.ts';

const NAMES = { flows: 'weir flows', counters: 'weir counters', exporters: 'weir exporters' } as const;

/** Index pattern of a kind of document. */
export function dataViewPattern(kind: DocumentKind): string {
  return `weir-${kind}-*`;
}

/** The saved object of the data view of a kind of document. */
export function dataView(kind: DocumentKind): SavedObject {
  const formats: Record<string, unknown> = {};
  const fieldAttrs: Record<string, unknown> = {};
  for (const field of schema[kind]) {
    const format = formatOf(field);
    if (format !== undefined) formats[field.name] = format;
    if (field.label !== field.name) fieldAttrs[field.name] = { customLabel: field.label };
  }
  return savedObject('index-pattern', dataViewId(kind), {
    title: dataViewPattern(kind),
    name: NAMES[kind],
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

/** Numbers that stand for words. */
const WORDS: Readonly<Record<string, unknown>> = {
  'flow.tcp_flags_bits': wordsFormat(256, (bits) => tcpFlagNames(bits).join(' ') || 'none'),
};

/** "FIN SYN PSH ACK" instead of 27, in Discover, too; a filter by it has the number. */
function wordsFormat(count: number, word: (value: number) => string): unknown {
  const lookupEntries = Array.from({ length: count }, (_, value) => ({ key: String(value), value: word(value) }));
  return { id: 'static_lookup', params: { lookupEntries } };
}

function formatOf(field: Field): unknown {
  if (field.name in WORDS) return WORDS[field.name];
  if (field.type === 'date' && field.name !== '@timestamp') return { id: 'date', params: { pattern: 'MMM D, HH:mm' } };
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
