// Clouds and content networks: which, how much, by whom.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { APPLICATIONS, byProvider, CLOUDS, CONTENT_NETWORKS, runBy } from '../lib/providers.ts';

const CLOUD = runBy(CLOUDS);
const ANY = runBy([...CLOUDS, ...CONTENT_NETWORKS, ...APPLICATIONS]);

export const page: Page = {
  id: 'cloud',
  title: 'Clouds',
  group: 'services',
  order: 70,
  question: 'Which clouds and content networks do we use, how much goes up and down, and who uses them?',
  needs: { fields: ['server.as.number'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with the AS of the server',
          what: 'flows whose server has an AS number',
          fields: ['server.as.number'],
          whenEmpty: [
            'Clouds are known by their AS numbers: weir needs an ASN database (docs/enrichment.md), or exporters that send AS numbers.',
            'Then networks that you tagged "cloud" show up, too.',
          ],
        },
      ],
    },
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Traffic with clouds', metric: 'bit/s', filter: CLOUD, trend: true },
        { kind: 'tile', title: 'Content networks', metric: 'bit/s', filter: runBy(CONTENT_NETWORKS), trend: true },
        { kind: 'tile', title: 'Clients', metric: 'clients', filter: CLOUD },
        { kind: 'tile', title: 'Servers', metric: 'servers', filter: CLOUD },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by cloud',
          metrics: ['bit/s'],
          by: { label: 'Cloud', filters: byProvider(CLOUDS.slice(0, 9)) },
          filter: CLOUD,
          about: 'By the AS numbers that they use; kibana-dashboards/lib/providers.ts has the list.',
          width: 32,
        },
        {
          kind: 'donut',
          title: 'What kind',
          by: {
            label: 'Kind',
            filters: {
              Clouds: CLOUD,
              'Content networks': runBy(CONTENT_NETWORKS),
              Applications: runBy(APPLICATIONS),
              'All others': `server.as.number: * and not ${ANY}`,
            },
          },
          metric: 'bytes',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Networks of clouds',
          by: { field: 'server.as.organization.name', size: 50, label: 'Network (AS)' },
          metrics: ['bytes', 'bit/s', 'clients', 'servers'],
          filter: runBy([...CLOUDS, ...CONTENT_NETWORKS]),
          firstWidth: 170,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Biggest users',
          by: 'client.ip',
          metric: 'bytes',
          color: COLORS.client,
          filter: CLOUD,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Sent up',
          by: 'client.ip',
          metric: 'bytes',
          color: COLORS.outbound,
          filter: `${CLOUD} and network.direction: outbound`,
          about: 'Records of what went out, by client: backups, uploads.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Services used there',
          by: 'flow.service.name',
          metric: 'bytes',
          color: COLORS.service,
          filter: CLOUD,
        },
        {
          kind: 'bars',
          title: 'Your own networks in clouds',
          by: 'flow.server.network',
          metric: 'bytes',
          color: COLORS.server,
          filter: 'flow.server.tags: cloud',
          about: 'Networks that you gave the tag "cloud" in the table of networks.',
        },
      ],
    },
  ],
};
