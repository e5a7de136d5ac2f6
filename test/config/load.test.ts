import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { configSchema } from '../../src/config.ts';
import { ConfigError } from '../../src/lib/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-config-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
function file(text: string): string {
  const path = join(folder, `weir-${count++}.yml`);
  writeFileSync(path, text);
  return path;
}

function load(text: string, environment: Record<string, string> = {}) {
  return loadConfig(file(text), environment).config;
}

test('the file that ships says what the code defaults to', () => {
  assert.deepEqual(loadConfig(undefined, {}).config, configSchema.parse({}));
});

test('an empty file is a whole configuration', () => {
  const config = load('');
  assert.deepEqual(config.input.listen, ['2055', '4739', '6343']);
  assert.equal(config.input.receiveBuffer, 16 * 1024 * 1024);
  assert.deepEqual(config.elasticsearch.url, []);
});

test('sizes, durations, ports and lists are read as people write them', () => {
  const config = load('input: { listen: [9995, "[::1]:2055"], receiveBuffer: 8MB }\nstore: { rotate: 90s }');
  assert.deepEqual(config.input.listen, ['9995', '[::1]:2055']);
  assert.equal(config.input.receiveBuffer, 8_000_000);
  assert.equal(config.store.rotate, 90_000);
});

test('the environment wins over the file, by a name made from the key', () => {
  const config = load('elasticsearch: { url: "http://file:9200" }\nindex: { shards: 2 }', {
    WEIR_ELASTICSEARCH_URL: 'http://a:9200,http://b:9200',
    WEIR_ELASTICSEARCH_API_KEY: 'secret',
    WEIR_INDEX_SHARDS: '3',
    WEIR_FILL_SIDES: 'true',
    WEIR_INPUT_LISTEN: '2055,9995',
  });
  assert.deepEqual(config.elasticsearch.url, ['http://a:9200', 'http://b:9200']);
  assert.equal(config.elasticsearch.apiKey, 'secret');
  assert.equal(config.index.shards, 3);
  assert.equal(config.fillSides, true);
  assert.deepEqual(config.input.listen, ['2055', '9995']);
});

test('a secret may lie in a file named by …_FILE, its last line end left out', () => {
  const config = load('', { WEIR_ELASTICSEARCH_PASSWORD_FILE: file('pass word\n') });
  assert.equal(config.elasticsearch.password, 'pass word');
  assert.throws(
    () => load('', { WEIR_ELASTICSEARCH_PASSWORD_FILE: '/nowhere', WEIR_ELASTICSEARCH_PASSWORD: 'x' }),
    /either WEIR_ELASTICSEARCH_PASSWORD or WEIR_ELASTICSEARCH_PASSWORD_FILE/,
  );
});

test('${VAR} and ${VAR:-default} are replaced in the file', () => {
  const text = 'elasticsearch: { username: "${USER_NAME}", password: "${ES_PASS:-changeme}" }';
  const config = load(text, { USER_NAME: 'elastic' });
  assert.equal(config.elasticsearch.username, 'elastic');
  assert.equal(config.elasticsearch.password, 'changeme');
  assert.throws(() => load(text, {}), /elasticsearch\.username.*the environment variable USER_NAME to be set/);
});

test('variables that name no key are reported, test variables are not', () => {
  const loaded = loadConfig(file(''), { WEIR_ELASTICSEARC_URL: 'x', WEIR_TEST_ELASTICSEARCH_URL: 'y', OTHER: 'z' });
  assert.deepEqual(loaded.unknownVariables, ['WEIR_ELASTICSEARC_URL']);
});

const FAULTS: [title: string, text: string, message: RegExp][] = [
  [
    'an unknown top-level key',
    'inputs: {}',
    /configuration: found "inputs", expected a known key \(did you mean input\?\)/,
  ],
  ['an unknown nested key', 'elasticsearch: { urls: [] }', /elasticsearch: found "urls", .*did you mean url\?/],
  ['a wrong type', 'index: { shards: many }', /index\.shards: found "many", expected a (int|number)/],
  ['a number out of range', 'index: { shards: 0 }', /index\.shards: found 0, expected at least 1/],
  ['a wrong word', 'timestamp: end_of_flow', /timestamp: found "end_of_flow", expected one of end, start, received/],
  ['a wrong size', 'input: { receiveBuffer: big }', /input\.receiveBuffer: found "big", expected a size such as 16MiB/],
  ['a wrong duration', 'store: { rotate: 5 parsecs }', /store\.rotate: found "5 parsecs", expected a duration/],
  [
    'a URL without scheme',
    'elasticsearch: { url: "localhost:9200" }',
    /elasticsearch\.url\[0\]: found .*http:\/\/ or https:\/\//,
  ],
  ['a list instead of a mapping', '- a', /found \["a"\], expected a mapping/],
  ['text that is not YAML', 'a: [', /expected valid YAML/],
];

for (const [title, text, message] of FAULTS) {
  test(`${title} is refused with key, value and expectation`, () => {
    assert.throws(
      () => load(text),
      (error) => (error instanceof ConfigError && message.test(error.message)) || assert.fail(String(error)),
    );
  });
}

test('TCP and TLS listen nowhere until they are told to', () => {
  const { input } = load('');
  assert.deepEqual([input.tcp, input.tls.listen], [[], []]);
  const environment = { WEIR_INPUT_TCP: '4739', WEIR_INPUT_TLS_LISTEN: '4740', WEIR_INPUT_TLS_KEY: 'key.pem' };
  const named = load('', environment).input;
  assert.deepEqual([named.tcp, named.tls.listen, named.tls.key], [['4739'], ['4740'], 'key.pem']);
});
