// `weir load`: captures, files of the local store and repaired dead letters into Elasticsearch or the local store.

import { createBulkWriter, elasticsearchAddress, elasticsearchOptions } from '../app/elasticsearch-output.ts';
import { Load, type LoadedFile, type LoadOutput } from '../app/load.ts';
import { fileDigest, LoadedFiles } from '../app/loaded-files.ts';
import { createLocalStore } from '../app/local-store.ts';
import { loadConfig } from '../config/load.ts';
import { type Config, hasElasticsearch } from '../config.ts';
import { ConfigError } from '../lib/errors.ts';
import { createLog, type Log } from '../lib/log.ts';
import { formatNumber } from '../lib/units.ts';
import { droppedTotal, type OutputCounters } from '../output/counters.ts';
import { createClient, probe } from '../output/elasticsearch.ts';
import { CONFIG_OPTION, type Command } from './command.ts';
import { interruptSignal } from './target.ts';

export const load: Command = {
  name: 'load',
  usage: 'weir load [--to elasticsearch|store] FILE…',
  summary: 'Loads captures, files of the local store and repaired dead letters.',
  about: `FILE is a capture, as weir decode reads it; a file of the local store (.ndjson, .ndjson.gz); or a file of
data/dead-letter, repaired with an editor. What each is, its content tells. Loading a file again writes nothing twice:
in Elasticsearch every document has the id it got the first time; the local store remembers the files.

Exit code 0: all of it was written; 1: something is missing, which is said.`,
  options: {
    ...CONFIG_OPTION,
    to: {
      type: 'string',
      value: 'WHERE',
      about: 'elasticsearch or store (default: elasticsearch where it is configured)',
    },
    again: { type: 'boolean', about: 'load files into the store that it holds already' },
  },
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },

  async run(args) {
    const { config } = loadConfig(args.text('config'));
    const log = createLog(config.log.level === 'info' ? 'warn' : config.log.level);
    const isStore = toStore(args.text('to'), config);
    const known = isStore && !args.flag('again') ? new LoadedFiles(config.store.directory) : undefined;
    const problem = isStore ? undefined : await unreachable(config);
    if (problem !== undefined) return fail(problem);
    const output = isStore ? createLocalStore(config, log, true) : createBulkWriter(config, log, false);
    return loadAll(args.files, config, output, log, known);
  },
};

async function loadAll(
  paths: readonly string[],
  config: Config,
  output: LoadOutput & { readonly counters: OutputCounters },
  log: Log,
  known: LoadedFiles | undefined,
): Promise<number> {
  const signal = interruptSignal();
  const work = new Load(config, output, log, signal);
  const progress = process.stderr.isTTY
    ? setInterval(() => process.stderr.write(`\r\x1b[2K${formatNumber(work.documents)} documents`), 1000)
    : undefined;
  await output.start();
  const digests = new Map<LoadedFile, string>();
  for (const path of paths) {
    if (signal.aborted) break;
    const digest = known === undefined ? '' : await fileDigest(path).catch(() => '');
    if (known?.has(digest)) {
      process.stdout.write(`${path}: loaded before, skipped (--again loads it twice)\n`);
      continue;
    }
    await work.add(path);
    digests.set(work.files.at(-1)!, digest);
  }
  await work.end();
  await drain(output, signal);
  await output.stop();
  clearInterval(progress);
  if (progress !== undefined) process.stderr.write('\r\x1b[2K');
  for (const [file, digest] of digests) if (!file.isIncomplete && digest !== '') known?.add(digest, file.path);
  return report(work.files, output.counters, signal.aborted);
}

/** Until all is written; an Elasticsearch that went away meanwhile is waited for, until Ctrl-C. */
async function drain(output: LoadOutput, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  if (!signal.aborted) await Promise.race([output.drain(2 ** 31 - 1), aborted]);
}

function report(files: readonly LoadedFile[], counters: OutputCounters, isAborted: boolean): number {
  for (const { path, documents, notes } of files) {
    const text = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
    process.stdout.write(`${path}: ${documents} documents${text}\n`);
  }
  const lost = droppedTotal(counters.dropped);
  const parts = [`${counters.written} written`, `${counters.duplicates} there already`];
  if (counters.deadLettered > 0) parts.push(`${counters.deadLettered} refused (see the dead-letter folder)`);
  if (lost > 0) parts.push(`${lost} not written: load again`);
  process.stdout.write(`${parts.join(', ')}${isAborted ? '; interrupted' : ''}\n`);
  const isWhole = lost === 0 && counters.deadLettered === 0 && !isAborted && !files.some((file) => file.isIncomplete);
  return isWhole ? 0 : 1;
}

function toStore(text: string | undefined, config: Config): boolean {
  if (text === undefined) return !hasElasticsearch(config);
  if (text === 'store') return true;
  if (text !== 'elasticsearch') throw new ConfigError('--to', text, 'elasticsearch or store');
  if (!hasElasticsearch(config)) throw new ConfigError('elasticsearch.url', undefined, 'the URL of Elasticsearch');
  return false;
}

/** Why Elasticsearch cannot be loaded into now: better said at once than waited out. */
async function unreachable(config: Config): Promise<string | undefined> {
  const client = await createClient(elasticsearchOptions(config));
  const { version, problem } = await probe(client);
  await client.close();
  if (version !== undefined) return undefined;
  const where = elasticsearchAddress(config);
  return `Elasticsearch at ${where} does not answer: ${problem}`;
}

function fail(message: string): number {
  process.stderr.write(`weir: ${message}\n`);
  return 1;
}
