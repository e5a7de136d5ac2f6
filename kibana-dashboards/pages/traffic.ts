// How the traffic runs, split by whatever one asks first.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'traffic',
  title: 'Traffic over time',
  group: 'traffic',
  order: 10,
  question: 'When was there how much, and of what? Bits, packets and flows per second by service, direction, exporter',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Average traffic', metric: 'bit/s', compare: '1d', trend: true },
        { kind: 'tile', title: 'Packets per second', metric: 'packets/s', compare: '1d', trend: true },
        { kind: 'tile', title: 'Flows per second', metric: 'flows/s', compare: '1d', trend: true },
        { kind: 'tile', title: 'Mean packet', metric: 'bytes per packet' },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second by service',
          metrics: ['bit/s'],
          by: { field: 'flow.service.name', size: 12 },
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second by direction',
          metrics: ['bit/s'],
          by: { field: 'network.direction', other: false },
        },
        {
          kind: 'series',
          title: 'Bits per second by exporter',
          metrics: ['bit/s'],
          by: { field: 'observer.name', other: false },
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second by protocol',
          metrics: ['packets/s'],
          by: { field: 'network.transport', size: 5, other: false },
        },
        {
          kind: 'series',
          title: 'Flows per second by protocol',
          metrics: ['flows/s'],
          by: { field: 'network.transport', size: 5, other: false },
          draw: 'bar',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'heatmap',
          title: 'Services by time',
          y: { field: 'flow.service.name', size: 12 },
          metric: 'bytes',
          about: 'Bytes of each step: what runs at night, what runs all day.',
        },
      ],
    },
  ],
};
