// Who speaks with whom, and by what service.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'conversations',
  title: 'Top conversations',
  group: 'top',
  order: 20,
  question: 'Who speaks with whom, and how much? Pairs of client and server with their service',
  rows: [
    {
      height: 6,
      panels: [
        { kind: 'tile', title: 'Conversations', metric: 'conversations', trend: true },
        { kind: 'tile', title: 'Average traffic', metric: 'bit/s', trend: true },
        { kind: 'tile', title: 'Clients', metric: 'clients' },
        { kind: 'tile', title: 'Servers', metric: 'servers' },
      ],
    },
    {
      height: 18,
      panels: [
        {
          kind: 'table',
          title: 'Top conversations',
          by: { field: 'flow.conversation', size: 100 },
          metrics: ['bytes', 'packets', 'flows', 'mean duration'],
          rows: 15,
          firstWidth: 330,
          width: 30,
          about: 'Client > server, service.',
          drill: ['records'],
        },
        {
          kind: 'sankey',
          title: 'Client, service, server',
          stages: ['client.ip', 'flow.service.name', 'server.ip'],
          sizes: [8, 4, 4],
          about: 'By bytes; the biggest of each stage. Hover for numbers.',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Conversations over time',
          metrics: ['bit/s'],
          by: { field: 'flow.conversation', size: 8, other: false },
          drill: ['records'],
        },
      ],
    },
  ],
};
