// Address translation: who stood behind which public address, how the pools fill.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const NAT = 'source.nat.ip: * or destination.nat.ip: *';
const FULL =
  'flow.event: ("NAT addresses exhausted" or "NAT ports exhausted" or "quota exceeded" or "threshold reached")';
const publics: FieldMetric = { op: 'distinct', field: 'source.nat.ip', label: 'Public addresses' };
const EVENT =
  'flow.event: (NAT* or "port block allocation" or "port block de-allocation" or "address binding create" or "address binding delete")';

export const page: Page = {
  id: 'nat',
  title: 'Address translation (NAT)',
  group: 'special',
  order: 20,
  question: 'Who was behind which public address and port, how many share one, and do the pools run out?',
  needs: { fields: ['source.nat.ip', 'destination.nat.ip', 'flow.nat.pool'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Translated flows',
          what: 'flows and events with translated addresses',
          fields: ['source.nat.ip', 'destination.nat.ip'],
          whenEmpty: [
            'Translators send them as NAT events (NEL, RFC 8158), firewalls in NSEL, Linux by ipt_NETFLOW with natevents=1.',
            'Without them nobody can say later who was behind a shared address.',
          ],
        },
      ],
    },
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Translated', metric: 'flows', filter: NAT, trend: true },
        { kind: 'tile', title: 'Hosts behind', metric: 'sources', filter: 'source.nat.ip: *' },
        { kind: 'tile', title: 'Public addresses', metric: publics },
        { kind: 'tile', title: 'Port blocks given', metric: 'flows', filter: 'flow.event: "port block allocation"' },
        { kind: 'tile', title: 'Pool or quota full', metric: 'flows', filter: FULL, alarm: 1 },
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
          by: 'flow.event',
          filter: EVENT,
          drill: ['records'],
        },
        {
          kind: 'series',
          title: 'Exhausted, over quota, over threshold',
          metrics: ['flows'],
          draw: 'bar',
          by: 'flow.event',
          filter: FULL,
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Public addresses and who is behind',
          by: [
            { field: 'source.nat.ip', size: 20 },
            { field: 'source.ip', size: 4 },
          ],
          metrics: ['flows', 'bytes'],
          filter: 'source.nat.ip: *',
          about: 'To find one connection: filter by public address, port and time, and open the records.',
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'How many share an address',
          about: 'One source: perhaps not translated; some exporters fill the fields all the same.',
          by: 'source.nat.ip',
          metrics: ['sources', 'flows', 'bytes'],
          filter: 'source.nat.ip: *',
          drill: ['records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'bars',
          title: 'Services behind translated addresses',
          by: 'destination.nat.ip',
          metric: 'flows',
          color: COLORS.server,
          about: 'Destinations that were rewritten: forwarded ports, load balancers.',
          drill: ['records'],
        },
        {
          kind: 'bars',
          title: 'Pools',
          by: 'flow.nat.pool',
          metric: 'flows',
          color: COLORS.internal,
          drill: ['records'],
        },
        {
          kind: 'table',
          title: 'Limits that were met',
          by: [
            { field: 'flow.nat.limit', size: 8 },
            { field: 'observer.name', size: 2 },
          ],
          metrics: ['flows'],
          rows: 8,
          drill: ['records'],
        },
      ],
    },
  ],
};
