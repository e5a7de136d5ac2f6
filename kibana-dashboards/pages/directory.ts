// Directories and sign-on: LDAP, global catalogue, Kerberos.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { exporterTable, requestRows } from '../lib/request-rows.ts';

const LDAP = { name: 'Directory', ports: [88, 389, 464, 636, 3268, 3269] } as const;
const ALL = 'server.port: (88 or 389 or 464 or 636 or 3268 or 3269)';

export const page: Page = {
  id: 'directory',
  title: 'LDAP and Kerberos',
  group: 'services',
  order: 40,
  question: 'Who looks things up in which directory, signs on where, and is it encrypted?',
  rows: [
    ...requestRows(LDAP),
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by protocol',
          metrics: ['bit/s'],
          by: {
            label: 'Protocol',
            filters: {
              'LDAP (389), TCP': 'server.port: 389 and network.transport: tcp',
              'LDAP (389), UDP': 'server.port: 389 and network.transport: udp',
              'LDAP over TLS (636)': 'server.port: 636',
              'Global catalogue': 'server.port: (3268 or 3269)',
              Kerberos: 'server.port: (88 or 464)',
            },
          },
          filter: ALL,
          legend: 'bottom',
        },
        {
          kind: 'bars',
          title: 'Directory over the internet',
          by: 'flow.conversation',
          metric: 'bytes',
          color: COLORS.threat,
          filter: `${ALL} and network.direction: (inbound or outbound)`,
          about: 'Directories should not be asked across the border; UDP/389 open to all serves for floods.',
          drill: ['records'],
        },
        exporterTable(LDAP),
      ],
    },
  ],
};
