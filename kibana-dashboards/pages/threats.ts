// Threats at one glance: bad addresses, scans, floods, attempts to log in.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { askedFromOutside, HALF_OPEN, ICMP, LOGIN_PORTS, PRIVATE_PORTS, REFUSED, SIGNS } from '../lib/queries.ts';

const ports: FieldMetric = { op: 'distinct', field: 'flow.service.name', label: 'Ports' };

export const page: Page = {
  id: 'threats',
  title: 'Threats at a glance',
  group: 'threats',
  order: 10,
  question: 'Is something attacking us, or is something of ours attacking others? The first look',
  from: 'now-6h',
  rows: [
    {
      height: 5,
      panels: [
        {
          kind: 'tile',
          title: 'Flows with bad addresses',
          metric: 'flows',
          filter: 'flow.threat.side: *',
          alarm: 1,
        },
        { kind: 'tile', title: 'TCP never answered', metric: 'flows', filter: HALF_OPEN, trend: true },
        {
          kind: 'tile',
          title: 'From amplifiers',
          metric: 'bit/s',
          filter: SIGNS['Amplified answers'],
          trend: true,
        },
        {
          kind: 'tile',
          title: 'Refused by firewalls',
          metric: 'flows',
          filter: REFUSED,
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Signs of trouble over time',
          metrics: ['flows'],
          draw: 'bar',
          by: {
            label: 'Sign',
            filters: { ...SIGNS, 'Pings from outside': `network.direction: inbound and ${ICMP}` },
          },
          width: 30,
          about: 'Flows. One flow may be several signs.',
        },
        {
          kind: 'bars',
          title: 'Bad addresses, by list',
          by: 'threat.feed.name',
          metric: 'flows',
          color: COLORS.threat,
          about: 'Lists of bad addresses that you loaded (docs/enrichment.md, threat). None loaded: no results.',
          drill: ['reputation', 'records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Scanning: asks and gets no answer',
          by: 'client.ip',
          metrics: ['flows', 'servers', ports],
          filter: HALF_OPEN,
          about: 'Clients by flows with a SYN and no ACK. Many servers: a sweep. Many ports: a port scan.',
          drill: ['scans', 'records'],
        },
        {
          kind: 'table',
          title: 'Trying to log in from outside',
          by: 'client.ip',
          metrics: ['flows', 'servers', ports],
          filter: askedFromOutside(LOGIN_PORTS),
          about: 'Clients outside that open connections to ports of logins.',
          drill: ['brute-force', 'records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Packets come in at',
          by: 'destination.ip',
          metrics: ['packets', 'bit/s', 'sources'],
          filter: 'network.direction: inbound',
          width: 20,
          about: 'Our hosts by packets from outside. A flood has many packets, many sources and few bytes per packet.',
          drill: ['floods', 'records'],
        },
        {
          kind: 'bars',
          title: 'Sent out by our hosts',
          by: 'source.ip',
          metric: 'bytes',
          color: COLORS.outbound,
          filter: 'network.direction: outbound',
          drill: ['uploads', 'records'],
        },
        {
          kind: 'bars',
          title: 'Reached from outside',
          by: 'flow.service.name',
          metric: 'clients',
          color: COLORS.threat,
          filter: askedFromOutside(PRIVATE_PORTS),
          about: 'Services that have no business on the internet.',
          drill: ['exposed', 'records'],
        },
      ],
    },
  ],
};
