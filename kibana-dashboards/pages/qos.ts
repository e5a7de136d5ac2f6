// Classes of service: DSCP and ECN.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'qos',
  title: 'Quality of service',
  group: 'traffic',
  order: 50,
  question: 'Which traffic is marked with which class (DSCP), and where is there congestion (ECN)?',
  needs: { fields: ['flow.dscp'] },
  rows: [
    {
      height: 13,
      panels: [
        {
          kind: 'donut',
          title: 'Classes (DSCP) by bytes',
          by: { field: 'flow.dscp', other: false, size: 9 },
          metric: 'bytes',
          about: 'CS0 is unmarked, EF voice, AF41 video, CS1 less than best effort.',
          width: 16,
        },
        {
          kind: 'table',
          title: 'Classes',
          by: 'flow.dscp',
          metrics: ['bytes', 'packets', 'flows', 'bytes per packet', 'services', 'clients'],
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second by class',
          metrics: ['bit/s'],
          by: { field: 'flow.dscp', other: false },
        },
        {
          kind: 'series',
          title: 'Packets per second by class, marked only',
          metrics: ['packets/s'],
          by: { field: 'flow.dscp', other: false },
          filter: 'flow.dscp: * and not flow.dscp: CS0',
          about: 'Without CS0, beside which the others are thin.',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'heatmap',
          title: 'Services and classes',
          y: { field: 'flow.service.name', size: 14 },
          x: { field: 'flow.dscp', size: 9, other: false },
          metric: 'bytes',
          filter: 'flow.dscp: * and not flow.dscp: CS0',
          about: 'Marked traffic only. Voice outside EF, or backups inside it, show here.',
        },
        {
          kind: 'bars',
          title: 'Clients that mark',
          by: 'client.ip',
          stack: { field: 'flow.dscp', size: 6 },
          metric: 'bytes',
          filter: 'flow.dscp: * and not flow.dscp: CS0',
          about: 'Who uses a class other than the usual one.',
          drill: ['host', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'table',
          title: 'Classes on each output interface',
          by: [
            { field: 'observer.egress.interface.name', size: 20, label: 'Output' },
            { field: 'flow.dscp', size: 6 },
          ],
          metrics: ['bit/s', 'bytes', 'packets'],
          about: 'What each queue has to carry.',
          firstWidth: 120,
          width: 22,
          drill: ['interfaces'],
        },
        {
          kind: 'series',
          title: 'Packets per second by ECN',
          metrics: ['packets/s'],
          by: { field: 'flow.ecn', size: 4, other: false },
          legend: 'bottom',
          about:
            'CE: a router on the way was congested and said so. ECT: the sender would understand. Not-ECT: it would not.',
        },
        {
          kind: 'bars',
          title: 'Who met congestion',
          by: 'destination.ip',
          metric: 'packets',
          filter: 'flow.ecn: CE',
          color: COLORS.loss,
          about: 'Receivers of packets marked CE; none is good news.',
          drill: ['records'],
        },
      ],
    },
  ],
};
