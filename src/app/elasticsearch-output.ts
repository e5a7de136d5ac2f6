// Builds the way into Elasticsearch out of the configuration: client, templates, spool, dead letters, bulk writer.

import { join } from 'node:path';
import type { Config } from '../config.ts';
import { loadElastiflowFields } from '../lib/elastiflow-fields.ts';
import type { Log } from '../lib/log.ts';
import { loadSchema, type Schema } from '../lib/schema-file.ts';
import { Spool } from '../lib/spool.ts';
import { urlWithoutCredentials } from '../lib/url.ts';
import { BulkWriter } from '../output/bulk-writer.ts';
import { CrashJournal } from '../output/crash-journal.ts';
import type { IndexNames } from '../output/day-index.ts';
import { DeadLetterFile } from '../output/dead-letter.ts';
import { createClient, type ElasticsearchOptions } from '../output/elasticsearch.ts';
import type { IndexOptions } from '../output/index-template.ts';
import { ensureTemplates, type SetupChange } from '../output/template-setup.ts';

/** Frames are replayed and deleted by segment: small enough to free disk soon, large enough to be few. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 10_000;
/** A body that waits longer goes to disk, so that a kill loses a second at most while Elasticsearch is slow or down. */
const SPOOL_AFTER_MS = 1000;
const LOG_INTERVAL_MS = 60_000;
/** Name of the crash journal in the spool's folder. */
export const JOURNAL = 'in-memory';

/** How the client is made. */
export function elasticsearchOptions(config: Config): ElasticsearchOptions {
  const { elasticsearch } = config;
  return {
    url: elasticsearch.url,
    cloudId: elasticsearch.cloudId,
    username: elasticsearch.username,
    password: elasticsearch.password,
    apiKey: elasticsearch.apiKey,
    bearer: elasticsearch.bearer,
    ca: elasticsearch.ca,
    certificate: elasticsearch.certificate,
    key: elasticsearch.key,
    fingerprint: elasticsearch.fingerprint,
    insecure: elasticsearch.insecure,
    requestTimeoutMs: elasticsearch.requestTimeout,
  };
}

/** Where it is, as messages say it: without credentials. */
export function elasticsearchAddress({ elasticsearch }: Config): string {
  return elasticsearch.cloudId ?? elasticsearch.url.map(urlWithoutCredentials).join(', ');
}

/** As ElastiFlow 3.5.3 names its indices, without the day. */
const ELASTIFLOW_INDEX = 'elastiflow-3.5.3';

/** What indices are called. */
export function indexNames({ index, schema }: Config): IndexNames {
  const flowIndex = index.flows ?? (schema === 'weir' ? undefined : ELASTIFLOW_INDEX);
  return { prefix: index.prefix, flowIndex };
}

/** Fields of the documents that are written. */
export function documentSchema(config: Config): Schema {
  const schema = loadSchema();
  return config.schema === 'weir' ? schema : { ...schema, flows: loadElastiflowFields() };
}

/** How index templates are made. */
export function indexOptions(config: Config): IndexOptions {
  const { index } = config;
  return {
    ...indexNames(config),
    isFlowIndexShared: config.schema !== 'weir',
    shards: index.shards,
    replicas: index.replicas,
    refreshMs: index.refresh,
    keepMs: index.keep,
  };
}

/**
 * A writer that is not started yet.
 * @param isDurable keeps on disk what Elasticsearch cannot take; false where the documents can be made again (weir work, weir load)
 */
export function createBulkWriter(config: Config, log: Log, isDurable = true): BulkWriter {
  const { elasticsearch, spool, deadLetter } = config;
  const output = log.child({ component: 'elasticsearch' });
  return new BulkWriter(
    {
      ...indexNames(config),
      batchBytes: elasticsearch.bulkSize,
      flushMs: elasticsearch.flush,
      memoryBytes: spool.memory,
      whenFull: isDurable ? 'drop' : 'grow',
      maxInFlight: elasticsearch.inFlight,
      requestTimeoutMs: elasticsearch.requestTimeout,
      compress: elasticsearch.compression,
      spoolAfterMs: SPOOL_AFTER_MS,
      retryMinMs: RETRY_MIN_MS,
      retryMaxMs: RETRY_MAX_MS,
      logIntervalMs: LOG_INTERVAL_MS,
    },
    {
      connect: () => createClient(elasticsearchOptions(config)),
      async prepare(client, signal) {
        logChanges(
          await ensureTemplates(client, documentSchema(config), indexOptions(config), {
            dryRun: false,
            overwrite: false,
            signal,
          }),
          output,
        );
      },
      spool: isDurable
        ? new Spool(
            { directory: spool.directory, maxBytes: spool.maxSize, segmentBytes: SEGMENT_BYTES },
            errorLimiter(output, 'the spool cannot be written'),
          )
        : undefined,
      journal: isDurable ? new CrashJournal(join(spool.directory, JOURNAL)) : undefined,
      deadLetter: new DeadLetterFile(
        { directory: deadLetter.directory, maxBytes: deadLetter.maxSize },
        errorLimiter(output, 'the dead-letter file cannot be written'),
      ),
      log: output,
    },
  );
}

function logChanges(changes: readonly SetupChange[], log: Log): void {
  for (const { object, name, action, reason } of changes) {
    if (action === 'created' || action === 'updated') log.info({ name }, `${object} ${action}`);
    else if (action === 'kept') log.warn({ name }, `${object} kept: ${reason}`);
    else if (action === 'failed') log.warn({ name }, `${object} could not be updated: ${reason}`);
  }
}

/** Logs the first error and then one a minute. */
export function errorLimiter(log: Log, message: string): (error: Error) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - lastMs < LOG_INTERVAL_MS) return;
    lastMs = now;
    log.error({ error: error.message }, message);
  };
}
