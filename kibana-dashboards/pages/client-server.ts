// Clients and servers side by side, by bytes, packets and flows.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const clients = { field: 'client.ip', size: 8 };
const servers = { field: 'server.ip', size: 8 };

export const page: Page = {
  id: 'client-server',
  title: 'Client and server',
  group: 'paths',
  order: 10,
  question: 'Which clients use which servers? Shares by bytes, packets and flows',
  rows: [
    {
      height: 20,
      panels: [
        {
          kind: 'donut',
          title: 'Clients (bytes)',
          by: clients,
          metric: 'bytes',
          width: 12,
          drill: ['host', 'conversations'],
        },
        {
          kind: 'sankey',
          title: 'From client to server',
          stages: ['client.ip', 'server.ip'],
          sizes: [14, 5],
          about: 'By bytes, the biggest of each.',
        },
        {
          kind: 'donut',
          title: 'Servers (bytes)',
          by: servers,
          metric: 'bytes',
          width: 12,
          drill: ['host', 'conversations'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        { kind: 'donut', title: 'Clients (packets)', by: clients, metric: 'packets' },
        { kind: 'donut', title: 'Servers (packets)', by: servers, metric: 'packets' },
        { kind: 'bars', title: 'Clients (flows)', by: clients, metric: 'flows', color: COLORS.client },
        { kind: 'bars', title: 'Servers (flows)', by: servers, metric: 'flows', color: COLORS.server },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Clients and their servers',
          by: [
            { field: 'client.ip', size: 20 },
            { field: 'server.ip', size: 4 },
          ],
          metrics: ['bytes', 'packets', 'flows', 'services'],
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'treemap',
          title: 'Servers and their clients',
          by: [
            { field: 'server.ip', size: 9 },
            { field: 'client.ip', size: 6 },
          ],
          metric: 'bytes',
          drill: ['host', 'conversations'],
          width: 20,
        },
      ],
    },
  ],
};
