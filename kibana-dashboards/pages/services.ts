// Which services run, and who offers them to whom.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'services',
  title: 'Top services',
  group: 'top',
  order: 30,
  question: 'Which services use the network, who offers them, and who uses them?',
  rows: [
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Services over time',
          metrics: ['bit/s'],
          by: { field: 'flow.service.name', size: 12 },
          width: 32,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'donut',
          title: 'Protocols and services',
          by: [
            { field: 'network.transport', size: 4 },
            { field: 'flow.service.name', size: 6 },
          ],
          metric: 'bytes',
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Top services',
          by: { field: 'flow.service.name', size: 100 },
          metrics: ['bytes', 'bit/s', 'packets', 'flows', 'clients', 'servers'],
          firstWidth: 185,
          width: 31,
          about: 'A service is the name of the server’s port, or the port itself where it has none.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Protocols',
          by: 'network.transport',
          metrics: ['bytes', 'packets', 'flows'],
          drill: ['protocols', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Who offers: servers and their services',
          by: { field: 'server.ip', size: 12 },
          stack: { field: 'flow.service.name', size: 6 },
          metric: 'bytes',
          width: 24,
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Used by most clients',
          by: { field: 'flow.service.name', size: 12 },
          metric: 'clients',
          color: COLORS.client,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second by service',
          metrics: ['packets/s'],
          by: { field: 'flow.service.name', size: 8 },
        },
        {
          kind: 'table',
          title: 'Ports from 1024 on',
          by: [
            { field: 'server.port', size: 50, label: 'Port' },
            { field: 'network.transport', size: 2 },
          ],
          metrics: ['flows', 'bytes', 'clients', 'servers'],
          filter: 'server.port >= 1024',
          about: 'Of servers, by flows: what runs where nobody expects it.',
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
