// Names that were asked for inside the traffic: web hosts, TLS servers, DNS.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'names',
  title: 'Web and host names',
  group: 'services',
  order: 90,
  question: 'Which web sites and names were asked for, by whom?',
  needs: { fields: ['flow.tls.server_name', 'flow.http.host', 'flow.dns.name'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with names',
          what: 'flows that carry a name',
          fields: ['flow.tls.server_name', 'flow.http.host', 'flow.dns.name'],
          whenEmpty: [
            'Exporters that look into the traffic export the names (TLS server name, HTTP host, DNS query), and weir reads them from the',
            'packet headers that sFlow and IPFIX bring along.',
          ],
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'bars',
          title: 'TLS server names',
          by: { field: 'flow.tls.server_name', size: 15 },
          metric: 'bytes',
          color: COLORS.server,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'HTTP hosts',
          by: { field: 'flow.http.host', size: 15 },
          metric: 'bytes',
          color: COLORS.server,
          about: 'Unencrypted.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'DNS names',
          by: { field: 'flow.dns.name', size: 15 },
          metric: 'flows',
          color: COLORS.service,
          about: 'By questions.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'TLS server names over time',
          metrics: ['bit/s'],
          by: { field: 'flow.tls.server_name', size: 9 },
        },
        {
          kind: 'series',
          title: 'DNS questions per second',
          metrics: ['flows/s'],
          by: { field: 'flow.dns.name', size: 9, other: false },
          draw: 'bar',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Server names and who asks for them',
          by: [
            { field: 'flow.tls.server_name', size: 50, label: 'Name' },
            { field: 'client.ip', size: 3 },
          ],
          metrics: ['bytes', 'flows', 'servers'],
          firstWidth: 210,
          drill: ['host', 'records'],
        },
        {
          kind: 'table',
          title: 'Clients by the number of names',
          by: { field: 'client.ip', size: 50 },
          metrics: [
            { op: 'distinct', field: 'flow.dns.name', label: 'DNS names' },
            { op: 'distinct', field: 'flow.tls.server_name', label: 'TLS names' },
            'flows',
          ],
          filter: 'flow.dns.name: * or flow.tls.server_name: *',
          about: 'Very many DNS names of one client: a mail server, or a tunnel through DNS.',
          drill: ['host', 'records'],
        },
      ],
    },
  ],
};
