// Takes single files out of a gzipped tar archive, as npm packages and GeoIP databases come in. Only what is asked for is
// written, and only where the caller says: names in the archive never become paths.
// Source: POSIX pax/ustar, blocks of 512 bytes:
//
//   0 name 100 | 124 size 12, octal | 148 checksum 8 | 156 type ('0' or 0: a file) | 345 prefix 155

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/**
 * Writes entries to files. Rejects for damaged archives and full disks.
 * @param choose path for an entry's content, by the entry's name; undefined skips it
 * @returns the entries written
 */
export async function extractTar(
  archive: Readable,
  choose: (name: string) => string | undefined,
): Promise<readonly string[]> {
  const blocks = new ByteQueue(archive.pipe(createGunzip()), archive);
  const written: string[] = [];
  for (;;) {
    const header = await blocks.take(BLOCK);
    if (header === undefined || header.every((byte) => byte === 0)) return written;
    const { name, size, isFile } = readHeader(header);
    const path = isFile ? choose(name) : undefined;
    await copy(blocks, size, path);
    if (path !== undefined) written.push(name);
    await copy(blocks, (BLOCK - (size % BLOCK)) % BLOCK, undefined);
  }
}

function readHeader(header: Buffer): { name: string; size: number; isFile: boolean } {
  const stated = parseOctal(header, 148, 8);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  const size = parseOctal(header, 124, 12);
  if (sum !== stated || Number.isNaN(size)) throw new Error('the archive is damaged');
  const prefix = text(header, 345, 155);
  const type = header[156]!;
  return {
    name: (prefix === '' ? '' : `${prefix}/`) + text(header, 0, 100),
    size,
    isFile: type === 0 || type === 0x30,
  };
}

async function copy(blocks: ByteQueue, size: number, path: string | undefined): Promise<void> {
  const file = path === undefined ? undefined : createWriteStream(path);
  const done = file === undefined ? undefined : finished(file);
  // Awaited below; until then a failure must not count as unhandled.
  done?.catch(() => undefined);
  for (let rest = size; rest > 0; ) {
    const chunk = await blocks.takeSome(rest);
    if (chunk === undefined) {
      file?.destroy();
      throw new Error('the archive ends too early');
    }
    rest -= chunk.length;
    if (file !== undefined && !file.write(chunk)) await Promise.race([once(file, 'drain'), done]);
  }
  file?.end();
  await done;
}

/** Bytes of a stream by the number. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest = Buffer.alloc(0);

  /** @param source its errors become the stream's */
  constructor(stream: Readable & { destroy(error?: Error): unknown }, source: Readable) {
    source.once('error', (error) => stream.destroy(error));
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** 1 to `most` bytes; undefined at the end. */
  async takeSome(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#rest = value as Buffer<ArrayBuffer>;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  /** Exactly so many bytes; undefined where fewer are left. */
  async take(size: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let missing = size; missing > 0; missing -= parts.at(-1)!.length) {
      const part = await this.takeSome(missing);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }
}

function text(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

function parseOctal(header: Buffer, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}
