// Flow documents made by hand (no exporter, no decoder): a small company's hour of traffic, seeded, so that the same
// call gives the same documents. Addresses come from the documentation ranges, the organisations are invented.

import { home, LAN, type Line, located, networkOf, PLACES, serverName, userOf, vendorOf, vlanOf } from './company.ts';

/** A document as it goes into a weir-flows-… index. */
export type FlowDocument = Readonly<Record<string, unknown>>;

export interface FlowDocumentsOptions {
  readonly count: number;
  /** The documents' times lie in the `spanMs` before it. */
  readonly endMs: number;
  readonly spanMs: number;
  readonly seed?: number;
}

interface Service {
  readonly name: string;
  readonly port: number;
  readonly transport: 'tcp' | 'udp';
  /** Typical octets of a flow; the spread is a factor of some ten either way. */
  readonly octets: number;
}

const SERVICES: readonly Service[] = [
  { name: 'https (TCP/443)', port: 443, transport: 'tcp', octets: 220_000 },
  { name: 'https (UDP/443)', port: 443, transport: 'udp', octets: 400_000 },
  { name: 'domain (UDP/53)', port: 53, transport: 'udp', octets: 180 },
  { name: 'http (TCP/80)', port: 80, transport: 'tcp', octets: 60_000 },
  { name: 'microsoft-ds (TCP/445)', port: 445, transport: 'tcp', octets: 500_000 },
  { name: 'imaps (TCP/993)', port: 993, transport: 'tcp', octets: 40_000 },
  { name: 'ssh (TCP/22)', port: 22, transport: 'tcp', octets: 150_000 },
  { name: 'ntp (UDP/123)', port: 123, transport: 'udp', octets: 90 },
  { name: 'ldap (TCP/389)', port: 389, transport: 'tcp', octets: 8_000 },
  { name: 'ipsec-nat-t (UDP/4500)', port: 4500, transport: 'udp', octets: 300_000 },
  { name: 'rsync (TCP/873)', port: 873, transport: 'tcp', octets: 900_000 },
];

/** With their sites. */
const EXPORTERS = [
  ['10.0.0.1', 'Headquarters'],
  ['10.0.0.2', 'Headquarters'],
  ['10.20.0.1', 'Harbour'],
] as const;

export function flowDocuments(options: FlowDocumentsOptions): readonly FlowDocument[] {
  const random = seeded(options.seed ?? 7);
  return Array.from({ length: options.count }, () => flowDocument(random, options));
}

function flowDocument(random: () => number, { endMs, spanMs }: FlowDocumentsOptions): FlowDocument {
  const service = SERVICES[skewed(random, SERVICES.length)]!;
  const place = PLACES[skewed(random, PLACES.length)]!;
  const inside = service.name.startsWith('microsoft') || service.name.startsWith('ldap');
  const visit = !inside && random() < 0.2; // somebody outside uses a server of ours
  const office = `10.0.${1 + Math.floor(random() * 3)}.${10 + skewed(random, 60)}`;
  const ours = `10.0.9.${2 + skewed(random, 6)}`;
  const outside = `${place.prefix}.${1 + skewed(random, 40)}`;
  const client = visit ? outside : office;
  const server = inside || visit ? ours : outside;
  const age = ageOf(random) * spanMs;
  const octets = 40 + Math.floor(service.octets * Math.exp(random() * 4.6 - 2.3));
  const packets = 1 + Math.floor(octets / (200 + random() * 1000));
  const clientPort = 32_768 + Math.floor(random() * 28_000);
  const there = located(place);
  // Two of three records are about the answers.
  const answer = random() < 0.66;
  const ends = [
    { ip: client, port: clientPort, ...(visit ? there : home()) },
    { ip: server, port: service.port, ...(inside || visit ? home() : there) },
  ];
  const [source, destination] = answer ? ends.toReversed() : ends;
  const outward = visit === answer;
  const [ingress, egress]: readonly [Line, Line] = inside
    ? [LAN, LAN]
    : outward
      ? [LAN, place.line]
      : [place.line, LAN];
  const dropped = visit && random() < 0.05;
  const [exporter, site] = EXPORTERS[skewed(random, EXPORTERS.length)]!;
  return {
    '@timestamp': new Date(endMs - age).toISOString(),
    event: {
      kind: 'event',
      category: 'network',
      type: 'connection',
      dataset: 'weir.flow',
      duration: durationOf(octets, age),
    },
    source,
    destination,
    client: ends[0],
    server: ends[1],
    network: {
      bytes: octets,
      packets,
      transport: service.transport,
      type: 'ipv4',
      application: service.name.split(' ')[0],
      vlan: { id: vlanOf(client) ?? vlanOf(server) },
      ...(inside && clientPort % 5 === 0 ? { inner: { vlan: { id: String(100 + (clientPort % 3)) } } } : {}),
      direction: inside ? 'internal' : outward ? 'outbound' : 'inbound',
    },
    user: { name: userOf(client) },
    observer: {
      ip: exporter,
      geo: { name: site },
      ingress: { interface: interfaceOf(ingress) },
      egress: { interface: interfaceOf(egress) },
    },
    flow: {
      export: { protocol: 'ipfix' },
      service: { name: service.name, port: service.port },
      conversation: `${client} > ${server} ${service.name}`,
      locality: inside ? 'private' : 'public',
      client: { network: networkOf(client) },
      server: { network: networkOf(server) },
      source: inCompany(answer ? server : client),
      destination: inCompany(answer ? client : server),
      ...(random() < 0.03 ? { duplicate: true } : {}),
      ...(inside && random() < 0.01 ? { discard: { reason: 'unresolved neighbor' } } : {}),
      ingress: { speed: ingress.speed },
      egress: { speed: egress.speed },
      ...(service.transport === 'tcp' ? { latency: delaysOf(random, inside ? 1 : place.delay, visit) } : {}),
      ...namesOf(service.name, serverName(place, outside)),
      forwarding: dropped ? { status: 'dropped', reason: 'acl deny' } : { status: 'forwarded' },
      ...(egress.nextHop === undefined ? {} : { next_hop: { ip: egress.nextHop } }),
      bgp: inside ? {} : peersOf(ingress, egress, place.as),
    },
  };
}

/** Nanoseconds: more to carry takes longer; the age, which is random, spreads it. */
function durationOf(octets: number, age: number): number {
  return Math.round(Math.sqrt(octets) * (1 + (age % 97)) * 1e6);
}

/** Milliseconds; the server's own are skewed, as they are. */
function delaysOf(random: () => number, outside: number, visit: boolean): Readonly<Record<string, number>> {
  const [near, far] = [0.5 + random(), outside * (0.9 + 0.4 * random())];
  return { client: visit ? far : near, server: visit ? near : far, application: 3 * Math.exp(random() * 5) };
}

/** What a client asked for by name, where its service says so. */
function namesOf(service: string, name: string): Readonly<Record<string, unknown>> {
  if (service.startsWith('https')) return { tls: { server_name: name } };
  if (service.startsWith('http ')) return { http: { host: name } };
  if (service.startsWith('domain')) return { dns: { name } };
  return {};
}

/** What a document says about an end of the record where that is in the company. */
function inCompany(ip: string): Readonly<Record<string, unknown>> {
  const network = networkOf(ip);
  return network === undefined ? {} : { network, vlan: vlanOf(ip), mac_vendor: vendorOf(ip) };
}

function interfaceOf({ id, name, alias }: Line): Readonly<Record<string, string>> {
  return { id, name, alias };
}

/** What a router knows of the way: the neighbor first, then where the other end is. */
function peersOf(ingress: Line, egress: Line, end: number): Readonly<Record<string, unknown>> {
  if (egress.peer === undefined) return { source_peer: { as: ingress.peer } };
  return {
    as_path: [egress.peer, end],
    destination_peer: { as: egress.peer },
    communities: [`${egress.peer}:100`, `${end}:20`],
  };
}

/** How long ago, 0…1 of the span: two waves, so that a picture has a shape. */
function ageOf(random: () => number): number {
  for (;;) {
    const age = random();
    if (random() < 0.65 + 0.2 * Math.sin(age * 9) + 0.15 * Math.sin(age * 23)) return age;
  }
}

/** An index below `count`; the small ones come more often. */
function skewed(random: () => number, count: number): number {
  return Math.floor(random() ** 2.2 * count);
}

/** mulberry32: 32 bits of state, good enough for pictures and tests. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
