// TCP that does not behave: never answered, or with flags that no honest stack sends.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { HALF_OPEN } from '../lib/queries.ts';

const IN = 'network.direction: inbound';
/** FIN, PSH and URG (and perhaps more) without ACK having been the point: all six classic flags, or with ECE and CWR. */
const XMAS = 'flow.tcp_flags: FIN and flow.tcp_flags: PSH and flow.tcp_flags: URG';
const NULL = 'network.transport: tcp and flow.tcp_flags_bits: 0';
const URGENT = 'flow.tcp_flags: URG';
const SYN_FIN = 'flow.tcp_flags_bits: (3 or 7)';
const sources: FieldMetric = { op: 'distinct', field: 'source.ip', label: 'Sources' };

export const page: Page = {
  id: 'half-open',
  title: 'Half-open and odd TCP',
  group: 'threats',
  order: 70,
  question: 'Which TCP connections are asked for and never made, and who sends flags that no honest host sends?',
  rows: [
    {
      height: 5,
      panels: [
        {
          kind: 'tile',
          title: 'Half-open from outside',
          metric: 'flows',
          filter: `${HALF_OPEN} and ${IN}`,
          trend: true,
        },
        { kind: 'tile', title: 'Their sources', metric: sources, filter: `${HALF_OPEN} and ${IN}` },
        { kind: 'tile', title: 'Christmas tree', metric: 'packets', filter: XMAS, alarm: 1 },
        { kind: 'tile', title: 'No flag at all', metric: 'packets', filter: NULL, alarm: 1 },
        { kind: 'tile', title: 'SYN and FIN together', metric: 'packets', filter: SYN_FIN, alarm: 1 },
        { kind: 'tile', title: 'Urgent (URG)', metric: 'packets', filter: URGENT },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Half-open, by direction',
          metrics: ['flows'],
          draw: 'bar',
          by: { field: 'network.direction', other: false },
          filter: HALF_OPEN,
          about: 'A SYN, and no ACK in the whole flow. Inbound: scans and floods. Internal: a server is down.',
        },
        {
          kind: 'series',
          title: 'Half-open, by service',
          metrics: ['flows'],
          draw: 'bar',
          by: { field: 'flow.service.name', size: 8 },
          filter: HALF_OPEN,
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Half-open: who asks whom',
          by: [
            { field: 'client.ip', size: 20 },
            { field: 'server.ip', size: 3 },
            { field: 'flow.service.name', size: 2 },
          ],
          metrics: ['flows'],
          filter: HALF_OPEN,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Half-open: servers and how many ask',
          by: [
            { field: 'server.ip', size: 30 },
            { field: 'flow.service.name', size: 2 },
          ],
          metrics: ['clients', 'flows'],
          filter: HALF_OPEN,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Christmas trees from',
          by: 'source.ip',
          metric: 'packets',
          color: COLORS.threat,
          filter: XMAS,
          about: 'FIN, PSH and URG in one flow.',
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'No flags from',
          by: 'source.ip',
          metric: 'packets',
          color: COLORS.threat,
          filter: NULL,
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Urgent data from',
          by: 'source.ip',
          metric: 'packets',
          color: COLORS.service,
          filter: URGENT,
          drill: ['records'],
        },
      ],
    },
  ],
};
