// The command line as users meet it: real processes, exit codes, what is said on which stream.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packageRoot, packageVersion } from '../../src/lib/package-root.ts';
import { netflow5 } from './netflow5.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-cli-'));
after(() => rmSync(folder, { recursive: true }));

const MAIN = join(packageRoot, 'build', 'src', 'main.js');

function weir(args: readonly string[], environment: Record<string, string> = {}) {
  const { PATH = '' } = process.env;
  const run = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { PATH, ...environment },
    cwd: folder,
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

test('--version and --help succeed, no command at all is an error with the overview', () => {
  assert.equal(weir(['--version']).out, `weir ${packageVersion}\n`);
  const help = weir(['--help']);
  assert.equal(help.status, 0);
  assert.match(help.out, /Usage: weir COMMAND/);
  const nothing = weir([]);
  assert.equal(nothing.status, 2);
  assert.match(nothing.err, /Usage: weir COMMAND/);
});

for (const command of ['run', 'decode', 'replay', 'demo', 'setup', 'geoip', 'check']) {
  test(`weir ${command} --help names its usage`, () => {
    const help = weir([command, '--help']);
    assert.equal(help.status, 0, help.err);
    assert.match(help.out, new RegExp(`Usage: weir ${command}`));
    assert.equal(weir(['help', command]).out, help.out);
  });
}

const BAD_ARGUMENTS: [args: string[], message: RegExp][] = [
  [['decoed'], /found "decoed".*did you mean decode\?/],
  [['decode'], /usage: weir decode \[options\] FILE/],
  [['decode', '--quite', 'x'], /found "--quite".*did you mean --quiet\?/],
  [['replay', 'x'], /--to: found nothing, expected HOST:PORT/],
  [['replay', 'x', '--to', 'host:99999'], /--to: found "host:99999"/],
  [['replay', 'x', '--to', '127.0.0.1:2055', '--rate', 'fast'], /--rate: found "fast", expected a number/],
  [['demo', '--to', '127.0.0.1:2055', '--duration', 'soon'], /--duration: found "soon", expected a duration/],
  [['check', 'x'], /found "x", expected usage: weir check/],
  [['check', '--config', 'missing.yml'], /--config: found "missing.yml", expected a readable file/],
  [['setup'], /elasticsearch\.url: found nothing, expected the URL of Elasticsearch/],
];

for (const [args, message] of BAD_ARGUMENTS) {
  test(`weir ${args.join(' ')} ends with 2 and says what was expected`, () => {
    const run = weir(args);
    assert.match(run.err, message);
    assert.equal(run.status, 2);
    assert.equal(run.out, '');
  });
}

test('weir check says what the configuration amounts to, without secrets', () => {
  const good = weir(['check'], { WEIR_ELASTICSEARCH_URL: 'http://me:secret@es:9200', WEIR_NONSENSE: '1' });
  assert.equal(good.status, 0, good.err);
  assert.match(good.out, /writes to +Elasticsearch at http:\/\/es:9200/);
  assert.doesNotMatch(good.out + good.err, /secret/);
  assert.match(good.err, /WEIR_NONSENSE names no key/);
  const bad = weir(['check'], { WEIR_INPUT_LISTEN: 'two' });
  assert.equal(bad.status, 2);
  assert.match(bad.err, /input\.listen\[0\]: found "two"/);
  const enricher = weir(['check', '-c', file('e.yml', 'enrich: [samplin]')]);
  assert.equal(enricher.status, 2);
  assert.match(enricher.err, /enrich\[0\]: found "samplin".*did you mean sampling\?/);
});

test('weir check says whether the settings of Redis can be used, without asking it or showing its password', () => {
  const good = weir(['check'], { WEIR_REDIS_URL: 'redis://me:secret@nowhere.invalid:6379/2' });
  assert.match(good.out, /scaled by +Redis at redis:\/\/nowhere\.invalid:6379\/2, standalone, 16 partitions/);
  assert.doesNotMatch(good.out + good.err, /secret/);
  for (const [variables, message] of [
    [
      { WEIR_REDIS_URL: 'rediss://r', WEIR_REDIS_CA: 'missing.pem' },
      /redis\.ca: found "missing\.pem", expected a readable/,
    ],
    [
      { WEIR_REDIS_URL: 'redis://r/1', WEIR_REDIS_MODE: 'cluster' },
      /redis\.url\[0\]: found "\/1", expected no database/,
    ],
    [{ WEIR_REDIS_URL: 'redis://a,redis://b' }, /redis\.url: found 2, expected one URL/],
  ] as const) {
    const bad = weir(['check'], variables);
    assert.equal(bad.status, 2);
    assert.match(bad.err, message);
  }
});

test('weir check reads the tables that the configuration names, from the working folder', () => {
  const table = file('interfaces.csv', 'exporter,interface,speed\n192.0.2.1,1,fast\n');
  const run = weir(['check', '-c', file('t.yml', `enrich: [{ interfaces: { files: ${table} } }]`)]);
  assert.equal(run.status, 2);
  assert.match(run.err, /interfaces\.csv:2: found "fast", expected a speed/);
  const list = file('list.txt', '<html>\nnothing\nhere\n');
  const threat = weir([
    'check',
    '-c',
    file('l.yml', `enrich: [hosts, { threat: { lists: [{ name: x, file: ${list} }] } }]`),
  ]);
  assert.equal(threat.status, 2);
  assert.match(threat.err, /enrich\.threat\.lists\[0\]\.file.*3 of 3 lines hold no address/);
  mkdirSync(join(folder, 'own'), { recursive: true });
  file(join('own', 'damaged.mmdb'), 'x');
  const geoip = weir(['check', '-c', file('g.yml', 'enrich: [hosts, { geoip: { folder: own } }]')]);
  assert.equal(geoip.status, 0, geoip.err);
  assert.match(geoip.out, /databases +none/);
  assert.match(geoip.err, /damaged\.mmdb.*no MaxMind DB file/);
});

test('weir decode prints one document per line and its summary on stderr', () => {
  const run = weir(['decode', file('one.bin', netflow5())]);
  assert.equal(run.status, 0);
  const lines = run.out.split('\n');
  assert.equal(lines.length, 2);
  const document = JSON.parse(lines[0]!);
  assert.equal(document['@timestamp'], '2025-10-09T08:53:19.000Z');
  assert.deepEqual(document.event.duration, 9_000_000_000);
  assert.deepEqual(document.network.bytes, 300);
  assert.equal(document.client.ip, '192.0.2.1');
  assert.equal(document.server.port, 53);
  assert.match(run.err, /one\.bin: 1 datagrams\n1 flows\n/);
  assert.equal(weir(['decode', '-q', join(folder, 'one.bin')]).err, '');
});

test('weir decode reads on after files that are missing, empty or foreign, and ends with 1', () => {
  const good = file('good.bin', netflow5());
  const run = weir(['decode', 'missing.pcap', file('empty.pcap', ''), file('text.pcap', 'hello'), good]);
  assert.equal(run.status, 1);
  assert.equal(run.out.split('\n').length, 2);
  assert.match(run.err, /missing\.pcap: 0 datagrams \(no such file\)/);
  assert.match(run.err, /empty\.pcap: 0 datagrams \(empty\)/);
  assert.match(run.err, /text\.pcap: 0 datagrams \(neither pcap/);
});

test('weir decode counts a datagram that is cut off', () => {
  const run = weir(['decode', file('cut.bin', netflow5().subarray(0, 60))]);
  assert.equal(run.status, 0, run.err);
  assert.match(run.err, /1 malformed datagrams/);
});

test('weir decode ends quietly when nobody reads on', () => {
  const path = file('many.bin', netflow5());
  const { PATH = '' } = process.env;
  const many = Array.from({ length: 400 }, () => path).join(' ');
  const run = spawnSync('sh', ['-c', `"${process.execPath}" "${MAIN}" decode -q ${many} | head -n 1`], {
    encoding: 'utf8',
    env: { PATH },
  });
  assert.equal(run.stderr, '');
  assert.equal(run.stdout.split('\n').length, 2);
});
