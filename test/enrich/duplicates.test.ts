import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { duplicatesEnricher } from '../../src/enrich/duplicates.ts';
import { InterfaceTable } from '../../src/enrich/interface-table.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { type FlowValues, makeFlow } from './flows.ts';

const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'weir-duplicates-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'interfaces.csv');
const log = pino({ level: 'silent' });

async function tableOf(text: string | undefined): Promise<InterfaceTable> {
  if (text !== undefined) writeFileSync(path, text);
  const table = new InterfaceTable(
    { files: text === undefined ? [] : [path], reloadMs: 3_600_000 },
    'enrich.duplicates.files',
    log,
  );
  await table.start();
  table.stop();
  return table;
}

/** Marks of flows that come one after the other. */
async function marks(flows: readonly FlowValues[], csv?: string, exporter = new Exporter('192.0.2.1')) {
  const enrich = duplicatesEnricher({ windowMs: 15 * MINUTE }, await tableOf(csv));
  return flows.map((values) => {
    const flow = makeFlow(values, exporter);
    enrich(flow);
    return flow.isDuplicate;
  });
}

const ingress = (input: number, output: number, receivedMs = 0): FlowValues => {
  return { direction: 0, inputInterface: input, outputInterface: output, receivedMs };
};
const egress = (input: number, output: number, receivedMs = 0): FlowValues => ({
  ...ingress(input, output, receivedMs),
  direction: 1,
});

test('an egress record is a duplicate where its input interface is metered at ingress', async () => {
  assert.deepEqual(await marks([egress(1, 2), ingress(1, 2), egress(1, 2), egress(2, 1)]), [false, false, true, false]);
});

test('ingress records are none, nor those that say no direction or no input interface', async () => {
  const unsaid: FlowValues = { inputInterface: 1, outputInterface: 2, receivedMs: 0 };
  const blind: FlowValues = { direction: 1, outputInterface: 2, receivedMs: 0 };
  assert.deepEqual(await marks([unsaid, egress(1, 2), ingress(1, 2), unsaid, blind]), [
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('an interface that is metered no more at ingress is forgotten', async () => {
  const flows = [ingress(1, 2, 0), egress(1, 2, 15 * MINUTE), egress(1, 2, 15 * MINUTE + 1)];
  assert.deepEqual(await marks(flows), [false, true, false]);
  const renewed = [ingress(1, 2, 0), ingress(1, 2, 10 * MINUTE), egress(1, 2, 25 * MINUTE)];
  assert.deepEqual(await marks(renewed), [false, false, true]);
});

test('exporters are told apart, their domains not: line cards are domains, and interfaces those of the device', async () => {
  const enrich = duplicatesEnricher({ windowMs: MINUTE }, await tableOf(undefined));
  const one = new Exporter('192.0.2.1');
  const other = new Exporter('192.0.2.2');
  enrich(makeFlow(ingress(1, 2), one));
  const flows = [
    makeFlow(egress(1, 2), other),
    Object.assign(makeFlow(egress(1, 2), one), { facts: one.facts(7) }),
    makeFlow(egress(1, 2), one),
  ];
  for (const flow of flows) enrich(flow);
  assert.deepEqual(
    flows.map((flow) => flow.isDuplicate),
    [false, true, true],
  );
});

test('what is metered at an interface that is no boundary is a duplicate', async () => {
  const csv = 'exporter,interface,boundary\n192.0.2.0/24,3,no\n192.0.2.0/24,4,yes\n';
  const unsaid: FlowValues = { inputInterface: 3, outputInterface: 4 };
  assert.deepEqual(await marks([ingress(3, 4), ingress(4, 3), egress(4, 3), unsaid, ingress(5, 3)], csv), [
    true,
    false,
    true,
    true,
    false,
  ]);
  assert.deepEqual(await marks([ingress(3, 4)], csv, new Exporter('198.51.100.1')), [false]);
});

test('of two records one stays: what is metered at no boundary does not make its egress record a duplicate', async () => {
  const csv = 'exporter,interface,boundary\n192.0.2.1,3,no\n';
  assert.deepEqual(await marks([ingress(3, 4), egress(3, 4)], csv), [true, false]);
});

test('a changed table holds at once', async () => {
  const table = await tableOf('exporter,interface,boundary\n192.0.2.1,3,no\n');
  const enrich = duplicatesEnricher({ windowMs: MINUTE }, table);
  const exporter = new Exporter('192.0.2.1');
  const mark = (values: FlowValues) => {
    const flow = makeFlow(values, exporter);
    enrich(flow);
    return flow.isDuplicate;
  };
  assert.equal(mark(ingress(3, 4)), true);
  writeFileSync(path, 'exporter,interface,boundary\n192.0.2.1,30,no\n');
  await table.check();
  assert.equal(mark(ingress(3, 4)), false);
  assert.equal(mark(ingress(30, 4)), true);
  assert.equal(mark(egress(3, 4)), true);
});

for (const [row, message] of [
  ['192.0.2.1,eth0,no', /:2: found "eth0", expected the index of an interface/],
  ['192.0.2.1,3,', /:2: found "", expected name, alias, speed, boundary \(yes or no\)/],
  ['router,3,no', /:2: found "router", expected a network such as/],
] as const) {
  test(`refuses the row ${row}`, async () => {
    await assert.rejects(
      tableOf(`exporter,interface,boundary\n${row}\n`),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  });
}
