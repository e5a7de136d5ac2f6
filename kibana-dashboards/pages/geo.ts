// Where in the world: a map with arcs, and rankings of countries and cities.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'geo',
  title: 'Map',
  group: 'places',
  order: 10,
  question: 'Where in the world are clients and servers, and what goes between?',
  needs: { fields: ['client.geo.location', 'server.geo.location'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with a place',
          what: 'flows with a place',
          fields: ['client.geo.location', 'server.geo.location'],
          whenEmpty: [
            'weir has no GeoIP database yet, or all addresses are private: docs/enrichment.md says where it gets one.',
          ],
        },
      ],
    },
    {
      height: 24,
      panels: [
        {
          kind: 'map',
          title: 'Clients (blue) and servers (green)',
          points: ['client', 'server'],
          arcs: ['client', 'server'],
          width: 34,
          about: 'Circles and arcs by bytes. The outline comes with the page: no map service is asked.',
        },
        [
          {
            kind: 'bars',
            title: 'Countries of servers',
            by: 'server.geo.country_name',
            metric: 'bytes',
            color: COLORS.server,
            drill: ['countries', 'conversations', 'records'],
          },
          {
            kind: 'bars',
            title: 'Countries of clients',
            by: 'client.geo.country_name',
            metric: 'bytes',
            color: COLORS.client,
            drill: ['countries', 'conversations', 'records'],
          },
        ],
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Cities of servers',
          by: [
            { field: 'server.geo.city_name', size: 30, label: 'City' },
            { field: 'server.geo.country_name', size: 1, label: 'Country' },
          ],
          metrics: ['bytes', 'flows', 'clients'],
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'Cities of clients',
          by: [
            { field: 'client.geo.city_name', size: 30, label: 'City' },
            { field: 'client.geo.country_name', size: 1, label: 'Country' },
          ],
          metrics: ['bytes', 'flows', 'servers'],
          drill: ['records'],
        },
      ],
    },
  ],
};
