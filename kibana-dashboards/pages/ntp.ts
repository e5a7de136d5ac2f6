// Time service.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { askedOutside } from '../lib/queries.ts';
import { exporterTable, requestRows } from '../lib/request-rows.ts';

const NTP = { name: 'NTP', ports: [123], filter: 'network.transport: udp' } as const;

export const page: Page = {
  id: 'ntp',
  title: 'NTP',
  group: 'services',
  order: 20,
  question: 'Who takes the time from which servers, do they answer, and do clocks go past ours?',
  rows: [
    ...requestRows(NTP),
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second by kind',
          metrics: ['packets/s'],
          draw: 'bar',
          by: {
            label: 'Kind',
            filters: {
              'client to server': 'destination.port: 123 and not source.port: 123',
              'server to client': 'source.port: 123 and not destination.port: 123',
              'between servers (123 to 123)': 'source.port: 123 and destination.port: 123',
            },
          },
          filter: 'server.port: 123 and network.transport: udp',
          legend: 'bottom',
        },
        {
          kind: 'bars',
          title: 'Clocks set from the internet',
          by: 'client.ip',
          metric: 'flows',
          color: COLORS.client,
          filter: askedOutside([123]),
          about: 'Outbound: clients that ask time servers outside.',
          drill: ['conversations', 'records'],
        },
        exporterTable(NTP),
      ],
    },
  ],
};
