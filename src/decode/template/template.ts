// Template records (RFC 7011 §3.4, RFC 3954 §5.2 and §6.1) from the wire to a list of fields. What they mean is
// compile.ts's and options.ts's work.

import { DecodeError } from '../errors.ts';
import { Reader } from '../reader.ts';
import { minimumLength, type Plan, type TemplateField } from './compile.ts';
import { NETFLOW_V9 } from './elements.ts';
import type { OptionPlan } from './options.ts';
import { VARIABLE_LENGTH } from './readers.ts';

/** What stands in for the enterprise number of a NetFlow v9 scope field, whose types are numbered apart (§6.1). */
export const NETFLOW_V9_SCOPE = -90;

export type TemplateProtocol = 'netflow_v9' | 'ipfix';

export class Template {
  readonly protocol: TemplateProtocol;
  readonly id: number;
  readonly isOptions: boolean;
  /** Scope fields first, in options templates. */
  readonly fields: readonly TemplateField[];
  readonly scopeCount: number;
  /** Fewest octets of a record, at least 1. */
  readonly minimumLength: number;
  /** Its records have no common length. */
  readonly isVariable: boolean;
  /** The template record as it came, header included: what is saved and shared. */
  readonly raw: Uint8Array;
  /** Last time it was sent or used, epoch ms. */
  touchedMs: number;
  /** Made when first needed, so that a flood of templates costs little. */
  plan: Plan | undefined = undefined;
  /** For records inside lists (structured.ts). */
  listPlan: Plan | undefined = undefined;
  optionPlan: OptionPlan | undefined = undefined;
  /** Option records of it describe elements (described.ts); found out with optionPlan. */
  describesElements = false;
  /** Elements described, and when, as the plans were made last (described.ts). */
  describedSize = 0;
  describedMs = 0;

  constructor(
    protocol: TemplateProtocol,
    id: number,
    isOptions: boolean,
    fields: readonly TemplateField[],
    scopeCount: number,
    raw: Uint8Array,
    touchedMs: number,
  ) {
    this.protocol = protocol;
    this.id = id;
    this.isOptions = isOptions;
    this.fields = fields;
    this.scopeCount = scopeCount;
    this.minimumLength = minimumLength(fields);
    this.isVariable = fields.some((field) => field.length === VARIABLE_LENGTH);
    this.raw = raw;
    this.touchedMs = touchedMs;
  }
}

/** A template record read so far as its header: what follows depends on whether it is wanted. */
export interface TemplateHeader {
  readonly id: number;
  readonly fieldCount: number;
  readonly scopeCount: number;
}

// v9 template:   id u16, field count u16,                       fields of (type u16, length u16)
// v9 options:    id u16, scope octets u16, option octets u16,   scopes and fields alike
// IPFIX:         id u16, field count u16, [scope count u16,]    fields of (E bit and id u16, length u16, [PEN u32])

/** Reads a template record's header; a field count of 0 is a withdrawal in IPFIX and has no scope count. */
export function readTemplateHeader(reader: Reader, isOptions: boolean): TemplateHeader {
  const id = reader.u16();
  const count = reader.u16();
  if (!isOptions) return { id, fieldCount: count, scopeCount: 0 };
  if (reader.protocol === 'netflow_v9') {
    const scopeCount = count >>> 2;
    return { id, fieldCount: scopeCount + (reader.u16() >>> 2), scopeCount };
  }
  if (count === 0) return { id, fieldCount: 0, scopeCount: 0 };
  const scopeCount = reader.u16();
  if (scopeCount > count) {
    throw new DecodeError('length', reader.protocol, reader.at, `${scopeCount} scopes among ${count} fields`);
  }
  return { id, fieldCount: count, scopeCount };
}

/** Reads the fields after a header. Throws DecodeError where they are cut off: at most 8 octets each. */
export function readTemplateFields(reader: Reader, header: TemplateHeader): TemplateField[] {
  const fields: TemplateField[] = [];
  const isV9 = reader.protocol === 'netflow_v9';
  for (let i = 0; i < header.fieldCount; i++) {
    const id = reader.u16();
    const length = reader.u16();
    if (isV9) fields.push({ enterprise: i < header.scopeCount ? NETFLOW_V9_SCOPE : NETFLOW_V9, id, length });
    else if (id < 0x8000) fields.push({ enterprise: 0, id, length });
    else fields.push({ enterprise: reader.u32(), id: id & 0x7fff, length });
  }
  return fields;
}

/** Skips the fields of a template that is not wanted. */
export function skipTemplateFields(reader: Reader, header: TemplateHeader): void {
  for (let i = 0; i < header.fieldCount; i++) {
    const id = reader.u16();
    reader.skip(id < 0x8000 || reader.protocol === 'netflow_v9' ? 2 : 6);
  }
}

/** A template from its saved record. Throws DecodeError. */
export function templateOf(
  protocol: TemplateProtocol,
  isOptions: boolean,
  raw: Uint8Array,
  touchedMs: number,
): Template {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const reader = new Reader(view, protocol, 0, raw.byteLength);
  const header = readTemplateHeader(reader, isOptions);
  const fields = readTemplateFields(reader, header);
  return new Template(protocol, header.id, isOptions, fields, header.scopeCount, raw, touchedMs);
}
