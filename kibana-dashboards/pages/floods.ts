// Floods: too many packets for somebody.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { HALF_OPEN, ICMP } from '../lib/queries.ts';

const IN = 'network.direction: inbound';
const sources: FieldMetric = { op: 'distinct', field: 'source.ip', label: 'Sources' };

export const page: Page = {
  id: 'floods',
  title: 'Floods (DDoS)',
  group: 'threats',
  order: 50,
  question: 'Is somebody being flooded, with what, from how many sources, and since when?',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Packets in', metric: 'packets/s', filter: IN, trend: true },
        { kind: 'tile', title: 'Traffic in', metric: 'bit/s', filter: IN },
        { kind: 'tile', title: 'Sources', metric: sources, filter: IN },
        { kind: 'tile', title: 'Bytes per packet in', metric: 'bytes per packet', filter: IN },
        { kind: 'tile', title: 'ICMP in', metric: 'packets/s', second: sources, filter: `${IN} and ${ICMP}` },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second, by target',
          metrics: ['packets/s'],
          by: { field: 'destination.ip', size: 8 },
          filter: IN,
          drill: ['records'],
        },
        {
          kind: 'series',
          title: 'Sources per step, by target',
          metrics: [sources],
          draw: 'line',
          by: { field: 'destination.ip', size: 8, other: false },
          filter: IN,
          about: 'Many at once: distributed, or with forged addresses.',
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Targets',
          by: [
            { field: 'destination.ip', size: 30, label: 'Target' },
            { field: 'flow.service.name', size: 1 },
          ],
          metrics: ['packets', 'packets/s', 'bit/s', sources],
          filter: IN,
          about: 'With the service that gets most. Small packets from many sources: a flood.',
          width: 28,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'SYN floods: asked, never finished',
          by: [
            { field: 'server.ip', size: 20 },
            { field: 'flow.service.name', size: 2 },
          ],
          metrics: ['flows', 'clients'],
          filter: HALF_OPEN,
          drill: ['half-open', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second in, by protocol',
          metrics: ['packets/s'],
          by: { field: 'network.transport', size: 5, other: false },
          filter: IN,
          legend: 'bottom',
        },
        {
          kind: 'table',
          title: 'ICMP from outside',
          by: [
            { field: 'destination.ip', size: 15, label: 'Target' },
            { field: 'flow.icmp.name', size: 2, label: 'Message' },
          ],
          metrics: ['packets', sources],
          filter: `${IN} and ${ICMP}`,
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Our hosts that flood others',
          by: 'source.ip',
          metric: 'packets',
          color: COLORS.threat,
          filter: 'network.direction: outbound and network.transport: (udp or icmp or ipv6-icmp)',
          about: 'UDP and ICMP that leaves: a hijacked host may take part in a flood.',
          drill: ['records'],
        },
      ],
    },
  ],
};
