// Today beside yesterday and the same day last week.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page, SeriesMetric } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const BYTES: FieldMetric = { op: 'sum', field: 'network.bytes', label: 'Bytes' };
const FLOWS: FieldMetric = { op: 'count', label: 'Flows' };
/** Now in colour; what was before in paler ones. */
function threeTimes(metric: FieldMetric): readonly SeriesMetric[] {
  return [
    { metric: { ...metric, label: 'This time' }, color: COLORS.traffic },
    { metric: { ...metric, label: 'Yesterday', shift: '1d' }, color: '#98A2B3' },
    { metric: { ...metric, label: 'Last week', shift: '1w' }, color: COLORS.service },
  ];
}

const CHANGE = {
  kind: 'change',
  shift: '1d',
  about:
    'Bytes now in colour, those of the same hours before in gray. The biggest of both, so that what is gone shows, too.',
} as const;

export const page: Page = {
  id: 'compare',
  title: 'Compared with before',
  group: 'overview',
  order: 20,
  question: 'Is it more than usual? The same hours of yesterday and of last week, by service, client and country',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Bytes', metric: 'bytes', compare: '1d' },
        { kind: 'tile', title: 'Bytes (weekly)', metric: 'bytes', compare: '1w' },
        { kind: 'tile', title: 'Flows', metric: 'flows', compare: '1d' },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second',
          metrics: threeTimes({ ...BYTES, perSecond: true, times: 8 }),
          legend: 'bottom',
          about: 'The lines of yesterday and last week are drawn over this time’s axis.',
          width: 28,
        },
        {
          kind: 'series',
          title: 'Flows per second',
          metrics: threeTimes({ ...FLOWS, perSecond: true }),
          legend: 'bottom',
          about: 'Many more flows with hardly more bytes: scans, floods, or an application that fails and tries again.',
        },
      ],
    },
    {
      height: 15,
      panels: [
        { ...CHANGE, title: 'Services', by: 'flow.service.name', color: COLORS.service },
        { ...CHANGE, title: 'Clients', by: 'client.ip', color: COLORS.client },
        { ...CHANGE, title: 'Servers', by: 'server.ip', color: COLORS.server },
      ],
    },
    {
      height: 15,
      panels: [
        { ...CHANGE, title: 'Countries of servers', by: 'server.geo.country_name', color: COLORS.server },
        { ...CHANGE, title: 'Conversations', by: 'flow.conversation', width: 20 },
        {
          ...CHANGE,
          title: 'Exporters',
          by: 'observer.name',
          color: COLORS.exporter,
          about: 'One that fell to nothing has stopped exporting, or its line is down.',
        },
      ],
    },
    {
      height: 15,
      panels: [
        { ...CHANGE, shift: '1w', title: 'Services against last week', by: 'flow.service.name', color: COLORS.service },
        { ...CHANGE, shift: '1w', title: 'Clients against last week', by: 'client.ip', color: COLORS.client },
        { ...CHANGE, shift: '1w', title: 'Servers against last week', by: 'server.ip', color: COLORS.server },
      ],
    },
  ],
};
