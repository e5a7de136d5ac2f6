// The data section of a MaxMind DB file, as far as enrich/mmdb-writer needs it: texts, unsigned numbers, maps.
// Source: MaxMind DB File Format Specification 2.0, "Output Data Section".
//
//   control byte: type (3 bits; 0: the type is in the next byte, minus 7) | size (5 bits; 29, 30: more in the next bytes)
//   pointer, 11 bits: 001 00 vvv vvvvvvvv, from the start of the data section

const TYPE_TEXT = 2;
const TYPE_UINT16 = 5;
const TYPE_UINT32 = 6;
const TYPE_MAP = 7;
const TYPE_UINT64 = 9;
const TYPE_ARRAY = 11;
const LONGEST_TEXT = 285 + 0xffff;
const FAR = 2 ** 11;

export class MmdbData {
  #bytes = Buffer.alloc(1 << 16);
  #length = 0;
  readonly #keys = new Map<string, number>();
  readonly #records = new Map<string, number>();

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Offset of a map of texts and 32-bit numbers; equal ones stand there once. */
  record(record: Readonly<Record<string, string | number>>): number {
    const identity = JSON.stringify(record);
    const known = this.#records.get(identity);
    if (known !== undefined) return known;
    const offset = this.#length;
    this.#records.set(identity, offset);
    const members = Object.entries(record).map(([name, value]): [string, () => void] => [
      name,
      () => (typeof value === 'number' ? this.uint32(value) : this.text(value)),
    ]);
    this.map(members);
    return offset;
  }

  map(members: readonly (readonly [name: string, write: () => void])[]): void {
    this.#control(TYPE_MAP, members.length);
    for (const [name, write] of members) {
      this.#key(name);
      write();
    }
  }

  emptyArray(): void {
    this.#control(TYPE_ARRAY, 0);
  }

  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8').subarray(0, LONGEST_TEXT);
    this.#control(TYPE_TEXT, bytes.length);
    this.#ensure(bytes.length);
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  uint16(value: number): void {
    this.#number(TYPE_UINT16, value, 2);
  }

  uint32(value: number): void {
    this.#number(TYPE_UINT32, value, 4);
  }

  /** Up to 2^48. */
  uint64(value: number): void {
    this.#number(TYPE_UINT64, value, 6);
  }

  /** A key that stands near the start already is pointed to. */
  #key(name: string): void {
    const known = this.#keys.get(name);
    if (known === undefined) {
      if (this.#length < FAR) this.#keys.set(name, this.#length);
      this.text(name);
      return;
    }
    this.#ensure(2);
    this.#length = this.#bytes.writeUInt16BE(0x2000 | known, this.#length);
  }

  #number(type: number, value: number, size: number): void {
    this.#control(type, size);
    this.#ensure(size);
    this.#length = this.#bytes.writeUIntBE(value, this.#length, size);
  }

  #control(type: number, size: number): void {
    this.#ensure(5);
    const bits = size < 29 ? size : size < 285 ? 29 : 30;
    this.#bytes[this.#length++] = (type > 7 ? 0 : type << 5) | bits;
    if (type > 7) this.#bytes[this.#length++] = type - 7;
    if (bits === 29) this.#bytes[this.#length++] = size - 29;
    if (bits === 30) this.#length = this.#bytes.writeUInt16BE(size - 285, this.#length);
  }

  #ensure(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    this.#bytes = Buffer.concat([this.#bytes], 2 * (this.#bytes.length + size));
  }
}
