// The top of everything by packets: what costs routers and firewalls.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'top-packets',
  title: 'Top by packets',
  group: 'top',
  order: 50,
  question: 'Who sends the most packets? What costs routers and firewalls is packets, not bytes',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Packets', metric: 'packets', compare: '1d' },
        { kind: 'tile', title: 'Packets per second', metric: 'packets/s', trend: true },
        { kind: 'tile', title: 'Mean packet', metric: 'bytes per packet' },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second by service',
          metrics: ['packets/s'],
          by: { field: 'flow.service.name', size: 10 },
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Clients',
          by: 'client.ip',
          metric: 'packets',
          color: COLORS.client,
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Servers',
          by: 'server.ip',
          metric: 'packets',
          color: COLORS.server,
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Services',
          by: 'flow.service.name',
          metric: 'packets',
          color: COLORS.service,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Conversations by packets',
          by: { field: 'flow.conversation', size: 50 },
          metrics: ['packets', 'bytes per packet', 'bytes', 'flows'],
          firstWidth: 330,
          about: 'Client > server, service.',
          drill: ['records'],
          width: 30,
        },
        {
          kind: 'bars',
          title: 'Exporters',
          by: 'observer.name',
          metric: 'packets/s',
          color: COLORS.exporter,
          about: 'Packets per second that each exporter reports, on average.',
          drill: ['devices', 'interfaces'],
        },
      ],
    },
  ],
};
