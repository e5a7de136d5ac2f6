// Virtual private networks: which tunnels there are, how much runs through them, who is connected.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { askedOutside } from '../lib/queries.ts';

const KINDS = {
  'IPsec (ESP, AH)': 'network.transport: (esp or ah)',
  'IPsec (IKE, NAT-T)': 'server.port: (500 or 4500) and network.transport: udp',
  WireGuard: 'server.port: 51820 and network.transport: udp',
  OpenVPN: 'server.port: 1194',
  'L2TP, PPTP': 'server.port: (1701 or 1723)',
  'GRE, IP in IP': 'network.transport: (gre or ipip)',
  'TLS on other ports (4433, 10443)': 'server.port: (4433 or 10443)',
  Tailscale: 'server.port: 41641',
} as const;
/** Of kinds that have ports. */
const PORTS = [500, 1194, 1701, 1723, 4433, 4500, 10443, 41641, 51820];
const VPN = Object.values(KINDS)
  .map((query) => `(${query})`)
  .join(' or ');

export const page: Page = {
  id: 'vpn',
  title: 'VPN',
  group: 'services',
  order: 110,
  question: 'Which private tunnels run across the network, how much do they carry, and who is connected?',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Traffic in tunnels', metric: 'bit/s', filter: VPN, trend: true },
        { kind: 'tile', title: 'Tunnel ends (clients)', metric: 'clients', filter: VPN },
        { kind: 'tile', title: 'Gateways (servers)', metric: 'servers', filter: VPN },
        {
          kind: 'tile',
          title: 'Gateways outside',
          metric: 'servers',
          filter: askedOutside(PORTS),
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by kind of tunnel',
          metrics: ['bit/s'],
          by: { label: 'Kind', filters: KINDS },
          filter: VPN,
          about: 'By protocol and port. TLS tunnels on port 443 look like the web.',
          width: 32,
        },
        {
          kind: 'donut',
          title: 'Direction',
          by: { field: 'network.direction', other: false },
          metric: 'bytes',
          filter: VPN,
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Gateways',
          by: 'server.ip',
          metrics: ['bytes', 'bit/s', 'clients', 'flows'],
          filter: VPN,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Who is connected',
          by: 'client.ip',
          metrics: ['bytes', 'bit/s', 'servers', { op: 'max', field: 'event.duration', label: 'Longest' }],
          filter: VPN,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Inside, yet tunnelling out',
          by: 'client.ip',
          metric: 'bytes',
          color: COLORS.threat,
          filter: askedOutside(PORTS),
          about:
            'Hosts of ours with tunnels to somewhere outside: home offices of others, or ways around the firewall.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Countries of the other ends',
          by: 'server.geo.country_name',
          metric: 'bytes',
          color: COLORS.server,
          filter: VPN,
        },
      ],
    },
  ],
};
