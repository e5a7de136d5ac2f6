// Your networks by the names that you gave them.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const NAMED = 'flow.client.network: * or flow.server.network: *';

export const page: Page = {
  id: 'subnets',
  title: 'Subnets',
  group: 'places',
  order: 60,
  question: 'How much does each of our networks use, send and receive, and which speak with which?',
  needs: { fields: ['flow.client.network', 'flow.server.network'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows in named networks',
          what: 'flows with a network that has a name',
          fields: ['flow.client.network', 'flow.server.network'],
          whenEmpty: [
            'Give your networks names: a CSV file "prefix,name,tags,site,internal" for the enricher "networks" (docs/enrichment.md).',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Sent, by network',
          metrics: ['bit/s'],
          by: { field: 'flow.source.network', label: 'Network' },
          filter: 'flow.source.network: *',
          about: 'By the direction of the record: networks whose hosts sent.',
        },
        {
          kind: 'series',
          title: 'Received, by network',
          metrics: ['bit/s'],
          by: { field: 'flow.destination.network', label: 'Network' },
          filter: 'flow.destination.network: *',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Networks of clients',
          by: { field: 'flow.client.network', size: 50, label: 'Network' },
          firstWidth: 135,
          metrics: ['bytes', 'bit/s', 'clients', 'services', 'flows'],
          drill: ['talkers', 'conversations'],
        },
        {
          kind: 'table',
          title: 'Networks of servers',
          by: { field: 'flow.server.network', size: 50, label: 'Network' },
          firstWidth: 135,
          metrics: ['bytes', 'bit/s', 'servers', 'clients', 'flows'],
          drill: ['talkers', 'conversations'],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'heatmap',
          title: 'Which speaks with which',
          x: { field: 'flow.server.network', label: 'Server' },
          y: { field: 'flow.client.network', label: 'Client' },
          metric: 'bytes',
        },
        {
          kind: 'bars',
          title: 'What they use',
          by: 'flow.client.network',
          stack: 'flow.service.name',
          metric: 'bytes',
          color: COLORS.client,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'To and from the internet',
          by: 'flow.client.network',
          stack: { field: 'network.direction', size: 4 },
          metric: 'bytes',
          filter: NAMED,
        },
        {
          kind: 'bars',
          title: 'Hosts that ask, by network',
          by: 'flow.client.network',
          metric: 'clients',
          color: COLORS.client,
          about: 'Different client addresses.',
        },
      ],
    },
  ],
};
