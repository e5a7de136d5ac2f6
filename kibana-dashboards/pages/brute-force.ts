// Passwords being tried: many short connections from one client to one port of logins.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { anyOf, askedFromOutside, DESKTOP_PORTS, LOGIN_PORTS, SHELL_PORTS } from '../lib/queries.ts';

const PORTS = [...new Set([...LOGIN_PORTS, ...DESKTOP_PORTS])];
const OUTSIDE = `network.transport: tcp and ${askedFromOutside(PORTS)}`;
const INSIDE = `network.transport: tcp and network.direction: internal and server.port: ${anyOf(PORTS)} and destination.port: ${anyOf(PORTS)}`;
const mean: FieldMetric = { op: 'average', field: 'event.duration', label: 'Mean duration' };

export const page: Page = {
  id: 'brute-force',
  title: 'Brute force',
  group: 'threats',
  order: 30,
  question:
    'Does somebody try passwords? Many short connections from one client to consoles, desktops, mail, databases',
  from: 'now-6h',
  rows: [
    {
      height: 5,
      panels: [
        {
          kind: 'tile',
          title: 'Consoles, from outside',
          metric: 'flows',
          filter: `${OUTSIDE} and server.port: ${anyOf(SHELL_PORTS)}`,
          trend: true,
        },
        {
          kind: 'tile',
          title: 'Desktops, from outside',
          metric: 'flows',
          filter: `${OUTSIDE} and server.port: ${anyOf(DESKTOP_PORTS)}`,
          trend: true,
        },
        { kind: 'tile', title: 'All logins, from outside', metric: 'clients', second: 'servers', filter: OUTSIDE },
        { kind: 'tile', title: 'All logins, inside', metric: 'flows', filter: INSIDE },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Connections from outside, by service',
          metrics: ['flows'],
          draw: 'bar',
          by: 'flow.service.name',
          filter: OUTSIDE,
          drill: ['records'],
        },
        {
          kind: 'series',
          title: 'Connections from outside, by client',
          metrics: ['flows'],
          draw: 'bar',
          by: 'client.ip',
          filter: OUTSIDE,
          about: 'A steady stream from one client is a machine.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'From outside',
          by: [
            { field: 'client.ip', size: 30 },
            { field: 'server.ip', size: 3 },
            { field: 'flow.service.name', size: 2 },
          ],
          metrics: ['flows', mean],
          filter: OUTSIDE,
          rows: 12,
          about: 'Many connections of a few seconds each: passwords are being tried.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Inside',
          by: [
            { field: 'client.ip', size: 30 },
            { field: 'server.ip', size: 3 },
            { field: 'flow.service.name', size: 2 },
          ],
          metrics: ['flows', mean],
          filter: INSIDE,
          rows: 12,
          about: 'From one host of ours to another: jobs, monitoring, or somebody who is already in.',
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Countries they come from',
          by: 'client.geo.country_name',
          metric: 'flows',
          color: COLORS.threat,
          filter: OUTSIDE,
        },
        {
          kind: 'bars',
          title: 'Networks they come from',
          by: 'client.as.organization.name',
          metric: 'flows',
          color: COLORS.threat,
          filter: OUTSIDE,
        },
        {
          kind: 'bars',
          title: 'Servers they turn to',
          by: 'server.ip',
          metric: 'clients',
          color: COLORS.server,
          filter: OUTSIDE,
          about: 'By the number of clients.',
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
