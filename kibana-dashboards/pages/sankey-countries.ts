// Ribbons: from country to country.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'sankey-countries',
  title: 'Country → country',
  group: 'paths',
  order: 60,
  question: 'From which country to which does the traffic go, and by which services?',
  needs: { fields: ['source.geo.country_name', 'destination.geo.country_name'] },
  rows: [
    {
      height: 26,
      panels: [
        {
          kind: 'sankey',
          title: 'From country to country',
          stages: ['source.geo.country_name', 'destination.geo.country_name'],
          sizes: [20, 10],
          missing: 'own or private',
          about:
            'Source and destination as the records have them, by bytes. An end without a country is own or private.',
        },
        {
          kind: 'sankey',
          title: 'Client country, service, server country',
          stages: ['client.geo.country_name', 'flow.service.name', 'server.geo.country_name'],
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
          title: 'Between countries',
          by: [
            { field: 'source.geo.country_name', size: 20, other: true, missing: true },
            { field: 'destination.geo.country_name', size: 5, other: true, missing: true },
          ],
          metrics: ['bytes', 'bit/s', 'packets', 'flows'],
          filter: 'source.geo.country_name: * or destination.geo.country_name: *',
          drill: ['countries', 'records'],
        },
      ],
    },
  ],
};
