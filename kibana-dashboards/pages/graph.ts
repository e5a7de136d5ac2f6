// Hubs and groups: who has to do with whom.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'graph',
  title: 'Graph',
  group: 'paths',
  order: 90,
  question: 'Who has to do with whom? Hubs that all turn to, and groups that keep to themselves',
  rows: [
    {
      height: 24,
      panels: [
        {
          kind: 'graph',
          title: 'Clients and servers',
          between: ['client.ip', 'server.ip'],
          sizes: [30, 5],
          about:
            'Blue asks, green answers, violet does both. Size and width by bytes: the 30 biggest clients, each with its five biggest servers. Filters above choose others.',
        },
      ],
    },
    {
      height: 20,
      panels: [
        {
          kind: 'graph',
          title: 'Senders and receivers',
          between: ['source.ip', 'destination.ip'],
          sizes: [14, 3],
          about: 'Blue sends, green receives, violet does both.',
        },
        {
          kind: 'graph',
          title: 'Networks (AS) of clients and servers',
          between: ['client.as.organization.name', 'server.as.organization.name'],
          missing: 'own or private',
          about: 'No results: weir has no ASN database (docs/enrichment.md).',
        },
        {
          kind: 'graph',
          title: 'Your subnets',
          between: ['flow.client.network', 'flow.server.network'],
          missing: 'elsewhere',
          about: 'No results until your networks have names (docs/enrichment.md).',
        },
      ],
    },
  ],
};
