// The XDR pieces (RFC 4506) that sFlow records are made of and DataView lacks: padded opaque data and sFlow's address
// union. All are bounded by `end` and answer undefined instead of throwing.

import { ipv4Text, ipv6Text } from '../../flow/address.ts';

const ADDRESS_UNKNOWN = 0;
const ADDRESS_IPV4 = 1;
const ADDRESS_IPV6 = 2;

/** Longest text taken over, octets: names, not payloads. */
const MAX_TEXT = 256;

/** Instead of an offset: the structure is not whole, so nobody knows where it ends. */
export const CUT_OFF = -1;

const decoder = new TextDecoder();

/** Octets that `length` octets of opaque data take with their padding to four (RFC 4506 §4.10). Safe up to 2^32. */
export function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** Octets of the address union at `at` (type and address), undefined for an unknown type or where it is cut off. */
export function addressSize(view: DataView, at: number, end: number): number | undefined {
  if (at + 4 > end) return undefined;
  const type = view.getUint32(at);
  const size = type === ADDRESS_IPV4 ? 8 : type === ADDRESS_IPV6 ? 20 : type === ADDRESS_UNKNOWN ? 4 : undefined;
  return size !== undefined && at + size <= end ? size : undefined;
}

/** Text of the address union of `size` octets at `at`; undefined for the unspecified address (0.0.0.0, ::) and none. */
export function addressText(view: DataView, at: number, size: number): string | undefined {
  if (size === 8) return view.getUint32(at + 4) === 0 ? undefined : ipv4Text(view, at + 4);
  if (size !== 20) return undefined;
  const text = ipv6Text(view, at + 4);
  return text === '::' ? undefined : text;
}

/** Offset behind the variable-length opaque data or string at `at`, undefined where it is cut off. */
export function opaqueEnd(view: DataView, at: number, end: number): number | undefined {
  if (at + 4 > end) return undefined;
  const length = view.getUint32(at);
  if (length > end - at - 4) return undefined;
  return Math.min(end, at + 4 + padded(length));
}

/** The string at `at`, which `opaqueEnd` has found whole; at most 256 octets of it, undefined where it is empty. */
export function opaqueText(view: DataView, at: number): string | undefined {
  const length = Math.min(view.getUint32(at), MAX_TEXT);
  if (length === 0) return undefined;
  return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at + 4, length));
}
