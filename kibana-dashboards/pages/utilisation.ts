// How full the lines are: against their speed, and by the 95th percentile that carriers bill.

import type { FieldMetric, RatioMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';

const BITS: FieldMetric = { op: 'sum', field: 'network.bytes', label: 'Traffic', perSecond: true, times: 8 };

function share(speed: string): RatioMetric {
  return { ratio: [BITS, { op: 'max', field: speed, label: 'Speed' }], label: 'Utilisation' };
}

const ABOUT =
  'Light: peak. Dark: 95 % of the five minutes that had traffic were below. Beside it the share of the interface’s speed, where that is known, mean and peak.';

export const page: Page = {
  id: 'utilisation',
  title: 'Line utilisation',
  group: 'devices',
  order: 30,
  question:
    'How full are the lines, against their speed? What will the carrier bill (95th percentile of five minutes)?',
  from: 'now-24h',
  rows: [
    {
      height: 16,
      panels: [
        {
          kind: 'percentile',
          title: 'In: 95th percentile of five minutes',
          by: ['observer.name', 'observer.ingress.interface.id'],
          name: 'observer.ingress.interface.name',
          speed: 'flow.ingress.speed',
          size: 12,
          about: ABOUT,
        },
        {
          kind: 'percentile',
          title: 'Out: 95th percentile of five minutes',
          by: ['observer.name', 'observer.egress.interface.id'],
          name: 'observer.egress.interface.name',
          speed: 'flow.egress.speed',
          size: 12,
          about: ABOUT,
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'utilisation',
          title: 'In: share of the speed',
          by: ['observer.name', 'observer.ingress.interface.id'],
          name: 'observer.ingress.interface.name',
          speed: 'flow.ingress.speed',
          about:
            'weir knows speeds from its table of interfaces, or by SNMP (docs/enrichment.md). Empty until it has some.',
        },
        {
          kind: 'utilisation',
          title: 'Out: share of the speed',
          by: ['observer.name', 'observer.egress.interface.id'],
          name: 'observer.egress.interface.name',
          speed: 'flow.egress.speed',
          about:
            'weir knows speeds from its table of interfaces, or by SNMP (docs/enrichment.md). Empty until it has some.',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'In: mean utilisation',
          by: [
            { field: 'observer.name', size: 20 },
            { field: 'observer.ingress.interface.name', size: 8, label: 'Interface' },
          ],
          metrics: [BITS, { op: 'max', field: 'flow.ingress.speed', label: 'Speed' }, share('flow.ingress.speed')],
          filter: 'flow.ingress.speed > 0',
          drill: ['interfaces', 'conversations'],
        },
        {
          kind: 'table',
          title: 'Out: mean utilisation',
          by: [
            { field: 'observer.name', size: 20 },
            { field: 'observer.egress.interface.name', size: 8, label: 'Interface' },
          ],
          metrics: [BITS, { op: 'max', field: 'flow.egress.speed', label: 'Speed' }, share('flow.egress.speed')],
          filter: 'flow.egress.speed > 0',
          drill: ['interfaces', 'conversations'],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'percentile',
          title: 'Exporters: 95th percentile of five minutes',
          by: ['observer.name'],
          about: ABOUT,
        },
        {
          kind: 'percentile',
          title: 'Clients: 95th percentile of five minutes',
          by: ['client.ip'],
          about: ABOUT,
        },
      ],
    },
  ],
};
