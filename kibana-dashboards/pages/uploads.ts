// What leaves, and what lasts: big uploads and long flows.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const OUT = 'network.direction: outbound';
const LARGE = 'network.bytes > 1000000';
/** Ten minutes, in nanoseconds. */
const LONG = 'event.duration > 600000000000';
const longest: FieldMetric = { op: 'max', field: 'event.duration', label: 'Longest' };
const biggest: FieldMetric = { op: 'max', field: 'network.bytes', label: 'Biggest flow' };

export const page: Page = {
  id: 'uploads',
  title: 'Uploads and long flows',
  group: 'threats',
  order: 80,
  question:
    'Does data leave that should not? Who sends much to the outside, and which connections last suspiciously long?',
  from: 'now-24h',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Sent outside', metric: 'bytes', filter: OUT, compare: '1d', trend: true },
        { kind: 'tile', title: 'Senders', metric: 'sources', filter: OUT },
        { kind: 'tile', title: 'Flows over 1 MB', metric: 'flows', filter: `${OUT} and ${LARGE}` },
        { kind: 'tile', title: 'Flows over ten minutes', metric: 'flows', filter: LONG },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Sent outside, by host',
          metrics: ['bit/s'],
          by: { field: 'source.ip', size: 8 },
          filter: OUT,
          about: 'By the direction of the record: bytes that this host sent.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'heatmap',
          title: 'When they send',
          y: { field: 'source.ip', size: 12 },
          metric: 'bytes',
          filter: `${OUT} and ${LARGE}`,
          about: 'Flows over 1 MB. At night: backups, or somebody who does not want to be seen.',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Biggest senders',
          by: 'source.ip',
          metrics: ['bytes', biggest, 'destinations', 'flows'],
          filter: OUT,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Where it goes',
          by: [
            { field: 'destination.ip', size: 20 },
            { field: 'flow.service.name', size: 2 },
          ],
          metrics: ['bytes', 'sources'],
          filter: OUT,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Longest conversations',
          by: 'flow.conversation',
          metrics: [longest, 'bytes', 'flows'],
          filter: LONG,
          firstWidth: 340,
          width: 28,
          about:
            'Over ten minutes in one record. Exporters cut flows at their active timeout: lengthen it to see more.',
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Countries it goes to',
          by: 'server.geo.country_name',
          metric: 'bytes',
          color: COLORS.outbound,
          filter: OUT,
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
