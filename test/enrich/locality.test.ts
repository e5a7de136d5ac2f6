import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Hosts, hostsEnricher } from '../../src/enrich/hosts.ts';
import { localityEnricher } from '../../src/enrich/locality.ts';
import { Networks } from '../../src/enrich/networks.ts';
import { createLog } from '../../src/lib/log.ts';
import { type FlowValues, makeFlow } from './flows.ts';

const networks = new Networks(
  {
    list: [
      { prefix: '10.9.0.0/22', name: 'lab' },
      { prefix: '192.168.66.0/24', name: 'partner', internal: false },
    ],
    files: [],
    reloadMs: 3_600_000,
  },
  () => undefined,
  createLog('silent'),
);
await networks.start();
after(() => networks.stop());
const hosts = new Hosts(
  { cacheSize: 100, internal: ['10.0.0.0/8', '192.168.0.0/16', '5.5.5.0/24', 'fe80::/10', 'fc00::/7'] },
  [(host) => networks.complete(host)],
);
const setHosts = hostsEnricher(hosts);
const setLocality = localityEnricher(hosts);

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
  ['0.0.0.0', '255.255.255.255', 'broadcast', 'internal'],
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
  ['::', 'ff02::1:ff00:1', 'multicast', 'internal'],
  ['::1', '::1', 'loopback', 'external'],
  ['8.8.8.8', '255.255.255.255', 'broadcast', 'external'],
  ['224.0.0.1', '255.255.255.255', 'broadcast', 'internal'],
  ['198.18.0.1', '10.0.0.1', 'reserved', 'inbound'],
  ['10.0.0.1', '192.0.0.9', 'reserved', 'outbound'],
  ['127.0.0.1', '10.0.0.1', 'loopback', 'inbound'],
  ['2002:a00:1::1', '2a00::1', 'public', 'external'], // 6to4
  ['10.0.0.1', '192.168.66.5', 'private', 'outbound'], // private, and not the user's
  ['192.168.66.5', '10.0.0.1', 'private', 'inbound'],
  ['10.1.1.20', '10.1.1.255', 'broadcast', 'internal'], // of a private /24
  ['10.1.2.20', '10.1.1.255', 'private', 'internal'], // not its own
  ['10.9.1.20', '10.9.3.255', 'broadcast', 'internal'], // of the user's /22
  ['10.9.9.20', '10.9.3.255', 'private', 'internal'],
  ['10.9.1.20', '10.9.2.255', 'private', 'internal'],
  ['8.8.8.8', '8.8.8.255', 'public', 'external'],
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

const NTP: FlowValues = { protocolNumber: 17, sourcePort: 123, destinationPort: 123 };

// What, the record, its locality, its direction.
for (const [what, values, locality, direction] of [
  [
    'an answer to a translated address',
    { sourceIp: '8.8.8.8', destinationIp: '9.0.0.1', natDestinationIp: '10.0.0.5' },
    'public',
    'inbound',
  ],
  [
    'a load balancer that translates both ends: the sender is who it was before',
    { sourceIp: '8.8.8.8', natSourceIp: '10.0.0.2', destinationIp: '9.0.0.1', natDestinationIp: '10.0.0.5' },
    'public',
    'inbound',
  ],
  [
    'a translation that changes nothing',
    { sourceIp: '8.8.8.8', destinationIp: '9.0.0.1', natDestinationIp: '9.0.0.1' },
    'public',
    'external',
  ],
  [
    "translated to an address that is not the user's",
    { sourceIp: '8.8.8.8', destinationIp: '9.0.0.1', natDestinationIp: '192.168.66.5' },
    'public',
    'external',
  ],
  [
    'an answer to a translated client as FortiGates state it: the inner address, and the outer one as its translation',
    { sourceIp: '8.8.8.8', destinationIp: '10.0.0.5', natDestinationIp: '9.0.0.1' },
    'public',
    'inbound',
  ],
  [
    'the answer of a published server as FortiGates state it',
    { sourceIp: '9.0.0.80', natSourceIp: '10.0.0.80', destinationIp: '8.8.8.8', natDestinationIp: '8.8.8.8' },
    'public',
    'outbound',
  ],
  [
    'a client inside that talks to a published address',
    { sourceIp: '10.0.0.5', destinationIp: '9.0.0.80', natDestinationIp: '10.0.0.80' },
    'public',
    'internal',
  ],
  [
    "the last address of the sender's route",
    { ...NTP, sourceIp: '9.1.2.3', sourceMask: 22, destinationIp: '9.1.3.255' },
    'broadcast',
    'external',
  ],
  [
    'of a shorter route it is not the last',
    { ...NTP, sourceIp: '9.1.2.3', sourceMask: 21, destinationIp: '9.1.3.255' },
    'public',
    'external',
  ],
  [
    'TCP is no broadcast',
    { protocolNumber: 6, sourceIp: '10.1.1.20', destinationIp: '10.1.1.255' },
    'private',
    'internal',
  ],
  [
    'nor is what a host sends to itself',
    { sourceIp: '10.1.1.255', destinationIp: '10.1.1.255' },
    'private',
    'internal',
  ],
] as const satisfies readonly (readonly [string, FlowValues, string, string])[]) {
  test(`${what}: ${locality}, ${direction}`, () => {
    const flow = makeFlow(values);
    setHosts(flow);
    setLocality(flow);
    assert.deepEqual([flow.locality, flow.networkDirection], [locality, direction]);
  });
}
