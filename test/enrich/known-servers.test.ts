import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientServerEnricher } from '../../src/enrich/client-server.ts';
import { KnownServers } from '../../src/enrich/known-servers.ts';
import { Host } from '../../src/flow/host.ts';
import { makeFlow, noHosts, reversed } from './flows.ts';
import { ServiceTexts } from './service-texts.ts';

const HOUR = 3_600_000;
const server = new Host('10.0.0.5');
const clients = Array.from({ length: 200 }, (_, i) => new Host(`10.1.${i}.${(i * 7) % 251}`));

/** How many of the clients it takes until the server is known. */
function peersUntilKnown(servers: KnownServers, nowMs: number): number {
  return clients.findIndex((client) => servers.meet(server, 17, 40_000, client, nowMs)) + 1;
}

test('an endpoint is known after as many peers as asked for, or a few more', () => {
  const needed = peersUntilKnown(new KnownServers({ peers: 8, expireMs: HOUR }), 0);
  assert.ok(needed >= 8 && needed <= 20, `${needed} peers`);
});

test('one peer alone makes no server, however often it comes', () => {
  const servers = new KnownServers({ peers: 2, expireMs: HOUR });
  for (let i = 0; i < 1000; i++) assert.equal(servers.meet(server, 17, 40_000, clients[0]!, i), false);
});

test('ports and protocols are told apart', () => {
  const servers = new KnownServers({ peers: 8, expireMs: HOUR });
  peersUntilKnown(servers, 0);
  assert.equal(servers.meet(server, 17, 40_000, clients[0]!, 0), true);
  assert.equal(servers.meet(server, 17, 40_001, clients[0]!, 0), false);
  assert.equal(servers.meet(server, 6, 40_000, clients[0]!, 0), false);
});

test('silence makes an endpoint forgotten', () => {
  const servers = new KnownServers({ peers: 8, expireMs: HOUR });
  peersUntilKnown(servers, 0);
  assert.equal(servers.meet(server, 17, 40_000, clients[0]!, HOUR), true);
  assert.equal(servers.meet(server, 17, 40_000, clients[0]!, 2 * HOUR), true);
  assert.equal(servers.meet(server, 17, 40_000, clients[0]!, 3 * HOUR + 1), false);
});

test('a million endpoints of one peer each do not push out one of many', () => {
  const servers = new KnownServers({ peers: 8, expireMs: HOUR });
  peersUntilKnown(servers, 0);
  for (let i = 0; i < 1_000_000; i++) servers.meet(clients[i % 200]!, 6, 1 + (i % 65_535), server, 1);
  assert.equal(servers.meet(server, 17, 40_000, clients[0]!, 1), true);
});

test('a memory full of servers that fell silent has room for new ones, which begin with no peers', () => {
  const servers = new KnownServers({ peers: 8, expireMs: HOUR });
  const meetAll = (ports: number, firstHost: number, nowMs: number): number[] => {
    const neededPeers: number[] = new Array(ports).fill(0);
    for (const [peers, client] of clients.slice(0, 24).entries()) {
      for (let i = 0; i < ports; i++) {
        const isKnown = servers.meet(clients[firstHost + (i % 50)]!, 17, 1 + i, client, nowMs);
        if (isKnown && neededPeers[i] === 0) neededPeers[i] = peers + 1;
      }
    }
    return neededPeers;
  };
  meetAll(65_535, 50, 0);
  // A tenth of its places: hardly a group of four gets more than it has.
  const needed = meetAll(6500, 100, HOUR + 1);
  const known = needed.filter((peers) => peers > 0);
  assert.ok(known.length > 6400, `${known.length} of 6500 known`);
  assert.ok(Math.min(...known) >= 8, `${Math.min(...known)} peers were enough`);
});

test('a known server wins over the lower port, in both directions, where it is learnt', () => {
  const services = new ServiceTexts();
  const learning = clientServerEnricher(services, undefined, new KnownServers({ peers: 8, expireMs: HOUR }), noHosts);
  const forgetful = clientServerEnricher(services, undefined, undefined, noHosts);
  const conversation = {
    protocolNumber: 17,
    sourceIp: '10.9.9.9',
    sourcePort: 30_000,
    destinationIp: server.ip,
    destinationPort: 40_000,
  };
  const flowOf = (values: object, source: Host, destination: Host) => makeFlow({ ...values, source, destination });
  const roles = (enrich: typeof learning, flow: ReturnType<typeof makeFlow>) => {
    enrich(flow);
    return [flow.isClientSource, flow.roleReason];
  };
  assert.deepEqual(roles(learning, flowOf(conversation, clients[0]!, server)), [false, 'lower_port']);
  for (const [i, client] of clients.entries()) {
    learning(flowOf({ ...conversation, sourcePort: 30_000 + i }, client, server));
  }
  assert.deepEqual(roles(learning, flowOf(conversation, clients[0]!, server)), [true, 'known_server']);
  assert.deepEqual(roles(learning, flowOf(reversed(conversation), server, clients[0]!)), [false, 'known_server']);
  assert.deepEqual(roles(forgetful, flowOf(conversation, clients[0]!, server)), [false, 'lower_port']);
});
