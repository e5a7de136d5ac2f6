// Ribbons: from AS to AS.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'sankey-as',
  title: 'AS → AS',
  group: 'paths',
  order: 50,
  question: 'From which autonomous system to which does the traffic go?',
  needs: { fields: ['source.as.organization.name', 'destination.as.organization.name'] },
  rows: [
    {
      height: 26,
      panels: [
        {
          kind: 'sankey',
          title: 'From AS to AS',
          stages: ['source.as.organization.name', 'destination.as.organization.name'],
          sizes: [20, 10],
          missing: 'own or private',
          about: 'Source and destination as the records have them, by bytes. An end without an AS is own or private.',
        },
        {
          kind: 'sankey',
          title: 'Client AS, service, server AS',
          stages: ['client.as.organization.name', 'flow.service.name', 'server.as.organization.name'],
          sizes: [10, 6, 4],
          missing: 'own or private',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Between autonomous systems',
          by: [
            { field: 'source.as.organization.name', label: 'Source AS', size: 20, other: true, missing: true },
            { field: 'destination.as.organization.name', label: 'Destination AS', size: 5, other: true, missing: true },
          ],
          metrics: ['bytes', 'bit/s', 'packets', 'flows'],
          filter: 'source.as.organization.name: * or destination.as.organization.name: *',
          drill: ['as', 'records'],
        },
      ],
    },
  ],
};
