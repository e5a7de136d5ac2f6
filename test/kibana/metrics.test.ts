// What Lens formulas are made of metrics: text and parts, expected values by hand from Lens' own formula language.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComputedColumn } from '../../kibana-dashboards/lib/columns.ts';
import type { Metric } from '../../kibana-dashboards/lib/metric-types.ts';
import { changeColumns, metricColumns } from '../../kibana-dashboards/lib/metrics.ts';

const place = { data: 'flows', overTime: false } as const;

const FORMULAS: readonly (readonly [name: string, metric: Metric, overTime: boolean, text: string])[] = [
  ['bits of each step', 'bit/s', true, "8 * normalize_by_unit(sum(network.bytes), unit='s')"],
  ['bits of the whole range', 'bit/s', false, '(8000 * sum(network.bytes)) / time_range()'],
  ['flows per second', 'flows/s', true, "1 * normalize_by_unit(count(), unit='s')"],
  ['a ratio', 'bytes per packet', false, 'sum(network.bytes) / sum(network.packets)'],
  [
    'a counter of octets as bits',
    { op: 'max', field: 'event.duration', label: 'In', counter: true, times: 8 },
    true,
    "8 * normalize_by_unit(counter_rate(max(event.duration)), unit='s')",
  ],
  [
    'bits of a week before',
    { op: 'sum', field: 'network.bytes', label: 'Last week', perSecond: true, times: 8, shift: '1w' },
    true,
    "8 * normalize_by_unit(sum(network.bytes, shift='1w'), unit='s')",
  ],
  [
    'bits below the axis, of some documents',
    {
      op: 'sum',
      field: 'network.bytes',
      label: 'Out',
      perSecond: true,
      times: -8,
      filter: 'network.direction: outbound',
    },
    true,
    "-8 * normalize_by_unit(sum(network.bytes, kql='network.direction: outbound'), unit='s')",
  ],
];

for (const [name, metric, overTime, text] of FORMULAS) {
  test(`${name}: ${text}`, () => {
    const columns = metricColumns('m', metric, { data: 'flows', overTime });
    const own = columns['m'] as ComputedColumn;
    assert.equal(own.params['formula'], text);
    // A formula without its parts shows "(empty)" and no error.
    const [result] = own.references;
    const math = columns[result!] as ComputedColumn;
    assert.equal(math.operationType, 'math');
    assert.ok(math.references.length > 0 && math.references.every((part) => part in columns));
  });
}

test('a change compares with the same range so long ago', () => {
  const columns = changeColumns('m', 'bytes', '1d', place);
  const { params } = columns['m'] as ComputedColumn;
  assert.equal(params['formula'], "(sum(network.bytes) / sum(network.bytes, shift='1d')) - 1");
});

test('a plain metric is a plain column', () => {
  const columns = metricColumns('m', 'clients', place);
  assert.deepEqual(Object.keys(columns), ['m']);
  assert.equal(columns['m']!.operationType, 'unique_count');
});

test('a metric that cannot be is refused: an unknown field, a sum of addresses, a field without doc values', () => {
  const metric = (field: string): Metric => ({ op: 'sum', field, label: 'X' });
  assert.throws(() => metricColumns('m', metric('no.such'), place), /no field no\.such/);
  assert.throws(() => metricColumns('m', metric('client.ip'), place), /sum of client\.ip, which is ip/);
  assert.throws(() => metricColumns('m', metric('flow.tos'), place), /no doc values/);
});
