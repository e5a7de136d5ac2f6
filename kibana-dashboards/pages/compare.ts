// Today beside yesterday and the same day last week.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page, SeriesMetric } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const BYTES: FieldMetric = { op: 'sum', field: 'network.bytes', label: 'Bytes' };
const FLOWS: FieldMetric = { op: 'count', label: 'Flows' };
const YESTERDAY: FieldMetric = { ...BYTES, label: 'Yesterday', shift: '1d' };
const LAST_WEEK: FieldMetric = { ...BYTES, label: 'Last week', shift: '1w' };

/** Now in colour; what was before in paler ones. */
function threeTimes(metric: FieldMetric): readonly SeriesMetric[] {
  return [
    { metric: { ...metric, label: 'This time' }, color: COLORS.traffic },
    { metric: { ...metric, label: 'Yesterday', shift: '1d' }, color: '#98A2B3' },
    { metric: { ...metric, label: 'Last week', shift: '1w' }, color: COLORS.service },
  ];
}

const ABOUT =
  'Ranked by this time’s bytes. “Of yesterday” 150 % is half as much again. Empty where nothing was recorded then.';

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
        { kind: 'tile', title: 'Clients', metric: 'clients', compare: '1d' },
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
        {
          kind: 'table',
          title: 'Services compared',
          by: { field: 'flow.service.name', size: 30 },
          metrics: [BYTES, YESTERDAY, { ratio: [BYTES, YESTERDAY], label: 'Of yesterday' }, LAST_WEEK],
          about: ABOUT,
          drill: ['services', 'conversations'],
        },
        {
          kind: 'table',
          title: 'Clients compared',
          by: { field: 'client.ip', size: 30 },
          metrics: [BYTES, YESTERDAY, { ratio: [BYTES, YESTERDAY], label: 'Of yesterday' }, LAST_WEEK],
          about: ABOUT,
          drill: ['host', 'conversations'],
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Servers compared',
          by: { field: 'server.ip', size: 30 },
          metrics: [BYTES, YESTERDAY, { ratio: [BYTES, YESTERDAY], label: 'Of yesterday' }, LAST_WEEK],
          about: ABOUT,
          drill: ['host', 'conversations'],
        },
        {
          kind: 'table',
          title: 'Exporters compared',
          by: { field: 'observer.ip', size: 30 },
          metrics: [BYTES, YESTERDAY, { ratio: [BYTES, YESTERDAY], label: 'Of yesterday' }, LAST_WEEK],
          about: 'An exporter that fell to nothing has stopped exporting, or its link is down.',
          drill: ['devices', 'health'],
        },
      ],
    },
  ],
};
