// Addresses of the demo: a prefix and the hosts in it.

import { parseAddress } from '../flow/address.ts';

export interface Prefix {
  /** 4 or 16 bytes, host bits zero or not. */
  readonly address: Uint8Array;
  readonly maskLength: number;
}

/** "10.0.0.0/8", or an address, which is a prefix of full length; undefined for what is neither. */
export function parsePrefix(text: string): Prefix | undefined {
  const [addressText, lengthText] = text.split('/');
  const address = parseAddress(addressText!);
  if (address === undefined) return undefined;
  const maskLength = lengthText === undefined ? address.length * 8 : Number(lengthText);
  if (!Number.isInteger(maskLength) || maskLength < 0 || maskLength > address.length * 8) return undefined;
  return { address, maskLength };
}

/**
 * The address of host `number` in the prefix; the same number gives the same address. Numbers are scattered over the
 * prefix, as hosts are, and kept off its last byte's 0 and 255.
 */
export function hostAddress(prefix: Prefix, number: number): Uint8Array {
  const address = prefix.address.slice();
  const hostBits = address.length * 8 - prefix.maskLength;
  if (hostBits === 0) return address;
  const used = Math.min(hostBits, 24);
  // An odd factor permutes the numbers of `used` bits.
  let host = (Math.imul(number + 1, 0x9e3779b1) >>> 0) % 2 ** used;
  if (used < 24) host = (number * 5 + 10) % 2 ** used;
  if (used >= 8 && ((host & 255) === 0 || (host & 255) === 255)) host ^= 0x5a;
  for (let i = address.length - 1; host > 0; i--) {
    address[i]! |= host & 255;
    host = Math.floor(host / 256);
  }
  return address;
}
