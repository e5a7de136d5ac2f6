// One counter structure by its layout in the table. Reads the fields that are whole before `end` (newer versions of some
// structures only append to older ones) and leaves out values that mean "not known": all ones (sFlow v5 §5), "-" words.

import { macText } from '../../flow/address.ts';
import type { CounterSample, CounterValue } from '../../flow/counter-sample.ts';
import type { CounterField, CounterStructure } from '../../lib/counter-table.ts';
import { opaqueEnd, opaqueText } from './xdr.ts';

const UNKNOWN = 0xffffffff;
/** Lanes of a module, adaptors of a host: more are not read. */
const MAX_REPEATS = 64;
const MAX_MACS = 16;

export function readCounterStructure(
  sample: CounterSample,
  structure: CounterStructure,
  view: DataView,
  start: number,
  end: number,
): void {
  let at = readFields(sample, structure.fields, view, start, end);
  if (structure.repeated.length === 0 || at === undefined || at + 4 > end) return;
  const count = Math.min(view.getUint32(at), MAX_REPEATS);
  at += 4;
  for (let i = 0; i < count && at !== undefined && at < end; i++) {
    at = readFields(sample, structure.repeated, view, at, end);
  }
}

/** Where the fields end; undefined where they are not all there. */
function readFields(
  sample: CounterSample,
  fields: readonly CounterField[],
  view: DataView,
  start: number,
  end: number,
): number | undefined {
  let at = start;
  for (const field of fields) {
    const next = fieldEnd(field, view, at, end);
    if (next === undefined || next > end) return undefined;
    if (field.type === 'macs') addMacs(sample, field.name, view, at, next);
    else {
      const value = readValue(field, view, at);
      if (value !== undefined) sample.add(field.name, value);
    }
    at = next;
  }
  return at;
}

function fieldEnd(field: CounterField, view: DataView, at: number, end: number): number | undefined {
  switch (field.type) {
    case 'text':
      return opaqueEnd(view, at, end);
    case 'macs':
      return at + 4 > end ? undefined : at + 4 + 8 * view.getUint32(at);
    case 'u64':
    case 'hex64':
    case 'mac':
      return at + 8;
    case 'uuid':
      return at + 16;
    default:
      return at + 4;
  }
}

/** The value at `at`, which is whole. */
function readValue(field: CounterField, view: DataView, at: number): CounterValue | undefined {
  switch (field.type) {
    case 'u32':
      return known(view.getUint32(at));
    case 'u64':
      return readUint64(view, at);
    case 'i32':
      return view.getInt32(at);
    case 'f32': {
      const value = view.getFloat32(at);
      // Seven digits are what a float holds; host-sflow writes -1 for what the system does not tell.
      return Number.isFinite(value) && value >= 0 ? Number(value.toPrecision(7)) : undefined;
    }
    case 'percent': {
      const hundredths = known(view.getUint32(at));
      return hundredths === undefined ? undefined : hundredths / 100;
    }
    case 'text':
      return opaqueText(view, at);
    case 'enum':
      return field.words[view.getUint32(at)];
    case 'mac':
      return macText(view, at);
    case 'hex64':
      return hexText(view, at, 8);
    case 'uuid':
      return uuidText(hexText(view, at, 16));
    default:
      return undefined;
  }
}

function known(value: number): number | undefined {
  return value === UNKNOWN ? undefined : value;
}

/** Above 2^53 the last digits are lost; no counter gets there honestly. */
function readUint64(view: DataView, at: number): number | undefined {
  const high = view.getUint32(at);
  const low = view.getUint32(at + 4);
  return high === UNKNOWN && low === UNKNOWN ? undefined : high * 2 ** 32 + low;
}

/** MAC addresses of one adaptor: number (4) | { MAC (6) | padding (2) }…, whole before `end`. */
function addMacs(sample: CounterSample, name: string, view: DataView, at: number, end: number): void {
  for (let i = 0, mac = at + 4; i < MAX_MACS && mac < end; i++, mac += 8) sample.add(name, macText(view, mac));
}

function hexText(view: DataView, at: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++)
    text += view
      .getUint8(at + i)
      .toString(16)
      .padStart(2, '0');
  return text;
}

/** RFC 9562 §4; undefined for the nil UUID. */
function uuidText(digits: string): string | undefined {
  if (/^0+$/.test(digits)) return undefined;
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  );
}
