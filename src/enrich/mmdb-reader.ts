// Looks addresses up in a MaxMind DB file without having it in memory. The package maxmind wants the whole file as one
// Buffer: 134 MB for DB-IP's cities, in every process; here they are some 5 MB, and a look-up reads a few pages of the file.
// Source: MaxMind DB File Format Specification 2.0.
//
//   search tree: nodeCount × (left record, right record)  | 16 zero bytes | data | marker and metadata
//   record: < nodeCount the next node; = nodeCount nothing known; > nodeCount data at (record - nodeCount - 16)

import { parseAddress } from '../flow/address.ts';
import { MmdbValues } from './mmdb-values.ts';
import { PagedFile } from './paged-file.ts';

export interface MmdbMetadata {
  readonly databaseType: string;
  readonly buildEpochMs: number;
  readonly ipVersion: 4 | 6;
  readonly nodeCount: number;
  readonly recordBits: 24 | 28 | 32;
  /** Octets of the search tree. */
  readonly treeSize: number;
  /** Octets of the data section. */
  readonly dataSize: number;
}

const MARKER = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
/** The specification's limit for marker and metadata. */
const METADATA_LIMIT = 128 * 1024;
export const SEPARATOR_LENGTH = 16;
/** Records kept decoded: they are shared by many networks. Forgotten all at once when there are more. */
const CACHED_RECORDS = 10_000;

export class MmdbReader {
  readonly metadata: MmdbMetadata;
  readonly #file: PagedFile;
  readonly #values: MmdbValues;
  readonly #records = new Map<number, unknown>();
  /** Where addresses of IPv4 begin. */
  readonly #ipv4Node: number;

  /** Opens the file. Throws for what is no database, in words for the user. */
  constructor(path: string) {
    const file = new PagedFile(path);
    try {
      this.#file = file;
      this.metadata = readMetadata(file);
      this.#values = new MmdbValues(file, this.metadata.treeSize + SEPARATOR_LENGTH);
      this.#ipv4Node = this.#findIpv4();
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** False where the file holds one family only, and that is IPv6: then the tree ends before the first bit of IPv4. */
  get hasIpv4(): boolean {
    return this.metadata.ipVersion === 4 || this.#ipv4Node !== this.metadata.nodeCount;
  }

  /** Reads of the file that its page table did not spare. */
  get reads(): number {
    return this.#file.reads;
  }

  /** What the database says of an address; undefined where it says nothing. Throws for damage. */
  find(address: string): unknown {
    const bytes = parseAddress(address);
    if (bytes === undefined || (bytes.length === 16 && this.metadata.ipVersion === 4)) return undefined;
    const { nodeCount } = this.metadata;
    const bits = bytes.length * 8;
    let node = bytes.length === 4 ? this.#ipv4Node : 0;
    for (let bit = 0; bit < bits && node < nodeCount; bit++) {
      node = this.#record(node, (bytes[bit >> 3]! >> (7 - (bit & 7))) & 1);
    }
    if (node <= nodeCount) return undefined;
    let record = this.#records.get(node);
    if (record === undefined) {
      record = this.read(node);
      if (this.#records.size >= CACHED_RECORDS) this.#records.clear();
      this.#records.set(node, record);
    }
    return record;
  }

  /** What a record of the tree leads to, which is above nodeCount. Throws for damage. */
  read(record: number): unknown {
    const { nodeCount, treeSize } = this.metadata;
    return this.#values.read(record - nodeCount + treeSize);
  }

  /** Lets go of the file; look-ups fail from then on. */
  close(): void {
    this.#records.clear();
    this.#file.close();
  }

  #findIpv4(): number {
    const { ipVersion, nodeCount } = this.metadata;
    let node = 0;
    // Addresses of IPv4 are those below ::/96.
    for (let bit = 0; ipVersion === 6 && bit < 96 && node < nodeCount; bit++) node = this.#record(node, 0);
    return node;
  }

  #record(node: number, side: number): number {
    const { recordBits } = this.metadata;
    if (recordBits === 24) return this.#file.uint(node * 6 + side * 3, 3);
    if (recordBits === 32) return this.#file.uint(node * 8 + side * 4, 4);
    // The byte in the middle holds the high four bits of the left record, then those of the right one.
    const at = node * 7;
    const high = this.#file.uint(at + 3, 1);
    return side === 0
      ? (high >> 4) * 0x1000000 + this.#file.uint(at, 3)
      : (high & 15) * 0x1000000 + this.#file.uint(at + 4, 3);
  }
}

function readMetadata(file: PagedFile): MmdbMetadata {
  const start = findMarker(file);
  if (start < 0) throw new RangeError('it is no MaxMind DB file, or not all of one');
  const at = start + MARKER.length;
  const values = new MmdbValues(file, at).read(at);
  // The cast: anything can be asked for its members, and each is checked.
  const metadata = (values ?? {}) as Readonly<Record<string, unknown>>;
  const { node_count: nodeCount, record_size: recordBits, ip_version: ipVersion } = metadata;
  const { database_type: databaseType, build_epoch: buildEpoch } = metadata;
  if (typeof nodeCount !== 'number' || nodeCount < 1 || (ipVersion !== 4 && ipVersion !== 6)) {
    throw new RangeError('its metadata makes no sense');
  }
  if (recordBits !== 24 && recordBits !== 28 && recordBits !== 32) throw new RangeError('its record size is unknown');
  const treeSize = (nodeCount * recordBits) / 4;
  const dataSize = start - treeSize - SEPARATOR_LENGTH;
  if (dataSize < 0) throw new RangeError('it is shorter than its search tree');
  return {
    databaseType: typeof databaseType === 'string' ? databaseType : '',
    buildEpochMs: typeof buildEpoch === 'number' && buildEpoch < 1e11 ? buildEpoch * 1000 : 0,
    ipVersion,
    nodeCount,
    recordBits,
    treeSize,
    dataSize,
  };
}

/** Offset of the last marker; negative where there is none. */
function findMarker(file: PagedFile): number {
  const length = Math.min(file.size, METADATA_LIMIT);
  const at = file.bytes(file.size - length, length).lastIndexOf(MARKER);
  return at < 0 ? at : file.size - length + at;
}
