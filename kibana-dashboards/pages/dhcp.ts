// Address service: discoveries, requests, answers, relays.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const DHCP = 'server.port: (67 or 68 or 547) and network.transport: udp';
const BROADCAST = 'source.port: 68 and destination.port: 67 and destination.ip: 255.255.255.255';
const REQUEST = 'destination.port: (67 or 547) and not source.port: 67 and not destination.ip: 255.255.255.255';
const ANSWER = 'source.port: (67 or 547) and not destination.port: 67';
const RELAYED = 'source.port: 67 and destination.port: 67';

const packets = (label: string, filter: string): FieldMetric => ({
  op: 'sum',
  field: 'network.packets',
  label,
  filter,
  format: { id: 'custom', params: { decimals: 0, pattern: '0,0.[0]a' } },
});
const broadcasts = packets('Broadcasts', BROADCAST);
const requests = packets('Requests', REQUEST);
const answers = packets('Answers', ANSWER);
const relayed = packets('Relayed', RELAYED);

export const page: Page = {
  id: 'dhcp',
  title: 'DHCP',
  group: 'services',
  order: 30,
  question: 'Who asks for addresses, which servers give them, over which relays, and is there a server too many?',
  needs: { fields: ['server.port'] },
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Broadcasts', metric: broadcasts, filter: DHCP },
        { kind: 'tile', title: 'Requests to a server', metric: requests, filter: DHCP },
        { kind: 'tile', title: 'Answers', metric: answers, filter: DHCP },
        { kind: 'tile', title: 'Relayed', metric: relayed, filter: DHCP },
        { kind: 'tile', title: 'Hosts that answer', metric: 'sources', filter: `${DHCP} and ${ANSWER}` },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets',
          metrics: [
            { metric: broadcasts, color: COLORS.service },
            { metric: requests, color: COLORS.client },
            { metric: answers, color: COLORS.server },
            { metric: relayed, color: COLORS.internal },
          ],
          draw: 'bar',
          filter: DHCP,
          width: 30,
          about: 'A storm of broadcasts: the pool is empty, or a server is gone.',
        },
        {
          kind: 'bars',
          title: 'Hosts that answer',
          by: 'source.ip',
          metric: 'packets',
          color: COLORS.server,
          filter: `${DHCP} and ${ANSWER}`,
          about: 'Every host here gives out addresses. One that you do not know is a rogue server.',
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Clients',
          by: 'source.ip',
          metrics: [packets('Requests', `${BROADCAST} or (${REQUEST})`), 'flows'],
          filter: `${DHCP} and not (${ANSWER})`,
          about: '0.0.0.0: hosts that have no address yet.',
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'Relays and their servers',
          by: [
            { field: 'source.ip', size: 50, label: 'Relay' },
            { field: 'destination.ip', size: 3, label: 'Server' },
          ],
          metrics: ['packets'],
          filter: `${DHCP} and ${RELAYED}`,
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'Seen by exporter',
          by: 'observer.name',
          metrics: ['packets', 'flows'],
          filter: DHCP,
        },
      ],
    },
  ],
};
