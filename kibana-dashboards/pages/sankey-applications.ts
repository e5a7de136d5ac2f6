// Ribbons: client, application, service, server.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'sankey-applications',
  title: 'Client → application → server',
  group: 'paths',
  order: 40,
  question: 'Who uses which application over which service of whom?',
  needs: { fields: ['network.application'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with an application',
          what: 'flows with an application',
          fields: ['network.application'],
          whenEmpty: [
            'Exporters that look into the traffic name it (applicationId, IE 95, with its option table: Cisco NBAR and others).',
            'Or name applications yourself by addresses and ports: docs/enrichment.md.',
          ],
        },
      ],
    },
    {
      height: 28,
      panels: [
        {
          kind: 'sankey',
          title: 'Client, application, service, server',
          stages: ['client.ip', 'network.application', 'flow.service.name', 'server.ip'],
          sizes: [14, 5, 2, 3],
          about: 'By bytes, the biggest of each. Hover for numbers.',
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
            { field: 'network.application', size: 15 },
            { field: 'client.ip', size: 3 },
            { field: 'server.ip', size: 3 },
          ],
          metrics: ['bytes', 'packets', 'flows'],
          drill: ['host', 'applications', 'records'],
        },
      ],
    },
  ],
};
