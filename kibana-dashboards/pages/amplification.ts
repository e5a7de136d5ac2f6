// Amplification: answers to questions that somebody asked in our name, and servers of ours that are misused for it.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { AMPLIFIER_PORTS, anyOf } from '../lib/queries.ts';

const PORTS = anyOf(AMPLIFIER_PORTS);
const VICTIM = `network.transport: udp and network.direction: inbound and source.port: ${PORTS}`;
const REFLECTOR = `network.transport: udp and network.direction: outbound and source.port: ${PORTS}`;
const sources: FieldMetric = { op: 'distinct', field: 'source.ip', label: 'Sources' };

export const page: Page = {
  id: 'amplification',
  title: 'Amplification',
  group: 'threats',
  order: 60,
  question: 'Do answers come in that nobody asked for, and do servers of ours send such answers to others?',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'In from such ports', metric: 'bit/s', filter: VICTIM, trend: true },
        { kind: 'tile', title: 'Sources', metric: sources, filter: VICTIM },
        { kind: 'tile', title: 'Packets', metric: 'packets', filter: VICTIM },
        { kind: 'tile', title: 'Bytes per packet', metric: 'bytes per packet', filter: VICTIM },
        { kind: 'tile', title: 'Out from such ports', metric: 'bit/s', filter: REFLECTOR },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'In, by service that answers',
          metrics: ['bit/s'],
          by: 'flow.service.name',
          filter: VICTIM,
          about:
            'UDP from ports of DNS, NTP, SNMP, LDAP, SSDP, memcached and others known for it. Answers to our own questions are in here, too.',
          drill: ['records'],
        },
        {
          kind: 'series',
          title: 'Out, by host of ours that answers',
          metrics: ['bit/s'],
          by: 'source.ip',
          filter: REFLECTOR,
          about: 'A server of ours that answers the whole internet can be misused.',
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Targets of ours',
          by: [
            { field: 'destination.ip', size: 30 },
            { field: 'flow.service.name', size: 2 },
          ],
          metrics: ['bytes', 'packets', sources, 'bytes per packet'],
          filter: VICTIM,
          about: 'Many sources and large packets: amplification. A few sources: our own questions.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Servers of ours that answer outside',
          by: [
            { field: 'source.ip', size: 30 },
            { field: 'flow.service.name', size: 2 },
          ],
          metrics: ['bytes', 'packets', 'destinations', 'bytes per packet'],
          filter: REFLECTOR,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'heatmap',
          title: 'Services by time',
          y: { field: 'flow.service.name', size: 12 },
          metric: 'bytes',
          filter: VICTIM,
          width: 30,
        },
        {
          kind: 'bars',
          title: 'Networks they come from',
          by: 'source.as.organization.name',
          metric: 'bytes',
          color: COLORS.threat,
          filter: VICTIM,
        },
      ],
    },
  ],
};
