// How big and how long flows are.

import type { Page, RangesSplit } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const OCTETS: RangesSplit = {
  label: 'Bytes of the flow',
  ranges: 'network.bytes',
  at: [0, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000],
  names: [
    'below 100 B',
    '100 B – 1 kB',
    '1 – 10 kB',
    '10 – 100 kB',
    '100 kB – 1 MB',
    '1 – 10 MB',
    '10 – 100 MB',
    'from 100 MB',
  ],
};
const PACKETS: RangesSplit = {
  label: 'Packets of the flow',
  ranges: 'network.packets',
  at: [0, 2, 4, 10, 100, 1_000, 10_000],
  names: ['1', '2 – 3', '4 – 9', '10 – 99', '100 – 999', '1 000 – 9 999', 'from 10 000'],
};
const DURATION: RangesSplit = {
  label: 'Duration',
  ranges: 'event.duration',
  at: [0, 1e6, 1e8, 1e9, 1e10, 6e10, 3e11, 3.6e12],
  names: ['one instant', '1 – 100 ms', '0.1 – 1 s', '1 – 10 s', '10 – 60 s', '1 – 5 min', '5 – 60 min', 'from 1 h'],
};

export const page: Page = {
  id: 'sizes',
  title: 'Sizes and durations',
  group: 'traffic',
  order: 60,
  question:
    'How big are packets and flows, and how long do they last? Many small ones, or a few that carry everything?',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Mean packet', metric: 'bytes per packet' },
        { kind: 'tile', title: 'Median flow', metric: { op: 'median', field: 'network.bytes', label: 'Median flow' } },
        {
          kind: 'tile',
          title: '95 % of flows are below',
          metric: { op: 'percentile', percentile: 95, field: 'network.bytes', label: '95 % are below' },
        },
        {
          kind: 'tile',
          title: 'Biggest flow',
          metric: { op: 'max', field: 'network.bytes', label: 'Biggest' },
          second: { op: 'max', field: 'event.duration', label: 'Longest' },
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Flows by size',
          by: OCTETS,
          metric: 'flows',
          about: 'How many flows had so many bytes.',
        },
        {
          kind: 'bars',
          title: 'Bytes by size of flow',
          by: OCTETS,
          metric: 'bytes',
          color: COLORS.good,
          about: 'Which flows carry the traffic: mostly the few big ones.',
        },
        {
          kind: 'bars',
          title: 'Flows by packets',
          by: PACKETS,
          metric: 'flows',
          color: COLORS.packets,
          about: 'Flows of one packet: name look-ups, scans, or sampling.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Flows by duration',
          by: DURATION,
          metric: 'flows',
          about: 'Exporters cut long flows at their active timeout: a heap at 60 s or 30 min is that.',
        },
        { kind: 'bars', title: 'Bytes by duration of flow', by: DURATION, metric: 'bytes', color: COLORS.good },
        {
          kind: 'bars',
          title: 'Time to live at the exporter',
          by: {
            label: 'TTL',
            ranges: 'flow.ttl',
            at: [0, 2, 33, 65, 129],
            names: ['0 – 1', '2 – 32', '33 – 64', '65 – 128', 'from 129'],
          },
          metric: 'flows',
          color: COLORS.exporter,
          about:
            'Senders begin with 64 (Unix), 128 (Windows) or 255 (routers); each router takes one. Empty where exporters don’t tell.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Mean packet by protocol',
          metrics: ['bytes per packet'],
          by: { field: 'network.transport', size: 4, other: false },
          draw: 'line',
        },
        {
          kind: 'series',
          title: 'Mean duration by protocol',
          metrics: ['mean duration'],
          by: { field: 'network.transport', size: 4, other: false },
          draw: 'line',
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Services by the packets they make',
          by: { field: 'flow.service.name', size: 50 },
          metrics: [
            'packets',
            'bytes per packet',
            { op: 'median', field: 'network.bytes', label: 'Median flow' },
            'mean duration',
            { op: 'max', field: 'event.duration', label: 'Longest' },
          ],
          firstWidth: 180,
          drill: ['conversations', 'records'],
          width: 30,
        },
        {
          kind: 'table',
          title: 'Biggest single flows',
          by: { field: 'flow.conversation', size: 30 },
          metrics: [{ op: 'max', field: 'network.bytes', label: 'Biggest flow' }],
          about: 'Conversations by their biggest single record. Client > server, service.',
          drill: ['records'],
        },
      ],
    },
  ],
};
