// How exact the numbers are: sampling, and traffic that several exporters report.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const FLOWS: FieldMetric = { op: 'count', label: 'Flows' };
const SAMPLED = 'flow.sampling.interval > 1';

export const page: Page = {
  id: 'sampling',
  title: 'Sampling and duplicates',
  group: 'devices',
  order: 40,
  question: 'How exact are the numbers? Who samples how coarsely, and what is reported more than once?',
  rows: [
    {
      height: 6,
      panels: [
        {
          kind: 'tile',
          title: 'Share of sampled flows',
          metric: { ratio: [{ ...FLOWS, filter: SAMPLED }, FLOWS], label: 'Share of sampled flows' },
        },
        {
          kind: 'tile',
          title: 'Coarsest interval',
          metric: { op: 'max', field: 'flow.sampling.interval', label: 'One in' },
        },
        {
          kind: 'tile',
          title: 'Share reported more than once',
          metric: { ratio: [{ ...FLOWS, filter: 'flow.duplicate: true' }, FLOWS], label: 'Share of duplicates' },
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Sampling by exporter',
          by: [
            { field: 'observer.name', size: 50 },
            { field: 'flow.sampling.source', size: 3, label: 'Learnt by' },
          ],
          metrics: [
            'flows',
            { op: 'min', field: 'flow.sampling.interval', label: 'Finest' },
            { op: 'max', field: 'flow.sampling.interval', label: 'Coarsest' },
            'bytes',
          ],
          filter: 'flow.sampling.interval: *',
          about:
            'One packet in so many. Bytes and packets are scaled up by the interval. The source says where weir learnt it; “default” and “override” are from your configuration.',
          drill: ['devices', 'records'],
          width: 30,
        },
        {
          kind: 'donut',
          title: 'How the interval was learnt',
          by: { field: 'flow.sampling.source', other: false },
          metric: 'flows',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Coarsest interval over time',
          metrics: [{ op: 'max', field: 'flow.sampling.interval', label: 'One in' }],
          by: { field: 'observer.name', size: 9, other: false },
          filter: 'flow.sampling.interval: *',
          draw: 'line',
          about: 'A step is a change of the exporter’s configuration.',
        },
        {
          kind: 'bars',
          title: 'Exporters of duplicates',
          by: 'observer.name',
          metric: 'bytes',
          filter: 'flow.duplicate: true',
          color: COLORS.exporter,
          about:
            'Bytes that another record counts too. Switch on the filter “Without duplicates” above to leave them out.',
          drill: ['records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'donut',
          title: 'How client and server were told apart',
          by: { field: 'flow.role.reason', other: false, size: 8 },
          metric: 'flows',
          about: 'TCP flags are sure; a known service nearly; the lower port is a guess.',
        },
        {
          kind: 'bars',
          title: 'Exporters that guess most',
          by: 'observer.name',
          metric: 'flows',
          filter: 'flow.role.reason: (lower_port or address)',
          color: COLORS.exporter,
          about: 'Flows whose client was guessed by port or address.',
        },
        {
          kind: 'bars',
          title: 'Metered at',
          by: 'observer.name',
          stack: { field: 'flow.direction', size: 2 },
          metric: 'flows',
          filter: 'flow.direction: *',
          about: 'Input and output of interfaces: both on one device count the same packets twice.',
        },
      ],
    },
  ],
};
