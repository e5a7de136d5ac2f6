// One glance: how much against yesterday, the top of everything, whether the exporters are well, whether something is wrong.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const PLACES =
  'By bytes. Private addresses have none. No results at all: weir has no GeoIP database (docs/enrichment.md).';

const LOST: FieldMetric = { op: 'sum', field: 'flow.exporter.lost_flows', label: 'Lost flows' };

export const page: Page = {
  id: 'overview',
  title: 'Overview',
  group: 'overview',
  order: 10,
  question: 'What is going on in the network? Volume against yesterday, the top of everything, exporters, oddities',
  rows: [
    {
      height: 6,
      panels: [
        { kind: 'tile', title: 'Average traffic', metric: 'bit/s', compare: '1d', trend: true, width: 18 },
        { kind: 'tile', title: 'Flows', metric: 'flows', second: 'bytes' },
        { kind: 'tile', title: 'Clients', metric: 'clients', second: 'servers' },
        { kind: 'tile', title: 'Lost flows', data: 'exporters', metric: LOST, second: 'exporters', alarm: 1 },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'series',
          title: 'Traffic over time by service',
          metrics: ['bit/s'],
          by: 'flow.service.name',
          about: 'Bits per second, both directions.',
          width: 32,
          drill: ['traffic'],
        },
        {
          kind: 'donut',
          title: 'Direction',
          by: { field: 'network.direction', other: false },
          metric: 'bytes',
          about: 'As seen from the networks that you named as internal.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Top clients',
          by: 'client.ip',
          metric: 'bytes',
          color: COLORS.client,
          about: 'Who asked; by bytes, both directions.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Top servers',
          by: 'server.ip',
          metric: 'bytes',
          color: COLORS.server,
          about: 'Who answered; by bytes, both directions.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Top services',
          by: 'flow.service.name',
          metric: 'bytes',
          color: COLORS.service,
          about: 'By bytes, both directions.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Top conversations',
          by: 'flow.conversation',
          metrics: ['bytes', 'packets', 'flows'],
          firstWidth: 380,
          width: 28,
          about: 'Client > server, service.',
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'Exporters: can these numbers be trusted?',
          data: 'exporters',
          by: 'observer.ip',
          metrics: [
            { op: 'sum', field: 'flow.exporter.flows', label: 'Flows' },
            LOST,
            { op: 'max', field: 'flow.exporter.last_seen', label: 'Last seen' },
          ],
          about: 'From the exporters’ own sequence numbers; more on the page “Health”.',
          drill: ['health'],
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'treemap',
          title: 'Server countries and networks (AS)',
          by: ['server.geo.country_name', 'server.as.organization.name'],
          metric: 'bytes',
          about: PLACES,
          width: 32,
        },
        {
          kind: 'bars',
          title: 'TCP opened but never answered',
          by: 'client.ip',
          metric: 'flows',
          color: COLORS.threat,
          filter: 'network.transport: tcp and flow.tcp_flags: SYN and not flow.tcp_flags: ACK',
          about: 'Clients by flows that have a SYN and no ACK: scans, floods, or servers that are down.',
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
