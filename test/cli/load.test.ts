// `weir load` as a user runs it: into a real Elasticsearch and into a local store, each file once.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { askElasticsearch, elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';
import { FlowIndex } from '../helpers/flow-index.ts';
import { type Ended, runWeir } from '../helpers/run-weir.ts';
import { netflow5 } from './netflow5.ts';

const PREFIX = 'weir-load';
const folder = mkdtempSync(join(tmpdir(), 'weir-load-'));
after(() => rmSync(folder, { recursive: true }));

function load(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runWeir(['load', ...args], folder, { WEIR_INDEX_PREFIX: PREFIX, WEIR_INDEX_REFRESH: '1s', ...environment });
}

/** The content of the store's only file of flows. */
function storedLines(store: string): string {
  const entries = readdirSync(join(folder, store, 'flows'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  assert.equal(files.length, 1, files.map(({ name }) => name).join(' '));
  assert.match(files[0]!.name, /\.ndjson$/);
  return readFileSync(join(files[0]!.parentPath, files[0]!.name), 'utf8');
}

function writeFile(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('a capture goes into the local store once', { timeout: 60_000 }, async () => {
  const capture = writeFile('three.raw', Buffer.concat([netflow5(), netflow5(), netflow5()]));
  const environment = { WEIR_STORE_DIRECTORY: 'store-once' };
  const first = await load([capture], environment);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /three\.raw: 3 documents\n3 written, 0 there already\n$/);
  const second = await load([capture], environment);
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stdout, /loaded before, skipped/);
  assert.equal(storedLines('store-once').trimEnd().split('\n').length, 3);
});

test('a store loaded again, grown or compressed, writes nothing twice; dead letters come back repaired', {
  skip: elasticsearchSkip,
  timeout: 120_000,
}, async (t) => {
  const index = new FlowIndex(sharedElasticsearch(), PREFIX);
  await index.remove();
  t.after(() => index.remove());
  const capture = writeFile('four.raw', Buffer.concat([netflow5(), netflow5(), netflow5(), netflow5()]));
  await load([capture], { WEIR_STORE_DIRECTORY: 'store-from' });
  const lines = storedLines('store-from').trimEnd().split('\n');
  const elasticsearch = { WEIR_ELASTICSEARCH_URL: sharedElasticsearch() };

  const grownFrom = writeFile('part.ndjson', `${lines.slice(0, 2).join('\n')}\n`);
  assert.equal((await load([grownFrom], elasticsearch)).code, 0);
  const whole = writeFile('whole.ndjson.gz', gzipSync(`${lines.join('\n')}\n`));
  const grown = await load([whole], elasticsearch);
  assert.equal(grown.code, 0, grown.stderr);
  assert.match(grown.stdout, /2 written, 2 there already/);

  const poisonous = lines[0]!.replace('"port":1025', '"port":"many"');
  assert.notEqual(poisonous, lines[0]);
  const mixed = writeFile('mixed.ndjson', `${poisonous}\n{"half": \n${lines[1]}\n`);
  const refused = await load([mixed], { ...elasticsearch, WEIR_DEAD_LETTER_DIRECTORY: 'dead' });
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /1 lines are no documents \(line 2: no JSON/);
  assert.match(refused.stdout, /1 written, 0 there already, 1 refused/);

  const letters = readdirSync(join(folder, 'dead'));
  assert.equal(letters.length, 1);
  const letter = join(folder, 'dead', letters[0]!);
  const text = readFileSync(letter, 'utf8');
  const { id } = JSON.parse(text) as { id: string };
  writeFileSync(letter, text.replace('"port":"many"', '"port":1025'));
  const repaired = await load([letter], elasticsearch);
  assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
  assert.match(repaired.stdout, /1 written/);
  await askElasticsearch(`${sharedElasticsearch()}/${PREFIX}-*/_refresh`, 'POST');
  assert.equal(await index.count(), 6);
  const found = await askElasticsearch<{ hits: { hits: { _source: { source: { port: number } } }[] } }>(
    `${sharedElasticsearch()}/${PREFIX}-flows-*/_search?q=_id:${id}`,
  );
  assert.equal(found?.hits.hits[0]?._source.source.port, 1025);
});

test('what cannot be loaded is said, with exit code 1, or 2 for bad arguments', { timeout: 60_000 }, async () => {
  const missing = await load([join(folder, 'missing.pcap')]);
  assert.equal(missing.code, 1);
  assert.match(missing.stdout, /ENOENT/);
  const down = await load([writeFile('one.raw', netflow5())], { WEIR_ELASTICSEARCH_URL: 'http://127.0.0.1:1' });
  assert.equal(down.code, 1);
  assert.match(down.stderr, /Elasticsearch at http:\/\/127\.0\.0\.1:1 does not answer/);
  assert.equal((await load(['--to', 'nowhere', 'x'])).code, 2);
  assert.equal((await load(['--to', 'elasticsearch', 'x'])).code, 2);
  assert.equal((await load([])).code, 2);
});
