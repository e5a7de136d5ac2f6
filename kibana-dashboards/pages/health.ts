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
const own = (op: 'sum' | 'max', name: string, label: string): FieldMetric => ({
  op,
  field: `collector.${name}`,
  label,
});
const waits = own('max', 'documents.waiting', 'In memory');
const spooled = own('max', 'documents.spooled', 'On disk');
const lag = own('max', 'lag', 'Lag');
const dropped = own('sum', 'documents.dropped', 'Dropped');
const deadLettered = own('sum', 'documents.dead_lettered', 'Dead letters');
const kernelDrops = own('sum', 'kernel_drops', 'Kernel drops');

export const page: Page = {
  id: 'health',
  title: 'Health',
  group: 'weir',
  order: 10,
  question:
    'Can I trust these numbers? What each exporter sent, what was lost on the way, could not be decoded, or still waits',
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
          fields: ['observer.ip'],
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
        { kind: 'tile', title: 'Flows received', metric: { ...flows, perSecond: true } },
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
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Waiting to be written',
          metrics: [
            { metric: waits, color: COLORS.traffic },
            { metric: spooled, color: COLORS.service },
            { metric: lag, color: COLORS.exporter },
          ],
          draw: 'line',
          about:
            'Documents in memory and in the spool, of the process that has most; lag: datagrams in Redis that no “weir work” has acknowledged. What grows for long: Elasticsearch is down or too slow, or workers are too few. Nothing is shown while an exporter is chosen above.',
        },
        {
          kind: 'series',
          title: 'Lost or put aside by weir',
          metrics: [
            { metric: dropped, color: COLORS.loss },
            { metric: deadLettered, color: COLORS.service },
            { metric: kernelDrops, color: COLORS.exporter },
          ],
          draw: 'bar',
          about:
            'Dropped: documents with no room left on disk. Dead letters: documents that Elasticsearch refused. Kernel drops: datagrams that came faster than they were read.',
        },
      ],
    },
    {
      height: 10,
      panels: [
        {
          kind: 'table',
          title: 'Processes of weir',
          by: { field: 'collector.name', size: 50, label: 'Process' },
          firstWidth: 200,
          metrics: [
            own('sum', 'documents.written', 'Written'),
            waits,
            spooled,
            own('max', 'spool_bytes', 'Spool'),
            lag,
            dropped,
            deadLettered,
            kernelDrops,
            own('max', 'memory', 'Memory'),
          ],
          rows: 5,
          about:
            'Host, role, and number of the worker or process id. In memory, on disk, lag and memory: the most that was seen. Kernel drops are told by “weir run” in one process only; those of receivers by “weir status”.',
        },
      ],
    },
  ],
};
