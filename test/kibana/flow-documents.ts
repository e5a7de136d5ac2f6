// Flow documents made by hand (no exporter, no decoder): a small company's hour of traffic, seeded, so that the same
// call gives the same documents. Addresses come from the documentation ranges, the organisations are invented.

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

interface Place {
  readonly country: string;
  readonly as: number;
  readonly organization: string;
  /** First 24 bits of its addresses. */
  readonly prefix: string;
  readonly lat: number;
  readonly lon: number;
}

const PLACES: readonly Place[] = [
  { country: 'Germany', as: 64_500, organization: 'Alder Net', prefix: '203.0.113', lat: 50.1, lon: 8.7 },
  { country: 'United States', as: 64_501, organization: 'Birch Cloud', prefix: '198.51.100', lat: 39.0, lon: -77.5 },
  { country: 'Netherlands', as: 64_502, organization: 'Cedar Hosting', prefix: '192.0.2', lat: 52.4, lon: 4.9 },
  { country: 'Ireland', as: 64_503, organization: 'Elm Media', prefix: '198.18.7', lat: 53.3, lon: -6.3 },
  { country: 'France', as: 64_504, organization: 'Fir Mobile', prefix: '198.18.9', lat: 48.9, lon: 2.4 },
  { country: 'Japan', as: 64_505, organization: 'Ginkgo Telecom', prefix: '198.19.3', lat: 35.7, lon: 139.7 },
];

const EXPORTERS = ['10.0.0.1', '10.0.0.2', '10.20.0.1'];

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
  // Where our own hosts are: a user says so in a table of networks.
  const home = { geo: { location: { lat: 47.4, lon: 8.5 } } };
  const clientPort = 32_768 + Math.floor(random() * 28_000);
  const located = {
    geo: { country_name: place.country, location: { lat: place.lat, lon: place.lon } },
    as: { number: place.as, organization: { name: place.organization } },
  };
  return {
    '@timestamp': new Date(endMs - age).toISOString(),
    event: { kind: 'event', category: 'network', type: 'connection', dataset: 'weir.flow' },
    source: { ip: client, port: clientPort },
    destination: { ip: server, port: service.port },
    client: { ip: client, port: clientPort, ...(visit ? located : home) },
    server: { ip: server, port: service.port, ...(inside || visit ? home : located) },
    network: {
      bytes: octets,
      packets,
      transport: service.transport,
      type: 'ipv4',
      direction: inside ? 'internal' : visit ? 'inbound' : 'outbound',
    },
    observer: { ip: EXPORTERS[skewed(random, EXPORTERS.length)]! },
    flow: {
      export: { protocol: 'ipfix' },
      service: { name: service.name, port: service.port },
      conversation: `${client} > ${server} ${service.name}`,
      locality: inside ? 'private' : 'public',
    },
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
