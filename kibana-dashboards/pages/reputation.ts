// Addresses on lists of bad ones: which lists, who was in touch with them, and which way it went.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { TO_SERVICE } from '../lib/queries.ts';

const BAD = 'flow.threat.side: *';

export const page: Page = {
  id: 'reputation',
  title: 'Bad addresses',
  group: 'threats',
  order: 20,
  question: 'Who of us is in touch with addresses that are known to be bad, and did data flow?',
  from: 'now-24h',
  needs: { fields: ['flow.threat.side'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with bad addresses',
          what: 'flows with an address that a list names',
          fields: ['flow.threat.side'],
          whenEmpty: [
            'Good news, or no list: the enricher "threat" compares addresses with lists that you load from files or by HTTP',
            '(docs/enrichment.md). `weir status` says how many networks it has.',
          ],
        },
      ],
    },
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Flows', metric: 'flows', filter: BAD, trend: true },
        { kind: 'tile', title: 'Bytes', metric: 'bytes', filter: BAD },
        { kind: 'tile', title: 'Conversations', metric: 'conversations', filter: BAD },
        {
          kind: 'tile',
          title: 'Bad addresses',
          metric: { op: 'distinct', field: 'threat.indicator.ip', label: 'Bad addresses' },
        },
        {
          kind: 'tile',
          title: 'Answered TCP',
          metric: 'conversations',
          filter: `${BAD} and network.direction: (outbound or inbound) and network.transport: tcp and flow.tcp_flags: ACK`,
          alarm: 1,
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Flows by list',
          metrics: ['flows'],
          by: 'threat.feed.name',
          draw: 'bar',
          filter: BAD,
          width: 32,
        },
        {
          kind: 'donut',
          title: 'Lists are of',
          by: 'flow.threat.kind',
          metric: 'flows',
          filter: BAD,
          about: 'Kinds, in the words of your pipeline.',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Bad addresses',
          by: [
            { field: 'threat.indicator.ip', size: 50, label: 'Address' },
            { field: 'threat.feed.name', size: 2, label: 'List' },
          ],
          metrics: ['flows', 'bytes', 'clients'],
          filter: BAD,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'In touch with them',
          by: 'flow.conversation',
          metrics: ['bytes', 'packets', 'flows'],
          filter: BAD,
          firstWidth: 300,
          about: 'Many bytes: more than a knock on the door.',
          drill: ['records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Public threats: they come to us',
          by: 'client.ip',
          metric: 'flows',
          color: COLORS.threat,
          filter: `${BAD} and network.direction: inbound and ${TO_SERVICE}`,
          about: 'Bad clients.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Servers at risk',
          by: 'server.ip',
          metric: 'flows',
          color: COLORS.server,
          filter: `${BAD} and network.direction: inbound and ${TO_SERVICE}`,
          about: 'Ours that bad clients turn to.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Clients that call bad servers',
          by: 'client.ip',
          metric: 'flows',
          color: COLORS.client,
          filter: `${BAD} and network.direction: outbound and ${TO_SERVICE}`,
          about: 'Ours that open connections to bad servers: perhaps infected.',
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
