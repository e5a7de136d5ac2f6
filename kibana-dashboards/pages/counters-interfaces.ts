// What interfaces count themselves (sFlow counter samples): rates, load, packets of each kind.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const INTERFACE = 'counters.interface.in_bytes: *';
const rate = (field: string, label: string, times: number): FieldMetric => ({
  op: 'max',
  field: `counters.interface.${field}`,
  label,
  counter: true,
  times,
});
const max = (field: string, label: string): FieldMetric => ({ op: 'max', field: `counters.interface.${field}`, label });

export const page: Page = {
  id: 'counters-interfaces',
  title: 'Interface counters',
  group: 'devices',
  order: 60,
  question: 'How busy are the interfaces by their own counters (sFlow), which lose packets, and which have errors?',
  data: 'counters',
  from: 'now-6h',
  needs: { data: 'counters', fields: ['counters.interface.in_bytes'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Interface counters',
          what: 'counter samples of interfaces',
          fields: ['counters.interface.in_bytes'],
          whenEmpty: [
            'Switches send them by sFlow, each interface every 20 to 30 seconds: set "sflow polling-interval" (its name differs by vendor).',
            'NetFlow and IPFIX have none; weir does not poll by SNMP.',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'In, by interface',
          metrics: [rate('in_bytes', 'In', 8)],
          draw: 'line',
          by: { field: 'counters.source.name', size: 10, other: false },
          filter: INTERFACE,
          about: 'What the counters of the interfaces grew by, per second.',
        },
        {
          kind: 'series',
          title: 'Out, by interface',
          metrics: [rate('out_bytes', 'Out', 8)],
          draw: 'line',
          by: { field: 'counters.source.name', size: 10, other: false },
          filter: INTERFACE,
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets in per second, by interface',
          metrics: [rate('in_unicast_packets', 'Unicast in', 1)],
          draw: 'line',
          by: { field: 'counters.source.name', size: 10, other: false },
          filter: INTERFACE,
        },
        {
          kind: 'series',
          title: 'Broadcasts in per second, by interface',
          metrics: [rate('in_broadcast_packets', 'Broadcasts in', 1)],
          draw: 'line',
          by: { field: 'counters.source.name', size: 10, other: false },
          filter: 'counters.interface.in_broadcast_packets > 0',
          about: 'A steep rise on many interfaces at once: a loop.',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Interfaces',
          by: { field: 'counters.source.name', size: 30, label: 'Interface' },
          metrics: [
            max('speed', 'Speed'),
            max('in_bytes', 'In since start'),
            max('out_bytes', 'Out since start'),
            max('in_errors', 'Errors in'),
            max('out_errors', 'Errors out'),
            max('in_discards', 'Discards in'),
            max('out_discards', 'Discards out'),
          ],
          filter: INTERFACE,
          about: 'The counters as they stand: since the device started, or since they last wrapped around.',
          drill: ['counters-errors'],
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'donut',
          title: 'State',
          by: 'counters.interface.status',
          metric: { op: 'distinct', field: 'counters.source.name', label: 'Interfaces' },
          filter: INTERFACE,
        },
        {
          kind: 'donut',
          title: 'Duplex',
          by: 'counters.interface.direction',
          metric: { op: 'distinct', field: 'counters.source.name', label: 'Interfaces' },
          filter: INTERFACE,
          about: 'Half duplex between switches is nearly always a fault.',
        },
        {
          kind: 'bars',
          title: 'Samples by device',
          by: 'observer.name',
          metric: { op: 'count', label: 'Samples' },
          color: COLORS.exporter,
        },
      ],
    },
  ],
};
