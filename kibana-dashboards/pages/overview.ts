// One glance: how much against yesterday, the top of everything, whether the exporters are well, whether something is wrong.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { ANY_SIGN, SIGNS } from '../lib/queries.ts';

const PLACES =
  'By bytes. Private addresses have none. No results at all: weir has no GeoIP database (docs/enrichment.md).';

const LOST: FieldMetric = { op: 'sum', field: 'flow.exporter.lost_flows', label: 'Lost flows' };

export const page: Page = {
  id: 'overview',
  title: 'Overview',
  group: 'overview',
  order: 10,
  question:
    'What is going on in the network? Volume against yesterday, the top of everything, exporters’ health, threats',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Average traffic', metric: 'bit/s', compare: '1d', width: 10 },
        { kind: 'tile', title: 'Lost flows', data: 'exporters', metric: LOST, second: 'exporters', alarm: 1, width: 8 },
        {
          kind: 'tile',
          title: 'Flows',
          id: 'threats',
          metric: 'flows',
          by: { label: 'Sign of trouble', filters: SIGNS },
          compare: '1d',
          filter: ANY_SIGN,
          drill: ['threats', 'records'],
        },
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
        {
          kind: 'bars',
          title: 'Top applications',
          by: 'network.application',
          metric: 'bytes',
          color: COLORS.exporter,
          about:
            'By bytes. No results: no exporter of yours names applications, nor does a table of yours (docs/enrichment.md).',
          drill: ['applications', 'records'],
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
          by: 'observer.name',
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
          title: 'Clients behind signs of trouble',
          by: 'client.ip',
          stack: { label: 'Sign of trouble', filters: SIGNS },
          metric: 'flows',
          filter: ANY_SIGN,
          about:
            'By flows: addresses on your lists, connections that nobody answered, logins from outside, floods, refusals.',
          drill: ['host', 'conversations', 'records'],
        },
      ],
    },
  ],
};
