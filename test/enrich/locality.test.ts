import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hosts, hostsEnricher } from '../../src/enrich/hosts.ts';
import { localityEnricher } from '../../src/enrich/locality.ts';
import { makeFlow } from './flows.ts';

const setHosts = hostsEnricher(
  new Hosts({ cacheSize: 100, internal: ['10.0.0.0/8', '192.168.0.0/16', '5.5.5.0/24', 'fe80::/10', 'fc00::/7'] }, []),
);
const setLocality = localityEnricher();

for (const [sourceIp, destinationIp, locality, direction] of [
  ['10.0.0.1', '10.0.0.2', 'private', 'internal'],
  ['10.0.0.1', '172.16.0.1', 'private', 'outbound'],
  ['10.0.0.1', '8.8.8.8', 'public', 'outbound'],
  ['8.8.8.8', '10.0.0.1', 'public', 'inbound'],
  ['8.8.8.8', '9.9.9.9', 'public', 'external'],
  ['10.0.0.1', '5.5.5.5', 'private', 'internal'],
  ['8.8.8.8', '5.5.5.5', 'public', 'inbound'],
  ['10.0.0.1', '224.0.0.251', 'multicast', 'internal'],
  ['8.8.8.8', '224.0.0.251', 'multicast', 'external'],
  ['192.168.1.2', '255.255.255.255', 'broadcast', 'internal'],
  ['0.0.0.0', '255.255.255.255', 'broadcast', 'external'],
  ['127.0.0.1', '127.0.0.2', 'loopback', 'external'],
  ['fe80::1', 'fe80::2', 'private', 'internal'],
  ['fe80::1', 'ff02::1', 'multicast', 'internal'],
  ['fe80::1', '2a00::1', 'public', 'outbound'],
  ['10.0.0.1', '192.0.2.1', 'documentation', 'outbound'],
  ['192.0.2.1', '8.8.8.8', 'public', 'external'],
  ['10.0.0.1', '240.0.0.1', 'reserved', 'outbound'],
  ['0.0.0.0', '10.0.0.1', 'unspecified', 'internal'],
  ['0.0.0.0', '8.8.8.8', 'public', 'external'],
  ['100.64.0.1', '10.0.0.1', 'private', 'inbound'],
  ['169.254.1.1', '169.254.1.2', 'private', 'external'],
  ['169.254.1.1', '10.0.0.2', 'private', 'inbound'],
  ['fc00::1', 'fd12::2', 'private', 'internal'],
  ['fd12::2', '2a00::1', 'public', 'outbound'],
  ['2a00::1', '64:ff9b::808:808', 'public', 'external'],
  ['2a00::1', '3fff::1', 'public', 'external'],
  ['fe80::1', '2001:db8::1', 'documentation', 'outbound'],
  ['::', 'ff02::1:ff00:1', 'multicast', 'external'],
  ['::1', '::1', 'loopback', 'external'],
  ['8.8.8.8', '255.255.255.255', 'broadcast', 'external'],
  ['224.0.0.1', '255.255.255.255', 'broadcast', 'external'],
  ['198.18.0.1', '10.0.0.1', 'reserved', 'inbound'],
  ['10.0.0.1', '192.0.0.9', 'reserved', 'outbound'],
  ['127.0.0.1', '10.0.0.1', 'loopback', 'inbound'],
  ['fe80::1', undefined, 'private', undefined],
  ['10.0.0.1', undefined, 'private', undefined],
  [undefined, undefined, undefined, undefined],
] as const) {
  test(`${sourceIp} → ${destinationIp} is ${locality}, ${direction}`, () => {
    const flow = makeFlow({ sourceIp, destinationIp });
    setHosts(flow);
    setLocality(flow);
    assert.equal(flow.locality, locality);
    assert.equal(flow.networkDirection, direction);
  });
}
