// Errors and discards that interfaces count, and what the cable is guilty of.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';

const rate = (field: string, label: string): FieldMetric => ({
  op: 'max',
  field: `counters.${field}`,
  label,
  counter: true,
});
const max = (field: string, label: string): FieldMetric => ({ op: 'max', field: `counters.${field}`, label });
const byInterface = { field: 'counters.source.name', size: 10, other: false } as const;

export const page: Page = {
  id: 'counters-errors',
  title: 'Errors and discards',
  group: 'devices',
  order: 70,
  question: 'Which interfaces lose or damage packets, since when, and is it the load, the cable or the duplex setting?',
  data: 'counters',
  from: 'now-6h',
  needs: { data: 'counters', fields: ['counters.interface.in_errors', 'counters.ethernet.fcs_errors'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Counters of errors',
          what: 'counter samples with errors and discards',
          fields: ['counters.interface.in_errors', 'counters.ethernet.fcs_errors'],
          whenEmpty: [
            'Switches send them by sFlow with the counters of their interfaces: set "sflow polling-interval" (its name differs by vendor).',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Discards in per second',
          metrics: [rate('interface.in_discards', 'Discards in')],
          draw: 'line',
          by: byInterface,
          filter: 'counters.interface.in_discards > 0',
          about: 'Thrown away without an error: no buffer left, or a filter. No results: there were none.',
        },
        {
          kind: 'series',
          title: 'Discards out per second',
          metrics: [rate('interface.out_discards', 'Discards out')],
          draw: 'line',
          by: byInterface,
          filter: 'counters.interface.out_discards > 0',
          about: 'The line was full for a moment. No results: there were none.',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Errors in per second',
          metrics: [rate('interface.in_errors', 'Errors in')],
          draw: 'line',
          by: byInterface,
          filter: 'counters.interface.in_errors > 0',
          about: 'Damaged on the way: cable, plug, optics.',
        },
        {
          kind: 'series',
          title: 'Errors out per second',
          metrics: [rate('interface.out_errors', 'Errors out')],
          draw: 'line',
          by: byInterface,
          filter: 'counters.interface.out_errors > 0',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Interfaces with errors or discards',
          by: { field: 'counters.source.name', size: 20, label: 'Interface' },
          metrics: [
            max('interface.in_errors', 'Errors in'),
            max('interface.out_errors', 'Errors out'),
            max('interface.in_discards', 'Discards in'),
            max('interface.out_discards', 'Discards out'),
            max('interface.in_unknown_protos', 'Unknown protocol'),
          ],
          filter:
            'counters.interface.in_errors > 0 or counters.interface.out_errors > 0 or counters.interface.in_discards > 0 or counters.interface.out_discards > 0',
          about: 'Counters since the device started. No results: all is well.',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Ethernet in detail',
          by: { field: 'counters.source.name', size: 20, label: 'Interface' },
          metrics: [
            max('ethernet.fcs_errors', 'Bad checksum'),
            max('ethernet.alignment_errors', 'Alignment'),
            max('ethernet.symbol_errors', 'Symbol'),
            max('ethernet.late_collisions', 'Late collisions'),
            max('ethernet.frame_too_longs', 'Too long'),
            max('ethernet.carrier_sense_errors', 'No carrier'),
          ],
          filter: 'counters.ethernet.fcs_errors: *',
          about: 'Bad checksums: the cable. Late collisions: one end thinks half duplex. Too long: the MTU.',
        },
      ],
    },
  ],
};
