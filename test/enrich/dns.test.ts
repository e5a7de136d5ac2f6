// Against a name server of the test on loopback, through the resolver of Node.js.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type DnsOptions, ReverseDns } from '../../src/enrich/dns.ts';
import { Host } from '../../src/flow/host.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { waitFor } from '../helpers/wait.ts';
import { NameServer } from './name-server.ts';

const IPV6 = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa';

let server: NameServer;
let address: string;
let dns: ReverseDns;
let forgotten: string[];
let onForget: (ip: string) => void;

beforeEach(async () => {
  server = new NameServer({
    '1.2.0.192.in-addr.arpa': 'WWW.Example.org',
    '2.2.0.192.in-addr.arpa': 'two.example.org',
    [IPV6]: 'six.example.org',
  });
  address = await server.start();
});
afterEach(() => {
  dns.stop();
  server.stop();
});

function start(options: Partial<DnsOptions> = {}): void {
  forgotten = [];
  onForget = (ip) => forgotten.push(ip);
  const defaults: DnsOptions = {
    enabled: true,
    servers: [address],
    include: [],
    exclude: [],
    ttlMs: 3_600_000,
    negativeTtlMs: 600_000,
    cacheSize: 100,
    concurrency: 2,
    queueSize: 2,
    timeoutMs: 20_000,
  };
  dns = new ReverseDns({ ...defaults, ...options }, (ip) => onForget(ip));
  dns.start();
}

function ask(ip: string): Host {
  const host = new Host(ip);
  dns.complete(host);
  return host;
}

const settled = (): Promise<void> => waitFor('all answers', () => dns.waiting === 0);

test('names hosts later, without making their flows wait, and has their texts made anew', async () => {
  start();
  const [four, six] = [ask('192.0.2.1'), ask('2001:db8::1')];
  four.json = 'text without a name';
  four.jsonWithoutAs = 'another';
  assert.equal(four.domain, undefined);
  await settled();
  assert.equal(four.domain, 'www.example.org');
  assert.equal(four.json, undefined);
  assert.equal(four.jsonWithoutAs, undefined);
  assert.equal(six.domain, 'six.example.org');
  assert.equal(dns.failures, 0);
});

test('remembers names and namelessness, and asks again when they expire', async () => {
  start();
  ask('192.0.2.1');
  ask('192.0.2.9');
  await settled();
  assert.equal(ask('192.0.2.1').domain, 'www.example.org');
  assert.equal(ask('192.0.2.9').domain, undefined);
  assert.equal(server.asked.length, 2);

  dns.expire(Date.now() + 700_000);
  assert.deepEqual(forgotten, ['192.0.2.9'], 'namelessness expires first');
  dns.expire(Date.now() + 3_700_000);
  assert.deepEqual(forgotten.slice(1).sort(), ['192.0.2.1', '192.0.2.9']);
  dns.expire(Date.now() + 8_000_000);
  assert.equal(dns.size, 0, 'what nobody asks for goes');
});

test('an expired name is used until there is a new answer', async () => {
  start({ ttlMs: 50 });
  let again: Host | undefined;
  let known: string | undefined;
  onForget = (ip) => {
    // What the next flow of the address would do.
    again ??= ask(ip);
    known ??= again.domain;
  };
  ask('192.0.2.1');
  await waitFor('the second question', () => dns.questions >= 2 && dns.waiting === 0);
  assert.equal(known, 'www.example.org');
  assert.equal(again?.domain, 'www.example.org');
});

test('asks few at once, queues some, and leaves the rest without name', async () => {
  start();
  server.hold();
  const hosts = [1, 2, 3, 4, 5].map((last) => ask(`192.0.2.${last}`));
  assert.equal(dns.questions, 2);
  assert.equal(dns.waiting, 4);
  assert.equal(dns.skipped, 1);
  const again = ask('192.0.2.1');
  assert.equal(dns.waiting, 4, 'who is asked for is not asked for twice');
  await waitFor('both questions', () => server.asked.length === 2);
  server.release();
  await settled();
  assert.equal(server.asked.length, 4);
  assert.equal(again.domain, 'www.example.org', 'the newest host of an address gets its name');
  assert.equal(hosts[1]!.domain, 'two.example.org');
});

test('asks only for what is wanted, by the longest prefix', async () => {
  start({ include: ['192.0.2.0/24'], exclude: ['192.0.2.2/32'] });
  ask('192.0.2.1');
  ask('192.0.2.2');
  ask('198.51.100.1');
  const multicast = new Host('192.0.2.3');
  multicast.scope = 'multicast';
  dns.complete(multicast);
  const named = new Host('192.0.2.4');
  named.domain = 'from-a-file';
  dns.complete(named);
  await settled();
  assert.deepEqual(server.asked, ['1.2.0.192.in-addr.arpa']);
  assert.equal(named.domain, 'from-a-file');
});

test('remembers no more answers than it may', async () => {
  start({ cacheSize: 2 });
  for (const last of [1, 2, 9]) {
    ask(`192.0.2.${last}`);
    await settled();
  }
  assert.equal(dns.size, 2);
  assert.equal(ask('192.0.2.2').domain, 'two.example.org');
});

test('a name server that does not answer is a failure, and no more than that', async () => {
  start({ servers: ['127.0.0.1:1'], timeoutMs: 100 });
  const host = ask('192.0.2.1');
  await settled();
  assert.equal(host.domain, undefined);
  assert.equal(dns.failures, 1);
});

test('refuses a network that is none, and does nothing when it is off', () => {
  start({ enabled: false });
  ask('192.0.2.1');
  assert.equal(dns.questions, 0);
  assert.throws(() => start({ include: ['192.0.2.0/33'] }), ConfigError);
});
