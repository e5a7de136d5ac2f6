// The name that a DNS message asks for, of queries and of answers, which repeat the question. A name that is cut off, or
// that no host could have, is none.

import { labelText, MAX_NAME } from './host-name.ts';

const HEADER = 12;
/** Operation code (4 bits) and the bit that must be zero. */
const QUERY_MASK = 0x7840;
const MAX_LABEL = 63;

// id (2) | flags (2) | questions (2) | answers (2) | authorities (2) | additional (2) |
// { length (1) | label }… | 0 (1) | type (2) | class (2)                                         RFC 1035 §4.1
/** Lower-case name without the last dot; undefined for what is no standard query. */
export function dnsQuestionName(view: DataView, start: number, end: number): string | undefined {
  if (start + HEADER >= end) return undefined;
  if ((view.getUint16(start + 2) & QUERY_MASK) !== 0 || view.getUint16(start + 4) !== 1) return undefined;
  let at = start + HEADER;
  let name = '';
  while (at < end) {
    const length = view.getUint8(at);
    if (length === 0) return name === '' ? undefined : name;
    // Longer ones are pointers; a first name has nothing to point to.
    if (length > MAX_LABEL || at + 1 + length > end) return undefined;
    const label = labelText(view, at + 1, length);
    if (label === undefined || name.length + 1 + length > MAX_NAME) return undefined;
    name += name === '' ? label : `.${label}`;
    at += 1 + length;
  }
  return undefined;
}
