// Reads files of captured flow exports: pcap, pcapng, raw datagrams and IPFIX files, each also gzipped, told apart by
// content. By chunks, so size does not matter; datagrams come in arrays, one per chunk, because a promise per datagram
// costs more than the datagram. Never throws for what is wrong with a file: `stats.problem` says it, what came before stands.

import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Datagram } from '../flow/datagram.ts';
import type { CaptureFormat } from './capture-format.ts';
import { CaptureStats } from './capture-stats.ts';
import { fileId } from './datagram-id.ts';
import { PacketReader } from './packet-reader.ts';
import { isPcap, Pcap } from './pcap.ts';
import { isPcapng, Pcapng } from './pcapng.ts';
import { isFlowFile, RawReader } from './raw-file.ts';

const CHUNK_BYTES = 1024 * 1024;
/** Bytes at either end of the file that make its id. */
const ID_BYTES = 64 * 1024;

interface FileFacts {
  readonly id: string;
  readonly isGzipped: boolean;
  readonly modifiedMs: number;
}

/** Takes the bytes of a file as they come; returns how many it is done with. */
interface ChunkReader {
  read(view: DataView, isEnd: boolean, datagrams: Datagram[]): number;
  /** After the last chunk: what waits inside. */
  end(): void;
  readonly problem: string | undefined;
}

/** The datagrams of one file in order. Fills `stats` as it goes; look at `stats.problem` afterwards. */
export async function* readCapture(path: string, stats: CaptureStats = new CaptureStats()): AsyncGenerator<Datagram[]> {
  try {
    const facts = await fileFacts(path, stats);
    if (facts !== undefined) yield* readChunks(path, facts, stats);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string') throw error;
    stats.problem = systemProblem(code, error);
  }
}

async function* readChunks(path: string, facts: FileFacts, stats: CaptureStats): AsyncGenerator<Datagram[]> {
  let reader: ChunkReader | undefined;
  let rest = new Uint8Array(0);
  for await (const chunk of chunksOf(path, facts, stats)) {
    const bytes = joined(rest, chunk);
    const isEnd = chunk.length === 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // Enough to tell all kinds by; less only at the end.
    if (reader === undefined && bytes.length < 64 && !isEnd) {
      rest = bytes;
      continue;
    }
    reader ??= readerFor(view, facts, stats);
    if (reader === undefined) return;
    const datagrams: Datagram[] = [];
    const done = reader.read(view, isEnd, datagrams);
    rest = bytes.subarray(done);
    if (datagrams.length > 0) yield datagrams;
    if (reader.problem !== undefined) {
      stats.problem = reader.problem;
      break;
    }
  }
  reader?.end();
  if (rest.length > 0) stats.problem ??= `truncated: ${rest.length} bytes of an incomplete packet at the end`;
}

function readerFor(view: DataView, facts: FileFacts, stats: CaptureStats): ChunkReader | undefined {
  if (view.byteLength === 0) {
    stats.problem ??= 'empty';
    return undefined;
  }
  if (isPcap(view)) return new PacketFile(new Pcap(), facts, stats);
  if (isPcapng(view)) return new PacketFile(new Pcapng(), facts, stats);
  if (isFlowFile(view)) return new RawReader(facts.id, facts.modifiedMs, stats);
  stats.problem = 'neither pcap nor pcapng nor a NetFlow, IPFIX or sFlow datagram';
  return undefined;
}

/** pcap and pcapng: the format finds packets, the packet reader finds datagrams in them. */
class PacketFile implements ChunkReader {
  private readonly format: CaptureFormat;
  private readonly packets: PacketReader;

  constructor(format: CaptureFormat, facts: FileFacts, stats: CaptureStats) {
    this.format = format;
    this.packets = new PacketReader(facts.id, facts.modifiedMs, stats);
  }

  read(view: DataView, _isEnd: boolean, datagrams: Datagram[]): number {
    return this.format.parse(view, (packetView, start, end, linkType, timeMs, wireBytes) => {
      const datagram = this.packets.read(packetView, start, end, linkType, timeMs, wireBytes);
      if (datagram !== undefined) datagrams.push(datagram);
    });
  }

  end(): void {
    this.packets.end();
  }

  get problem(): string | undefined {
    return this.format.problem;
  }
}

async function fileFacts(path: string, stats: CaptureStats): Promise<FileFacts | undefined> {
  const file = await open(path, 'r');
  try {
    const status = await file.stat();
    if (!status.isFile()) {
      stats.problem = 'not a regular file';
      return undefined;
    }
    const head = await bytesAt(file, 0, ID_BYTES);
    const tail = await bytesAt(file, Math.max(0, status.size - ID_BYTES), ID_BYTES);
    const isGzipped = head[0] === 0x1f && head[1] === 0x8b;
    return { id: fileId(status.size, head, tail), isGzipped, modifiedMs: Math.floor(status.mtimeMs) };
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** The content by chunks and, at the end, an empty one. A gzip stream that ends too soon or is damaged ends the content. */
async function* chunksOf(path: string, facts: FileFacts, stats: CaptureStats): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!facts.isGzipped) {
    yield* file;
  } else {
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    file.on('error', (error) => gunzip.destroy(error));
    try {
      yield* file.pipe(gunzip);
    } catch (error) {
      stats.problem = `gzip: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      file.destroy();
    }
  }
  yield new Uint8Array(0);
}

/** Chunks are never written again, so datagrams may point into them. */
function joined(rest: Uint8Array<ArrayBuffer>, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  if (rest.length === 0) return chunk as Uint8Array<ArrayBuffer>;
  if (chunk.length === 0) return rest;
  const bytes = new Uint8Array(rest.length + chunk.length);
  bytes.set(rest);
  bytes.set(chunk, rest.length);
  return bytes;
}

function systemProblem(code: string, error: unknown): string {
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'not readable for this user';
  return error instanceof Error ? error.message : code;
}
