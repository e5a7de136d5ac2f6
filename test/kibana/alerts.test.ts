// Setting up alert rules: what is created, renewed, kept and removed, and that the user's part (on, actions) stays.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { KibanaAction } from '../../src/output/kibana.ts';
import { ruleId, type ShippedAlert, setUpAlerts, shippedAlerts } from '../../src/output/kibana-alerts.ts';
import { OutputError } from '../../src/output/output.ts';
import { FakeKibana, type FakeKibanaOptions } from './fake-kibana.ts';

const PLACE = { indexPrefix: 'weir', space: 'default' };
const [FIRST, SECOND] = shippedAlerts() as readonly [ShippedAlert, ShippedAlert];
const FIRST_ID = ruleId(FIRST.id, PLACE);

let running: FakeKibana | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(fake: FakeKibanaOptions = {}) {
  const kibana = new FakeKibana(fake);
  running = kibana;
  const url = await kibana.start();
  const run = async (action: Partial<KibanaAction> = {}, shipped = [FIRST, SECOND], place = PLACE) => {
    const all = { remove: false, overwrite: false, dryRun: false, ...action };
    const reports = await setUpAlerts({ url, insecure: false, ...place }, all, shipped);
    return reports.map(({ outcome }) => outcome);
  };
  return { kibana, run };
}

/** As a later weir would ship the first rule. */
const later = { ...FIRST, params: { ...FIRST.params, timeWindowSize: 30 } };

test('rules are created switched off, with a tag; a second run changes nothing', async () => {
  const { kibana, run } = await start();
  assert.deepEqual(await run(), ['created', 'created']);
  const rule = kibana.rules.get(FIRST_ID)!;
  assert.deepEqual([rule['enabled'], rule['tags'], rule['actions']], [false, ['weir'], []]);
  kibana.writes.length = 0;
  assert.deepEqual(await run(), ['unchanged', 'unchanged']);
  assert.deepEqual(kibana.writes, []);
});

test('a dry run writes nothing', async () => {
  const { kibana, run } = await start();
  assert.deepEqual(await run({ dryRun: true }), ['created', 'created']);
  assert.deepEqual(kibana.writes, []);
});

test('a rule that was switched on and given actions is renewed, and keeps both', async () => {
  const { kibana, run } = await start();
  await run();
  const actions = [{ id: 'server-log', group: 'query matched', params: { message: 'x' } }];
  Object.assign(kibana.rules.get(FIRST_ID)!, { enabled: true, actions });
  assert.deepEqual(await run({}, [later, SECOND]), ['updated', 'unchanged']);
  const rule = kibana.rules.get(FIRST_ID)!;
  assert.deepEqual([rule['enabled'], rule['actions']], [true, actions]);
  assert.equal((rule['params'] as { timeWindowSize: number }).timeWindowSize, 30);
});

test('a rule with a threshold of the user stays, also when weir has a newer one, unless told to overwrite', async () => {
  const { kibana, run } = await start();
  await run();
  const rule = kibana.rules.get(FIRST_ID)!;
  Object.assign(rule, { params: { ...(rule['params'] as object), threshold: [5] } });
  assert.deepEqual(await run({}, [later, SECOND]), ['kept', 'unchanged']);
  assert.deepEqual(await run({ remove: true }), ['kept', 'removed']);
  assert.deepEqual([...kibana.rules.keys()], [FIRST_ID]);
  assert.deepEqual(await run({ overwrite: true }), ['updated', 'created']);
  assert.deepEqual(await run({ remove: true }), ['removed', 'removed']);
  assert.equal(kibana.rules.size, 0);
  assert.equal(kibana.objects.size, 0);
});

test('a rule that weir no longer ships is removed', async () => {
  const { kibana, run } = await start();
  await run();
  assert.deepEqual(await run({}, [SECOND]), ['unchanged', 'removed']);
  assert.equal(kibana.rules.size, 1);
});

test('another prefix has rules of its own, about its indices', async () => {
  const { kibana, run } = await start();
  await run();
  const lab = { ...PLACE, indexPrefix: 'lab' };
  assert.deepEqual(await run({}, [FIRST], lab), ['created']);
  const rule = kibana.rules.get(ruleId(FIRST.id, lab))!;
  assert.deepEqual((rule['params'] as { index: unknown }).index, ['lab-exporters-*']);
  assert.match(String(rule['name']), /\(lab\)$/);
});

test('a Kibana without alerting says so; there is nothing to remove from it', async () => {
  const { run } = await start({ hasNoAlerting: true });
  await assert.rejects(run(), (error) => error instanceof OutputError && /no alerting/.test(error.message));
  assert.deepEqual(await run({ remove: true }), []);
});
