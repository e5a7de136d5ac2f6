// The top of everything by flows: connections, not bytes.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'top-flows',
  title: 'Top by flows',
  group: 'top',
  order: 60,
  question: 'Who opens the most connections, with how many others? Busy servers, scanners, broken clients',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Flows', metric: 'flows', compare: '1d' },
        { kind: 'tile', title: 'Flows per second', metric: 'flows/s', trend: true },
        { kind: 'tile', title: 'Conversations', metric: 'conversations', compare: '1d' },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Flows per second by service',
          metrics: ['flows/s'],
          by: { field: 'flow.service.name', size: 10, other: true },
          draw: 'bar',
          width: 30,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Services',
          by: { field: 'flow.service.name', size: 12 },
          metric: 'flows',
          color: COLORS.service,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Clients by flows',
          by: 'client.ip',
          metrics: ['flows', 'servers', 'services', 'bytes'],
          about: 'Many servers or services for few bytes: a scan.',
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Servers by flows',
          by: 'server.ip',
          metrics: ['flows', 'clients', 'services', 'bytes'],
          drill: ['host', 'conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Clients that ask most servers',
          by: 'client.ip',
          metric: 'servers',
          color: COLORS.client,
          about: 'Distinct servers, estimated.',
          drill: ['host', 'conversations'],
        },
        {
          kind: 'bars',
          title: 'Servers with most clients',
          by: 'server.ip',
          metric: 'clients',
          color: COLORS.server,
          about: 'Distinct clients, estimated.',
          drill: ['host', 'conversations'],
        },
        {
          kind: 'bars',
          title: 'Clients that use most services',
          by: 'client.ip',
          metric: 'services',
          color: COLORS.service,
          about: 'Distinct services, estimated.',
          drill: ['host', 'conversations'],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Conversations by flows',
          by: { field: 'flow.conversation', size: 50 },
          metrics: ['flows', 'packets', 'bytes', 'mean duration'],
          firstWidth: 360,
          about: 'Client > server, service.',
          drill: ['records'],
        },
      ],
    },
  ],
};
