// Sites and tags: the places and kinds of networks, in the user's words.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'sites',
  title: 'Sites and tags',
  group: 'places',
  order: 70,
  question: 'How much runs at and between our sites, and for which kinds of networks (tags)?',
  needs: {
    fields: ['client.geo.name', 'server.geo.name', 'flow.client.tags', 'flow.server.tags', 'observer.geo.name'],
  },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with a site or a tag',
          what: 'flows with a site or a tag',
          fields: ['client.geo.name', 'server.geo.name', 'flow.client.tags', 'flow.server.tags', 'observer.geo.name'],
          whenEmpty: [
            'Sites and tags are columns of the tables of networks and of exporters: "prefix,name,tags,site,internal" and',
            '"exporter,name,site,tags" (docs/enrichment.md).',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by site of the client',
          metrics: ['bit/s'],
          by: 'client.geo.name',
          filter: 'client.geo.name: *',
        },
        {
          kind: 'series',
          title: 'Traffic by site of the exporter',
          metrics: ['bit/s'],
          by: 'observer.geo.name',
          filter: 'observer.geo.name: *',
          about: 'Traffic that is seen at several sites counts at each.',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'sankey',
          title: 'From site to site',
          stages: ['client.geo.name', 'flow.service.name', 'server.geo.name'],
          sizes: [8, 4, 6],
          about: 'Client, service, server; by bytes.',
        },
        {
          kind: 'table',
          title: 'Sites',
          by: [
            { field: 'client.geo.name', size: 20 },
            { field: 'server.geo.name', size: 4 },
          ],
          metrics: ['bytes', 'bit/s', 'clients'],
          about: 'Site of the client, site of the server.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by tag of the client',
          metrics: ['bit/s'],
          draw: 'line',
          by: { field: 'flow.client.tags', other: false },
          about: 'A network may have several tags, and then counts in several lines.',
        },
        {
          kind: 'bars',
          title: 'Tags of clients',
          by: 'flow.client.tags',
          metric: 'bytes',
          color: COLORS.client,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Tags of servers',
          by: 'flow.server.tags',
          metric: 'bytes',
          color: COLORS.server,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'bars',
          title: 'Tags of exporters',
          by: 'flow.exporter.tags',
          metric: 'bytes',
          color: COLORS.exporter,
        },
        {
          kind: 'heatmap',
          title: 'Tag with tag',
          x: { field: 'flow.server.tags', label: 'Server' },
          y: { field: 'flow.client.tags', label: 'Client' },
          metric: 'bytes',
          about: 'Does "guests" speak with "production"?',
        },
      ],
    },
  ],
};
