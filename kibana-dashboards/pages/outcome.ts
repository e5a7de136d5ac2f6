// Why flows ended, and whether they were forwarded.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const DROPPED = 'flow.forwarding.status: dropped or flow.discard.reason: *';

export const page: Page = {
  id: 'outcome',
  title: 'Ends and drops',
  group: 'traffic',
  order: 70,
  question: 'What became of it: forwarded, dropped and why? And why did the exporter report the flow when it did?',
  needs: { fields: ['flow.forwarding.status', 'flow.end_reason', 'flow.discard.reason'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows that say what became of them',
          what: 'flows that say whether they were forwarded or why they ended',
          fields: ['flow.forwarding.status', 'flow.end_reason', 'flow.discard.reason'],
          whenEmpty: [
            'Exporters say so with forwardingStatus (IE 89) and flowEndReason (IE 136) of NetFlow v9 and IPFIX,',
            'or with discarded packets of sFlow. Add these fields to the flow record of your exporter.',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second by outcome',
          metrics: ['packets/s'],
          by: { field: 'flow.forwarding.status', size: 4, other: false },
          about: 'Forwarded; dropped; or consumed: meant for the router itself.',
        },
        {
          kind: 'series',
          title: 'Dropped packets per second by reason',
          metrics: ['packets/s'],
          by: { field: 'flow.forwarding.reason', size: 8, other: false },
          filter: 'flow.forwarding.status: dropped',
          draw: 'bar',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Dropped: why',
          by: [
            { field: 'flow.forwarding.reason', size: 20, label: 'Reason' },
            { field: 'observer.name', size: 3 },
          ],
          metrics: ['packets', 'flows', 'clients'],
          filter: 'flow.forwarding.status: dropped',
          drill: ['records'],
          width: 24,
        },
        {
          kind: 'bars',
          title: 'Dropped: who',
          by: 'source.ip',
          metric: 'packets',
          filter: DROPPED,
          color: COLORS.threat,
          about: 'Senders whose packets were dropped.',
          drill: ['host', 'records'],
        },
        {
          kind: 'bars',
          title: 'Dropped: for which service',
          by: 'flow.service.name',
          metric: 'packets',
          filter: DROPPED,
          color: COLORS.service,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Flows per second by end reason',
          metrics: ['flows/s'],
          by: { field: 'flow.end_reason', size: 6, other: false },
          draw: 'bar',
          about:
            'Idle timeout: nothing came any more. Active timeout: still going on. “Lack of resources”: the exporter’s table is full, its numbers may be short.',
        },
        {
          kind: 'table',
          title: 'End reasons by exporter',
          by: [
            { field: 'observer.name', size: 20 },
            { field: 'flow.end_reason', size: 6, label: 'Ended by' },
          ],
          metrics: ['flows', 'bytes'],
          firstWidth: 110,
          drill: ['devices'],
        },
        {
          kind: 'bars',
          width: 12,
          title: 'Discarded (sFlow)',
          by: 'flow.discard.reason',
          metric: 'packets',
          color: COLORS.loss,
          about: 'From sFlow’s discarded packets, where a switch exports them.',
          drill: ['records'],
        },
      ],
    },
  ],
};
