// Labels and routing tables of a carrier's network.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const labels: FieldMetric = { op: 'distinct', field: 'flow.mpls.labels', label: 'Labels' };

export const page: Page = {
  id: 'mpls',
  title: 'MPLS and VRF',
  group: 'special',
  order: 40,
  question: 'Which labels and which routing tables (VRF, customers) carry how much, and from which to which?',
  needs: { fields: ['flow.mpls.labels', 'flow.vrf.ingress', 'flow.vrf.egress'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with labels or routing tables',
          what: 'flows with an MPLS label or a VRF',
          fields: ['flow.mpls.labels', 'flow.vrf.ingress', 'flow.vrf.egress'],
          whenEmpty: [
            'Routers send labels (IE 70 to 79) where flows are metered on MPLS interfaces, and VRFs as ids (IE 234, 235) or names (IE 236):',
            'add these fields to their flow record. In sFlow it is the extended MPLS record.',
          ],
        },
      ],
    },
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Labelled traffic', metric: 'bit/s', filter: 'flow.mpls.labels: *', trend: true },
        { kind: 'tile', title: 'Labels', metric: labels },
        { kind: 'tile', title: 'Traffic in VRFs', metric: 'bit/s', filter: 'flow.vrf.ingress: *', trend: true },
        { kind: 'tile', title: 'VRFs', metric: { op: 'distinct', field: 'flow.vrf.ingress', label: 'VRFs' } },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by VRF (in)',
          metrics: ['bit/s'],
          by: 'flow.vrf.ingress',
          filter: 'flow.vrf.ingress: *',
        },
        {
          kind: 'series',
          title: 'Traffic by label',
          metrics: ['bit/s'],
          draw: 'line',
          by: { field: 'flow.mpls.labels', other: false },
          filter: 'flow.mpls.labels: *',
          about: 'Every label of the stack counts, so a flow may be in several lines.',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'sankey',
          title: 'VRF in, service, VRF out',
          stages: ['flow.vrf.ingress', 'flow.service.name', 'flow.vrf.egress'],
          sizes: [8, 4, 4],
          about: 'By bytes. Traffic between tables goes through leaks: are they meant?',
        },
        {
          kind: 'table',
          title: 'From table to table',
          by: [
            { field: 'flow.vrf.ingress', size: 20 },
            { field: 'flow.vrf.egress', size: 4 },
          ],
          metrics: ['bytes', 'bit/s', 'clients'],
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Labels',
          by: 'flow.mpls.labels',
          metrics: ['bytes', 'bit/s', 'packets', 'flows'],
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Next hops of labelled traffic',
          by: 'flow.bgp.next_hop.ip',
          metric: 'bytes',
          color: COLORS.exporter,
          filter: 'flow.mpls.labels: *',
          about: 'BGP next hop: the router at the far end of the label path.',
        },
        {
          kind: 'bars',
          title: 'Routers that label',
          by: 'observer.name',
          metric: 'bytes',
          color: COLORS.exporter,
          filter: 'flow.mpls.labels: *',
        },
      ],
    },
  ],
};
