// Consoles and desktops from afar: who works on what, and from where.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';
import { anyOf, askedFromOutside, DESKTOP_PORTS, SHELL_PORTS } from '../lib/queries.ts';

const SHELLS = `server.port: ${anyOf(SHELL_PORTS)}`;
const DESKTOPS = `server.port: ${anyOf(DESKTOP_PORTS)}`;
const BOTH = `server.port: ${anyOf([...SHELL_PORTS, ...DESKTOP_PORTS])} and network.transport: tcp`;

export const page: Page = {
  id: 'remote-access',
  title: 'Remote access',
  group: 'services',
  order: 100,
  question: 'Who works on which machines from afar (SSH, Telnet, RDP, VNC, …), how long, and who comes from outside?',
  rows: [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Console sessions', metric: 'conversations', filter: `${BOTH} and ${SHELLS}` },
        { kind: 'tile', title: 'Desktop sessions', metric: 'conversations', filter: `${BOTH} and ${DESKTOPS}` },
        { kind: 'tile', title: 'Clients', metric: 'clients', filter: BOTH },
        { kind: 'tile', title: 'Machines', metric: 'servers', filter: BOTH },
        {
          kind: 'tile',
          title: 'Telnet (not encrypted)',
          metric: 'conversations',
          filter: 'server.port: 23',
          alarm: 1,
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by service',
          metrics: ['bit/s'],
          by: 'flow.service.name',
          filter: BOTH,
          width: 30,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'donut',
          title: 'From where to where',
          by: { field: 'network.direction', other: false },
          metric: 'conversations',
          filter: BOTH,
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Sessions',
          by: { field: 'flow.conversation', size: 100 },
          metrics: ['bytes', { op: 'max', field: 'event.duration', label: 'Longest' }, 'flows'],
          filter: BOTH,
          firstWidth: 380,
          width: 28,
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Machines reached from outside',
          by: 'server.ip',
          metric: 'clients',
          color: COLORS.threat,
          filter: askedFromOutside([...SHELL_PORTS, ...DESKTOP_PORTS]),
          about: 'By the number of clients. Each of these can be attacked by anybody.',
          drill: ['brute-force', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'heatmap',
          title: 'When people log in',
          y: { field: 'client.ip', size: 12 },
          metric: 'flows',
          filter: `${BOTH} and not network.direction: inbound`,
          about: 'Work at unusual hours stands out.',
        },
        {
          kind: 'bars',
          title: 'Countries they come from',
          by: 'client.geo.country_name',
          metric: 'flows',
          color: COLORS.client,
          filter: BOTH,
          drill: ['conversations', 'records'],
        },
      ],
    },
  ],
};
