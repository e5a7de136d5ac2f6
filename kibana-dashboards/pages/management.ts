// What devices are managed by and what they report: SNMP, traps, syslog, flow export.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { exporterTable, requestRows } from '../lib/request-rows.ts';

const PORTS = [161, 162, 514, 601, 6514, 830, 2055, 4739, 6343, 9995];
const SERVICE = { name: 'Management', ports: PORTS } as const;
const ALL = `server.port: (${PORTS.join(' or ')})`;

export const page: Page = {
  id: 'management',
  title: 'SNMP, syslog, flow export',
  group: 'services',
  order: 60,
  question: 'Who polls which devices, which devices report to whom, and does any of it cross the border?',
  rows: [
    ...requestRows(SERVICE),
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
              'SNMP (161)': 'server.port: 161',
              'SNMP traps (162)': 'server.port: 162',
              syslog: 'server.port: (514 or 601 or 6514)',
              'NETCONF (830)': 'server.port: 830',
              'flow export': 'server.port: (2055 or 4739 or 6343 or 9995)',
            },
          },
          filter: ALL,
          legend: 'bottom',
        },
        {
          kind: 'bars',
          title: 'Management across the border',
          by: 'flow.conversation',
          metric: 'packets',
          color: COLORS.threat,
          filter: `${ALL} and network.direction: (inbound or outbound)`,
          about: 'SNMP and syslog are not encrypted; from outside they are probes.',
          drill: ['records'],
        },
        exporterTable(SERVICE),
      ],
    },
  ],
};
