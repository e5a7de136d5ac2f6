// Conditions that several pages and alert rules share, as KQL and as the lists that they are made of.

/** TCP asked for and never answered. A sampled packet alone says nothing about its connection, so sFlow does not count. */
export const HALF_OPEN =
  'network.transport: tcp and flow.tcp_flags: SYN and not flow.tcp_flags: ACK and not flow.export.protocol: sflow*';

/** ICMP of both IP versions. */
export const ICMP = 'network.transport: (icmp or ipv6-icmp)';

/**
 * A knock on a door: opened, and at once refused or never answered. Where a record holds both directions, the refusal (RST)
 * is in it.
 */
export const PROBE =
  'network.transport: tcp and flow.tcp_flags: SYN and network.packets <= 3 and (flow.tcp_flags: RST or not flow.tcp_flags: ACK) and not flow.export.protocol: sflow*';

/**
 * The record is of what the client sent: KQL cannot compare the destination with the server, but clients mostly have ports
 * above those of services.
 */
export const TO_SERVICE = 'destination.port < 32768';

/** Ports where people log in: shells, desktops, file servers, databases, mail. */
export const LOGIN_PORTS = [
  21, 22, 23, 110, 143, 445, 993, 995, 1433, 1494, 1521, 3306, 3389, 5432, 5900, 5901, 5902, 5985, 5986, 6379,
] as const;

/** Desktops and consoles from afar. */
export const DESKTOP_PORTS = [1494, 3389, 5500, 5800, 5900, 5901, 5902, 5903, 5904, 5938, 7070] as const;
export const SHELL_PORTS = [22, 23, 513, 514, 5985, 5986] as const;

/** UDP services that answer with more than they were asked, and so serve for floods (CISA alert TA14-017A and later ones). */
export const AMPLIFIER_PORTS = [
  17, 19, 53, 69, 111, 123, 137, 161, 389, 427, 500, 520, 1434, 1900, 3283, 3478, 3702, 5093, 5353, 5683, 10001, 11211,
  27015, 37810,
] as const;

/** Services that have no business on the internet: file shares, databases, directories, management. */
export const PRIVATE_PORTS = [
  23, 111, 135, 137, 139, 161, 389, 445, 873, 1433, 1521, 2049, 2375, 3306, 3389, 5432, 5900, 5984, 6379, 9042, 9200,
  11211, 27017,
] as const;

/**
 * Records of somebody outside who asks for such a service inside: a plain `inbound` would hold the answers to our own clients.
 * The port of the server is indexed and narrows the search, that of the destination is not.
 */
export function askedFromOutside(ports: readonly number[]): string {
  return `network.direction: inbound and server.port: ${anyOf(ports)} and destination.port: ${anyOf(ports)}`;
}

/** The other way round: hosts of ours that ask for such a service outside. */
export function askedOutside(ports: readonly number[]): string {
  return `network.direction: outbound and server.port: ${anyOf(ports)} and destination.port: ${anyOf(ports)}`;
}

/** Refused by a firewall, or dropped by a router that says so. */
export const REFUSED = 'event.type: denied or flow.forwarding.status: dropped';

/**
 * What counts as a sign of trouble where there is room for a glance only, by name. The pages about threats look closer. Logins
 * that are meant to be, probes of your own scanner and big answers of DNS are among them: look at the change, not the number.
 */
export const SIGNS = {
  'Known bad addresses': 'flow.threat.side: *',
  'Probes (scans)': PROBE,
  'Logins from outside': askedFromOutside(LOGIN_PORTS),
  'Amplified answers': `network.transport: udp and network.direction: inbound and source.port: ${anyOf(AMPLIFIER_PORTS)} and network.bytes > 50000`,
  'Refused or dropped': REFUSED,
} as const;

/** Any of the signs. */
export const ANY_SIGN = Object.values(SIGNS)
  .map((query) => `(${query})`)
  .join(' or ');

/** `(22 or 23)`, for `server.port: …`. */
export function anyOf(values: readonly (number | string)[]): string {
  return values.length === 1 ? String(values[0]) : `(${values.join(' or ')})`;
}
