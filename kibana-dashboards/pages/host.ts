// One address: what it uses, what it offers, with whom and where.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const BITS: FieldMetric = { op: 'sum', field: 'network.bytes', label: 'Traffic', perSecond: true, times: 8 };

export const page: Page = {
  id: 'host',
  title: 'One host',
  group: 'top',
  order: 70,
  question: 'What does this host do? Its peers, services, countries and ports over time. Choose it as client or server',
  from: 'now-3h',
  rows: [
    {
      height: 4,
      panels: [
        {
          kind: 'note',
          id: 'how',
          title: 'How to choose a host',
          text: '**Choose the host** in the drop-down *Client* (what it asks for) or *Server* (what it offers), or come here by a click on an address. Both at once: type `client.ip: 10.0.0.1 or server.ip: 10.0.0.1` above. Until then this page shows all hosts.',
        },
      ],
    },
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Average traffic', metric: 'bit/s', compare: '1d' },
        { kind: 'tile', title: 'Clients', metric: 'clients', second: 'flows' },
        { kind: 'tile', title: 'Servers', metric: 'servers', second: 'services' },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by service',
          metrics: ['bit/s'],
          by: { field: 'flow.service.name', size: 10 },
          width: 28,
          drill: ['records'],
        },
        {
          kind: 'series',
          title: 'In (above) and out (below)',
          metrics: [
            { metric: { ...BITS, label: 'In', filter: 'network.direction: inbound' }, color: COLORS.inbound },
            {
              metric: { ...BITS, label: 'Out', filter: 'network.direction: outbound', times: -8 },
              color: COLORS.outbound,
            },
          ],
          draw: 'area',
          legend: 'bottom',
          about: 'From and to networks that are not yours.',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Servers it asked',
          by: [
            { field: 'server.ip', size: 30 },
            { field: 'flow.service.name', size: 3 },
          ],
          metrics: ['bytes', 'flows'],
          about: 'With the host as client.',
          drill: ['host', 'records'],
        },
        {
          kind: 'table',
          title: 'Clients that asked it',
          by: [
            { field: 'client.ip', size: 30 },
            { field: 'flow.service.name', size: 3 },
          ],
          metrics: ['bytes', 'flows'],
          about: 'With the host as server.',
          drill: ['host', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Countries of its servers over time',
          metrics: ['bit/s'],
          by: { field: 'server.geo.country_name', size: 8, other: false },
          about: 'Private addresses have no country.',
        },
        {
          kind: 'heatmap',
          title: 'When it does what',
          y: { field: 'flow.service.name', size: 10 },
          metric: 'flows',
          about: 'Flows of each step: work by day, backups by night, beacons all the time.',
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'bars',
          title: 'Networks (AS) it speaks to',
          by: 'server.as.organization.name',
          metric: 'bytes',
          color: COLORS.server,
          drill: ['as', 'records'],
        },
        {
          kind: 'bars',
          title: 'Names asked for (TLS)',
          by: 'flow.tls.server_name',
          metric: 'flows',
          about: 'Where exporters look into the traffic.',
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Seen by',
          by: 'observer.name',
          metric: 'flows',
          color: COLORS.exporter,
          about: 'Exporters that report this host.',
          drill: ['devices'],
        },
        { kind: 'donut', title: 'TCP flags', by: { field: 'flow.tcp_flags', size: 8, other: false }, metric: 'flows' },
      ],
    },
  ],
};
