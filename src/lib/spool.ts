// Bodies on disk that a remote side could not take yet: bulks for Elasticsearch, batches of datagrams for Redis.
// Append-only segment files of checksummed frames, read oldest first, bounded in size; a segment is deleted when all its
// frames are settled. After a crash whatever was written completely is read again: bodies say who they are, so that the
// other side takes each once.
//
// Appending is synchronous on purpose: 5 MB take 1 ms to checksum and 3 to 9 ms to hand to the page cache, below what a
// socket buffer bridges, and nothing can be lost between two steps. There is no fsync: a killed process loses nothing,
// a power cut at most what the kernel had not written. One process per folder.

import { closeSync, ftruncateSync, openSync, read as readCallback, unlinkSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { makeFolder } from './make-folder.ts';
import { FRAME_HEADER_BYTES, frameHeader } from './spool-frame.ts';
import { type FoundFrame, scanSegments, segmentName } from './spool-scan.ts';

const read = promisify(readCallback);

export interface SpoolOptions {
  readonly directory: string;
  /** All segments together; beyond it append() refuses. */
  readonly maxBytes: number;
  /** Counts the bytes of several spools that share one bound; without it each has its own. */
  readonly budget?: SpoolBudget;
  /** A segment is closed and the next one begun at this size. */
  readonly segmentBytes: number;
}

/** Bytes on disk of all spools that hold it. */
export interface SpoolBudget {
  bytes: number;
}

interface Segment {
  readonly path: string;
  /** Undefined until it is read or written. */
  file: number | undefined;
  bytes: number;
  /** Frames not settled yet. */
  unsettled: number;
}

/** One body on disk. */
export interface SpoolFrame {
  readonly segment: Segment;
  /** Offset of the body in its segment. */
  readonly offset: number;
  readonly bytes: number;
  readonly documents: number;
  readonly bodyCrc: number;
}

export class Spool {
  readonly #options: SpoolOptions;
  readonly #onError: (error: Error) => void;
  /** Frames to be read, oldest first; those before `#head` are taken. */
  #unread: SpoolFrame[] = [];
  #head = 0;
  #active: Segment | undefined;
  #nextNumber = 1;
  #bytes = 0;
  readonly #budget: SpoolBudget;
  /** Frames that a crash cut off in the middle of their write, and stretches that could not be read. */
  tornFrames = 0;

  /** @param onError told of every failed write; the caller limits its logging */
  constructor(options: SpoolOptions, onError: (error: Error) => void) {
    this.#options = options;
    this.#onError = onError;
    this.#budget = options.budget ?? { bytes: 0 };
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#bytes;
  }

  get hasUnread(): boolean {
    return this.#head < this.#unread.length;
  }

  /** Makes the folder and finds what an earlier run left. Returns the number of documents found. */
  open(): number {
    makeFolder(this.#options.directory);
    const found = scanSegments(this.#options.directory);
    this.tornFrames += found.tornFrames;
    let documents = 0;
    for (const { path, number, bytes, frames } of found.segments) {
      this.#nextNumber = number + 1;
      const segment: Segment = { path, file: undefined, bytes, unsettled: frames.length };
      this.#count(bytes);
      for (const frame of frames) {
        documents += frame.documents;
        this.#unread.push(toSpoolFrame(segment, frame));
      }
      if (frames.length === 0) this.#remove(segment);
    }
    return documents;
  }

  /**
   * Writes a body. The frame is the caller's, to settle() or to enqueue(). Undefined when the spool is full or
   * cannot be written; `isForced` exceeds the bound, for what replaces a frame already there.
   */
  append(body: Buffer, documents: number, isForced = false): SpoolFrame | undefined {
    const frameBytes = FRAME_HEADER_BYTES + body.length;
    if (!isForced && this.#budget.bytes + frameBytes > this.#options.maxBytes) return undefined;
    try {
      const segment = this.#writable(frameBytes);
      const header = frameHeader(body, documents);
      writeFrame(segment, header, body);
      const offset = segment.bytes + FRAME_HEADER_BYTES;
      segment.bytes += frameBytes;
      segment.unsettled += 1;
      this.#count(frameBytes);
      return { segment, offset, bytes: body.length, documents, bodyCrc: header.readUInt32BE(12) };
    } catch (error) {
      this.#onError(error as Error);
      return undefined;
    }
  }

  /** Puts a frame at the end of those to be read. */
  enqueue(frame: SpoolFrame): void {
    this.#unread.push(frame);
  }

  /** Puts a frame back where it was taken from. */
  putBack(frame: SpoolFrame): void {
    if (this.#head > 0) {
      this.#head -= 1;
      this.#unread[this.#head] = frame;
    } else this.#unread.unshift(frame);
  }

  /** Takes the oldest frame. */
  next(): SpoolFrame | undefined {
    const frame = this.#unread[this.#head];
    if (frame === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#unread.length || this.#head > 1024) {
      this.#unread = this.#unread.slice(this.#head);
      this.#head = 0;
    }
    return frame;
  }

  /** The body of a frame; undefined when it is damaged or cannot be read. */
  async read(frame: SpoolFrame): Promise<Buffer | undefined> {
    const body = Buffer.allocUnsafeSlow(frame.bytes);
    try {
      frame.segment.file ??= openSync(frame.segment.path, 'r');
      for (let at = 0; at < body.length; ) {
        const { bytesRead } = await read(frame.segment.file, body, at, body.length - at, frame.offset + at);
        if (bytesRead === 0) return undefined;
        at += bytesRead;
      }
    } catch (error) {
      this.#onError(error as Error);
      return undefined;
    }
    return crc32(body) === frame.bodyCrc ? body : undefined;
  }

  /** A frame is done with; the last one of a segment takes the segment with it. */
  settle(frame: SpoolFrame): void {
    const { segment } = frame;
    segment.unsettled -= 1;
    if (segment.unsettled === 0) this.#remove(segment);
  }

  close(): void {
    const segments = new Set(this.#unread.slice(this.#head).map((frame) => frame.segment));
    if (this.#active !== undefined) segments.add(this.#active);
    for (const segment of segments) closeFile(segment);
    this.#active = undefined;
  }

  #writable(frameBytes: number): Segment {
    const active = this.#active;
    if (active !== undefined && (active.bytes === 0 || active.bytes + frameBytes <= this.#options.segmentBytes)) {
      return active;
    }
    const path = join(this.#options.directory, segmentName(this.#nextNumber));
    const segment = { path, file: openSync(path, 'wx+', 0o600), bytes: 0, unsettled: 0 };
    this.#nextNumber += 1;
    this.#active = segment;
    return segment;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#budget.bytes += bytes;
  }

  #remove(segment: Segment): void {
    closeFile(segment);
    if (segment === this.#active) this.#active = undefined;
    this.#count(-segment.bytes);
    try {
      unlinkSync(segment.path);
    } catch (error) {
      this.#onError(error as Error);
    }
  }
}

function toSpoolFrame(segment: Segment, frame: FoundFrame): SpoolFrame {
  return { segment, offset: frame.offset, bytes: frame.bytes, documents: frame.documents, bodyCrc: frame.bodyCrc };
}

/** Writes header and body behind what is there; takes back what was written of them when the disk is full. */
function writeFrame(segment: Segment, header: Buffer, body: Buffer): void {
  const file = segment.file!; // a writable segment is open
  try {
    let written = writevSync(file, [header, body], segment.bytes);
    while (written < header.length + body.length) {
      const rest =
        written < header.length ? [header.subarray(written), body] : [body.subarray(written - header.length)];
      written += writevSync(file, rest, segment.bytes + written);
    }
  } catch (error) {
    ftruncateSync(file, segment.bytes);
    throw error;
  }
}

function closeFile(segment: Segment): void {
  if (segment.file !== undefined) closeSync(segment.file);
  segment.file = undefined;
}
