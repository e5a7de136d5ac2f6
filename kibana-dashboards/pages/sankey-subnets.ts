// Ribbons: from subnet to subnet.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'sankey-subnets',
  title: 'Subnet → subnet',
  group: 'paths',
  order: 70,
  question: 'Which of my networks speak with which, and by which services?',
  needs: { fields: ['flow.source.network', 'flow.destination.network'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with a network',
          what: 'flows with a network that has a name',
          fields: ['flow.source.network', 'flow.destination.network'],
          whenEmpty: ['Name your networks in a table of prefixes, one per line: docs/enrichment.md says how.'],
        },
      ],
    },
    {
      height: 24,
      panels: [
        {
          kind: 'sankey',
          title: 'From subnet to subnet',
          stages: ['flow.source.network', 'flow.destination.network'],
          sizes: [20, 10],
          missing: 'elsewhere',
          about: 'Source and destination as the records have them, by bytes.',
        },
        {
          kind: 'sankey',
          title: 'Client subnet, service, server subnet',
          stages: ['flow.client.network', 'flow.service.name', 'flow.server.network'],
          sizes: [12, 6, 4],
          missing: 'elsewhere',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Between subnets',
          by: [
            { field: 'flow.client.network', size: 20, other: true, missing: true },
            { field: 'flow.server.network', size: 5, other: true, missing: true },
          ],
          metrics: ['bytes', 'packets', 'flows', 'clients', 'servers', 'services'],
          filter: 'flow.client.network: * or flow.server.network: *',
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
