// Which protocols run: IP versions, transports, ICMP.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const ICMP = 'network.transport: (icmp or ipv6-icmp)';

export const page: Page = {
  id: 'protocols',
  title: 'Protocols',
  group: 'traffic',
  order: 30,
  question: 'Which protocols run, how much is IPv6 already, and what does ICMP say?',
  rows: [
    {
      height: 13,
      panels: [
        {
          kind: 'donut',
          title: 'IP version and protocol',
          by: [
            { field: 'network.type', size: 3 },
            { field: 'network.transport', size: 5 },
          ],
          metric: 'bytes',
          width: 16,
        },
        {
          kind: 'table',
          title: 'All protocols',
          by: 'network.transport',
          metrics: ['bytes', 'packets', 'flows', 'bytes per packet', 'clients', 'servers'],
          about: 'Protocols above IP, also those that nobody expects: tunnels, routing, multicast.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second by protocol',
          metrics: ['bit/s'],
          by: { field: 'network.transport', size: 6, other: false },
        },
        {
          kind: 'series',
          title: 'Packets per second by protocol',
          metrics: ['packets/s'],
          by: { field: 'network.transport', size: 6, other: false },
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'series',
          title: 'Share of IPv6',
          metrics: ['bit/s'],
          by: { field: 'network.type', size: 3, other: false },
          draw: 'percentage',
          legend: 'bottom',
          about: 'Shares of the bits.',
        },
        {
          kind: 'series',
          title: 'Packets per second by IP version',
          metrics: ['packets/s'],
          by: { field: 'network.type', size: 3, other: false },
          legend: 'bottom',
        },
        {
          kind: 'bars',
          title: 'Top services over IPv6',
          by: 'flow.service.name',
          metric: 'bytes',
          filter: 'network.type: ipv6',
          color: COLORS.service,
          drill: ['services', 'conversations'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'ICMP messages per second',
          metrics: ['packets/s'],
          by: { field: 'flow.icmp.name', size: 9, other: false },
          filter: ICMP,
          draw: 'bar',
          about: 'A wave of “unreachable” tells of a scan or of a server that is gone; of “echo request”, of a sweep.',
        },
        {
          kind: 'table',
          title: 'ICMP messages',
          by: [
            { field: 'flow.icmp.name', size: 30, label: 'Message' },
            { field: 'source.ip', size: 3 },
          ],
          metrics: ['packets', 'bytes', 'destinations'],
          filter: ICMP,
          about: 'Each message with its three biggest senders, and to how many addresses they sent it.',
          drill: ['records'],
        },
      ],
    },
  ],
};
