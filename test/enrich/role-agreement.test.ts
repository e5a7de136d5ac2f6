// Both halves of a conversation agree who is client and who is server, and why: over permuted addresses, ports and protocols,
// for each kind of pair of records, with and without a table of applications. All rules are met but those of records that
// have no other half (initiator, destination) and the learnt one (known_server), which may learn between the halves.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Documenter } from '../../src/document/document.ts';
import { ApplicationTable } from '../../src/enrich/application-table.ts';
import { clientServerEnricher } from '../../src/enrich/client-server.ts';
import { Hosts, hostsEnricher } from '../../src/enrich/hosts.ts';
import { servicesEnricher } from '../../src/enrich/services.ts';
import type { Flow, RoleReason } from '../../src/flow/flow.ts';
import { createLog } from '../../src/lib/log.ts';
import { type FlowValues, makeFlow, reversed } from './flows.ts';
import { shippedServices } from './service-texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-roles-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'applications.csv');
writeFileSync(
  file,
  'endpoint,application\n9.9.9.9:60001,ERP\n20010/udp,agents\n2a00::1:443/tcp,odd\n'.replace(
    '2a00::1:443',
    '[2a00::1]:443',
  ),
);
const applications = new ApplicationTable({ files: [file], reloadMs: 3_600_000 }, createLog('silent'));
await applications.start();
after(() => applications.stop());

const services = shippedServices();
const hosts = new Hosts({ cacheSize: 1000, internal: ['10.0.0.0/8', 'fe80::/10'] }, []);
const setHosts = hostsEnricher(hosts);
const setServices = servicesEnricher(services);

const IPV4 = ['10.0.0.1', '10.0.0.10', '10.0.0.255', '9.9.9.9', '198.51.100.1', '224.0.0.1', '255.255.255.255'];
const IPV6 = ['fe80::1', '2a00::1', 'ff02::fb'];
const PORTS = [
  0, 20, 53, 67, 68, 123, 161, 162, 443, 546, 547, 1013, 2049, 5432, 8080, 12347, 20010, 32768, 44818, 51820, 60001,
  65535,
];
const [TCP, UDP, ICMP, GRE, ICMPV6, SCTP] = [6, 17, 1, 47, 58, 132];

/** What the client's record has beside its tuple, and what the server's has. */
interface Kind {
  readonly name: string;
  readonly protocols: readonly number[];
  readonly request: FlowValues;
  readonly reply: FlowValues;
  /** The roles that the kind alone tells; undefined where they follow from the tuple. */
  readonly isTold?: true;
}

const KINDS: readonly Kind[] = [
  { name: 'plain', protocols: [TCP, UDP, GRE, SCTP, 33, 136, 253], request: {}, reply: {} },
  {
    name: 'whole connections',
    protocols: [TCP],
    request: { tcpFlags: 27, packetCount: 9 },
    reply: { tcpFlags: 27, packetCount: 7 },
  },
  {
    name: 'handshakes',
    protocols: [TCP],
    request: { tcpFlags: 2, packetCount: 1 },
    reply: { tcpFlags: 18, packetCount: 1 },
    isTold: true,
  },
  {
    name: 'sampled handshakes',
    protocols: [TCP],
    request: { tcpFlags: 2, packetCount: 1000, sampledPackets: 1 },
    reply: { tcpFlags: 18, packetCount: 1000, sampledPackets: 1 },
    isTold: true,
  },
  {
    name: 'samples of one packet of a connection under way',
    protocols: [TCP],
    request: { tcpFlags: 16, packetCount: 1000, sampledPackets: 1 },
    reply: { tcpFlags: 24, packetCount: 2000, sampledPackets: 2 },
  },
  {
    name: 'records with a direction (IE 239)',
    protocols: [TCP, UDP, GRE],
    request: { biflowDirection: 1 },
    reply: { biflowDirection: 2 },
    isTold: true,
  },
  ...[
    [8, 0],
    [13, 14],
    [15, 16],
    [17, 18],
    [42, 43],
  ].map(([request, reply]) => icmpKind(ICMP, request!, reply!)),
  ...[
    [128, 129],
    [133, 134],
    [135, 136],
    [139, 140],
    [160, 161],
  ].map(([request, reply]) => icmpKind(ICMPV6, request!, reply!)),
];

function icmpKind(protocol: number, request: number, reply: number): Kind {
  const name = `messages ${request} and ${reply} of protocol ${protocol}`;
  return { name, protocols: [protocol], request: { icmpType: request }, reply: { icmpType: reply }, isTold: true };
}

const isGroup = (address: string): boolean => /^(224\.|255\.|ff02)/.test(address);

function* tuples(protocol: number): Generator<FlowValues> {
  const hasPorts = [TCP, UDP, SCTP, 33, 136].includes(protocol);
  const ports = hasPorts ? PORTS : [undefined];
  for (const addresses of [IPV4, IPV6])
    for (const sourceIp of addresses)
      for (const destinationIp of addresses)
        for (const sourcePort of ports)
          for (const destinationPort of ports) {
            // Nobody's traffic: between two groups, or of an endpoint with itself.
            if (isGroup(sourceIp) && isGroup(destinationIp)) continue;
            if (sourceIp === destinationIp && (sourcePort === destinationPort || !sourcePort || !destinationPort))
              continue;
            // Traps have no other half: nobody answers them.
            if (protocol === UDP && sourcePort === 162 && destinationPort === 162) continue;
            yield { protocolNumber: protocol, sourceIp, destinationIp, sourcePort, destinationPort };
          }
}

const documenter = new Documenter({ timestamp: 'end', maxSkewMs: 1, fillSides: false, dropped: new Set() });
const met = new Set<RoleReason | undefined>();

for (const table of [undefined, applications]) {
  const setRoles = clientServerEnricher(services, table, undefined, hosts);
  const enriched = (values: FlowValues): Flow => {
    const flow = makeFlow(values);
    setHosts(flow);
    setRoles(flow);
    setServices(flow);
    return flow;
  };
  for (const kind of KINDS) {
    test(`${kind.name}${table === undefined ? '' : ', with applications'}: both halves agree, by the same rule`, () => {
      for (const protocol of kind.protocols)
        for (const tuple of tuples(protocol)) {
          const request = enriched({ ...tuple, ...kind.request });
          const reply = enriched({ ...reversed(tuple), ...kind.reply });
          const what = JSON.stringify(tuple);
          assert.equal(reply.roleReason, request.roleReason, what);
          assert.equal(reply.isClientSource, !request.isClientSource, `${what} ${request.roleReason}`);
          assert.equal(reply.servicePort, request.servicePort, what);
          if (kind.isTold && !isGroup(tuple.sourceIp!)) {
            // The fixed ports of DHCP and group addresses may decide before.
            if (['tcp_flags', 'icmp', 'biflow'].includes(request.roleReason!)) assert.ok(request.isClientSource, what);
          }
          met.add(request.roleReason);
        }
    });
  }
}

test('halves on both sides of address translation agree, for all ports and servers', () => {
  const setRoles = clientServerEnricher(services, undefined, undefined, hosts);
  for (const protocolNumber of [TCP, UDP, GRE])
    for (const sourcePort of protocolNumber === GRE ? [undefined] : PORTS)
      for (const destinationPort of protocolNumber === GRE ? [undefined] : PORTS)
        for (const server of ['8.8.8.8', '9.9.9.9', '198.51.100.1', '223.255.255.1']) {
          if (sourcePort === 162 && destinationPort === 162) continue;
          const ports = { protocolNumber, sourcePort, destinationPort };
          const request = { ...ports, sourceIp: '10.0.0.1', natSourceIp: '9.0.0.1', destinationIp: server };
          const answered = reversed({ ...ports, sourceIp: '9.0.0.1', destinationIp: server });
          const [one, other] = [request, { ...answered, natDestinationIp: '10.0.0.1' }].map((values) => {
            const flow = makeFlow(values);
            setHosts(flow);
            setRoles(flow);
            return [flow.isClientSource, flow.roleReason];
          });
          assert.deepEqual(other, [!one![0], one![1]], JSON.stringify(request));
        }
});

test('all rules were met that have two halves', () => {
  const expected = [
    'address',
    'application',
    'biflow',
    'fixed_role',
    'icmp',
    'lower_port',
    'multicast',
    'service',
    'tcp_flags',
  ];
  assert.deepEqual([...met].sort(), expected);
});

test('flow.conversation is the same for both halves and for every port that the client is given', () => {
  const setRoles = clientServerEnricher(services, undefined, undefined, hosts);
  const conversation = (values: FlowValues): unknown => {
    const flow = makeFlow(values);
    setHosts(flow);
    setRoles(flow);
    setServices(flow);
    return JSON.parse(documenter.flowDocument(flow)).flow.conversation;
  };
  const ofPorts = (sourcePort: number): FlowValues => {
    const addresses = { sourceIp: '10.0.0.9', destinationIp: '198.51.100.1' };
    return { protocolNumber: TCP, ...addresses, sourcePort, destinationPort: 443 };
  };
  const found = [40000, 51234, 60999].flatMap((port) => [ofPorts(port), reversed(ofPorts(port))]).map(conversation);
  assert.deepEqual([...new Set(found)], ['10.0.0.9 > 198.51.100.1 https (TCP/443)']);
});
