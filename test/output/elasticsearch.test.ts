// The bulk writer and the templates against a real Elasticsearch, with a proxy in between that fails in every way that
// matters. Each test ends with counting documents: none missing, none twice.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import { loadSchema } from '../../src/lib/schema-file.ts';
import type { BulkWriter } from '../../src/output/bulk-writer.ts';
import { ensureTemplates, removeTemplates, type SetupOptions } from '../../src/output/template-setup.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import {
  assertBalance,
  connect,
  DAY,
  deadLetters,
  eventually,
  field,
  indexOptions,
  makeWriter,
  put,
  SCHEMA,
  temporaryFolder,
  type WriterSetup,
} from './writer-fixture.ts';

const URL = process.env['WEIR_TEST_ELASTICSEARCH_URL'] ?? '';
const isMissing = URL === '' && process.env['CI'] === undefined;
const skip = isMissing ? 'WEIR_TEST_ELASTICSEARCH_URL is not set' : false;
const options = { skip, timeout: 120_000 };
const APPLY: SetupOptions = { dryRun: false, overwrite: false };

let client: Client;
let tests = 0;

before(async () => {
  if (isMissing) return;
  assert.notEqual(URL, '', 'in CI these tests need WEIR_TEST_ELASTICSEARCH_URL');
  client = await connect(URL);
});
after(() => client?.close());

interface Bench {
  readonly prefix: string;
  readonly directory: string;
  readonly proxy: FaultProxy;
  writer(more?: Partial<WriterSetup>): Promise<BulkWriter>;
  /** Documents in all indices of the prefix. */
  count(): Promise<number>;
}

async function bench(t: TestContext): Promise<Bench> {
  tests += 1;
  const prefix = `weirtest-${process.pid}-${tests}`;
  const directory = temporaryFolder(t);
  const proxy = await startFaultProxy(URL);
  const writers: BulkWriter[] = [];
  t.after(async () => {
    for (const writer of writers) await writer.stop();
    proxy.release();
    await proxy.close();
    await client.indices.delete({ index: `${prefix}-*`, expand_wildcards: 'all' });
    await client.indices.deleteIndexTemplate({ name: `${prefix}-*` }, { ignore: [404] });
  });
  return {
    prefix,
    directory,
    proxy,
    writer: async (more = {}) => {
      const writer = makeWriter({ url: proxy.url, prefix, directory, ...more });
      writers.push(writer);
      await writer.start();
      return writer;
    },
    count: async () => {
      await client.indices.refresh({ index: `${prefix}-*` });
      return (await client.count({ index: `${prefix}-*` })).count;
    },
  };
}

async function assertAllWritten(writer: BulkWriter, bench: Bench, documents: number): Promise<void> {
  assert.equal(await writer.settled(60_000), true, JSON.stringify(writer.counters));
  assert.equal(await bench.count(), documents);
  assertBalance(writer.counters);
}

test('writes every document once, into the index of its day', options, async (t) => {
  const b = await bench(t);
  const writer = await b.writer();
  for (let n = 0; n < 500; n += 1) put(writer, n, DAY + (n % 2) * 86_400_000);
  assertBalance(writer.counters);
  await assertAllWritten(writer, b, 500);
  assert.equal(writer.counters.written, 500);
  const indices = await client.cat.indices({
    index: `${b.prefix}-*`,
    format: 'json',
    h: 'index,docs.count',
    s: 'index',
  });
  assert.deepEqual(
    indices.map((row) => [row.index, row['docs.count']]),
    [
      [`${b.prefix}-flows-2026.11.21`, '250'],
      [`${b.prefix}-flows-2026.11.22`, '250'],
    ],
  );
});

test('writes compressed bulks', options, async (t) => {
  const b = await bench(t);
  const writer = await b.writer({ options: { compress: true } });
  for (let n = 0; n < 200; n += 1) put(writer, n);
  await assertAllWritten(writer, b, 200);
});

test('documents sent again count as duplicates and are there once', options, async (t) => {
  const b = await bench(t);
  const writer = await b.writer();
  for (let n = 0; n < 60; n += 1) put(writer, n % 40);
  await assertAllWritten(writer, b, 40);
  assert.equal(writer.counters.written, 40);
  assert.equal(writer.counters.duplicates, 20);
});

test('sends no bulk before the template is confirmed', options, async (t) => {
  const b = await bench(t);
  let refusals = 5;
  b.proxy.behave = (method, path) =>
    method === 'PUT' && path.startsWith('/_index_template/') && refusals-- > 0 ? { status: 503 } : 'pass';
  const writer = await b.writer();
  for (let n = 0; n < 100; n += 1) put(writer, n);
  await assertAllWritten(writer, b, 100);
  const put_ = `PUT /_index_template/${b.prefix}-flows`;
  assert.equal(b.proxy.seen.filter((line) => line === put_).length, 6);
  assert.ok(b.proxy.seen.indexOf('POST /_bulk') > b.proxy.seen.lastIndexOf(put_));
});

test('dead-letters documents that cannot be mapped, with the reason, and writes the rest', options, async (t) => {
  const b = await bench(t);
  const writer = await b.writer();
  for (let n = 0; n < 30; n += 1) put(writer, n);
  put(writer, 30, DAY, ',"source":{"ip":"no address"}');
  put(writer, 31, DAY, ',"unknown":1');
  put(writer, 32, DAY, ',"n"');
  put(writer, 33);
  await assertAllWritten(writer, b, 31);
  assert.equal(writer.counters.deadLettered, 3);
  assert.deepEqual(
    deadLetters(b.directory).map(({ id, reason }) => [id, reason.type]),
    [
      ['d30', 'document_parsing_exception'],
      ['d31', 'strict_dynamic_mapping_exception'],
      ['d32', 'document_parsing_exception'],
    ],
  );
  assert.match(deadLetters(b.directory)[0]!.reason.message, /no address/);
});

test('halves a bulk that is too large until it passes; one document too large is dead-lettered', options, async (t) => {
  const b = await bench(t);
  b.proxy.behave = (_method, path, body) => (path === '/_bulk' && body.length > 700 ? { status: 413 } : 'pass');
  const writer = await b.writer();
  for (let n = 0; n < 100; n += 1) put(writer, n, DAY, n === 50 ? `,"source":{"ip":"${'x'.repeat(700)}"}` : '');
  await assertAllWritten(writer, b, 99);
  assert.ok(writer.counters.splits > 0);
  assert.deepEqual(
    deadLetters(b.directory).map(({ id, reason }) => [id, reason.type]),
    [['d50', 'document_too_large']],
  );
});

test('waits out storms of 429 and connections cut in mid-answer', options, async (t) => {
  const b = await bench(t);
  let bulks = 0;
  b.proxy.behave = (_method, path) => {
    if (path !== '/_bulk') return 'pass';
    bulks += 1;
    if (bulks > 24) return 'pass';
    return bulks % 3 === 0 ? 'cut' : bulks % 3 === 1 ? { status: 429 } : 'refuse';
  };
  const writer = await b.writer();
  for (let n = 0; n < 400; n += 1) put(writer, n);
  await assertAllWritten(writer, b, 400);
  assert.ok(bulks > 24);
  assert.ok(writer.counters.duplicates > 0, 'an answer cut off means documents that are there already');
});

for (const status of [401, 403, 404, 500, 503]) {
  test(`status ${status} for whole bulks is waited out`, options, async (t) => {
    const b = await bench(t);
    let refusals = 3;
    b.proxy.behave = (_method, path) => (path === '/_bulk' && refusals-- > 0 ? { status } : 'pass');
    const writer = await b.writer();
    for (let n = 0; n < 50; n += 1) put(writer, n);
    await assertAllWritten(writer, b, 50);
    assert.equal(writer.counters.deadLettered, 0);
  });
}

test('a closed index keeps its documents waiting and does not hold up the others', options, async (t) => {
  const b = await bench(t);
  const closed = `${b.prefix}-flows-2026.11.20`;
  const writer = await b.writer();
  put(writer, 0, DAY - 86_400_000);
  await assertAllWritten(writer, b, 1);
  await client.indices.close({ index: closed });
  for (let n = 1; n <= 40; n += 1) put(writer, n, DAY - (n % 2) * 86_400_000);
  await eventually('the open index has its documents', () => writer.counters.written === 21);
  await eventually('the others were tried again', () => writer.counters.retries > 40);
  assert.equal(writer.counters.spooled, 20);
  assertBalance(writer.counters);
  await client.indices.open({ index: closed });
  await assertAllWritten(writer, b, 41);
});

test('a read-only index and an index block are waited out', options, async (t) => {
  const b = await bench(t);
  const index = `${b.prefix}-flows-2026.11.21`;
  const writer = await b.writer();
  put(writer, 0);
  await assertAllWritten(writer, b, 1);
  for (const block of ['index.blocks.read_only_allow_delete', 'index.blocks.write']) {
    const before = writer.counters.written;
    await client.indices.putSettings({ index, settings: { [block]: true } });
    for (let n = 0; n < 20; n += 1) put(writer, before + n);
    await eventually('the documents were refused and wait', () => writer.counters.retries > before * 20);
    assert.equal(writer.counters.spooled, 20);
    await client.indices.putSettings({ index, settings: { [block]: null } });
    await assertAllWritten(writer, b, before + 20);
  }
  assert.equal(writer.counters.deadLettered, 0);
});

test('while Elasticsearch is away documents go to disk, and are written once when it is back', options, async (t) => {
  const b = await bench(t);
  const writer = await b.writer();
  for (let n = 0; n < 100; n += 1) put(writer, n);
  await assertAllWritten(writer, b, 100);
  b.proxy.behave = () => 'refuse';
  for (let n = 100; n < 1000; n += 1) put(writer, n); // more than memory holds
  assertBalance(writer.counters);
  await eventually('all are on disk', () => writer.counters.spooled === 900);
  assert.equal(writer.isDown, true);
  assertBalance(writer.counters);
  b.proxy.behave = () => 'pass';
  for (let n = 1000; n < 1100; n += 1) put(writer, n);
  await assertAllWritten(writer, b, 1100);
  assert.equal(writer.isDown, false);
});

test('a request that hangs does not keep its documents off the disk', options, async (t) => {
  const b = await bench(t);
  const writer = await b.writer({ options: { spoolAfterMs: 50 } });
  put(writer, 0);
  await assertAllWritten(writer, b, 1); // it is prepared: what follows is sent at once
  b.proxy.behave = (_method, path) => (path === '/_bulk' ? 'hang' : 'pass');
  for (let n = 1; n <= 300; n += 1) put(writer, n);
  assert.equal(writer.counters.inFlight, 4);
  await eventually('all are on disk', () => writer.counters.spooled === 300);
  assert.equal(writer.counters.inFlight, 4, 'nothing was given up for it');
  assertBalance(writer.counters);
  b.proxy.behave = () => 'pass';
  b.proxy.release();
  await assertAllWritten(writer, b, 301);
});

test('documents on disk survive a killed process and are written once by the next', options, async (t) => {
  const b = await bench(t);
  b.proxy.behave = () => 'refuse';
  const program = join(import.meta.dirname, 'killed-writer.js');
  const child = spawn(process.execPath, [program, b.proxy.url, b.prefix, b.directory, '700']);
  t.after(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  b.proxy.behave = () => 'pass';
  const writer = await b.writer();
  assert.equal(writer.counters.recovered, 700);
  for (let n = 700; n < 800; n += 1) put(writer, n);
  await assertAllWritten(writer, b, 800);
});

test('a stop puts on disk what is under way, and the next writer writes it once', options, async (t) => {
  const b = await bench(t);
  b.proxy.behave = (_method, path) => (path === '/_bulk' ? 'hang' : 'pass');
  const first = await b.writer();
  for (let n = 0; n < 200; n += 1) put(first, n);
  await eventually('bulks are under way', () => first.counters.inFlight > 0);
  await first.stop();
  assert.equal(first.counters.spooled, 200);
  assertBalance(first.counters);
  b.proxy.behave = () => 'pass';
  await assertAllWritten(await b.writer(), b, 200);
});

test('with the spool full, documents are dropped, counted, and memory stays bounded', options, async (t) => {
  const b = await bench(t);
  b.proxy.behave = () => 'refuse';
  const writer = await b.writer({ spoolBytes: 20_000 });
  for (let n = 0; n < 2000; n += 1) put(writer, n);
  await eventually('it is known to be down', () => writer.isDown);
  assertBalance(writer.counters);
  assert.ok(writer.counters.dropped.spoolFull > 0);
  assert.ok(writer.counters.waiting > 0 && writer.counters.spooled > 0);
  const kept = 2000 - writer.counters.dropped.spoolFull;
  b.proxy.behave = () => 'pass';
  await assertAllWritten(writer, b, kept);
});

test('the template of the schema that ships is accepted, and set-up run twice changes nothing', options, async (t) => {
  const b = await bench(t);
  const schema = loadSchema();
  const index = indexOptions(b.prefix);
  const dry = await ensureTemplates(client, schema, index, { dryRun: true, overwrite: false });
  assert.equal(dry[0]?.action, 'created');
  const actions = async (more: Partial<SetupOptions> = {}): Promise<string[]> =>
    (await ensureTemplates(client, schema, index, { ...APPLY, ...more })).map(
      ({ name, action }) => `${name} ${action}`,
    );
  assert.ok((await actions()).includes(`${b.prefix}-flows created`), 'the dry run had done nothing');
  assert.ok((await actions()).includes(`${b.prefix}-flows unchanged`));
  await client.indices.create({ index: `${b.prefix}-flows-2026.11.21` });
  const settings = await client.indices.getSettings({ index: `${b.prefix}-flows-2026.11.21` });
  assert.equal(Object.values(settings)[0]?.settings?.index?.codec, 'best_compression');
  const removed = await removeTemplates(client, schema, index, APPLY);
  assert.equal(removed[0]?.action, 'removed');
  assert.equal((await removeTemplates(client, schema, index, APPLY))[0]?.action, 'absent');
});

test('a new field reaches the open indices before the first bulk that has it', options, async (t) => {
  const b = await bench(t);
  const old = await b.writer();
  put(old, 0);
  await assertAllWritten(old, b, 1);
  await old.stop();
  const schema = { ...SCHEMA, flows: [...SCHEMA.flows, field('vlan.id', 'keyword')] };
  const writer = await b.writer({ schema });
  put(writer, 1, DAY, ',"vlan":{"id":"7"}');
  await assertAllWritten(writer, b, 2);
  assert.equal(writer.counters.deadLettered, 0);
});

test(
  'a field whose type conflicts in an open index is reported, and new ones come there all the same',
  options,
  async (t) => {
    const b = await bench(t);
    const index = indexOptions(b.prefix);
    await ensureTemplates(client, SCHEMA, index, APPLY);
    await client.indices.create({ index: `${b.prefix}-flows-2026.11.21` });
    const shownOnly = { ...field('@timestamp', 'date'), index: false };
    const schema = { ...SCHEMA, flows: [shownOnly, field('n', 'ip'), field('new.one', 'keyword')] };
    const changes = await ensureTemplates(client, schema, index, APPLY);
    assert.deepEqual(
      changes.map(({ name, action }) => [name, action]),
      [
        [`${b.prefix}-flows`, 'updated'],
        [`${b.prefix}-flows-2026.11.21`, 'failed'],
      ],
    );
    assert.equal(changes[1]?.reason, 'another type in this index: n');
    const caps = await client.fieldCaps({
      index: `${b.prefix}-flows-2026.11.21`,
      fields: ['n', 'new.one', '@timestamp'],
    });
    assert.deepEqual(
      ['n', 'new.one', '@timestamp'].map((name) => Object.keys(caps.fields[name] ?? {})),
      [['long'], ['keyword'], ['date']],
    );
  },
);

test(
  'a template changed by a user, or written by a newer weir, is left alone unless overwritten',
  options,
  async (t) => {
    const b = await bench(t);
    const index = indexOptions(b.prefix);
    const name = `${b.prefix}-flows`;
    const change = async (edit: (template: Record<string, unknown>) => void): Promise<void> => {
      const { index_templates } = await client.indices.getIndexTemplate({ name });
      const template = index_templates[0]!.index_template as unknown as Record<string, unknown>;
      edit(template);
      await client.indices.putIndexTemplate({ name, ...template });
    };
    const action = async (more: Partial<SetupOptions> = {}): Promise<string | undefined> =>
      (await ensureTemplates(client, SCHEMA, index, { ...APPLY, ...more })).find((c) => c.name === name)?.action;
    assert.equal(await action(), 'created');
    await change((template) => Object.assign(template, { priority: 300 }));
    assert.equal(await action(), 'kept');
    assert.equal(await action({ overwrite: true }), 'updated');
    assert.equal(await action(), 'unchanged');
    await change((template) => Object.assign(template, { _meta: { managed_by: 'weir', version: 1000, hash: 'x' } }));
    assert.equal(await action(), 'kept');
  },
);
