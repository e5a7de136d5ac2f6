// Applications, where exporters recognise them or the user's table names them.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'applications',
  title: 'Top applications',
  group: 'top',
  order: 40,
  question: 'Which applications use the network, who uses them, and what hides in the web ports?',
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
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Applications over time',
          metrics: ['bit/s'],
          by: { field: 'network.application', size: 12 },
          width: 32,
          drill: ['conversations', 'records'],
        },
        { kind: 'donut', title: 'Shares', by: { field: 'network.application', size: 9 }, metric: 'bytes' },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Top applications',
          by: { field: 'network.application', size: 100 },
          metrics: ['bytes', 'bit/s', 'packets', 'flows', 'clients', 'servers'],
          width: 30,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'treemap',
          title: 'Services that carry them',
          by: [
            { field: 'flow.service.name', size: 8 },
            { field: 'network.application', size: 6 },
          ],
          metric: 'bytes',
          filter: 'network.application: *',
          about: 'What hides behind a port such as 443.',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'bars',
          title: 'Top clients',
          by: { field: 'client.ip', size: 12 },
          stack: { field: 'network.application', size: 4 },
          metric: 'bytes',
          filter: 'network.application: *',
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Top servers',
          by: { field: 'server.ip', size: 12 },
          metric: 'bytes',
          filter: 'network.application: *',
          color: COLORS.server,
          drill: ['host', 'conversations', 'records'],
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second by application',
          metrics: ['packets/s'],
          by: { field: 'network.application', size: 9 },
        },
        {
          kind: 'heatmap',
          title: 'When each runs',
          y: { field: 'network.application', size: 12 },
          metric: 'bytes',
        },
      ],
    },
  ],
};
