// Hosts inside that answer where one does not expect it.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const USUAL =
  '(20 or 21 or 22 or 25 or 53 or 67 or 68 or 80 or 88 or 110 or 111 or 123 or 135 or 137 or 138 or 139 or 143 or 161 or 162 or 389 or 443 or 445 or 464 or 465 or 500 or 514 or 515 or 547 or 587 or 631 or 636 or 853 or 873 or 993 or 995 or 1194 or 1433 or 1812 or 1813 or 2049 or 3128 or 3268 or 3269 or 3306 or 3389 or 4500 or 5060 or 5061 or 5353 or 5355 or 5432 or 5601 or 8080 or 8443 or 9100 or 9200)';
/** It answered: TCP with an ACK, or UDP that came from the server's port. */
const ANSWERS = '((network.transport: tcp and flow.tcp_flags: ACK) or network.transport: udp)';
const INSIDE = '"10.0.0.0/8" or "172.16.0.0/12" or "192.168.0.0/16" or "fc00::/7"';
const ODD = `network.direction: (internal or inbound) and server.ip: (${INSIDE}) and server.port: * and not server.port: ${USUAL} and ${ANSWERS}`;
const ports: FieldMetric = { op: 'distinct', field: 'flow.service.name', label: 'Ports' };

export const page: Page = {
  id: 'unusual-ports',
  title: 'Unusual ports',
  group: 'threats',
  order: 90,
  question: 'Which hosts of ours answer on ports that are none of the usual ones, and who asked them?',
  from: 'now-24h',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Hosts that answer', metric: 'servers', filter: ODD },
        { kind: 'tile', title: 'Their ports', metric: ports, filter: ODD },
        { kind: 'tile', title: 'Clients', metric: 'clients', filter: ODD },
        { kind: 'tile', title: 'Traffic', metric: 'bytes', filter: ODD, trend: true },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Hosts and their ports',
          by: [
            { field: 'server.ip', size: 30 },
            { field: 'flow.service.name', size: 4 },
          ],
          metrics: ['flows', 'clients', 'bytes'],
          filter: ODD,
          width: 26,
          about: 'Private addresses, on other ports than some sixty usual ones, with an answer.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Ports',
          by: { field: 'flow.service.name', size: 15 },
          metric: 'servers',
          color: COLORS.service,
          filter: ODD,
          about: 'By the number of hosts that answer there.',
          drill: ['records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Hosts over time',
          metrics: ['flows'],
          draw: 'bar',
          by: { field: 'server.ip', size: 8 },
          filter: ODD,
          about: 'What begins suddenly is worth a look.',
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Asked from outside',
          by: 'server.ip',
          metric: 'clients',
          color: COLORS.threat,
          filter: `${ODD} and network.direction: inbound`,
          about: 'By the number of clients outside that got an answer.',
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
