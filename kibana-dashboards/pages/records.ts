// The documents themselves, for the last question of all: what exactly was it?

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'records',
  title: 'Raw records',
  group: 'records',
  order: 10,
  question: 'What exactly was it? Every flow record, newest first, with the filters of the page you came from',
  from: 'now-15m',
  rows: [
    {
      height: 9,
      panels: [
        { kind: 'tile', title: 'Flows', metric: 'flows', second: 'bytes', width: 10 },
        {
          kind: 'series',
          title: 'Flows over time',
          metrics: ['flows'],
          by: { field: 'flow.export.protocol', other: false },
          draw: 'bar',
        },
      ],
    },
    {
      height: 32,
      panels: [
        {
          kind: 'records',
          title: 'Flow records',
          columns: [
            'source.ip',
            'source.port',
            'destination.ip',
            'destination.port',
            'network.transport',
            'flow.service.name',
            'network.bytes',
            'network.packets',
            'event.duration',
            'flow.tcp_flags',
            'network.direction',
            'observer.name',
          ],
        },
      ],
    },
  ],
};
