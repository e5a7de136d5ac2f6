// Ribbons: client, service, server.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'sankey-services',
  title: 'Client → service → server',
  group: 'paths',
  order: 30,
  question: 'Who uses which service of whom? Ribbons as wide as the traffic',
  rows: [
    {
      height: 30,
      panels: [
        {
          kind: 'sankey',
          title: 'Client, service, server',
          stages: ['client.ip', 'flow.service.name', 'server.ip'],
          sizes: [12, 4, 3],
          about: 'By bytes: the 12 biggest clients, 4 services of each, 3 servers of each of these. Hover for numbers.',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'The same as a table',
          by: [
            { field: 'flow.service.name', size: 15 },
            { field: 'client.ip', size: 3 },
            { field: 'server.ip', size: 3 },
          ],
          metrics: ['bytes', 'packets', 'flows'],
          about: 'For each service its three biggest clients, and the servers that these use.',
          drill: ['host', 'conversations', 'records'],
        },
      ],
    },
  ],
};
