// Where the time goes: the client's network, the server's network, or the server.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const CLIENT: FieldMetric = { op: 'average', field: 'flow.latency.client', label: 'Client network' };
const SERVER: FieldMetric = { op: 'average', field: 'flow.latency.server', label: 'Server network' };
const APPLICATION: FieldMetric = { op: 'average', field: 'flow.latency.application', label: 'Server itself' };

const fields = ['flow.latency.client', 'flow.latency.server', 'flow.latency.application'];

export const page: Page = {
  id: 'latency',
  title: 'Response times',
  group: 'traffic',
  order: 45,
  question:
    'Is it the network or the server? Delays of the clients’ side, of the servers’ side, and of the servers themselves',
  needs: { fields },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with delays',
          what: 'flows with measured delays',
          fields,
          whenEmpty: [
            'Exporters that watch TCP handshakes measure delays: Cisco AVC (performance monitor), nProbe.',
            'Ordinary NetFlow has none.',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        [
          { kind: 'tile', title: 'Clients’ network', metric: CLIENT, compare: '1d', width: 10 },
          { kind: 'tile', title: 'Servers’ network', metric: SERVER, compare: '1d' },
          { kind: 'tile', title: 'Servers themselves', metric: APPLICATION, compare: '1d' },
        ],
        {
          kind: 'series',
          title: 'Mean delays',
          metrics: [
            { metric: CLIENT, color: COLORS.client },
            { metric: SERVER, color: COLORS.server },
            { metric: APPLICATION, color: COLORS.threat },
          ],
          legend: 'bottom',
          about:
            'As seen from the exporter: to the client and back, to the server and back, and what the server takes to begin its answer.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Server delay by service',
          metrics: [APPLICATION],
          by: { field: 'flow.service.name', size: 6, other: false },
          filter: 'flow.latency.application: *',
          draw: 'line',
        },
        {
          kind: 'series',
          title: 'Network delay by country of the server',
          metrics: [SERVER],
          by: { field: 'server.geo.country_name', size: 6, other: false },
          filter: 'flow.latency.server: *',
          draw: 'line',
        },
      ],
    },
    {
      height: 15,
      panels: [
        {
          kind: 'table',
          title: 'Servers',
          by: { field: 'server.ip', size: 50 },
          metrics: [
            { op: 'count', label: 'Flows' },
            { op: 'median', field: 'flow.latency.application', label: 'Median' },
            { op: 'percentile', percentile: 95, field: 'flow.latency.application', label: '95 % below' },
            { op: 'median', field: 'flow.latency.server', label: 'Network' },
          ],
          filter: 'flow.latency.application: *',
          about:
            'Busiest first. Median and 95 %: of the server’s own delay. Network: median delay between exporter and server.',
          drill: ['host', 'conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Clients',
          by: { field: 'client.ip', size: 50 },
          metrics: [
            { op: 'count', label: 'Flows' },
            { op: 'median', field: 'flow.latency.client', label: 'Median' },
            { op: 'percentile', percentile: 95, field: 'flow.latency.client', label: '95 % below' },
          ],
          filter: 'flow.latency.client: *',
          about: 'Busiest first. Delay between client and exporter: a bad wireless or home line shows here.',
          drill: ['host', 'conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Flows by server delay',
          by: {
            label: 'Server delay',
            ranges: 'flow.latency.application',
            at: [0, 5, 20, 50, 100, 200, 500, 1000],
            names: [
              'below 5 ms',
              '5 – 20 ms',
              '20 – 50 ms',
              '50 – 100 ms',
              '100 – 200 ms',
              '0.2 – 0.5 s',
              '0.5 – 1 s',
              'from 1 s',
            ],
          },
          metric: 'flows',
          color: COLORS.threat,
        },
        {
          kind: 'bars',
          title: 'Slowest services',
          by: { field: 'flow.service.name', size: 12 },
          metric: APPLICATION,
          filter: 'flow.latency.application: *',
          color: COLORS.service,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Farthest networks (AS)',
          by: { field: 'server.as.organization.name', size: 12 },
          metric: SERVER,
          filter: 'flow.latency.server: *',
          color: COLORS.server,
          drill: ['as', 'records'],
        },
      ],
    },
  ],
};
