// Bytes of a file, read when they are asked for: a database of 134 MB would be resident from the first moment if it were
// read whole, and Node has no memory mapping. Pages that were read stay in a table of fixed size, one place per page number,
// so that the memory is bounded by it; behind it the kernel keeps the file as it keeps any other.
// The file is held open: one that is renamed over it, or removed, changes nothing here. One that is written to does.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

const PAGE = 4096;
/** So that what begins in a page need not be put together from two, if it is no longer. */
const OVERLAP = 256;
const SLOT = PAGE + OVERLAP;
const SLOTS = 1024;

export class PagedFile {
  readonly size: number;
  /** Reads of the file: what was not in the table. */
  reads = 0;
  readonly #descriptor: number;
  /** Up to 4.5 MB, touched as pages come. */
  readonly #bytes: Buffer;
  readonly #view: DataView;
  /** Page in each slot, plus one; 0 for none. */
  readonly #pages: Int32Array;
  #isOpen = true;

  /** Opens the file. Throws what the system says. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.size = fstatSync(this.#descriptor).size;
    const slots = Math.min(SLOTS, Math.ceil(this.size / PAGE));
    this.#bytes = Buffer.allocUnsafeSlow(slots * SLOT);
    this.#view = new DataView(this.#bytes.buffer, 0, this.#bytes.length);
    this.#pages = new Int32Array(slots);
  }

  /** An unsigned number of 1 to 4 bytes. Throws RangeError behind the end. */
  uint(at: number, length: number): number {
    const view = this.#view;
    let offset = this.#offset(at, length);
    let value = view.getUint8(offset);
    for (let i = 1; i < length; i++) value = value * 256 + view.getUint8(++offset);
    return value;
  }

  double(at: number): number {
    return this.#view.getFloat64(this.#offset(at, 8));
  }

  float(at: number): number {
    return this.#view.getFloat32(this.#offset(at, 4));
  }

  /** Text of so many octets of UTF-8. */
  text(at: number, length: number): string {
    if (length <= OVERLAP) {
      const offset = this.#offset(at, length);
      return this.#bytes.toString('utf8', offset, offset + length);
    }
    return this.bytes(at, length).toString('utf8');
  }

  /** A copy that no page table knows of. */
  bytes(at: number, length: number): Buffer {
    if (!(at >= 0 && at + length <= this.size)) throw behindEnd(at, length);
    const bytes = Buffer.alloc(length);
    this.#read(bytes, 0, length, at);
    return bytes;
  }

  /** Lets go of the file; what is in the table can no longer be asked for either. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#pages.fill(0);
    closeSync(this.#descriptor);
  }

  /** Where the bytes lie in the table. */
  #offset(at: number, length: number): number {
    if (!(at >= 0 && at + length <= this.size)) throw behindEnd(at, length);
    const page = Math.floor(at / PAGE);
    const slot = page % this.#pages.length;
    if (this.#pages[slot] !== page + 1) this.#load(page, slot);
    return slot * SLOT + (at - page * PAGE);
  }

  #load(page: number, slot: number): void {
    this.#pages[slot] = 0;
    this.#read(this.#bytes, slot * SLOT, Math.min(SLOT, this.size - page * PAGE), page * PAGE);
    this.#pages[slot] = page + 1;
  }

  #read(target: Buffer, offset: number, length: number, position: number): void {
    if (!this.#isOpen) throw new Error('the file is closed');
    this.reads++;
    if (readSync(this.#descriptor, target, offset, length, position) < length) {
      throw new RangeError(`the file was ${this.size} octets long, and is shorter now`);
    }
  }
}

function behindEnd(at: number, length: number): RangeError {
  return new RangeError(`${length} octets at ${at} are behind the end`);
}

/** Reads a whole file in steps without blocking. Rejects where it is shorter than `end`. */
export async function* chunksOf(
  file: FileHandle,
  end: number,
  chunkSize: number,
): AsyncGenerator<{ readonly bytes: Buffer; readonly at: number }> {
  const chunk = Buffer.allocUnsafeSlow(Math.min(chunkSize, end));
  for (let at = 0; at < end; at += chunk.length) {
    const length = Math.min(chunk.length, end - at);
    for (let got = 0; got < length; ) {
      const { bytesRead } = await file.read(chunk, got, length - got, at + got);
      if (bytesRead === 0) throw new RangeError('the file is shorter than it says');
      got += bytesRead;
    }
    yield { bytes: chunk.subarray(0, length), at };
  }
}
