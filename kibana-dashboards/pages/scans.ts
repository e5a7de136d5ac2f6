// Reconnaissance: who knocks on many hosts or many ports.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { ICMP, PROBE } from '../lib/queries.ts';

const ports: FieldMetric = { op: 'distinct', field: 'flow.service.name', label: 'Ports' };
const hosts: FieldMetric = { op: 'distinct', field: 'server.ip', label: 'Hosts' };
const OUTSIDE = 'network.direction: inbound';
const INSIDE = 'network.direction: (internal or outbound)';
const PING = `${ICMP} and flow.icmp.name: "echo request"`;

export const page: Page = {
  id: 'scans',
  title: 'Scans',
  group: 'threats',
  order: 40,
  question: 'Who looks for open doors? Clients that knock on many hosts or many ports, from outside and from inside',
  from: 'now-6h',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Ports touched from outside', metric: ports, filter: `${PROBE} and ${OUTSIDE}` },
        { kind: 'tile', title: 'Ports touched from inside', metric: ports, filter: `${PROBE} and ${INSIDE}` },
        { kind: 'tile', title: 'Hosts pinged from outside', metric: 'destinations', filter: `${PING} and ${OUTSIDE}` },
        { kind: 'tile', title: 'Hosts pinged from inside', metric: 'destinations', filter: `${PING} and ${INSIDE}` },
        { kind: 'tile', title: 'TCP probes', metric: 'flows', filter: PROBE, trend: true },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'TCP probes, by client',
          metrics: ['flows'],
          draw: 'bar',
          by: { field: 'client.ip', size: 8 },
          filter: PROBE,
          drill: ['records'],
        },
        {
          kind: 'series',
          title: 'Hosts touched per step, by client',
          metrics: [hosts],
          draw: 'line',
          by: { field: 'client.ip', size: 8, other: false },
          filter: PROBE,
          about: 'Number of servers in probes: opened, and refused or never answered.',
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Sweeps: many hosts',
          by: 'client.ip',
          metrics: [hosts, ports, 'flows'],
          filter: PROBE,
          about: 'Clients by the number of servers that they probed: opened, and refused or never answered.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Port scans: many ports of one host',
          by: [
            { field: 'client.ip', size: 20 },
            { field: 'server.ip', size: 3 },
          ],
          metrics: [ports, 'flows'],
          filter: PROBE,
          about: 'Pairs of client and server by the number of ports.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Wanted ports',
          by: { field: 'flow.service.name', size: 12 },
          metric: 'clients',
          color: COLORS.service,
          filter: PROBE,
          about: 'What they look for, by the number of clients.',
        },
        {
          kind: 'bars',
          title: 'UDP: many ports',
          by: 'client.ip',
          metric: ports,
          color: COLORS.threat,
          filter: 'network.transport: udp and network.packets <= 3',
          about: 'Clients by the number of UDP ports in flows of three packets or fewer.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Ping sweeps from outside',
          by: 'source.ip',
          metric: 'destinations',
          color: COLORS.threat,
          filter: `${PING} and ${OUTSIDE}`,
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Ping sweeps from inside',
          by: 'source.ip',
          metric: 'destinations',
          color: COLORS.internal,
          filter: `${PING} and ${INSIDE}`,
          about: 'Monitoring pings, too.',
          drill: ['records'],
        },
      ],
    },
  ],
};
