// Ribbons: from interface to interface, through the devices.

import type { Page } from '../lib/page-types.ts';

export const page: Page = {
  id: 'sankey-interfaces',
  title: 'Interface in → out',
  group: 'paths',
  order: 80,
  question: 'Where does traffic come into a device, and where does it leave?',
  rows: [
    {
      height: 26,
      panels: [
        {
          kind: 'sankey',
          title: 'Input interface, exporter, output interface',
          stages: ['observer.ingress.interface.name', 'observer.name', 'observer.egress.interface.name'],
          sizes: [16, 4, 6],
          about:
            'By bytes. Interfaces of the same name are one block on either side; choose an exporter above to see one device.',
        },
        {
          kind: 'sankey',
          title: 'By interface index',
          stages: ['observer.name', 'observer.ingress.interface.id', 'observer.egress.interface.id'],
          sizes: [10, 5, 4],
          width: 20,
          about: 'For exporters that tell no names of interfaces. 0: to or from the device itself, or dropped.',
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Input and output',
          by: [
            { field: 'observer.name', size: 10 },
            { field: 'observer.ingress.interface.name', size: 6, label: 'Input' },
            { field: 'observer.egress.interface.name', size: 4, label: 'Output' },
          ],
          metrics: ['bytes', 'bit/s', 'packets', 'flows'],
          drill: ['interfaces', 'records'],
        },
      ],
    },
  ],
};
