// The small company of flow-documents.ts: where it is, its lines to the internet, and what is behind each.

export interface Place {
  readonly country: string;
  readonly city: string;
  readonly as: number;
  readonly organization: string;
  /** First 24 bits of its addresses. */
  readonly prefix: string;
  readonly lat: number;
  readonly lon: number;
  readonly line: Line;
  /** Milliseconds there and back. */
  readonly delay: number;
}

/** An interface of the company's routers. */
export interface Line {
  readonly id: string;
  readonly name: string;
  readonly alias: string;
  /** bit/s. */
  readonly speed: number;
  /** Router and autonomous system at its other end, if it leads outside. */
  readonly nextHop?: string;
  readonly peer?: number;
}

export const LAN: Line = { id: '1', name: 'lan0', alias: 'Company network', speed: 20_000_000 };

const TRANSIT_A = line('11', 'wan0', 'Transit A', 2_000_000, '198.18.0.1', 64_510);
const TRANSIT_B = line('12', 'wan1', 'Transit B', 1_000_000, '198.18.0.5', 64_511);
const EXCHANGE = line('13', 'ix0', 'Exchange', 4_000_000, '198.18.0.9', 64_512);

export const PLACES: readonly Place[] = [
  place('Germany', 'Frankfurt', 64_500, 'Alder Net', '203.0.113', 50.1, 8.7, EXCHANGE, 12),
  place('United States', 'Ashburn', 64_501, 'Birch Cloud', '198.51.100', 39.0, -77.5, TRANSIT_A, 95),
  place('Netherlands', 'Amsterdam', 64_502, 'Cedar Hosting', '192.0.2', 52.4, 4.9, EXCHANGE, 18),
  place('Ireland', 'Dublin', 64_503, 'Elm Media', '198.18.7', 53.3, -6.3, TRANSIT_A, 30),
  place('France', 'Paris', 64_504, 'Fir Mobile', '198.18.9', 48.9, 2.4, TRANSIT_B, 22),
  place('Japan', 'Tokyo', 64_505, 'Ginkgo Telecom', '198.19.3', 35.7, 139.7, TRANSIT_B, 240),
];

const USERS = ['ada', 'ben', 'cleo', 'dana', 'emil', 'finn', 'gwen', 'hugo'];

/** Names of the company's networks by the third octet of their addresses. */
export const NETWORKS: Readonly<Record<string, string>> = { 1: 'Office', 2: 'Workshop', 3: 'Guests', 9: 'Servers' };

const CONTINENTS: Readonly<Record<string, string>> = { 'United States': 'NA', Japan: 'AS' };

/** What a document has about an end that is outside. */
export function located({ country, city, lat, lon, as, organization }: Place): Readonly<Record<string, unknown>> {
  return {
    geo: {
      country_name: country,
      city_name: city,
      continent_code: CONTINENTS[country] ?? 'EU',
      location: { lat, lon },
    },
    as: { number: as, organization: { name: organization } },
  };
}

/** What a document has about an end in the company: a user says so in a table of networks. */
export function home(): Readonly<Record<string, unknown>> {
  return { geo: { location: { lat: 47.4, lon: 8.5 } } };
}

/** Who sits at an address of the office: one of eight; the others have no name. */
export function userOf(ip: string): string | undefined {
  const [, , network, host] = ip.split('.');
  return network === '1' ? USERS[Number(host) - 10] : undefined;
}

/** A name that a client asked for at a place, by the last octet of the server's address. */
export function serverName({ organization }: Place, ip: string): string {
  const host = ['www', 'cdn', 'api', 'mail', 'login', 'static', 'media'][Number(ip.split('.')[3]) % 7]!;
  return `${host}.${organization.toLowerCase().replace(' ', '-')}.example`;
}

/** Name of the network of an address of the company. */
export function networkOf(ip: string): string | undefined {
  return ip.startsWith('10.0.') ? NETWORKS[ip.split('.')[2] ?? ''] : undefined;
}

function line(id: string, name: string, alias: string, speed: number, nextHop: string, peer: number): Line {
  return { id, name, alias, speed, nextHop, peer };
}

function place(
  country: string,
  city: string,
  as: number,
  organization: string,
  prefix: string,
  lat: number,
  lon: number,
  toIt: Line,
  delay: number,
): Place {
  return { country, city, as, organization, prefix, lat, lon, line: toIt, delay };
}

/** VLAN of an address of the company: 10 for 10.0.1.x. */
export function vlanOf(ip: string): string | undefined {
  return networkOf(ip) === undefined ? undefined : `${ip.split('.')[2]}0`;
}

/** Who made the network card of an address of the company. */
export function vendorOf(ip: string): string {
  return ['Lantern Computers', 'Pine Devices', 'Quartz Networks'][Number(ip.split('.')[3]) % 3]!;
}
