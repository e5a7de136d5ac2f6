// What comes in from autonomous systems, goes out to them, and passes through.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const IN = 'network.direction: inbound';
const OUT = 'network.direction: outbound';
const THROUGH = 'network.direction: external';

const SOURCE = { field: 'source.as.number', label: 'Source AS', other: false };
const DESTINATION = { field: 'destination.as.number', label: 'Target AS', other: false };

export const page: Page = {
  id: 'as-transit',
  title: 'AS in, out, through',
  group: 'places',
  order: 40,
  question: 'How much comes in from which AS, goes out to which, and only passes between which?',
  needs: { fields: ['source.as.number', 'destination.as.number'] },
  rows: [
    {
      height: 13,
      panels: [
        { kind: 'series', title: 'In, by source AS', metrics: ['bit/s'], by: SOURCE, filter: IN },
        { kind: 'series', title: 'Out, by destination AS', metrics: ['bit/s'], by: DESTINATION, filter: OUT },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'bars',
          title: 'AS that send in',
          by: 'source.as.organization.name',
          metric: 'bytes',
          filter: IN,
          color: COLORS.inbound,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'In: source AS',
          by: { ...SOURCE, size: 50 },
          metrics: ['bytes', 'flows'],
          filter: IN,
          width: 12,
        },
        {
          kind: 'bars',
          title: 'AS that receive',
          by: 'destination.as.organization.name',
          metric: 'bytes',
          filter: OUT,
          color: COLORS.outbound,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Out: destination AS',
          by: { ...DESTINATION, size: 50 },
          metrics: ['bytes', 'flows'],
          filter: OUT,
          width: 12,
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Through, by destination AS',
          metrics: ['bit/s'],
          by: DESTINATION,
          filter: THROUGH,
          about: 'Neither end is in a network that you named as internal: transit.',
          width: 20,
        },
        {
          kind: 'sankey',
          title: 'From AS to AS',
          stages: ['source.as.number', 'destination.as.number'],
          sizes: [12, 6],
          about: 'All traffic that has an AS at both ends.',
        },
        {
          kind: 'table',
          title: 'Through: from AS to AS',
          by: [
            { ...SOURCE, size: 20 },
            { ...DESTINATION, size: 4 },
          ],
          metrics: ['bytes'],
          filter: THROUGH,
          width: 15,
        },
      ],
    },
    {
      height: 13,
      panels: [
        { kind: 'series', title: 'Packets per second by source AS', metrics: ['packets/s'], by: SOURCE },
        { kind: 'series', title: 'Packets per second by destination AS', metrics: ['packets/s'], by: DESTINATION },
      ],
    },
  ],
};
