// The health of weir: can one trust these numbers?

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const sum = (name: string, label: string): FieldMetric => ({ op: 'sum', field: `flow.exporter.${name}`, label });
const datagrams = sum('datagrams', 'Datagrams');
const flows = sum('flows', 'Flows');
const lost = sum('lost_flows', 'Lost flows');
const malformed = sum('malformed', 'Malformed');
const waiting = sum('sets_without_template', 'No template yet');

export const page: Page = {
  id: 'health',
  title: 'Health',
  group: 'weir',
  order: 10,
  question: 'Can I trust these numbers? What each exporter sent, what was lost on the way, what could not be decoded',
  data: 'exporters',
  from: 'now-6h',
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Reports of weir',
          what: 'reports of weir about its exporters (one per exporter and minute)',
          whenEmpty: [
            'weir writes them while it runs, also when an exporter is silent: so it does not run, or cannot write to this Elasticsearch.',
            '"weir status" on its machine says which.',
          ],
        },
      ],
    },
    {
      height: 6,
      panels: [
        { kind: 'tile', title: 'Exporters', metric: 'exporters' },
        { kind: 'tile', title: 'Flows received', metric: { ...flows, perSecond: true }, trend: true },
        { kind: 'tile', title: 'Flows lost', metric: lost, alarm: 1 },
        { kind: 'tile', title: 'Share lost', metric: { ratio: [lost, flows], label: 'Share lost' }, alarm: 0.001 },
        { kind: 'tile', title: 'Malformed datagrams', metric: malformed, alarm: 1 },
        { kind: 'tile', title: 'Waited for a template', metric: waiting },
      ],
    },
    {
      height: 16,
      panels: [
        {
          kind: 'table',
          title: 'Exporters',
          by: ['observer.name', { field: 'flow.export.protocol', size: 3, label: 'Protocol' }],
          firstWidth: 125,
          metrics: [
            flows,
            datagrams,
            lost,
            { ratio: [lost, flows], label: 'Share lost' },
            malformed,
            { ...waiting, label: 'Waited' },
            { op: 'max', field: 'flow.exporter.templates', label: 'Templates' },
            { op: 'max', field: 'flow.exporter.longest_flow', label: 'Longest' },
            { op: 'max', field: 'flow.exporter.last_seen', label: 'Last seen' },
          ],
          rows: 12,
          about:
            'Lost: by the exporter’s own sequence numbers. Longest flow: what its active timeout really is; much more than a minute makes the traffic charts jagged.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Flows per second by exporter',
          metrics: [{ ...flows, perSecond: true }],
          by: { field: 'observer.name', other: false },
        },
        {
          kind: 'series',
          title: 'Lost flows by exporter',
          metrics: [lost],
          by: { field: 'observer.name', other: false },
          draw: 'bar',
          about: 'On the way from the exporter, or in this host’s socket buffer.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Datagrams per second by protocol',
          metrics: [{ ...datagrams, perSecond: true }],
          by: { field: 'flow.export.protocol', other: false },
        },
        {
          kind: 'series',
          title: 'Not decoded',
          metrics: [
            { metric: malformed, color: COLORS.loss },
            { metric: waiting, color: COLORS.service },
          ],
          draw: 'bar',
          about:
            'Malformed datagrams, and data that came before its template (it waits; what waits too long is dropped and counted by weir status).',
        },
      ],
    },
  ],
};
