// Senders and receivers as the records have them, with their ports.

import type { Page } from '../lib/page-types.ts';

const sources = { field: 'source.ip', size: 8 };
const destinations = { field: 'destination.ip', size: 8 };

export const page: Page = {
  id: 'source-destination',
  title: 'Source and destination',
  group: 'paths',
  order: 20,
  question: 'Who sends to whom, from which port to which? As the exporters report it, each direction by itself',
  rows: [
    {
      height: 20,
      panels: [
        { kind: 'donut', title: 'Sources (bytes)', by: sources, metric: 'bytes', width: 12, drill: ['records'] },
        {
          kind: 'sankey',
          title: 'From source to destination',
          stages: ['source.ip', 'destination.ip'],
          sizes: [14, 5],
          about: 'By bytes, the biggest of each.',
        },
        {
          kind: 'donut',
          title: 'Destinations (bytes)',
          by: destinations,
          metric: 'bytes',
          width: 12,
          drill: ['records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        { kind: 'donut', title: 'Sources (packets)', by: sources, metric: 'packets' },
        { kind: 'donut', title: 'Destinations (packets)', by: destinations, metric: 'packets' },
        { kind: 'bars', title: 'Sources (flows)', by: sources, metric: 'flows' },
        { kind: 'bars', title: 'Destinations (flows)', by: destinations, metric: 'flows' },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Destination ports',
          by: [
            { field: 'destination.port', size: 30, label: 'Port' },
            { field: 'network.transport', size: 2 },
          ],
          metrics: ['bytes', 'packets', 'flows'],
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'Source ports',
          by: [
            { field: 'source.port', size: 30, label: 'Port' },
            { field: 'network.transport', size: 2 },
          ],
          metrics: ['bytes', 'packets', 'flows'],
          drill: ['records'],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Pairs',
          by: [
            { field: 'source.ip', size: 20 },
            { field: 'destination.ip', size: 4 },
            { field: 'destination.port', size: 2 },
          ],
          metrics: ['bytes', 'packets', 'flows', 'mean duration'],
          about: 'The biggest destinations of each source, with their two biggest ports.',
          drill: ['records'],
        },
      ],
    },
  ],
};
