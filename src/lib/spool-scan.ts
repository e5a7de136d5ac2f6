// What an earlier run left in the spool: reads only the frame headers, so a start with gigabytes waiting takes
// milliseconds. A crash can cut the last frame of a segment; damage in the middle is stepped over.

import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { FRAME_HEADER_BYTES, findFrameHeader, parseFrameHeader } from './spool-frame.ts';

export interface FoundFrame {
  /** Offset of the body. */
  readonly offset: number;
  readonly bytes: number;
  readonly documents: number;
  readonly bodyCrc: number;
}

export interface FoundSegment {
  readonly path: string;
  readonly number: number;
  readonly bytes: number;
  readonly frames: readonly FoundFrame[];
}

export interface FoundSegments {
  /** Oldest first. */
  readonly segments: readonly FoundSegment[];
  readonly tornFrames: number;
}

/** Ten digits, so that names sort as numbers do. */
export function segmentName(number: number): string {
  return `${String(number).padStart(10, '0')}.spool`;
}

export function scanSegments(directory: string): FoundSegments {
  const names = readdirSync(directory).filter((name) => /^\d{10}\.spool$/.test(name));
  let tornFrames = 0;
  const segments = names.sort().map((name): FoundSegment => {
    const path = join(directory, name);
    const found = scanSegment(path);
    tornFrames += found.tornFrames;
    return { path, number: Number.parseInt(name, 10), bytes: found.bytes, frames: found.frames };
  });
  return { segments, tornFrames };
}

function scanSegment(path: string): { bytes: number; frames: FoundFrame[]; tornFrames: number } {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const frames: FoundFrame[] = [];
    let tornFrames = 0;
    const bytes = Buffer.alloc(FRAME_HEADER_BYTES);
    for (let at = 0; at < size; ) {
      const length = readSync(file, bytes, 0, FRAME_HEADER_BYTES, at);
      const header = parseFrameHeader(bytes.subarray(0, length));
      const offset = at + FRAME_HEADER_BYTES;
      if (header !== undefined && offset + header.bodyBytes <= size) {
        frames.push({ offset, bytes: header.bodyBytes, documents: header.documents, bodyCrc: header.bodyCrc });
        at = offset + header.bodyBytes;
      } else {
        tornFrames += 1;
        at = nextFrame(file, at + 1, size);
      }
    }
    return { bytes: size, frames, tornFrames };
  } finally {
    closeSync(file);
  }
}

/** Searches the rest of a damaged segment for the next intact header; `size` when there is none. */
function nextFrame(file: number, from: number, size: number): number {
  const rest = Buffer.allocUnsafe(size - from);
  const length = readSync(file, rest, 0, rest.length, from);
  const found = findFrameHeader(rest.subarray(0, length), 0);
  return found === -1 ? size : from + found;
}
