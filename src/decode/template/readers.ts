// Element types of RFC 7012 §3 as functions from octets to a value. Chosen once per template field by type and length,
// so that the record loop makes no decisions. Readers may read [at, at + length) only; the caller has checked it.
// A value that says nothing (no octets, time 0, empty text) is undefined.

import { isUtf8 } from 'node:buffer';
import { ipv4Text, ipv6Text, macText } from '../../flow/address.ts';

export type FieldValue = number | string | Uint8Array | undefined;

export type FieldReader = (view: DataView, at: number, length: number) => FieldValue;

/** RFC 7012 types, structured ones (RFC 6313) and the inner forms of octetArray that weir reads. */
export const ELEMENT_TYPES = [
  'unsigned8',
  'unsigned16',
  'unsigned32',
  'unsigned64',
  'unsigned256',
  'signed8',
  'signed16',
  'signed32',
  'signed64',
  'float32',
  'float64',
  'boolean',
  'macAddress',
  'octetArray',
  'string',
  'dateTimeSeconds',
  'dateTimeMilliseconds',
  'dateTimeMicroseconds',
  'dateTimeNanoseconds',
  'ipv4Address',
  'ipv6Address',
  'basicList',
  'subTemplateList',
  'subTemplateMultiList',
  'applicationId',
  'applicationPort',
  'applicationText',
  'mplsLabel',
  'identifier64',
  'aclId',
  'bgpExtendedCommunity',
  'bgpLargeCommunity',
] as const;

export type ElementType = (typeof ELEMENT_TYPES)[number];

/** Types that hold values or records (RFC 6313). */
export type ListType = 'basicList' | 'subTemplateList' | 'subTemplateMultiList';

/** Field length that announces a length in each record (RFC 7011 §7). */
export const VARIABLE_LENGTH = 65535;

/** The reader of a type in so many octets (or VARIABLE_LENGTH); undefined where they do not fit. */
export function readerFor(type: ElementType, length: number): FieldReader | undefined {
  const isVariable = length === VARIABLE_LENGTH;
  switch (type) {
    case 'unsigned8':
    case 'unsigned16':
    case 'unsigned32':
    case 'unsigned64':
    case 'boolean':
      return isVariable ? readUnsigned : UNSIGNED[length];
    case 'signed8':
    case 'signed16':
    case 'signed32':
    case 'signed64':
      return isVariable || length <= 8 ? readSigned : undefined;
    case 'float32':
    case 'float64':
      return isVariable || length === 4 || length === 8 ? readFloat : undefined;
    case 'macAddress':
      return isVariable || length === 6 ? readMac : undefined;
    case 'ipv4Address':
    case 'ipv6Address':
      return isVariable ? readAddress : length === 4 ? ipv4Text : length === 16 ? ipv6Text : undefined;
    case 'dateTimeSeconds':
      return isVariable || length <= 8 ? readSeconds : undefined;
    case 'dateTimeMilliseconds':
      return isVariable || length <= 8 ? readMilliseconds : undefined;
    case 'dateTimeMicroseconds':
    case 'dateTimeNanoseconds':
      return isVariable || length === 8 ? readNtp : undefined;
    case 'string':
      return readText;
    case 'applicationId':
      return readApplicationId;
    case 'applicationPort':
      return readApplicationPort;
    case 'applicationText':
      return readApplicationText;
    case 'mplsLabel':
      return isVariable || length === 3 || length === 4 ? readMplsLabel : undefined;
    case 'identifier64':
      return readIdentifier;
    case 'aclId':
      return isVariable || length === 12 ? readAclId : undefined;
    case 'bgpExtendedCommunity':
      return isVariable || length === 8 ? readExtendedCommunity : undefined;
    case 'bgpLargeCommunity':
      return isVariable || length === 12 ? readLargeCommunity : undefined;
    default:
      return readOctets;
  }
}

// Reduced-size encoding (RFC 7011 §6.2): any integer type may come in fewer octets, and NetFlow v9 has always done so.
// 64 bits by two reads: a counter above 2^53 loses its last bits, which is 9 petabytes in one record.
const UNSIGNED: readonly (FieldReader | undefined)[] = [
  undefined,
  (view, at) => view.getUint8(at),
  (view, at) => view.getUint16(at),
  (view, at) => view.getUint8(at) * 0x10000 + view.getUint16(at + 1),
  (view, at) => view.getUint32(at),
  (view, at) => view.getUint8(at) * 0x100000000 + view.getUint32(at + 1),
  (view, at) => view.getUint16(at) * 0x100000000 + view.getUint32(at + 2),
  (view, at) => (view.getUint8(at) * 0x10000 + view.getUint16(at + 1)) * 0x100000000 + view.getUint32(at + 3),
  (view, at) => view.getUint32(at) * 0x100000000 + view.getUint32(at + 4),
];

/** Big-endian unsigned integer of 1 to 8 octets; undefined for other lengths. */
export function readUnsigned(view: DataView, at: number, length: number): number | undefined {
  return UNSIGNED[length]?.(view, at, length) as number | undefined;
}

function readSigned(view: DataView, at: number, length: number): number | undefined {
  const value = readUnsigned(view, at, length);
  if (value === undefined) return undefined;
  const half = 2 ** (8 * length - 1);
  return value < half ? value : value - 2 * half;
}

function readFloat(view: DataView, at: number, length: number): number | undefined {
  if (length === 4) return view.getFloat32(at);
  return length === 8 ? view.getFloat64(at) : undefined;
}

function readMac(view: DataView, at: number, length: number): string | undefined {
  return length === 6 ? macText(view, at) : undefined;
}

function readAddress(view: DataView, at: number, length: number): string | undefined {
  if (length === 4) return ipv4Text(view, at);
  return length === 16 ? ipv6Text(view, at) : undefined;
}

function readSeconds(view: DataView, at: number, length: number): number | undefined {
  const value = readUnsigned(view, at, length);
  return value === undefined || value === 0 ? undefined : value * 1000;
}

function readMilliseconds(view: DataView, at: number, length: number): number | undefined {
  const value = readUnsigned(view, at, length);
  return value === 0 ? undefined : value;
}

/** NTP time (RFC 7011 §6.1.9): seconds since 1900 and a binary fraction, as epoch ms. The era ends in 2036. */
function readNtp(view: DataView, at: number, length: number): number | undefined {
  if (length !== 8) return undefined;
  const seconds = view.getUint32(at);
  if (seconds === 0) return undefined;
  const era = seconds < 0x80000000 ? 0x100000000 : 0;
  return (seconds + era - 2208988800) * 1000 + (view.getUint32(at + 4) * 1000) / 0x100000000;
}

const utf8 = new TextDecoder('utf-8');
const latin1 = new TextDecoder('latin1');

/** Longest text taken over, octets. Elasticsearch refuses documents with a keyword above 32,766. */
const MAX_TEXT = 1024;

/** Text up to the first NUL, at most MAX_TEXT octets of it; UTF-8, or Latin-1 where it is not. */
export function readText(view: DataView, at: number, length: number): string | undefined {
  const end = at + Math.min(length, MAX_TEXT);
  let text = '';
  for (let i = at; i < end; i++) {
    const octet = view.getUint8(i);
    if (octet === 0) break;
    if (octet > 127) return readForeignText(view, at, end - at);
    text += String.fromCharCode(octet);
  }
  return text === '' ? undefined : text;
}

function readForeignText(view: DataView, at: number, length: number): string | undefined {
  let octets = new Uint8Array(view.buffer, view.byteOffset + at, length);
  const nul = octets.indexOf(0);
  if (nul >= 0) octets = octets.subarray(0, nul);
  else if (length === MAX_TEXT) octets = octets.subarray(0, wholeCharacters(octets));
  return (isUtf8(octets) ? utf8 : latin1).decode(octets);
}

/** Where a UTF-8 character begins that the end has cut off, else the end. */
function wholeCharacters(octets: Uint8Array): number {
  let first = octets.length - 1;
  while (first > octets.length - 4 && (octets[first]! & 0xc0) === 0x80) first--;
  const lead = octets[first]!;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return first + size > octets.length ? first : octets.length;
}

/** A copy: the datagram's memory may be reused. */
function readOctets(view: DataView, at: number, length: number): Uint8Array | undefined {
  if (length === 0) return undefined;
  return new Uint8Array(view.buffer, view.byteOffset + at, length).slice();
}

/**
 * "engine:selector" of IE 95: one octet of classification engine, then the selector (RFC 6759 §4). Engine 20
 * (PANA-L7-PEN) is anybody's, so an enterprise number comes first: "20:enterprise:selector" (§4.1).
 */
function readApplicationId(view: DataView, at: number, length: number): string | undefined {
  if (length < 2) return undefined;
  const engine = view.getUint8(at);
  if (engine === ENGINE_ANY_ENTERPRISE && length > 5) {
    const selector = readUnsigned(view, at + 5, length - 5);
    return selector === undefined ? undefined : `${engine}:${view.getUint32(at + 1)}:${selector}`;
  }
  const selector = readUnsigned(view, at + 1, length - 1);
  return selector === undefined || (engine === 0 && selector === 0) ? undefined : `${engine}:${selector}`;
}

const ENGINE_ANY_ENTERPRISE = 20;

/** A protocol that was recognised, by the port that it has with IANA: engine 3 of IE 95 (RFC 6759 §4.1). 0 is none. */
function readApplicationPort(view: DataView, at: number, length: number): string | undefined {
  const port = readUnsigned(view, at, length);
  return port === undefined || port === 0 ? undefined : `${ENGINE_IANA_PORTS}:${port}`;
}

const ENGINE_IANA_PORTS = 3;

/** Text after the six octets that name the application and what of it was extracted (Cisco AVC: HTTP host and others). */
function readApplicationText(view: DataView, at: number, length: number): string | undefined {
  return length <= APPLICATION_PREFIX
    ? undefined
    : readText(view, at + APPLICATION_PREFIX, length - APPLICATION_PREFIX);
}

const APPLICATION_PREFIX = 6;

/** The 20 bits of label of an MPLS stack entry (RFC 3032 §2.1); a zero entry, which pads short stacks, is undefined. */
function readMplsLabel(view: DataView, at: number, length: number): number | undefined {
  if (length < 3) return undefined;
  const entry = view.getUint8(at) * 0x10000 + view.getUint16(at + 1);
  return entry === 0 ? undefined : entry >>> 4;
}

/** An unsigned integer that is a name: every digit counts, which a double of 53 bits would not hold. 0 is none. */
function readIdentifier(view: DataView, at: number, length: number): string | undefined {
  const value = readUnsigned(view, at, length);
  if (value === undefined || value === 0) return undefined;
  return Number.isSafeInteger(value) ? String(value) : String(view.getBigUint64(at + length - 8));
}

/** Cisco ASA: ids of ACL, entry and extended entry (u32 each), as `show access-list` has them; all zero is none. */
function readAclId(view: DataView, at: number, length: number): string | undefined {
  if (length !== 12) return undefined;
  const acl = view.getUint32(at);
  const entry = view.getUint32(at + 4);
  const extended = view.getUint32(at + 8);
  if (acl === 0 && entry === 0 && extended === 0) return undefined;
  return `${hex8(acl)}-${hex8(entry)}-${hex8(extended)}`;
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** RFC 4360 §4, 5668: route targets and origins as routers write them, `rt:64500:100`; other kinds as a number. */
function readExtendedCommunity(view: DataView, at: number, length: number): string | undefined {
  if (length !== 8) return undefined;
  const subtype = view.getUint8(at + 1);
  const kind = subtype === 2 ? 'rt' : subtype === 3 ? 'soo' : undefined;
  // The highest bit but one, "not transitive", changes nothing of the form.
  const type = view.getUint8(at) & 0x3f;
  if (kind === undefined || type > 2) return `0x${hex8(view.getUint32(at))}${hex8(view.getUint32(at + 4))}`;
  if (type === 0) return `${kind}:${view.getUint16(at + 2)}:${view.getUint32(at + 4)}`;
  const administrator = type === 1 ? ipv4Text(view, at + 2) : view.getUint32(at + 2);
  return `${kind}:${administrator}:${view.getUint16(at + 6)}`;
}

/** RFC 8092 §5: three u32. */
function readLargeCommunity(view: DataView, at: number, length: number): string | undefined {
  if (length !== 12) return undefined;
  return `${view.getUint32(at)}:${view.getUint32(at + 4)}:${view.getUint32(at + 8)}`;
}
