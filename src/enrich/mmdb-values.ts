// Decodes values of a MaxMind DB file's data section from where they lie. The file may be damaged or hostile: pointers in
// a circle, maps of millions, texts behind the end all end in an error, after a bounded amount of work.
// Source: MaxMind DB File Format Specification 2.0, "Output Data Section".
//
//   control byte: type (3 bits; 0: the type is in the next byte, minus 7) | size (5 bits; 29, 30, 31: more in the next bytes)
//   pointer 001 ss vvv: ss+1 more bytes (3: the vvv do not count), from the start of the data section

import type { PagedFile } from './paged-file.ts';

const POINTER = 1;
const TEXT = 2;
const DOUBLE = 3;
const BYTES = 4;
const UINT16 = 5;
const UINT32 = 6;
const MAP = 7;
const INT32 = 8;
const UINT64 = 9;
const UINT128 = 10;
const ARRAY = 11;
const BOOLEAN = 14;
const FLOAT = 15;

const POINTER_BASE = [0, 2048, 526_336, 0];
/** GeoLite2-City's largest record has some 200 values, GeoIP2-Enterprise's 300. */
const MAX_VALUES = 4096;
/** More nesting than any database has; each level is a call. */
const MAX_DEPTH = 16;
const MAX_TEXT = 65_536;

export class MmdbValues {
  readonly #file: PagedFile;
  /** Where pointers count from. */
  readonly #start: number;
  #at = 0;
  #values = 0;
  #depth = 0;

  constructor(file: PagedFile, start: number) {
    this.#file = file;
    this.#start = start;
  }

  /** The value at an offset of the file. Throws RangeError for damage. */
  read(at: number): unknown {
    this.#at = at;
    this.#values = 0;
    this.#depth = 0;
    return this.#value();
  }

  #value(): unknown {
    if (++this.#values > MAX_VALUES) throw new RangeError(`more than ${MAX_VALUES} values in one record`);
    const control = this.#file.uint(this.#at++, 1);
    const short = control >> 5;
    if (short === POINTER) return this.#pointer(control);
    const type = short === 0 ? 7 + this.#file.uint(this.#at++, 1) : short;
    const size = this.#size(control & 31);
    switch (type) {
      case TEXT:
        return this.#text(size);
      case MAP:
        return this.#nested(() => this.#map(size));
      case ARRAY:
        return this.#nested(() => this.#array(size));
      case UINT16:
      case UINT32:
      case UINT64:
      case UINT128:
        return this.#unsigned(size, type === UINT64 || type === UINT128 ? 16 : 4);
      case INT32:
        return this.#unsigned(size, 4) | 0;
      case DOUBLE:
        return this.#floating(size, 8);
      case FLOAT:
        return this.#floating(size, 4);
      case BOOLEAN:
        return size !== 0;
      case BYTES:
        // Nothing that we read is kept in them.
        this.#at += size;
        return undefined;
      default:
        throw new RangeError(`type ${type} at ${this.#at} is none`);
    }
  }

  #size(short: number): number {
    if (short < 29) return short;
    const length = short - 28;
    const more = this.#file.uint(this.#at, length);
    this.#at += length;
    return more + (short === 29 ? 29 : short === 30 ? 285 : 65_821);
  }

  #pointer(control: number): unknown {
    const kind = (control >> 3) & 3;
    const length = kind + 1;
    const rest = this.#file.uint(this.#at, length);
    const back = this.#at + length;
    this.#at = this.#start + POINTER_BASE[kind]! + (kind === 3 ? rest : (control & 7) * 256 ** length + rest);
    // A pointer to a pointer is not allowed, and would be followed but for the limits.
    const value = this.#nested(() => this.#value());
    this.#at = back;
    return value;
  }

  #nested(read: () => unknown): unknown {
    if (++this.#depth > MAX_DEPTH) throw new RangeError(`values are nested deeper than ${MAX_DEPTH}`);
    const value = read();
    this.#depth--;
    return value;
  }

  #map(size: number): Readonly<Record<string, unknown>> {
    const map: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (let i = 0; i < size; i++) {
      const key = this.#value();
      if (typeof key !== 'string') throw new RangeError(`a key at ${this.#at} is no text`);
      map[key] = this.#value();
    }
    return map;
  }

  #array(size: number): readonly unknown[] {
    const array: unknown[] = [];
    for (let i = 0; i < size; i++) array.push(this.#value());
    return array;
  }

  #text(size: number): string {
    if (size > MAX_TEXT) throw new RangeError(`a text of ${size} octets`);
    const text = this.#file.text(this.#at, size);
    this.#at += size;
    return text;
  }

  /** Beyond 2^53 it is not exact: no field that we read is so large. */
  #unsigned(size: number, limit: number): number {
    if (size > limit) throw new RangeError(`a number of ${size} octets`);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.#file.uint(this.#at++, 1);
    return value;
  }

  #floating(size: number, expected: number): number {
    if (size !== expected) throw new RangeError(`a floating-point number of ${size} octets`);
    const value = expected === 8 ? this.#file.double(this.#at) : this.#file.float(this.#at);
    this.#at += size;
    return value;
  }
}
