// Writes a MaxMind DB file: what comes as a table of address ranges is then read like any other database. Keeps the whole
// tree in memory: 515,000 ranges make 1.2 million nodes, 200 MB and seconds. Not for the process that takes flows.
// Source: MaxMind DB File Format Specification 2.0; always IPv6 (IPv4 in ::/96), records of 28 bits.
//
//   search tree: 7 bytes a node   | left, low 24 bits | left, high 4 · right, high 4 | right, low 24 bits |
//   record: the next node; nodeCount: nothing known; else nodeCount + 16 + offset in the data

import { MmdbData } from './mmdb-data.ts';

const METADATA_MARKER = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
const SEPARATOR_LENGTH = 16;
const NODE_BYTES = 7;
const MAX_RECORD = 2 ** 28 - 1;
const BITS = 128;
const NOTHING = 0;

export interface MmdbMetadata {
  readonly databaseType: string;
  /** In English. */
  readonly description: string;
  readonly buildEpochMs: number;
}

export class MmdbWriter {
  /** Two records a node: 0 nothing, above 0 a node, below 0 the record of data with offset -value - 1. */
  #records = new Int32Array(1 << 16);
  #nodeCount = 1;
  readonly #data = new MmdbData();
  // The range that is being added.
  #low = new Uint8Array(BITS / 8);
  #high = new Uint8Array(BITS / 8);
  #lowZerosFrom = 0;
  #highOnesFrom = 0;
  #leaf = 0;

  /**
   * Gives a record to all addresses from `low` to `high`, both included, 4 or 16 bytes each; a later range wins.
   * False, and nothing done, where they are of different families or the wrong way round.
   */
  add(low: Uint8Array, high: Uint8Array, record: Readonly<Record<string, string | number>>): boolean {
    if (low.length !== high.length || Buffer.compare(low, high) > 0) return false;
    this.#low = widen(low);
    this.#high = widen(high);
    this.#lowZerosFrom = endOfBits(this.#low, 1);
    this.#highOnesFrom = endOfBits(this.#high, 0);
    this.#leaf = -this.#data.record(record) - 1;
    this.#fill(0, 0, true, true);
    return true;
  }

  /** The file. Throws RangeError for more than records of 28 bits can hold. */
  build(metadata: MmdbMetadata): Buffer {
    const data = this.#data.bytes();
    if (this.#nodeCount + SEPARATOR_LENGTH + data.length > MAX_RECORD)
      throw new RangeError('too much for one database');
    const tree = Buffer.alloc(this.#nodeCount * NODE_BYTES + SEPARATOR_LENGTH);
    for (let node = 0; node < this.#nodeCount; node++) {
      const left = this.#wireRecord(2 * node);
      const right = this.#wireRecord(2 * node + 1);
      const at = node * NODE_BYTES;
      tree.writeUIntBE(left & 0xffffff, at, 3);
      tree[at + 3] = ((left >>> 24) << 4) | (right >>> 24);
      tree.writeUIntBE(right & 0xffffff, at + 4, 3);
    }
    return Buffer.concat([tree, data, METADATA_MARKER, metadataBytes(metadata, this.#nodeCount)]);
  }

  /** Covers that part of the range that lies below a node; an end that is `tight` runs through it. */
  #fill(node: number, depth: number, isLowTight: boolean, isHighTight: boolean): void {
    const lowBit = isLowTight ? bitAt(this.#low, depth) : 0;
    const highBit = isHighTight ? bitAt(this.#high, depth) : 1;
    if (lowBit === 0) this.#fillSide(2 * node, depth + 1, isLowTight, isHighTight && highBit === 0);
    if (highBit === 1) this.#fillSide(2 * node + 1, depth + 1, isLowTight && lowBit === 1, isHighTight);
  }

  #fillSide(slot: number, depth: number, isLowTight: boolean, isHighTight: boolean): void {
    const isFromStart = !isLowTight || depth >= this.#lowZerosFrom;
    const isToEnd = !isHighTight || depth >= this.#highOnesFrom;
    if (isFromStart && isToEnd) {
      this.#records[slot] = this.#leaf;
      return;
    }
    const below = this.#records[slot]!;
    const node = below > 0 ? below : this.#addNode(below);
    this.#records[slot] = node;
    this.#fill(node, depth, isLowTight, isHighTight);
  }

  /** @param record what both of its sides say as yet */
  #addNode(record: number): number {
    const node = this.#nodeCount++;
    if (2 * this.#nodeCount > this.#records.length) {
      const larger = new Int32Array(2 * this.#records.length);
      larger.set(this.#records);
      this.#records = larger;
    }
    this.#records[2 * node] = record;
    this.#records[2 * node + 1] = record;
    return node;
  }

  #wireRecord(slot: number): number {
    const record = this.#records[slot]!;
    if (record === NOTHING) return this.#nodeCount;
    return record > 0 ? record : this.#nodeCount + SEPARATOR_LENGTH - record - 1;
  }
}

function metadataBytes({ databaseType, description, buildEpochMs }: MmdbMetadata, nodeCount: number): Buffer {
  const data = new MmdbData();
  data.map([
    ['binary_format_major_version', () => data.uint16(2)],
    ['binary_format_minor_version', () => data.uint16(0)],
    ['build_epoch', () => data.uint64(Math.floor(buildEpochMs / 1000))],
    ['database_type', () => data.text(databaseType)],
    ['description', () => data.map([['en', () => data.text(description)]])],
    ['ip_version', () => data.uint16(6)],
    ['languages', () => data.emptyArray()],
    ['node_count', () => data.uint32(nodeCount)],
    ['record_size', () => data.uint16(28)],
  ]);
  return data.bytes();
}

function widen(address: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(BITS / 8);
  bytes.set(address, bytes.length - address.length);
  return bytes;
}

function bitAt(bytes: Uint8Array, bit: number): number {
  return (bytes[bit >> 3]! >> (7 - (bit & 7))) & 1;
}

/** Behind the last bit of this value; 0 where there is none. */
function endOfBits(bytes: Uint8Array, value: number): number {
  let end = BITS;
  while (end > 0 && bitAt(bytes, end - 1) !== value) end--;
  return end;
}
