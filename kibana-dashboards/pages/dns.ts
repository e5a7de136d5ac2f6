// Name service: who asks whom, whether answers come, and what does not go through the resolvers.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { askedOutside } from '../lib/queries.ts';
import { exporterTable, requestRows } from '../lib/request-rows.ts';

const DNS = { name: 'DNS', ports: [53, 853] } as const;

export const page: Page = {
  id: 'dns',
  title: 'DNS',
  group: 'services',
  order: 10,
  question: 'Who asks which name servers, do they answer, and who goes past our resolvers or moves data through DNS?',
  rows: [
    ...requestRows(DNS),
    {
      height: 14,
      panels: [
        {
          kind: 'bars',
          title: 'Past our resolvers',
          by: 'client.ip',
          metric: 'flows',
          color: COLORS.client,
          filter: askedOutside([53]),
          about: 'Clients that ask name servers on the internet. Your own resolvers belong here; others, perhaps not.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Large DNS flows: transfers or tunnels',
          by: 'flow.conversation',
          metric: 'bytes',
          color: COLORS.threat,
          filter: 'server.port: 53 and network.bytes > 10000',
          about: 'Flows of more than 10 kB: zone transfers, or data carried in questions and answers.',
          drill: ['records'],
        },
        exporterTable(DNS),
      ],
    },
  ],
};
