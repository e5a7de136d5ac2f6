// How TCP connections fare.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const TCP = 'network.transport: tcp';
const RESET = 'network.transport: tcp and flow.tcp_flags: RST';
const UNANSWERED = 'flow.tcp_state: half_open';

const FLOWS: FieldMetric = { op: 'count', label: 'TCP flows' };

const STATES = { field: 'flow.tcp_state', size: 5, other: false };
/** All of them, also those that there are none of: a tile without a value would be an empty box. */
const STATE_TILES = {
  label: 'State',
  filters: {
    closed: 'flow.tcp_state: closed',
    established: 'flow.tcp_state: established',
    reset: 'flow.tcp_state: reset',
    'half open': 'flow.tcp_state: half_open',
    'no real TCP': 'flow.tcp_state: invalid',
  },
};

export const page: Page = {
  id: 'tcp',
  title: 'TCP',
  group: 'traffic',
  order: 40,
  question: 'How do TCP connections fare: closed in order, reset, never answered? Which flags were seen?',
  rows: [
    {
      height: 6,
      panels: [
        { kind: 'tile', title: 'TCP flows', metric: FLOWS, by: STATE_TILES, filter: TCP, width: 36 },
        {
          kind: 'tile',
          title: 'Share reset',
          metric: {
            ratio: [
              { ...FLOWS, filter: RESET },
              { ...FLOWS, filter: `${TCP} and flow.tcp_flags: *` },
            ],
            label: 'Share reset',
          },
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Flows per second by state',
          metrics: ['flows/s'],
          by: STATES,
          filter: TCP,
          draw: 'bar',
          about:
            'By the flags that a record gathered of its direction; half open: SYN alone. With sampling a record has the flags of the few packets that were looked at: read the course, not the shares.',
          width: 28,
        },
        {
          kind: 'bars',
          title: 'Flags',
          by: { field: 'flow.tcp_flags', size: 12 },
          metric: 'flows',
          about: 'Flows in which a flag was seen; a flow has several.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Servers that reset',
          by: 'server.ip',
          metric: 'flows',
          filter: RESET,
          color: COLORS.server,
          about: 'Flows with RST: a service that is down, a firewall that refuses, an application that aborts.',
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Clients never answered',
          by: 'client.ip',
          metric: 'flows',
          filter: UNANSWERED,
          color: COLORS.threat,
          about: 'Flows with SYN alone: scans, or servers that are gone.',
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Services never answered',
          by: 'flow.service.name',
          metric: 'flows',
          filter: UNANSWERED,
          color: COLORS.service,
          about: 'Which services were asked for in vain.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second by flag',
          metrics: ['bit/s'],
          by: { field: 'flow.tcp_flags', size: 8, other: false },
          draw: 'line',
          about: 'Lines, because a flow counts for each of its flags.',
        },
        {
          kind: 'series',
          title: 'Packets per second by flag',
          metrics: ['packets/s'],
          by: { field: 'flow.tcp_flags', size: 8, other: false },
          draw: 'line',
          about: 'Lines, because a flow counts for each of its flags.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'table',
          title: 'Combinations of flags',
          by: { field: 'flow.tcp_flags_bits', size: 40, label: 'Flags' },
          metrics: ['flows', 'packets', 'bytes', 'clients'],
          firstWidth: 170,
          about:
            'FIN SYN PSH ACK is an ordinary whole connection; none, FIN PSH URG or SYN FIN are scans. A filter by it has the number: 1 FIN, 2 SYN, 4 RST, 8 PSH, 16 ACK, 32 URG, 64 ECE, 128 CWR, added up.',
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'Services and how they end',
          by: { field: 'flow.service.name', size: 40 },
          metrics: [
            FLOWS,
            { ...FLOWS, label: 'Reset', filter: RESET },
            { ...FLOWS, label: 'Never answered', filter: UNANSWERED },
          ],
          filter: TCP,
          firstWidth: 190,
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
