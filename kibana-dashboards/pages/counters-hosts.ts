// Hosts that send sFlow counters: load, memory, disks, network.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const HOST = 'counters.cpu.load_one: *';
const rate = (field: string, label: string, times: number): FieldMetric => ({
  op: 'max',
  field: `counters.${field}`,
  label,
  counter: true,
  times,
});
const average = (field: string, label: string): FieldMetric => ({ op: 'average', field: `counters.${field}`, label });
const max = (field: string, label: string): FieldMetric => ({ op: 'max', field: `counters.${field}`, label });
const byHost = { field: 'observer.name', size: 8, label: 'Host', other: false } as const;

export const page: Page = {
  id: 'counters-hosts',
  title: 'Hosts (sFlow)',
  group: 'devices',
  order: 80,
  question: 'How are the hosts and devices that send sFlow counters: load, memory, disks, network?',
  data: 'counters',
  from: 'now-6h',
  needs: { data: 'counters', fields: ['counters.cpu.load_one', 'counters.processor.cpu_5s_percent'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Host counters',
          what: 'counter samples of hosts and processors',
          fields: ['counters.cpu.load_one', 'counters.processor.cpu_5s_percent'],
          whenEmpty: [
            'Hosts send them by sFlow when hsflowd runs there (sflow.net, "Host sFlow"); switches send their processor’s.',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Load (one minute)',
          metrics: [average('cpu.load_one', 'Load')],
          draw: 'line',
          by: byHost,
          filter: HOST,
          about: 'Processes that run or wait. Compare it with the number of cores below.',
        },
        {
          kind: 'series',
          title: 'Free memory',
          metrics: [average('memory.free_bytes', 'Free memory')],
          draw: 'line',
          by: byHost,
          filter: 'counters.memory.free_bytes: *',
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Network in',
          metrics: [rate('network.in_bytes', 'In', 8)],
          draw: 'line',
          by: byHost,
          filter: 'counters.network.in_bytes: *',
        },
        {
          kind: 'series',
          title: 'Network out',
          metrics: [rate('network.out_bytes', 'Out', 8)],
          draw: 'line',
          by: byHost,
          filter: 'counters.network.out_bytes: *',
        },
        {
          kind: 'series',
          title: 'Disk writes',
          metrics: [rate('disk.written_bytes', 'Written', 8)],
          draw: 'line',
          by: byHost,
          filter: 'counters.disk.written_bytes: *',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Hosts',
          by: 'observer.name',
          metrics: [
            max('cpu.load_five', 'Load, highest'),
            max('cpu.cores', 'Cores'),
            max('memory.total_bytes', 'Memory'),
            { op: 'min', field: 'counters.memory.free_bytes', label: 'Free, lowest' },
            { op: 'min', field: 'counters.disk.free_bytes', label: 'Disk free, lowest' },
            max('disk.partition_max_used_percent', 'Fullest disk, %'),
            max('network.in_errors', 'Net errors'),
          ],
          filter: HOST,
        },
      ],
    },
    {
      height: 12,
      panels: [
        {
          kind: 'table',
          title: 'Processors of switches',
          by: 'observer.name',
          metrics: [
            max('processor.cpu_5m_percent', 'CPU, highest %'),
            max('processor.total_memory_bytes', 'Memory'),
            { op: 'min', field: 'counters.processor.free_memory_bytes', label: 'Free, lowest' },
          ],
          filter: 'counters.processor.cpu_5m_percent: *',
        },
        {
          kind: 'bars',
          title: 'Operating systems',
          by: 'counters.host.os_name',
          metric: { op: 'distinct', field: 'observer.ip', label: 'Hosts' },
          color: COLORS.exporter,
        },
      ],
    },
  ],
};
