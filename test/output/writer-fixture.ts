// A bulk writer against a real Elasticsearch with everything small and quick, and what the tests ask about it.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import { createLog } from '../../src/lib/log.ts';
import type { Schema, SchemaField } from '../../src/lib/schema-file.ts';
import { Spool } from '../../src/lib/spool.ts';
import type { BulkWriterOptions } from '../../src/output/bulk-options.ts';
import { BulkWriter } from '../../src/output/bulk-writer.ts';
import { droppedTotal, type OutputCounters } from '../../src/output/counters.ts';
import { CrashJournal } from '../../src/output/crash-journal.ts';
import { DeadLetterFile } from '../../src/output/dead-letter.ts';
import { createClient } from '../../src/output/elasticsearch.ts';
import type { IndexOptions } from '../../src/output/index-template.ts';
import { ensureTemplates } from '../../src/output/template-setup.ts';

export const DAY = Date.parse('2026-11-21T12:00:00Z');

export function field(name: string, type: SchemaField['type']): SchemaField {
  return { name, type, index: true, docValues: true, label: name, from: 'test', about: 'Test.' };
}

export const SCHEMA: Schema = {
  groups: [],
  flows: [field('@timestamp', 'date'), field('n', 'long'), field('source.ip', 'ip')],
  counters: [],
  exporters: [],
};

export function indexOptions(prefix: string): IndexOptions {
  return { prefix, shards: 1, replicas: '0-1', refreshMs: 60_000, keepMs: undefined };
}

export function connect(url: string): Promise<Client> {
  const none = undefined;
  return createClient({
    url: [url],
    cloudId: none,
    username: none,
    password: none,
    apiKey: none,
    bearer: none,
    ca: none,
    certificate: none,
    key: none,
    fingerprint: none,
    insecure: false,
    requestTimeoutMs: 30_000,
  });
}

export interface WriterSetup {
  readonly url: string;
  readonly prefix: string;
  readonly directory: string;
  readonly schema?: Schema;
  readonly spoolBytes?: number;
  /** False: documents wait in memory only. */
  readonly hasSpool?: boolean;
  readonly options?: Partial<BulkWriterOptions>;
}

export function makeWriter(setup: WriterSetup): BulkWriter {
  const fail = (error: Error): void => assert.fail(error);
  const { directory, prefix, url } = setup;
  const options: BulkWriterOptions = {
    prefix,
    batchBytes: 4_000,
    flushMs: 40,
    memoryBytes: 40_000,
    whenFull: 'drop',
    maxInFlight: 4,
    requestTimeoutMs: 30_000,
    compress: false,
    spoolAfterMs: 1_000,
    retryMinMs: 20,
    retryMaxMs: 200,
    logIntervalMs: 60_000,
    ...setup.options,
  };
  const maxBytes = setup.spoolBytes ?? 1e7;
  return new BulkWriter(options, {
    connect: () => connect(url),
    prepare: (client, signal) =>
      ensureTemplates(client, setup.schema ?? SCHEMA, indexOptions(prefix), {
        dryRun: false,
        overwrite: false,
        signal,
      }),
    spool:
      setup.hasSpool === false
        ? undefined
        : new Spool({ directory: join(directory, 'spool'), maxBytes, segmentBytes: 20_000 }, fail),
    journal: new CrashJournal(join(directory, 'spool', 'in-memory')),
    deadLetter: new DeadLetterFile({ directory: join(directory, 'dead'), maxBytes: 1e6 }, fail),
    log: createLog(process.env['WEIR_TEST_LOG'] === undefined ? 'silent' : 'debug'),
  });
}

/** A document of about 100 bytes in the bulk. */
export function put(writer: BulkWriter, n: number, timestampMs: number = DAY, more = ''): void {
  writer.append('flows', timestampMs, `d${n}`, `{"@timestamp":${timestampMs},"n":${n}${more}}`);
}

/** Where every document is has to add up at any time. */
export function assertBalance(counters: OutputCounters): void {
  const { appended, recovered, written, duplicates, waiting, spooled, deadLettered, dropped } = counters;
  assert.equal(written + duplicates + waiting + spooled + deadLettered + droppedTotal(dropped), appended + recovered);
}

export function deadLetters(directory: string): { reason: { type: string; message: string }; id: string }[] {
  const folder = join(directory, 'dead');
  const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return text.flatMap((lines) =>
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

export function temporaryFolder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'weir-output-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Looks at a condition every few ms, at most 30 s. */
export async function eventually(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`not within 30 s: ${what}`);
}
