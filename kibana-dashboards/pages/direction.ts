// What comes in, what goes out, what stays inside, what only passes.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const BITS: FieldMetric = { op: 'sum', field: 'network.bytes', label: 'In', perSecond: true, times: 8 };
const IN = 'network.direction: inbound';
const OUT = 'network.direction: outbound';

export const page: Page = {
  id: 'direction',
  title: 'Traffic by direction',
  group: 'traffic',
  order: 20,
  question: 'How much comes in, goes out, stays inside or only passes, and who is behind it?',
  rows: [
    {
      height: 6,
      panels: [
        {
          kind: 'tile',
          title: 'Average traffic',
          metric: 'bit/s',
          by: { field: 'network.direction', size: 4 },
          width: 36,
        },
        {
          kind: 'tile',
          title: 'Sent for each byte received',
          metric: {
            ratio: [
              { op: 'sum', field: 'network.bytes', label: 'Out', filter: OUT },
              { op: 'sum', field: 'network.bytes', label: 'In', filter: IN },
            ],
            label: 'Out for each byte in',
            format: { id: 'number', params: { decimals: 2 } },
          },
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'series',
          title: 'In (above) and out (below)',
          metrics: [
            { metric: { ...BITS, label: 'In', filter: IN }, color: COLORS.inbound },
            { metric: { ...BITS, label: 'Out', filter: OUT, times: -8 }, color: COLORS.outbound },
          ],
          draw: 'area',
          legend: 'bottom',
          about: 'Bits per second between the networks that you named as internal and all others.',
          width: 30,
        },
        {
          kind: 'series',
          title: 'Share of each direction',
          metrics: ['bit/s'],
          by: { field: 'network.direction', other: false },
          draw: 'percentage',
          legend: 'bottom',
          about:
            'External: neither end is yours, as in transit. Much of it where you are no carrier: networks of yours are missing in weir’s table.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Who receives from outside',
          by: 'destination.ip',
          metric: 'bytes',
          filter: IN,
          color: COLORS.inbound,
          about: 'Your addresses by bytes that came in.',
          drill: ['host', 'records'],
        },
        {
          kind: 'bars',
          title: 'Who sends out',
          by: 'source.ip',
          metric: 'bytes',
          filter: OUT,
          color: COLORS.outbound,
          about: 'Your addresses by bytes that went out.',
          drill: ['host', 'records'],
        },
        {
          kind: 'bars',
          title: 'Who sends inside',
          by: 'source.ip',
          metric: 'bytes',
          filter: 'network.direction: internal',
          color: COLORS.internal,
          about: 'Senders by bytes to other addresses of yours.',
          drill: ['host', 'records'],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'bars',
          title: 'Services and directions',
          by: { field: 'flow.service.name', size: 12 },
          stack: { field: 'network.direction', size: 4 },
          metric: 'bytes',
          width: 24,
          drill: ['services', 'records'],
        },
        {
          kind: 'table',
          title: 'Direction and locality',
          by: [
            { field: 'network.direction', size: 4, label: 'Direction' },
            { field: 'flow.locality', size: 8 },
          ],
          metrics: ['bytes', 'packets', 'flows'],
          about: 'Locality is about the addresses as such: private where both ends are, public where one is not.',
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second by locality',
          metrics: ['bit/s'],
          by: { field: 'flow.locality', size: 6, other: false },
        },
        {
          kind: 'series',
          title: 'Packets per second by locality',
          metrics: ['packets/s'],
          by: { field: 'flow.locality', size: 6, other: false },
        },
      ],
    },
  ],
};
