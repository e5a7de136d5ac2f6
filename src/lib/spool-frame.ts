// The unit of the spool: one body with a checksummed header.
//
//   0        4        8        12       16       20
//   +--------+--------+--------+--------+--------+-------------
//   | magic  | bytes  | docu-  | CRC-32 | CRC-32 | body
//   | "WRS1" |        | ments  | body   | header |
//   +--------+--------+--------+--------+--------+-------------
//
// The header has a checksum of its own, so that a damaged body can be stepped over and its documents counted.

import { crc32 } from 'node:zlib';

export const FRAME_HEADER_BYTES = 20;
const MAGIC = 0x57525331;
const MAGIC_BYTES = Buffer.from('WRS1');

export interface FrameHeader {
  readonly bodyBytes: number;
  readonly documents: number;
  readonly bodyCrc: number;
}

/** The header that goes before `body`. */
export function frameHeader(body: Buffer, documents: number): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt32BE(body.length, 4);
  header.writeUInt32BE(documents, 8);
  header.writeUInt32BE(crc32(body), 12);
  header.writeUInt32BE(crc32(header.subarray(0, 16)), 16);
  return header;
}

/** Reads a header; undefined when it is none, or damaged. */
export function parseFrameHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.readUInt32BE(0) !== MAGIC) return undefined;
  if (bytes.readUInt32BE(16) !== crc32(bytes.subarray(0, 16))) return undefined;
  return {
    bodyBytes: bytes.readUInt32BE(4),
    documents: bytes.readUInt32BE(8),
    bodyCrc: bytes.readUInt32BE(12),
  };
}

/** Where the next intact header begins, at or after `from`; -1 when there is none. */
export function findFrameHeader(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(MAGIC_BYTES, from); at !== -1; at = bytes.indexOf(MAGIC_BYTES, at + 1)) {
    if (parseFrameHeader(bytes.subarray(at, at + FRAME_HEADER_BYTES)) !== undefined) return at;
  }
  return -1;
}
