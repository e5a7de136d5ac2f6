// Traffic by VLAN.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'vlans',
  title: 'VLANs',
  group: 'traffic',
  order: 80,
  question: 'Which VLANs carry how much, who is in them, and what goes from one to another?',
  needs: { fields: ['network.vlan.id', 'flow.source.vlan'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with a VLAN',
          what: 'flows with a VLAN',
          fields: ['network.vlan.id', 'flow.source.vlan'],
          whenEmpty: [
            'Exporters name it with vlanId (IE 58) or dot1qVlanId (IE 243), sFlow switches with their extended switch record.',
            'Routers often leave it out: add it to the flow record.',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second by VLAN',
          metrics: ['bit/s'],
          by: { field: 'network.vlan.id', size: 10 },
        },
        {
          kind: 'series',
          title: 'Packets per second by VLAN',
          metrics: ['packets/s'],
          by: { field: 'network.vlan.id', size: 10 },
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'VLANs',
          by: 'network.vlan.id',
          metrics: ['bytes', 'bit/s', 'packets', 'flows', 'clients', 'servers'],
          width: 28,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'sankey',
          title: 'From VLAN to VLAN',
          stages: ['flow.source.vlan', 'flow.destination.vlan'],
          sizes: [12, 8],
          about: 'Where traffic came in and where it went out; routed where they differ.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'treemap',
          title: 'VLANs and their services',
          by: [{ field: 'network.vlan.id', size: 8 }, 'flow.service.name'],
          metric: 'bytes',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Customer VLANs (inner tag)',
          by: 'network.inner.vlan.id',
          metric: 'bytes',
          color: COLORS.internal,
          about: 'Only with double tags (QinQ).',
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Network cards by maker',
          by: 'flow.source.mac_vendor',
          metric: 'flows',
          about:
            'Makers of the senders’ network cards, by their MAC addresses; where exporters name them and weir looks makers up.',
          drill: ['records'],
        },
      ],
    },
  ],
};
