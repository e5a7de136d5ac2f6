// Documents that Elasticsearch refused for good, one JSON line each with the reason, to be repaired and loaded again.
// Bounded: when the folder is full, further ones are refused and counted by the caller.
//
//   {"time":"…","reason":{"type":"document_parsing_exception","message":"…"},"index":"…","id":"…","document":{…}}

import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';

export interface DeadLetterOptions {
  readonly directory: string;
  /** All files of the folder together. */
  readonly maxBytes: number;
}

export interface DeadLetter {
  readonly type: string;
  readonly message: string;
  readonly index: string;
  readonly id: string;
  /** The document as it was sent. */
  readonly text: string;
}

export class DeadLetterFile {
  readonly #options: DeadLetterOptions;
  readonly #onError: (error: Error) => void;
  readonly #now: () => number;
  #file: number | undefined;
  #day = '';
  #bytes = 0;
  #isOpen = false;

  constructor(options: DeadLetterOptions, onError: (error: Error) => void, now: () => number = Date.now) {
    this.#options = options;
    this.#onError = onError;
    this.#now = now;
  }

  /** Writes one document to the file of the day; false when the folder is full or cannot be written. */
  append(letter: DeadLetter): boolean {
    const time = new Date(this.#now()).toISOString();
    const line = Buffer.from(`${formatLine(letter, time)}\n`);
    try {
      this.#openFolder();
      if (this.#bytes + line.length > this.#options.maxBytes) return false;
      const file = this.#fileOf(time.slice(0, 10));
      for (let at = 0; at < line.length; ) at += writeSync(file, line, at);
      this.#bytes += line.length;
      return true;
    } catch (error) {
      this.#onError(error as Error);
      return false;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#day = '';
  }

  #openFolder(): void {
    if (this.#isOpen) return;
    const { directory } = this.#options;
    makeFolder(directory);
    this.#bytes = 0;
    for (const name of readdirSync(directory)) this.#bytes += statSync(join(directory, name)).size;
    this.#isOpen = true;
  }

  #fileOf(day: string): number {
    if (this.#file !== undefined && this.#day === day) return this.#file;
    this.close();
    this.#file = openSync(join(this.#options.directory, `${day}.ndjson`), 'a+', 0o600);
    this.#day = day;
    endLine(this.#file);
    return this.#file;
  }
}

/** A crash may have left half a line: the next one must not be glued to it. */
function endLine(file: number): void {
  const last = Buffer.alloc(1);
  const { size } = fstatSync(file);
  if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 10) writeSync(file, '\n');
}

function formatLine(letter: DeadLetter, time: string): string {
  const head = JSON.stringify({
    time,
    reason: { type: letter.type, message: letter.message },
    index: letter.index,
    id: letter.id,
  });
  // The document goes in as the object it is; one that is no JSON as a text.
  return `${head.slice(0, -1)},"document":${isJson(letter.text) ? letter.text : JSON.stringify(letter.text)}}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
