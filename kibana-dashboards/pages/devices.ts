// What each exporter reports.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'devices',
  title: 'Exporters',
  group: 'devices',
  order: 10,
  question: 'What does each device report: traffic, packets, flows, protocols, interfaces?',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Exporters', metric: 'exporters', width: 10 },
        { kind: 'tile', title: 'Flows per second', metric: 'flows/s', compare: '1d', width: 14 },
        { kind: 'tile', title: 'Average traffic', metric: 'bit/s', compare: '1d', width: 14 },
        {
          kind: 'tile',
          title: 'Lost flows',
          data: 'exporters',
          metric: { op: 'sum', field: 'flow.exporter.lost_flows', label: 'Lost flows' },
          alarm: 1,
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Flows per second',
          metrics: ['flows/s'],
          by: { field: 'observer.name', other: false },
          drill: ['interfaces', 'health'],
        },
        {
          kind: 'series',
          title: 'Bits per second',
          metrics: ['bit/s'],
          by: { field: 'observer.name', other: false },
          drill: ['interfaces', 'health'],
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Exporters',
          by: [
            { field: 'observer.name', size: 100 },
            { field: 'observer.ip', size: 3, label: 'Address' },
            { field: 'flow.export.protocol', size: 3, label: 'Protocol' },
          ],
          metrics: [
            'flows',
            'bytes',
            'bit/s',
            'packets',
            'clients',
            'servers',
            { op: 'max', field: '@timestamp', label: 'Last flow' },
          ],
          about: 'Click an exporter: its interfaces, or what was lost of it.',
          drill: ['interfaces', 'health', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second',
          metrics: ['packets/s'],
          by: { field: 'observer.name', other: false },
        },
        {
          kind: 'bars',
          title: 'Exporters and services',
          by: 'observer.name',
          stack: { field: 'flow.service.name', size: 6 },
          metric: 'bytes',
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'donut',
          title: 'Export protocols',
          by: { field: 'flow.export.protocol', other: false },
          metric: 'flows',
        },
        {
          kind: 'bars',
          title: 'Observation domains',
          by: 'flow.export.domain_id',
          metric: 'flows',
          color: COLORS.exporter,
          about: 'Line cards, contexts or agents inside the exporters.',
        },
        {
          kind: 'bars',
          title: 'Templates',
          by: 'flow.export.template_id',
          metric: 'flows',
          color: COLORS.exporter,
          about: 'Kinds of records (NetFlow v9 and IPFIX).',
        },
        {
          kind: 'bars',
          title: 'Sites',
          by: 'observer.geo.name',
          metric: 'bytes',
          about: 'Where the exporters are, by your table.',
        },
      ],
    },
  ],
};
