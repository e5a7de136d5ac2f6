// `weir load`: files into an output, as fast as it takes them and no faster: what is read waits in bounded memory only.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { readCapture } from '../input/capture.ts';
import { CaptureStats } from '../input/capture-stats.ts';
import { PREFIX_LENGTH } from '../input/datagram-id.ts';
import { DocumentFileStats, isDocumentFile, readDocuments } from '../input/document-file.ts';
import type { Log } from '../lib/log.ts';
import type { DocumentKind, Output } from '../output/output.ts';
import { forCaptures, Pipeline } from './pipeline.ts';

/** What a file gave. */
export interface LoadedFile {
  readonly path: string;
  documents: number;
  /** Lines or datagrams that gave none, and why the file was not read to its end, as sentences. */
  readonly notes: string[];
  /** True where something of the file is missing. */
  isIncomplete: boolean;
}

export interface LoadOutput extends Output {
  /** True while it has no room: reading waits. */
  readonly isFull?: boolean;
}

const WAIT_MS = 10;
/** Of flows that wait for names: a file is read faster than names come. */
const MAX_HELD = 1000;

export class Load {
  readonly files: LoadedFile[] = [];
  readonly #config: Config;
  readonly #output: LoadOutput;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  /** Made for the first capture: one session for all of them, templates of the first serve the second. */
  #pipeline: Pipeline | undefined;
  #current: LoadedFile | undefined;
  /** Captures by the prefix of their documents' ids: flows may wait for what later files bring. */
  readonly #byPrefix = new Map<string, LoadedFile>();

  constructor(config: Config, output: LoadOutput, log: Log, signal: AbortSignal) {
    this.#config = config;
    this.#output = output;
    this.#log = log;
    this.#signal = signal;
  }

  /** Documents handed to the output so far. */
  get documents(): number {
    return this.files.reduce((sum, file) => sum + file.documents, 0);
  }

  /** Reads one file to its end, or until the signal. Throws ConfigError for a configuration that cannot be used. */
  async add(path: string): Promise<void> {
    const file: LoadedFile = { path, documents: 0, notes: [], isIncomplete: false };
    this.files.push(file);
    this.#current = file;
    let isDocuments: boolean;
    try {
      isDocuments = await isDocumentFile(path);
    } catch (error) {
      file.notes.push((error as Error).message);
      file.isIncomplete = true;
      return;
    }
    if (isDocuments) await this.#addDocuments(path, file);
    else await this.#addCapture(path, file);
    if (this.#signal.aborted) file.isIncomplete = true;
  }

  /** After the last file: what still waits for option data goes without, for a template is tried with other ports'. */
  async end(): Promise<void> {
    this.#pipeline?.decoder.flush(Number.POSITIVE_INFINITY);
    if (!this.#signal.aborted) await this.#pipeline?.holdBack?.atMost(0);
    this.#pipeline?.stop();
  }

  async #addDocuments(path: string, file: LoadedFile): Promise<void> {
    const stats = new DocumentFileStats();
    for await (const { kind, timestampMs, id, text } of readDocuments(path, stats)) {
      this.#append(kind, timestampMs, id, text);
      if (this.#output.isFull === true) await this.#room();
      if (this.#signal.aborted) break;
    }
    if (stats.unusable > 0) file.notes.push(`${stats.unusable} lines are no documents (${stats.firstProblem})`);
    if (stats.problem !== undefined) file.notes.push(stats.problem);
    file.isIncomplete = stats.unusable > 0 || stats.problem !== undefined;
  }

  async #addCapture(path: string, file: LoadedFile): Promise<void> {
    const pipeline = await this.#startedPipeline();
    const stats = new CaptureStats();
    for await (const datagrams of readCapture(path, stats)) {
      await pipeline.holdBack?.atMost(MAX_HELD);
      if (datagrams[0] !== undefined) this.#byPrefix.set(datagrams[0].id.slice(0, PREFIX_LENGTH), file);
      for (const datagram of datagrams) {
        pipeline.decoder.decode(datagram);
        if (this.#output.isFull === true) await this.#room();
      }
      if (this.#signal.aborted) break;
    }
    file.notes.push(...stats.notes());
    file.isIncomplete = stats.problem !== undefined;
  }

  async #startedPipeline(): Promise<Pipeline> {
    if (this.#pipeline !== undefined) return this.#pipeline;
    const append =
      (kind: DocumentKind) =>
      (timestampMs: number, id: string, text: string): void =>
        this.#append(kind, timestampMs, id, text);
    this.#pipeline = new Pipeline(forCaptures(this.#config), append('flows'), this.#log, append('counters'));
    await this.#pipeline.start();
    return this.#pipeline;
  }

  #append(kind: DocumentKind, timestampMs: number, id: string, text: string): void {
    this.#output.append(kind, timestampMs, id, text);
    const file = this.#byPrefix.get(id.slice(0, PREFIX_LENGTH)) ?? this.#current;
    if (file !== undefined) file.documents++;
  }

  async #room(): Promise<void> {
    while (this.#output.isFull === true && !this.#signal.aborted) await sleep(WAIT_MS);
  }
}
