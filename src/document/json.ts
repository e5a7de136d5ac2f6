// JSON text by hand, ASCII only: then a text's length is its length in bytes, strings stay one byte per character, and
// writing a document into the bulk buffer is a copy. Numbers that no index could take are not written at all.

/** Longest string written, in UTF-16 units; the rest is cut. A keyword above 32 766 bytes would refuse the document. */
export const MAX_TEXT_LENGTH = 1024;

/** Above the largest `long` of Elasticsearch; below it no double prints with an exponent (that begins at 1e21). */
const LONG_LIMIT = 2 ** 63;

/** JSON string of a text, with its quotes. Pure ASCII; lone surrogates become U+FFFD; cut at MAX_TEXT_LENGTH. */
export function quote(text: string): string {
  return `"${escapeText(text)}"`;
}

/** What stands between the quotes of a JSON string. Most texts need no change: then it is the same string. */
export function escapeText(text: string): string {
  if (text.length > MAX_TEXT_LENGTH) return escapeSlowly(cut(text));
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return escapeSlowly(text);
  }
  return text;
}

const GROUP = 10_000;
/** Numbers of up to four digits, plain and with leading zeros; made when first used. */
const PLAIN: (string | undefined)[] = new Array(GROUP);
const PADDED: (string | undefined)[] = new Array(GROUP);

/**
 * Decimal text of a whole number that is not negative, by groups of four digits. The engine's own way remembers the last
 * thousands of texts, and with ever new numbers these are what its garbage collector is busy with.
 */
export function integerText(value: number): string {
  if (value < GROUP) return plain(value);
  if (value >= GROUP * GROUP) return String(value);
  const high = Math.floor(value / GROUP);
  return plain(high) + padded(value - high * GROUP);
}

function plain(value: number): string {
  let text = PLAIN[value];
  if (text === undefined) {
    text = String(value);
    PLAIN[value] = text;
  }
  return text;
}

function padded(value: number): string {
  let text = PADDED[value];
  if (text === undefined) {
    text = String(value).padStart(4, '0');
    PADDED[value] = text;
  }
  return text;
}

/**
 * An object, or nothing where it would have no members.
 * @param open comma, name and opening brace
 * @param first members, the first without comma; or ''
 * @param rest members that all begin with a comma; or ''
 */
export function section(open: string, first: string, rest: string): string {
  if (first !== '') return `${open}${first}${rest}}`;
  return rest === '' ? '' : `${open}${rest.slice(1)}}`;
}

/**
 * The same text in one piece. V8 keeps a concatenation as a tree of its parts until somebody reads it; a cached tree is
 * walked anew for each document that it stands in. For texts that are kept, not per flow. ASCII only.
 */
export function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** True for what a field of type `long` takes: finite, not negative, below 2^63. Undefined is false. */
export function isCount(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value < LONG_LIMIT;
}

/** True for a whole number from 0 to `max`: what narrower fields take. Undefined and NaN are false. */
export function isUpTo(value: number | undefined, max: number): value is number {
  return value !== undefined && value >= 0 && value <= max;
}

function cut(text: string): string {
  const last = text.charCodeAt(MAX_TEXT_LENGTH - 1);
  return text.slice(0, isHighSurrogate(last) ? MAX_TEXT_LENGTH - 1 : MAX_TEXT_LENGTH);
}

function escapeSlowly(text: string): string {
  let escaped = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) escaped += '\\"';
    else if (unit === 0x5c) escaped += '\\\\';
    else if (unit >= 0x20 && unit <= 0x7e) escaped += text[i];
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) {
      escaped += unicodeEscape(unit) + unicodeEscape(text.charCodeAt(i + 1));
      i++;
    } else escaped += isHighSurrogate(unit) || isLowSurrogate(unit) ? '\\ufffd' : unicodeEscape(unit);
  }
  return escaped;
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** False for NaN, which charCodeAt gives past the end. */
function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
