// Traffic by interface, in and out.

import type { Page } from '../lib/page-types.ts';

const INPUT = { field: 'observer.ingress.interface.name', other: false };
const OUTPUT = { field: 'observer.egress.interface.name', other: false };

export const page: Page = {
  id: 'interfaces',
  title: 'Interfaces',
  group: 'devices',
  order: 20,
  question: 'What goes in and out of each interface, and what is it?',
  rows: [
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'In: bits per second',
          metrics: ['bit/s'],
          by: INPUT,
          about: 'By name; choose an exporter above where several have interfaces of the same name.',
        },
        { kind: 'series', title: 'Out: bits per second', metrics: ['bit/s'], by: OUTPUT },
      ],
    },
    {
      height: 16,
      panels: [
        {
          kind: 'table',
          title: 'In',
          by: [
            { field: 'observer.name', size: 20 },
            { field: 'observer.ingress.interface.id', size: 8, label: 'Index' },
            { field: 'observer.ingress.interface.name', size: 1, other: true, missing: true, label: 'Name' },
          ],
          metrics: ['bit/s', 'bytes', 'flows'],
          rows: 12,
          about: 'Index 0: from the device itself.',
          drill: ['utilisation', 'conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Out',
          by: [
            { field: 'observer.name', size: 20 },
            { field: 'observer.egress.interface.id', size: 8, label: 'Index' },
            { field: 'observer.egress.interface.name', size: 1, other: true, missing: true, label: 'Name' },
          ],
          metrics: ['bit/s', 'bytes', 'flows'],
          rows: 12,
          about: 'Index 0: to the device itself, or dropped.',
          drill: ['utilisation', 'conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        { kind: 'series', title: 'In: packets per second', metrics: ['packets/s'], by: INPUT },
        { kind: 'series', title: 'Out: packets per second', metrics: ['packets/s'], by: OUTPUT },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'bars',
          title: 'Services that come in',
          by: { field: 'observer.ingress.interface.name', size: 12 },
          stack: { field: 'flow.service.name', size: 4 },
          metric: 'bytes',
          drill: ['services'],
        },
        {
          kind: 'bars',
          title: 'Services that go out',
          by: { field: 'observer.egress.interface.name', size: 12 },
          stack: { field: 'flow.service.name', size: 4 },
          metric: 'bytes',
          drill: ['services'],
        },
      ],
    },
  ],
};
