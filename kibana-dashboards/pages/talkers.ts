// Who moves the most, as client, as server, as sender and as receiver.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'talkers',
  title: 'Top talkers',
  group: 'top',
  order: 10,
  question: 'Who moves the most? Clients and servers, with what they did and with how many they spoke',
  rows: [
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Clients over time',
          metrics: ['bit/s'],
          by: { field: 'client.ip', size: 10 },
          drill: ['conversations', 'records'],
        },
        {
          kind: 'series',
          title: 'Servers over time',
          metrics: ['bit/s'],
          by: { field: 'server.ip', size: 10 },
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Top clients',
          by: 'client.ip',
          metrics: ['bytes', 'bit/s', 'packets', 'flows', 'servers'],
          firstWidth: 130,
          about: 'Click an address: its conversations, its records.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Top servers',
          by: 'server.ip',
          metrics: ['bytes', 'bit/s', 'packets', 'flows', 'clients'],
          firstWidth: 130,
          about: 'Click an address: its conversations, its records.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'bars',
          title: 'Top senders',
          by: 'source.ip',
          metric: 'bytes',
          color: COLORS.outbound,
          about: 'By the direction of the record: who sent.',
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Top receivers',
          by: 'destination.ip',
          metric: 'bytes',
          color: COLORS.inbound,
          about: 'By the direction of the record: who received.',
          drill: ['records'],
        },
        {
          kind: 'treemap',
          title: 'Clients and their services',
          by: [{ field: 'client.ip', size: 8 }, 'flow.service.name'],
          metric: 'bytes',
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
