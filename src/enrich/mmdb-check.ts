// Finds damage in a MaxMind DB file before flows depend on it: the reader itself notices only what a look-up happens to
// touch. Walks the whole search tree once and decodes a sample of the records (small files: all of them).
// Takes turns with the rest of the process: 8 million nodes take 0.2 s, in steps of at most some 13 ms.
// Source: MaxMind DB File Format Specification 2.0, sections "Binary Search Tree Section" and "Output Data Section".
//
//   search tree: nodeCount × (left record, right record)  | 16 zero bytes | data | marker and metadata
//   record: < nodeCount the next node; = nodeCount nothing known; > nodeCount data at (record - nodeCount - 16)

import { setImmediate } from 'node:timers/promises';
import type { Reader, Response } from 'maxmind';
import { ipv4Text, ipv6Text } from '../flow/address.ts';
import { isPlausible } from './mmdb-record.ts';

const METADATA_MARKER = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
const SEPARATOR_LENGTH = 16;
const NODES_PER_STEP = 100_000;
const RECORDS_PER_STEP = 200;
const SAMPLE_SIZE = 2_000;

export interface MmdbCheck {
  /** What is wrong with the file; undefined when nothing was found. */
  readonly damage: string | undefined;
  /** Some record of it, to see what kind of database it is. */
  readonly sample: unknown;
}

export async function checkMmdb(bytes: Buffer, reader: Reader<Response>): Promise<MmdbCheck> {
  const { nodeCount, nodeByteSize, ipVersion, searchTreeSize } = reader.metadata;
  if (!(nodeCount > 0) || (ipVersion !== 4 && ipVersion !== 6)) return damaged('its metadata makes no sense');
  const dataLength = bytes.lastIndexOf(METADATA_MARKER) - searchTreeSize - SEPARATOR_LENGTH;
  if (dataLength < 0) return damaged('it is shorter than its search tree');

  // For every node one more than the record that leads to it (0: none), to find an address on the way back up.
  const parents = new Uint32Array(nodeCount);
  const sampled: number[] = [];
  const stride = Math.ceil(nodeCount / SAMPLE_SIZE);
  const sides = nodeByteSize === 6 ? read24 : nodeByteSize === 7 ? read28 : read32;
  for (let node = 0; node < nodeCount; node++) {
    if (node % NODES_PER_STEP === NODES_PER_STEP - 1) await setImmediate();
    for (let side = 0; side < 2; side++) {
      const value = sides(bytes, node * nodeByteSize, side);
      if (value < nodeCount) {
        // Other loops do no harm: a look-up ends with the last bit of the address.
        if (value === 0) return damaged(`node ${node} leads back to the root`);
        parents[value] = 2 * node + side + 1;
      } else if (value > nodeCount) {
        const offset = value - nodeCount - SEPARATOR_LENGTH;
        if (offset < 0 || offset >= dataLength) return damaged(`node ${node} points outside of the data`);
        if (node % stride === 0) sampled.push(2 * node + side);
      }
    }
  }
  return checkRecords(reader, parents, sampled);
}

async function checkRecords(reader: Reader<Response>, parents: Uint32Array, sampled: number[]): Promise<MmdbCheck> {
  let sample: unknown;
  for (let i = 0; i < sampled.length; i++) {
    if (i % RECORDS_PER_STEP === RECORDS_PER_STEP - 1) await setImmediate();
    const address = addressOf(sampled[i]!, parents, reader.metadata.ipVersion === 4 ? 32 : 128);
    if (address === undefined) continue;
    try {
      sample = reader.get(address);
    } catch (error) {
      return damaged(`the record of ${address} cannot be read: ${(error as Error).message}`);
    }
    if (!isPlausible(sample)) return damaged(`the record of ${address} has impossible coordinates`);
  }
  return { damage: undefined, sample };
}

/** An address that leads to a record of the tree; undefined where the root does not lead there. */
function addressOf(record: number, parents: Uint32Array, bits: number): string | undefined {
  const path: number[] = [];
  for (let at = record; path.length <= bits; at = parents[at >> 1]! - 1) {
    if (at < 0) return undefined;
    path.push(at & 1);
    if (at >> 1 === 0) break;
  }
  if (path.length > bits) return undefined;
  const bytes = new Uint8Array(bits / 8);
  path.reverse().forEach((bit, i) => {
    if (bit === 1) bytes[i >> 3]! |= 0x80 >> (i & 7);
  });
  const view = new DataView(bytes.buffer);
  return bits === 32 ? ipv4Text(view, 0) : ipv6Text(view, 0);
}

function damaged(damage: string): MmdbCheck {
  return { damage, sample: undefined };
}

function read24(bytes: Buffer, at: number, side: number): number {
  const o = at + 3 * side;
  return (bytes[o]! << 16) | (bytes[o + 1]! << 8) | bytes[o + 2]!;
}

/** The byte in the middle holds the high four bits of the left record, then those of the right one. */
function read28(bytes: Buffer, at: number, side: number): number {
  const high = side === 0 ? bytes[at + 3]! >> 4 : bytes[at + 3]! & 15;
  const o = at + 4 * side;
  return (high << 24) | (bytes[o]! << 16) | (bytes[o + 1]! << 8) | bytes[o + 2]!;
}

function read32(bytes: Buffer, at: number, side: number): number {
  const o = at + 4 * side;
  return ((bytes[o]! << 24) | (bytes[o + 1]! << 16) | (bytes[o + 2]! << 8) | bytes[o + 3]!) >>> 0;
}
