import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hosts, hostsEnricher } from '../../src/enrich/hosts.ts';
import type { Host } from '../../src/flow/host.ts';
import { makeFlow } from './flows.ts';

test('flows of one address share one host, completed once by every source', () => {
  const seen: string[] = [];
  const name = (host: Host): void => {
    seen.push(host.ip);
    host.domain = `name-of-${host.ip}`;
  };
  const hosts = new Hosts({ cacheSize: 10, internal: ['10.0.0.0/8'] }, [name]);
  const enrich = hostsEnricher(hosts);
  const one = makeFlow({ sourceIp: '10.0.0.1', destinationIp: '8.8.8.8' });
  const two = makeFlow({ sourceIp: '8.8.8.8', destinationIp: '10.0.0.1' });
  enrich(one);
  enrich(two);
  assert.equal(one.source, two.destination);
  assert.equal(one.destination, two.source);
  assert.equal(one.source?.domain, 'name-of-10.0.0.1');
  assert.deepEqual(seen, ['10.0.0.1', '8.8.8.8']);
  assert.equal(hosts.misses, 2);
});

test('leaves the ends of flows without addresses undefined', () => {
  const flow = makeFlow();
  hostsEnricher(new Hosts({ cacheSize: 10, internal: [] }, []))(flow);
  assert.equal(flow.source, undefined);
  assert.equal(flow.destination, undefined);
});

for (const [ip, scope, isInternal] of [
  ['10.1.2.3', 'private', false],
  ['172.16.0.1', 'private', true],
  ['5.5.5.5', 'private', true],
  ['5.5.6.5', 'public', false],
  ['2a00:1::1', 'private', true],
  ['224.0.0.1', 'multicast', false],
  ['127.0.0.1', 'loopback', false],
] as const) {
  test(`the user's networks decide what is internal, and make public addresses private: ${ip}`, () => {
    const hosts = new Hosts({ cacheSize: 10, internal: ['172.16.0.0/12', '5.5.5.0/24', '2a00:1::/32'] }, []);
    const host = hosts.get(ip);
    assert.deepEqual([host.scope, host.isInternal], [scope, isInternal]);
  });
}

test('never keeps more hosts than cacheSize and keeps those in use', () => {
  const hosts = new Hosts({ cacheSize: 100, internal: [] }, []);
  const popular = hosts.get('192.0.2.1');
  for (let i = 0; i < 10_000; i++) {
    hosts.get(`10.0.${i >> 8}.${i & 255}`);
    if (i % 40 === 0) assert.equal(hosts.get('192.0.2.1'), popular);
    assert.ok(hosts.size <= 100, `${hosts.size} hosts`);
  }
  assert.ok(hosts.size >= 50);
});

test('clear forgets what is known, flows under way keep theirs', () => {
  const hosts = new Hosts({ cacheSize: 10, internal: [] }, []);
  const before = hosts.get('192.0.2.1');
  hosts.clear();
  assert.equal(hosts.size, 0);
  assert.notEqual(hosts.get('192.0.2.1'), before);
});
