// Access control of the network: RADIUS and TACACS+.

import type { Page } from '../lib/page-types.ts';
import { exporterTable, requestRows } from '../lib/request-rows.ts';

const RADIUS = { name: 'Access', ports: [49, 1645, 1646, 1812, 1813, 2083, 3799] } as const;
const ALL = 'server.port: (49 or 1645 or 1646 or 1812 or 1813 or 2083 or 3799)';

export const page: Page = {
  id: 'radius',
  title: 'RADIUS and TACACS+',
  group: 'services',
  order: 50,
  question: 'Which devices ask which server whether somebody may in, and do the servers answer?',
  rows: [
    ...requestRows(RADIUS),
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second by purpose',
          metrics: ['packets/s'],
          draw: 'bar',
          by: {
            label: 'Purpose',
            filters: {
              'authentication (1812, 1645)': 'server.port: (1812 or 1645)',
              'accounting (1813, 1646)': 'server.port: (1813 or 1646)',
              'RADIUS over TLS (2083)': 'server.port: 2083',
              'change of authorization (3799)': 'server.port: 3799',
              'TACACS+ (49)': 'server.port: 49',
            },
          },
          filter: ALL,
          width: 30,
        },
        exporterTable(RADIUS),
      ],
    },
  ],
};
