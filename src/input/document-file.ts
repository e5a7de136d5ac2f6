// Reads files of finished documents for `weir load`: those of the local store (one document per line) and dead letters
// (`{"time", "reason", "index", "id", "document"}`), plain or gzipped. What is wrong with a line is told with its number,
// and the next line is read.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { lineId, sortableNumber } from './datagram-id.ts';

export interface StoredDocument {
  readonly kind: 'flows' | 'counters' | 'exporters';
  /** Epoch ms of its `@timestamp`. */
  readonly timestampMs: number;
  /** Dead letters keep theirs; lines of the store get one of file and line number, the same at every load. */
  readonly id: string;
  readonly text: string;
}

export class DocumentFileStats {
  documents = 0;
  /** Lines that hold no document. */
  unusable = 0;
  /** The first of them: line number and reason. */
  firstProblem: string | undefined = undefined;
  /** Why the rest of the file could not be read. */
  problem: string | undefined = undefined;
}

const KINDS: Readonly<Record<string, StoredDocument['kind']>> = {
  'weir.counters': 'counters',
  'weir.exporter': 'exporters',
  'weir.collector': 'exporters',
};

/** True where the file begins, plain or gzipped, with a JSON object. Throws for a file that cannot be read. */
export async function isDocumentFile(path: string): Promise<boolean> {
  for await (const chunk of await contentOf(path)) return (chunk as Buffer)[0] === 0x7b;
  return false;
}

/** The documents of a file in order. Throws only for bugs: `stats` tells what is wrong with the file. */
export async function* readDocuments(path: string, stats: DocumentFileStats): AsyncGenerator<StoredDocument> {
  let prefix: string | undefined;
  let number = 0;
  try {
    for await (const line of createInterface({ input: await contentOf(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '') continue;
      prefix ??= lineId(line);
      const document = parseLine(line, `${prefix}${sortableNumber(number)}00`);
      if (typeof document === 'string') {
        stats.unusable++;
        stats.firstProblem ??= `line ${number}: ${document}`;
      } else {
        stats.documents++;
        yield document;
      }
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string') throw error;
    stats.problem = `after line ${number}: ${(error as Error).message}`;
  }
}

async function contentOf(path: string): Promise<NodeJS.ReadableStream> {
  const file = await open(path);
  const head = Buffer.alloc(2);
  await file.read(head, 0, 2, 0);
  await file.close();
  const bytes = createReadStream(path);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return bytes;
  const content = createGunzip();
  bytes.on('error', (error) => content.destroy(error));
  return bytes.pipe(content);
}

/** The document of a line, or what is wrong with it. */
function parseLine(line: string, id: string): StoredDocument | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `no JSON (${(error as Error).message})`;
  }
  if (!isObject(value)) return 'no JSON object';
  if (!('reason' in value && 'document' in value)) return storedDocument(value, id, line);
  if (!isObject(value['document'])) return 'the document of this dead letter is no JSON object: repair it';
  if (typeof value['id'] !== 'string' || !/^[\w-]+$/.test(value['id'])) return 'a dead letter without id';
  return storedDocument(value['document'], value['id'], JSON.stringify(value['document']));
}

function storedDocument(
  document: Readonly<Record<string, unknown>>,
  id: string,
  text: string,
): StoredDocument | string {
  const time = document['@timestamp'];
  const timestampMs = typeof time === 'string' ? Date.parse(time) : Number(time ?? Number.NaN);
  if (Number.isNaN(timestampMs)) return '@timestamp is missing or no time';
  const event = document['event'];
  const dataset = isObject(event) ? event['dataset'] : undefined;
  return { kind: KINDS[String(dataset)] ?? 'flows', timestampMs, id, text };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
