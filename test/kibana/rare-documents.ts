// Documents by hand of what neither the demo nor the small company has: attacks, firewalls, address translation, wireless,
// labels, tunnels, clouds, sites, and counters of hosts and of ailing interfaces. Few, and such that each page shows a shape.

import type { TimeSpan } from './all-fields.ts';
import type { PageDocument } from './page-documents.ts';

type Part = Readonly<Record<string, unknown>>;

interface Talk {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** As weir names it. */
  readonly service: string;
  readonly transport?: string;
  readonly bytes?: number;
  readonly packets?: number;
  readonly direction: 'inbound' | 'outbound' | 'internal' | 'external';
  /** The record is of what the server sent. */
  readonly answer?: boolean;
  readonly clientPort?: number;
  readonly client?: Part;
  readonly server?: Part;
  readonly observer?: string;
  readonly durationMs?: number;
  /** Merged into `flow`. */
  readonly flow?: Part;
  /** Merged into the document. */
  readonly more?: Part;
}

/** All of them. */
export function rareDocuments(span: TimeSpan): readonly PageDocument[] {
  const talks = [
    ...coreServices(),
    ...clouds(),
    ...remote(),
    ...attacks(),
    ...firewall(),
    ...translation(),
    ...wireless(),
    ...labels(),
    ...tunnels(),
    ...sites(),
  ];
  const flows = talks.map((talk, index) => ({
    kind: 'flows' as const,
    document: document(talk, timeAt(span, index, talks.length)),
  }));
  return [...flows, ...counters(span)];
}

/** Spread evenly, but not in the order of the list. */
function timeAt({ endMs, spanMs }: TimeSpan, index: number, count: number): string {
  const place = (index * 0.618_033_988_7 + index / count) % 1;
  return new Date(Math.round(endMs - spanMs * (0.01 + 0.98 * place))).toISOString();
}

function document(talk: Talk, timestamp: string): Part {
  const { from, to, port, service, transport = 'tcp', direction, answer = false } = talk;
  const hasPorts = transport === 'tcp' || transport === 'udp';
  const bytes = talk.bytes ?? 400;
  const client = { ip: from, ...(hasPorts ? { port: talk.clientPort ?? 40_000 + (port % 999) } : {}), ...talk.client };
  const server = { ip: to, ...(hasPorts ? { port } : {}), ...talk.server };
  return {
    '@timestamp': timestamp,
    event: {
      kind: 'event',
      category: 'network',
      type: 'connection',
      dataset: 'weir.flow',
      duration: (talk.durationMs ?? 3000) * 1e6,
    },
    source: answer ? server : client,
    destination: answer ? client : server,
    client,
    server,
    network: { bytes, packets: talk.packets ?? 1 + Math.ceil(bytes / 900), transport, type: 'ipv4', direction },
    observer: { ip: talk.observer ?? '10.0.0.1' },
    ...talk.more,
    flow: {
      export: { protocol: 'ipfix' },
      service: { name: service, port },
      conversation: `${from} > ${to} ${service}`,
      locality: direction === 'internal' ? 'private' : 'public',
      ...(transport === 'tcp' && talk.flow?.['tcp_flags'] === undefined ? { tcp_flags: ['ACK', 'PSH', 'SYN'] } : {}),
      ...talk.flow,
    },
  };
}

function times<Item>(count: number, make: (index: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function host(net: string, index: number): string {
  return `${net}.${10 + (index % 40)}`;
}

/** Question and answer; some stay without one. */
function asked(count: number, talk: (index: number) => Talk): readonly Talk[] {
  return times(count, talk).flatMap((one, index) =>
    index % 9 === 4 ? [one] : [one, { ...one, answer: true, bytes: (one.bytes ?? 400) * 2 }],
  );
}

function coreServices(): readonly Talk[] {
  const udp = { transport: 'udp', direction: 'internal' } as const;
  const services = [
    [88, 'kerberos (UDP/88)', 'udp'],
    [389, 'ldap (TCP/389)', 'tcp'],
    [389, 'ldap (UDP/389)', 'udp'],
    [636, 'ldaps (TCP/636)', 'tcp'],
    [3268, 'msft-gc (TCP/3268)', 'tcp'],
    [1812, 'radius (UDP/1812)', 'udp'],
    [1813, 'radius-acct (UDP/1813)', 'udp'],
    [49, 'tacacs (TCP/49)', 'tcp'],
    [161, 'snmp (UDP/161)', 'udp'],
    [162, 'snmptrap (UDP/162)', 'udp'],
    [514, 'syslog (UDP/514)', 'udp'],
    [6343, 'sflow (UDP/6343)', 'udp'],
    [853, 'domain-s (TCP/853)', 'tcp'],
  ] as const;
  const ordinary = services.flatMap(([port, service, transport], nth) =>
    asked(24, (index) => ({
      from: host(`10.0.${1 + (index % 3)}`, index * (nth + 1)),
      to: `10.0.9.${2 + ((index * nth) % 3)}`,
      port,
      service,
      transport,
      direction: 'internal',
      bytes: 300 + 137 * ((index * nth) % 11),
      packets: 2 + ((index + nth) % 5),
    })),
  );
  const dhcp = times(60, (index): Talk => {
    const common = { ...udp, port: 67, service: 'bootps (UDP/67)', bytes: 330, packets: 1 + (index % 3) };
    const client = host(`10.0.${1 + (index % 3)}`, index);
    if (index % 4 === 0) return { ...common, from: '0.0.0.0', to: '255.255.255.255', clientPort: 68 };
    if (index % 4 === 1) return { ...common, from: client, to: '10.0.9.2', clientPort: 68 };
    if (index % 4 === 2)
      return { ...common, from: client, to: index % 20 === 2 ? '10.0.2.77' : '10.0.9.2', clientPort: 68, answer: true };
    return { ...common, from: `10.0.${1 + (index % 3)}.1`, to: '10.0.9.2', clientPort: 67 };
  });
  const ntp = times(12, (index): Talk => {
    const common = { ...udp, port: 123, service: 'ntp (UDP/123)', clientPort: 123 };
    return { ...common, from: `10.0.9.${2 + (index % 2)}`, to: '10.20.0.2' };
  });
  const outside = [389, 161].flatMap((port) =>
    times(3, (index): Talk => {
      const service = port === 389 ? 'ldap (UDP/389)' : 'snmp (UDP/161)';
      const to = `10.0.9.${2 + index}`;
      return { from: '203.0.113.66', to, port, service, transport: 'udp', direction: 'inbound', bytes: 90 };
    }),
  );
  const tunnel = { transport: 'udp', direction: 'outbound', bytes: 64_000, packets: 300 } as const;
  const dns = times(4, (index): Talk => {
    const from = `10.0.3.${41 + (index % 2)}`;
    return { ...tunnel, from, to: '203.0.113.53', port: 53, service: 'domain (UDP/53)', durationMs: 60_000 };
  });
  return [...ordinary, ...dhcp, ...ntp, ...outside, ...dns];
}

function clouds(): readonly Talk[] {
  const owners = [
    [16_509, 'Amazon', 9],
    [8075, 'Microsoft', 8],
    [15_169, 'Google', 6],
    [24_940, 'Hetzner', 2],
    [16_276, 'OVH', 1],
    [13_335, 'Cloudflare', 5],
    [20_940, 'Akamai', 3],
    [2906, 'Netflix', 5],
    [30_103, 'Zoom', 4],
    [14_340, 'Salesforce', 2],
    [36_459, 'GitHub', 3],
    [32_934, 'Meta', 3],
  ] as const;
  return owners.flatMap(([number, name, weight], nth) =>
    times(40, (index): Talk => {
      const answer = index % 3 !== 0;
      return {
        from: host(`10.0.${1 + ((index * weight) % 3)}`, index * weight),
        to: `198.51.100.${nth * 20 + 1 + (index % 6)}`,
        port: 443,
        service: index % 4 === 0 ? 'https (UDP/443)' : 'https (TCP/443)',
        transport: index % 4 === 0 ? 'udp' : 'tcp',
        direction: answer ? 'inbound' : 'outbound',
        answer,
        bytes: weight * 90_000 * (1 + ((index * 7 + nth) % 9)) * (answer ? 1 : 0.3),
        packets: weight * 100,
        server: { as: { number, organization: { name } }, geo: { country_name: 'United States' } },
        flow: {
          ...(nth === 0 ? { server: { network: 'Cloud servers', tags: ['cloud'] } } : {}),
          ...(index % 3 === 1 ? { application: { id: `13:${nth}` } } : {}),
        },
      };
    }),
  );
}

function remote(): readonly Talk[] {
  const services = [
    [22, 'ssh (TCP/22)'],
    [3389, 'ms-wbt-server (TCP/3389)'],
    [5900, 'rfb (TCP/5900)'],
    [23, 'telnet (TCP/23)'],
  ] as const;
  const sessions = services.flatMap(([port, service], nth) =>
    times(
      port === 23 ? 3 : 24,
      (index): Talk => ({
        from: host(`10.0.${1 + (index % 2)}`, index * (nth + 2)),
        to: `10.0.9.${2 + (index % 5)}`,
        port,
        service,
        direction: 'internal',
        bytes: 40_000 * (1 + ((index * 5) % 13)),
        packets: 400,
        durationMs: 60_000 * (1 + (index % 25)),
      }),
    ),
  );
  const kinds = [
    [500, 'isakmp (UDP/500)', 'udp'],
    [4500, 'ipsec-nat-t (UDP/4500)', 'udp'],
    [51_820, 'wireguard (UDP/51820)', 'udp'],
    [1194, 'openvpn (UDP/1194)', 'udp'],
    [0, 'ESP', 'esp'],
    [0, 'GRE', 'gre'],
  ] as const;
  const tunnels = kinds.flatMap(([port, service, transport], nth) =>
    times(
      30,
      (index): Talk => ({
        from: nth % 2 === 0 ? `203.0.113.${20 + (index % 8)}` : `10.0.2.${30 + (index % 4)}`,
        to: nth % 2 === 0 ? '198.51.100.250' : `192.0.2.${7 + (index % 2)}`,
        port,
        service,
        transport,
        direction: nth % 2 === 0 ? 'inbound' : 'outbound',
        bytes: 300_000 * (1 + ((index * 3 + nth) % 7)),
        packets: 900,
        durationMs: 900_000,
        server: { geo: { country_name: nth % 2 === 0 ? 'Germany' : 'Netherlands' } },
      }),
    ),
  );
  return [...sessions, ...tunnels];
}

function attacks(): readonly Talk[] {
  const syn = { tcp_flags: ['SYN'], tcp_flags_bits: 2 };
  const abroad = (country: string, name: string, number: number) => ({
    geo: { country_name: country },
    as: { number, organization: { name } },
  });
  const tries = times(
    160,
    (index): Talk => ({
      from: `192.0.2.${201 + (index % 7 === 0 ? 1 : index % 3)}`,
      to: `10.0.9.${3 + (index % 2)}`,
      port: index % 4 === 0 ? 3389 : 22,
      service: index % 4 === 0 ? 'ms-wbt-server (TCP/3389)' : 'ssh (TCP/22)',
      direction: 'inbound',
      bytes: 2600,
      packets: 14,
      durationMs: 1800,
      clientPort: 33_000 + index,
      client: abroad(
        index % 3 === 0 ? 'Netherlands' : 'France',
        index % 3 === 0 ? 'Cedar Hosting' : 'Fir Mobile',
        64_502,
      ),
    }),
  );
  const inside = times(
    30,
    (index): Talk => ({
      from: '10.0.2.66',
      to: '10.0.9.5',
      port: 445,
      service: 'microsoft-ds (TCP/445)',
      direction: 'internal',
      bytes: 1900,
      packets: 11,
      durationMs: 900,
      clientPort: 34_000 + index,
    }),
  );
  const scan = times(
    90,
    (index): Talk => ({
      from: index % 3 === 0 ? '10.0.2.66' : '203.0.113.67',
      to: `10.0.9.${2 + (index % 3 === 0 ? index : index % 5)}`,
      port: [21, 25, 80, 135, 443, 1433, 3306, 5432, 6379, 8080, 9200, 27_017][index % 12]!,
      service: `TCP/${[21, 25, 80, 135, 443, 1433, 3306, 5432, 6379, 8080, 9200, 27_017][index % 12]}`,
      direction: index % 3 === 0 ? 'internal' : 'inbound',
      bytes: 60,
      packets: 1,
      clientPort: 35_000 + index,
      flow: syn,
    }),
  );
  const pings = times(
    40,
    (index): Talk => ({
      from: index % 2 === 0 ? '203.0.113.67' : '10.0.2.66',
      to: `10.0.${index % 2 === 0 ? 9 : 1}.${1 + index}`,
      port: 0,
      service: 'ICMP',
      transport: 'icmp',
      direction: index % 2 === 0 ? 'inbound' : 'internal',
      bytes: 84,
      packets: 1,
      flow: { icmp: { type: 8, code: 0, name: 'echo request' } },
    }),
  );
  const amplified = times(
    120,
    (index): Talk => ({
      from: '10.0.9.7',
      to: `198.18.${index % 4}.${1 + index}`,
      port: [53, 123, 389, 11_211][index % 4]!,
      service: ['domain (UDP/53)', 'ntp (UDP/123)', 'ldap (UDP/389)', 'memcache (UDP/11211)'][index % 4]!,
      transport: 'udp',
      direction: 'inbound',
      answer: true,
      bytes: 90_000 * (1 + (index % 4)),
      packets: 70 * (1 + (index % 4)),
      server: abroad('Japan', index % 2 === 0 ? 'Ginkgo Telecom' : 'Birch Cloud', 64_505),
    }),
  );
  const reflected = times(
    20,
    (index): Talk => ({
      from: `203.0.113.${100 + index}`,
      to: '10.0.9.2',
      port: 53,
      service: 'domain (UDP/53)',
      transport: 'udp',
      direction: 'outbound',
      answer: true,
      bytes: 40_000,
      packets: 30,
    }),
  );
  const odd = [
    { tcp_flags: ['FIN', 'PSH', 'URG'], tcp_flags_bits: 41 },
    { tcp_flags: [], tcp_flags_bits: 0 },
    { tcp_flags: ['FIN', 'SYN'], tcp_flags_bits: 3 },
    { tcp_flags: ['ACK', 'URG'], tcp_flags_bits: 48 },
  ].flatMap((flow, nth) =>
    times(
      5,
      (index): Talk => ({
        from: `203.0.113.${67 + (index % 2)}`,
        to: `10.0.9.${2 + nth}`,
        port: 80,
        service: 'http (TCP/80)',
        direction: 'inbound',
        bytes: 40,
        packets: 1,
        flow,
      }),
    ),
  );
  const uploads = times(
    14,
    (index): Talk => ({
      from: `10.0.${1 + (index % 3)}.${21 + (index % 5)}`,
      to: '198.51.100.77',
      port: 443,
      service: 'https (TCP/443)',
      direction: 'outbound',
      bytes: 30_000_000 * (1 + (index % 4)),
      packets: 22_000,
      durationMs: 700_000 + 90_000 * index,
      server: abroad('United States', 'Birch Cloud', 64_501),
    }),
  );
  const unusual = times(
    40,
    (index): Talk => ({
      from: index % 5 === 0 ? '203.0.113.90' : host('10.0.1', index),
      to: `10.0.${index % 5 === 0 ? 9 : 2}.${50 + (index % 4)}`,
      port: [4444, 6667, 8888, 31_337][index % 4]!,
      service: `TCP/${[4444, 6667, 8888, 31_337][index % 4]}`,
      direction: index % 5 === 0 ? 'inbound' : 'internal',
      bytes: 5000 * (1 + (index % 7)),
    }),
  );
  const exposed = times(
    48,
    (index): Talk => ({
      from: `192.0.2.${60 + (index % 9)}`,
      to: `10.0.9.${2 + (index % 4)}`,
      port: [445, 3306, 9200, 6379, 2049, 389][index % 6]!,
      service: `TCP/${[445, 3306, 9200, 6379, 2049, 389][index % 6]}`,
      direction: 'inbound',
      bytes: 4000 * (1 + (index % 5)),
      client: abroad(index % 2 === 0 ? 'Netherlands' : 'Ireland', 'Cedar Hosting', 64_502),
      ...(index % 3 === 0 ? { flow: syn } : {}),
    }),
  );
  const ourDatabase = times(
    3,
    (index): Talk => ({
      from: `10.0.1.${15 + index}`,
      to: '198.51.100.33',
      port: 5432,
      service: 'postgresql (TCP/5432)',
      direction: 'outbound',
      bytes: 80_000,
    }),
  );
  const bad = times(60, (index): Talk => {
    const isOurs = index % 3 === 0;
    const ip = `192.0.2.${150 + (index % 6)}`;
    return {
      from: isOurs ? `10.0.3.${30 + (index % 2)}` : ip,
      to: isOurs ? ip : `10.0.9.${3 + (index % 3)}`,
      port: isOurs ? 443 : 22,
      service: isOurs ? 'https (TCP/443)' : 'ssh (TCP/22)',
      direction: isOurs ? 'outbound' : 'inbound',
      bytes: 900 * (1 + (index % 8)),
      flow: { threat: { side: [isOurs ? 'destination' : 'source'], kind: [isOurs ? 'botnet' : 'attacker'] } },
      more: {
        threat: {
          indicator: { ip: [ip], type: ['ipv4-addr'] },
          feed: { name: [isOurs ? 'command servers' : index % 2 === 0 ? 'attackers' : 'scanners'] },
        },
      },
    };
  });
  return [
    ...tries,
    ...inside,
    ...scan,
    ...pings,
    ...amplified,
    ...reflected,
    ...odd,
    ...uploads,
    ...unusual,
    ...exposed,
    ...ourDatabase,
    ...bad,
  ];
}

function firewall(): readonly Talk[] {
  const reasons = ['ingress acl', 'ingress acl', 'egress acl', 'access to the firewall', 'first packet not syn'];
  const events = ['flow denied', 'flow created', 'flow deleted', 'flow created', 'flow update', 'flow deleted'];
  return times(150, (index): Talk => {
    const event = events[index % 6]!;
    const isDenied = event === 'flow denied';
    const nth = Math.floor(index / 6);
    return {
      from: isDenied ? `203.0.113.${60 + (nth % 9)}` : host('10.0.1', index),
      to: isDenied ? `10.0.9.${2 + (nth % 4)}` : `198.51.100.${1 + (index % 30)}`,
      port: isDenied ? [23, 445, 3389][nth % 3]! : 443,
      service: isDenied
        ? ['telnet (TCP/23)', 'microsoft-ds (TCP/445)', 'ms-wbt-server (TCP/3389)'][nth % 3]!
        : 'https (TCP/443)',
      direction: isDenied ? 'inbound' : 'outbound',
      bytes: isDenied ? 0 : 20_000 * (1 + (index % 9)),
      observer: '10.0.0.254',
      client: isDenied ? { geo: { country_name: ['Ireland', 'Japan', 'France'][nth % 3] } } : {},
      flow: {
        event,
        ...(isDenied
          ? {
              tcp_flags: [],
              firewall: {
                reason: reasons[nth % 5],
                ingress_acl: ['8e7bfa02-2b6c9e41-00000000', '1d0ff3c5-77a1e2b0-00000000'][nth % 2],
                ...(nth % 2 === 0 ? { egress_acl: '99c0de11-0a0b0c0d-00000000' } : {}),
              },
            }
          : {}),
      },
      more: isDenied
        ? { event: { kind: 'event', category: 'network', type: ['connection', 'denied'], dataset: 'weir.flow' } }
        : { user: { name: ['ada', 'ben', 'cleo', 'dana'][index % 4] } },
    };
  });
}

function translation(): readonly Talk[] {
  const events = [
    'NAT44 session create',
    'NAT44 session delete',
    'port block allocation',
    'NAT44 session create',
    'port block de-allocation',
    'NAT44 session delete',
    'quota exceeded',
    'NAT ports exhausted',
  ];
  return times(160, (index): Talk => {
    const event = events[index % (index % 5 === 0 ? 8 : 6)]!;
    const publicIp = `198.51.100.${200 + (index % 4)}`;
    const ip = `100.64.${index % 3}.${1 + (index % 29)}`;
    const isForward = index % 10 === 9;
    const ends = { ip, port: 40_000 + index, nat: { ip: publicIp, port: 1024 + index } };
    const inner = { ip: '198.51.100.210', port: 443, nat: { ip: `10.0.9.${2 + (index % 3)}`, port: 8443 } };
    const isLimit = event.startsWith('quota') || event.endsWith('exhausted');
    return {
      from: ip,
      to: isForward ? inner.ip : `192.0.2.${1 + (index % 20)}`,
      port: 443,
      service: 'https (TCP/443)',
      direction: 'outbound',
      bytes: 15_000 * (1 + (index % 6)),
      client: ends,
      server: isForward ? inner : {},
      observer: '10.0.0.253',
      flow: {
        event,
        nat: {
          pool: ['homes', 'business', 'mobile'][index % 3],
          ...(isLimit ? { limit: 'maximum entries per user' } : {}),
          ...(event.startsWith('port block') ? { port_block: { start: 1024, end: 1535 } } : {}),
        },
      },
      more: {
        // Client and server have no translated addresses in the mapping: the sides have.
        client: { ip, port: ends.port },
        server: { ip: isForward ? inner.ip : `192.0.2.${1 + (index % 20)}`, port: 443 },
      },
    };
  });
}

function wireless(): readonly Talk[] {
  return times(150, (index): Talk => {
    const ssid = ['Office', 'Guests', 'Things'][index % 5 < 3 ? 0 : (index % 5) - 2]!;
    return {
      from: host('10.0.3', index * 3),
      to: `198.51.100.${1 + (index % 15)}`,
      port: index % 3 === 0 ? 53 : 443,
      service: index % 3 === 0 ? 'domain (UDP/53)' : 'https (TCP/443)',
      transport: index % 3 === 0 ? 'udp' : 'tcp',
      direction: 'outbound',
      bytes: 70_000 * (1 + ((index * 5) % 9)),
      flow: { wlan: { ssid, bssid: `02-00-5E-10-00-0${1 + (index % 5)}` } },
    };
  });
}

function labels(): readonly Talk[] {
  return times(120, (index): Talk => {
    const vrf = ['blue', 'green', 'management'][index % 5 < 3 ? 0 : (index % 5) - 2]!;
    return {
      from: host('10.30.1', index),
      to: `10.30.2.${1 + (index % 12)}`,
      port: index % 4 === 0 ? 445 : 443,
      service: index % 4 === 0 ? 'microsoft-ds (TCP/445)' : 'https (TCP/443)',
      direction: 'internal',
      bytes: 90_000 * (1 + ((index * 7) % 8)),
      observer: `10.255.1.${1 + (index % 3)}`,
      flow: {
        mpls: { labels: [String(24_000 + (index % 4)), String(299_776 + (index % 3))] },
        vrf: { ingress: vrf, egress: index % 7 === 0 ? 'green' : vrf },
        bgp: { next_hop: { ip: `10.255.1.${10 + (index % 3)}` } },
      },
    };
  });
}

function tunnels(): readonly Talk[] {
  return times(120, (index): Talk => {
    const type = ['vxlan', 'vxlan', 'gre', 'geneve'][index % 4]!;
    return {
      from: `10.40.0.${1 + (index % 4)}`,
      to: `10.40.0.${11 + (index % 3)}`,
      port: type === 'gre' ? 0 : type === 'vxlan' ? 4789 : 6081,
      service: type === 'gre' ? 'GRE' : type === 'vxlan' ? 'vxlan (UDP/4789)' : 'geneve (UDP/6081)',
      transport: type === 'gre' ? 'gre' : 'udp',
      direction: 'internal',
      bytes: 60_000 * (1 + ((index * 5) % 9)),
      observer: '10.40.0.254',
      flow: {
        tunnel: {
          type,
          id: String(type === 'gre' ? 42 : 5000 + (index % 3)),
          inner: {
            source: { ip: `172.16.${index % 3}.${1 + (index % 20)}`, port: 41_000 + index },
            destination: { ip: `172.16.9.${1 + (index % 5)}`, port: [443, 5432, 9092][index % 3] },
            transport: index % 6 === 0 ? 'udp' : 'tcp',
          },
        },
      },
    };
  });
}

function sites(): readonly Talk[] {
  const places = ['Berlin', 'Lyon', 'Basel'] as const;
  return times(150, (index): Talk => {
    const here = places[index % 5 < 3 ? 0 : (index % 5) - 2]!;
    const there = places[(index * 7) % 3]!;
    return {
      from: host('10.50.1', index),
      to: `10.50.9.${1 + (index % 8)}`,
      port: [443, 445, 5432][index % 3]!,
      service: ['https (TCP/443)', 'microsoft-ds (TCP/445)', 'postgresql (TCP/5432)'][index % 3]!,
      direction: 'internal',
      bytes: 120_000 * (1 + ((index * 5) % 9)),
      client: { geo: { name: here } },
      server: { geo: { name: there } },
      more: {
        observer: { ip: `10.50.0.${1 + (index % 3)}`, geo: { name: here } },
      },
      flow: {
        client: { network: `${here} offices`, tags: [index % 4 === 0 ? 'guests' : 'staff'] },
        server: { network: `${there} servers`, tags: index % 3 === 0 ? ['production', 'database'] : ['production'] },
        source: { network: `${here} offices` },
        destination: { network: `${there} servers` },
        exporter: { tags: [index % 3 === 0 ? 'core' : 'edge'] },
      },
    };
  });
}

/** Every two minutes of the span: two hosts, two switches with an ailing port, an access point. */
function counters({ endMs, spanMs }: TimeSpan): readonly PageDocument[] {
  const stepMs = Math.max(120_000, Math.round(spanMs / 200));
  const steps = Math.floor(spanMs / stepMs);
  return times(steps, (step): readonly PageDocument[] => {
    const timestamp = new Date(endMs - spanMs + (step + 0.5) * stepMs).toISOString();
    const wave = 1 + Math.sin(step / 9);
    const of = (ip: string, counts: Part, more: Part = {}): PageDocument => ({
      kind: 'counters',
      document: {
        '@timestamp': timestamp,
        event: { kind: 'metric', category: 'network', type: 'info', dataset: 'weir.counters' },
        observer: { ip },
        flow: { export: { protocol: 'sflow_v5' } },
        ...more,
        counters: counts,
      },
    });
    const hosts = times(2, (nth) =>
      of(`10.0.9.${2 + nth}`, {
        host: { name: `server${nth}`, os_name: nth === 0 ? 'linux' : 'freebsd' },
        cpu: { load_one: wave * (1 + nth), load_five: wave * (1 + nth) * 0.8, cores: 8 },
        memory: { total_bytes: 16e9, free_bytes: Math.round(9e9 - wave * 2e9) },
        disk: {
          total_bytes: 500e9,
          free_bytes: Math.round(200e9 - step * 1e8),
          partition_max_used_percent: 61,
          written_bytes: Math.round(step * 4e7 * (1 + nth)),
        },
        network: { in_bytes: Math.round(step * 9e8 * (1 + nth)), out_bytes: step * 3e8, in_errors: nth },
      }),
    );
    const ports = times(2, (nth) =>
      of(
        `10.255.2.${1 + nth}`,
        {
          source: { type: 'interface', index: 7 + nth, name: `switch-${1 + nth} port${7 + nth}` },
          interface: {
            index: 7 + nth,
            type: 6,
            speed: 1e9,
            direction: nth === 0 ? 'full-duplex' : 'half-duplex',
            status: 'up',
            in_bytes: Math.round(step * 1.1e9),
            out_bytes: Math.round(step * 0.6e9),
            in_unicast_packets: step * 900_000,
            in_broadcast_packets: Math.round(step * 900 * (1 + nth)),
            in_errors: Math.round((step * step) / 3) * (1 + nth),
            out_errors: step * 2,
            in_discards: step * 11,
            out_discards: Math.round(step * 50 * (1 + nth)),
            in_unknown_protos: step,
          },
          ethernet: {
            fcs_errors: step * 3,
            alignment_errors: step,
            symbol_errors: Math.floor(step / 2),
            late_collisions: step * nth,
            frame_too_longs: Math.floor(step / 5),
            carrier_sense_errors: Math.floor(step / 9),
          },
        },
        { interface: { id: String(7 + nth), name: `port${7 + nth}` } },
      ),
    );
    const device = of('10.255.2.1', {
      processor: { cpu_5m_percent: Math.round(20 * wave), total_memory_bytes: 4e9, free_memory_bytes: 1e9 },
    });
    const point = of('10.0.3.2', {
      wlan: {
        associated_station_count: Math.round(14 * wave),
        retry_count: step * 40,
        failed_count: step * 3,
        fcs_error_count: step * 9,
      },
    });
    return [...hosts, ...ports, device, point];
  }).flat();
}
