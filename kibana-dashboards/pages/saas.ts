// Applications on the internet that people use by name.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { APPLICATIONS, byProvider, runBy } from '../lib/providers.ts';

const SAAS = runBy(APPLICATIONS);

export const page: Page = {
  id: 'saas',
  title: 'Applications in the cloud',
  group: 'services',
  order: 80,
  question: 'Which online applications are used, by how many, how much, and when?',
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
            'Online applications are known by the AS numbers of who runs them: weir needs an ASN database (docs/enrichment.md),',
            'or exporters that send AS numbers. The page "Web and host names" knows more where exporters see names.',
          ],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by application',
          metrics: ['bit/s'],
          by: { label: 'Application', filters: byProvider(APPLICATIONS.slice(0, 9)) },
          filter: SAAS,
          width: 32,
          about: 'By the AS numbers of who runs it; what runs in somebody else’s cloud is on the page “Clouds”.',
        },
        {
          kind: 'donut',
          title: 'Shares',
          by: 'server.as.organization.name',
          metric: 'bytes',
          filter: SAAS,
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Applications',
          by: { field: 'server.as.organization.name', size: 50, label: 'Application' },
          metrics: ['clients', 'bytes', 'bit/s', 'flows'],
          filter: SAAS,
          firstWidth: 170,
          about: 'By the number of clients.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'heatmap',
          title: 'When they are used',
          y: 'server.as.organization.name',
          metric: 'bytes',
          filter: SAAS,
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Biggest users',
          by: 'client.ip',
          stack: 'server.as.organization.name',
          metric: 'bytes',
          color: COLORS.client,
          filter: SAAS,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Recognised by the exporter',
          by: 'network.application',
          metric: 'bytes',
          color: COLORS.service,
          filter: 'network.direction: (inbound or outbound) and network.application: *',
          about: 'Applications that exporters recognise (NBAR and alike), or that your table names.',
        },
      ],
    },
  ],
};
