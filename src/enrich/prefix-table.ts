// Longest-prefix match over networks that a user wrote in CIDR notation, IPv4 and IPv6 side by side.
// Meant for cache misses and configuration (hosts, exporters), not for each flow: about 1 µs per distinct prefix length.

import { parseAddress } from '../flow/address.ts';
import { ConfigError } from '../lib/errors.ts';

interface Level {
  readonly length: number;
  readonly values: Map<string, unknown>;
}

export class PrefixTable<T> {
  /** Prefix lengths in use, longest first. */
  readonly #ipv4: Level[] = [];
  readonly #ipv6: Level[] = [];

  /**
   * Adds a network ("192.0.2.0/24", "2001:db8::/32", or an address alone); the last value for a network wins.
   * Bits beyond the prefix are ignored. Throws ConfigError that names `path`.
   */
  add(network: string, value: T, path: string): void {
    const slash = network.indexOf('/');
    const bytes = parseAddress(slash < 0 ? network : network.slice(0, slash));
    const bits = bytes === undefined ? 0 : bytes.length * 8;
    const lengthText = slash < 0 ? String(bits) : network.slice(slash + 1);
    const length = /^\d{1,3}$/.test(lengthText) ? Number(lengthText) : Number.NaN;
    if (bytes === undefined || !(length <= bits)) {
      throw new ConfigError(path, network, 'a network such as 192.0.2.0/24 or 2001:db8::/32');
    }
    const levels = bytes.length === 4 ? this.#ipv4 : this.#ipv6;
    let level = levels.find((candidate) => candidate.length === length);
    if (level === undefined) {
      level = { length, values: new Map() };
      levels.push(level);
      levels.sort((a, b) => b.length - a.length);
    }
    level.values.set(prefixKey(bytes, length), value);
  }

  /** Value of the longest network that holds the address; undefined where none does or the text is no address. */
  find(address: string): T | undefined {
    const bytes = parseAddress(address);
    if (bytes === undefined) return undefined;
    for (const level of bytes.length === 4 ? this.#ipv4 : this.#ipv6) {
      const key = prefixKey(bytes, level.length);
      // The cast undoes that Level does not know T; add() is the only writer.
      if (level.values.has(key)) return level.values.get(key) as T;
    }
    return undefined;
  }
}

/** The first `length` bits as text, one UTF-16 unit per byte. */
function prefixKey(bytes: Uint8Array, length: number): string {
  const whole = length >> 3;
  let key = '';
  for (let i = 0; i < whole; i++) key += String.fromCharCode(bytes[i]!);
  const rest = length & 7;
  if (rest > 0) key += String.fromCharCode(bytes[whole]! & (0xff00 >> rest));
  return key;
}
