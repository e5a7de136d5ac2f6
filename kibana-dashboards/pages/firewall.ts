// What firewalls report: connections made and ended, refused and why.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const DENIED = 'flow.event: "flow denied"';

export const page: Page = {
  id: 'firewall',
  title: 'Firewall events',
  group: 'special',
  order: 10,
  question: 'What does the firewall refuse, to whom, by which rule, and how many connections does it make?',
  needs: { fields: ['flow.firewall.reason', 'flow.firewall.ingress_acl'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Firewall events',
          what: 'events of firewalls',
          fields: ['flow.firewall.reason', 'flow.firewall.ingress_acl', 'flow.firewall.egress_acl'],
          whenEmpty: [
            'Cisco ASA and Firepower send them by NSEL (NetFlow v9 with event fields); other firewalls with firewallEvent (IE 233).',
            'On the ASA: flow-export destination, and a policy with "flow-export event-type all".',
          ],
        },
      ],
    },
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Created', metric: 'flows', filter: 'flow.event: "flow created"', trend: true },
        { kind: 'tile', title: 'Ended', metric: 'flows', filter: 'flow.event: "flow deleted"' },
        { kind: 'tile', title: 'Denied', metric: 'flows', filter: DENIED, trend: true },
        { kind: 'tile', title: 'Refused clients', metric: 'clients', filter: DENIED },
        {
          kind: 'tile',
          title: 'Users',
          metric: { op: 'distinct', field: 'user.name', label: 'Users' },
          filter: 'flow.event: flow*',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Events',
          metrics: ['flows'],
          draw: 'bar',
          by: {
            label: 'Event',
            filters: {
              created: 'flow.event: "flow created"',
              ended: 'flow.event: "flow deleted"',
              denied: DENIED,
              updated: 'flow.event: "flow update"',
            },
          },
          filter: 'flow.event: *',
          width: 30,
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Denied: why',
          by: 'flow.firewall.reason',
          metric: 'flows',
          color: COLORS.threat,
          filter: DENIED,
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Denied: who and what',
          by: [
            { field: 'client.ip', size: 20 },
            { field: 'flow.service.name', size: 3 },
          ],
          metrics: ['flows', 'servers'],
          filter: DENIED,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Rules that refuse',
          by: [
            { field: 'flow.firewall.ingress_acl', size: 20 },
            { field: 'flow.firewall.reason', size: 2 },
          ],
          metrics: ['flows', 'clients', 'servers'],
          filter: DENIED,
          about:
            'As ids: the ASA exports hashes of access list, entry and extended entry ("show access-list" shows them).',
          drill: ['records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Refused services',
          by: 'flow.service.name',
          metric: 'flows',
          color: COLORS.service,
          filter: DENIED,
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Refused countries',
          by: 'client.geo.country_name',
          metric: 'flows',
          color: COLORS.threat,
          filter: DENIED,
        },
        {
          kind: 'bars',
          title: 'Bytes by user',
          by: 'user.name',
          metric: 'bytes',
          color: COLORS.client,
          filter: 'flow.event: flow*',
          about: 'Users that the firewall knows.',
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
