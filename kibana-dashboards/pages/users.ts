// People instead of addresses, where exporters know them.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'users',
  title: 'Users',
  group: 'top',
  order: 80,
  question: 'Which users make which traffic, with which applications, from which addresses?',
  needs: { fields: ['user.name'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with a user',
          what: 'flows with a user',
          fields: ['user.name'],
          whenEmpty: [
            'Exporters that know who is logged in name the user (userName, IE 371, or elements of their makers):',
            'firewalls with user identification, proxies, agents on the hosts.',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Users over time',
          metrics: ['bit/s'],
          by: { field: 'user.name', size: 10 },
          width: 32,
          drill: ['conversations', 'records'],
        },
        { kind: 'donut', title: 'Shares', by: 'user.name', metric: 'bytes' },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Users',
          by: { field: 'user.name', size: 100 },
          metrics: ['bytes', 'flows', 'clients', 'servers', 'services'],
          width: 26,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'sankey',
          title: 'User, service, server',
          stages: ['user.name', 'flow.service.name', 'server.ip'],
          sizes: [10, 5, 4],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Users and applications',
          by: 'user.name',
          stack: { field: 'network.application', size: 6 },
          metric: 'bytes',
          filter: 'network.application: *',
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Users on most addresses',
          by: 'user.name',
          metric: 'clients',
          color: COLORS.client,
          about: 'One name on many addresses: a shared or a stolen account.',
          drill: ['records'],
        },
      ],
    },
  ],
};
