// What runs inside tunnels and overlays, where they begin and end.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const TUNNEL = 'flow.tunnel.type: * or flow.tunnel.id: *';
const inner: FieldMetric = { op: 'distinct', field: 'flow.tunnel.inner.source.ip', label: 'Inner sources' };

export const page: Page = {
  id: 'tunnels',
  title: 'Tunnels and overlays',
  group: 'special',
  order: 50,
  question: 'Which tunnels and virtual networks (GRE, VXLAN, Geneve, …) are there, between whom, and what is inside?',
  needs: { fields: ['flow.tunnel.type', 'flow.tunnel.id'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with a tunnel',
          what: 'flows whose exporter saw a tunnel',
          fields: ['flow.tunnel.type', 'flow.tunnel.id'],
          whenEmpty: [
            'weir finds tunnels in the packet headers that sFlow and IPFIX bring along (GRE, VXLAN, Geneve, IP in IP, GTP, …), and in the',
            'tunnel records of sFlow. Exporters that send addresses and ports only show the outer packets: see the page “VPN”.',
          ],
        },
      ],
    },
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Traffic in tunnels', metric: 'bit/s', filter: TUNNEL },
        {
          kind: 'tile',
          title: 'Virtual networks, keys',
          metric: { op: 'distinct', field: 'flow.tunnel.id', label: 'Ids' },
        },
        { kind: 'tile', title: 'Hosts inside', metric: inner },
        { kind: 'tile', title: 'Tunnel ends', metric: 'sources', filter: TUNNEL },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by kind of tunnel',
          metrics: ['bit/s'],
          by: 'flow.tunnel.type',
          filter: TUNNEL,
        },
        {
          kind: 'series',
          title: 'Traffic by virtual network',
          metrics: ['bit/s'],
          by: 'flow.tunnel.id',
          filter: 'flow.tunnel.id: *',
          about: 'VXLAN or Geneve network (VNI), GRE key, session.',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Virtual networks',
          by: [
            { field: 'flow.tunnel.id', size: 20 },
            { field: 'flow.tunnel.type', size: 2 },
          ],
          metrics: ['bytes', 'bit/s', inner],
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'Inside: who with whom',
          by: [
            { field: 'flow.tunnel.inner.source.ip', size: 20 },
            { field: 'flow.tunnel.inner.destination.ip', size: 3 },
          ],
          metrics: ['bytes', 'flows'],
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Outside: ends of the tunnels',
          by: [
            { field: 'source.ip', size: 20 },
            { field: 'destination.ip', size: 3 },
          ],
          metrics: ['bytes', 'flows'],
          filter: TUNNEL,
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Ports inside',
          by: 'flow.tunnel.inner.destination.port',
          metric: 'bytes',
          color: COLORS.service,
        },
        {
          kind: 'donut',
          title: 'Protocols inside',
          by: 'flow.tunnel.inner.transport',
          metric: 'bytes',
        },
      ],
    },
  ],
};
