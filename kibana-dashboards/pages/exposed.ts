// Services that should not be reachable from the internet, and are.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { askedFromOutside, askedOutside, PRIVATE_PORTS } from '../lib/queries.ts';

const ASKED = askedFromOutside(PRIVATE_PORTS);
const ANSWERED = `${ASKED} and not (network.transport: tcp and not flow.tcp_flags: ACK)`;

export const page: Page = {
  id: 'exposed',
  title: 'Exposed services',
  group: 'threats',
  order: 100,
  question: 'Which file shares, databases, directories and consoles of ours does somebody outside reach?',
  from: 'now-24h',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Hosts that are asked', metric: 'servers', filter: ASKED },
        { kind: 'tile', title: 'Hosts that answer', metric: 'servers', filter: ANSWERED, alarm: 1 },
        { kind: 'tile', title: 'Clients outside', metric: 'clients', filter: ASKED },
        { kind: 'tile', title: 'Bytes', metric: 'bytes', filter: ANSWERED },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Flows by service',
          metrics: ['flows'],
          draw: 'bar',
          by: {
            label: 'Service',
            filters: {
              'Windows shares and RPC': 'server.port: (135 or 137 or 139 or 445)',
              'NFS, rsync, portmapper': 'server.port: (111 or 873 or 2049)',
              'SQL databases': 'server.port: (1433 or 1521 or 3306 or 5432)',
              'other databases': 'server.port: (5984 or 6379 or 9042 or 9200 or 11211 or 27017)',
              'directory, SNMP': 'server.port: (161 or 389)',
              'consoles and desktops': 'server.port: (23 or 2375 or 3389 or 5900)',
            },
          },
          filter: ASKED,
          width: 30,
        },
        {
          kind: 'bars',
          title: 'Services',
          by: 'flow.service.name',
          metric: 'clients',
          color: COLORS.threat,
          filter: ASKED,
          about: 'By the number of clients.',
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Hosts that answer',
          by: [
            { field: 'server.ip', size: 30 },
            { field: 'flow.service.name', size: 3 },
          ],
          metrics: ['bytes', 'clients', 'flows'],
          filter: ANSWERED,
          about: 'TCP with an ACK, or UDP at all. Close them, or let only those in who need it.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Who asks',
          by: 'client.ip',
          metrics: ['flows', 'servers', 'services', 'bytes'],
          filter: ASKED,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'bars',
          title: 'Countries they come from',
          by: 'client.geo.country_name',
          metric: 'flows',
          color: COLORS.threat,
          filter: ASKED,
        },
        {
          kind: 'bars',
          title: 'Of ours, using such services outside',
          by: 'flow.conversation',
          metric: 'bytes',
          color: COLORS.client,
          filter: askedOutside(PRIVATE_PORTS),
          about: 'Databases and shares across the internet, not encrypted.',
          drill: ['records'],
        },
      ],
    },
  ],
};
