// Autonomous systems of clients and servers: with whom, and which hosts.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'as',
  title: 'AS traffic',
  group: 'places',
  order: 30,
  question: 'With which networks of the internet (AS) do we exchange how much, and which hosts are behind it?',
  needs: { fields: ['client.as.number', 'server.as.number'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with an AS',
          what: 'flows with an AS',
          fields: ['client.as.number', 'server.as.number'],
          whenEmpty: [
            'weir has no ASN database yet, and the exporters send no AS numbers: docs/enrichment.md says where it gets one.',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Server AS, bits per second',
          metrics: ['bit/s'],
          by: 'server.as.organization.name',
          drill: ['conversations'],
        },
        {
          kind: 'series',
          title: 'Client AS, bits per second',
          metrics: ['bit/s'],
          by: 'client.as.organization.name',
          drill: ['conversations'],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'AS of servers',
          by: [
            { field: 'server.as.number', size: 50, label: 'AS' },
            { field: 'server.as.organization.name', size: 1, label: 'Name' },
          ],
          metrics: ['bytes', 'packets', 'clients'],
          firstWidth: 90,
          about: 'AS with a name. Click one for its hosts.',
          drill: ['conversations', 'talkers', 'records'],
        },
        {
          kind: 'table',
          title: 'AS of clients',
          by: [
            { field: 'client.as.number', size: 50, label: 'AS' },
            { field: 'client.as.organization.name', size: 1, label: 'Name' },
          ],
          metrics: ['bytes', 'packets', 'servers'],
          firstWidth: 90,
          about: 'AS with a name. Click one for its hosts.',
          drill: ['conversations', 'talkers', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Server AS, packets per second',
          metrics: ['packets/s'],
          by: { field: 'server.as.organization.name', other: false },
        },
        {
          kind: 'series',
          title: 'Client AS, packets per second',
          metrics: ['packets/s'],
          by: { field: 'client.as.organization.name', other: false },
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'treemap',
          title: 'Server AS and their hosts',
          by: [
            { field: 'server.as.organization.name', size: 8 },
            { field: 'server.ip', size: 6 },
          ],
          metric: 'bytes',
          drill: ['host', 'conversations'],
        },
        {
          kind: 'treemap',
          title: 'Server AS and services',
          by: [{ field: 'server.as.organization.name', size: 8 }, 'flow.service.name'],
          metric: 'bytes',
        },
        {
          kind: 'donut',
          title: 'Server AS (flows)',
          by: { field: 'server.as.organization.name', size: 9 },
          metric: 'flows',
          width: 14,
        },
      ],
    },
  ],
};
