// Whether an address is in one of many networks: 100,000 of IPv4 take 6 MB, and a question at most one look-up per distinct
// prefix length, some 3 us. Which network it is nobody asks. enrich/prefix-table keeps a value per network, and is for few.

/** Networks by prefix length. */
export class PrefixSet {
  /** Networks added, each once. */
  size = 0;
  readonly #ipv4 = new Map<number, Set<number>>();
  readonly #ipv6 = new Map<number, Set<string>>();

  /**
   * Adds the network of the first `length` bits.
   * @param bytes 4 or 16 octets
   */
  add(bytes: Uint8Array, length: number): void {
    const before = bytes.length === 4 ? addTo(this.#ipv4, length, ipv4Key(bytes, length)) : undefined;
    if (before ?? addTo(this.#ipv6, length, ipv6Key(bytes, length))) this.size++;
  }

  /** @param bytes 4 or 16 octets */
  has(bytes: Uint8Array): boolean {
    if (bytes.length === 4) {
      for (const [length, networks] of this.#ipv4) if (networks.has(ipv4Key(bytes, length))) return true;
    } else {
      for (const [length, networks] of this.#ipv6) if (networks.has(ipv6Key(bytes, length))) return true;
    }
    return false;
  }
}

/** True where it was not there. */
function addTo<Key>(networks: Map<number, Set<Key>>, length: number, key: Key): boolean {
  let set = networks.get(length);
  if (set === undefined) {
    set = new Set();
    networks.set(length, set);
  }
  const before = set.size;
  set.add(key);
  return set.size > before;
}

/** A signed number: sets keep those of 32 bits without a box. */
function ipv4Key(bytes: Uint8Array, length: number): number {
  const value = (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
  return length === 0 ? 0 : value & (-1 << (32 - length));
}

/** The first `length` bits as text, one UTF-16 unit per 16 bits. */
function ipv6Key(bytes: Uint8Array, length: number): string {
  let key = '';
  for (let at = 0; at < length; at += 16) {
    const group = (bytes[at >> 3]! << 8) | bytes[(at >> 3) + 1]!;
    const rest = length - at;
    key += String.fromCharCode(rest >= 16 ? group : group & (0xffff << (16 - rest)));
  }
  return key;
}
