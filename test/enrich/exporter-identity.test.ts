import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exporterIdentity } from '../../src/enrich/exporter-identity.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { makeFlow } from './flows.ts';

/** Exporter 192.0.2.1 as decoded; packetAddress is known of sFlow agents only. */
for (const [identity, packetAddress, exporterIp, observerIp] of [
  ['agent', undefined, '10.0.0.1', '192.0.2.1'],
  ['agent', '198.51.100.1', undefined, '192.0.2.1'],
  ['packet', undefined, '10.0.0.1', '192.0.2.1'],
  ['packet', '198.51.100.1', undefined, '198.51.100.1'],
  ['record', undefined, '10.0.0.1', '10.0.0.1'],
  ['record', undefined, '2001:db8::1', '2001:db8::1'],
  ['record', undefined, undefined, '192.0.2.1'],
  ['record', undefined, '0.0.0.0', '192.0.2.1'],
  ['record', undefined, '::', '192.0.2.1'],
  ['record', '198.51.100.1', undefined, '192.0.2.1'],
] as const) {
  test(`${identity}: packet from ${packetAddress}, record of ${exporterIp}, so ${observerIp}`, () => {
    const exporter = new Exporter('192.0.2.1');
    exporter.packetAddress = packetAddress;
    const flow = makeFlow({ exporterIp }, exporter);
    exporterIdentity(identity)?.(flow);
    assert.equal(flow.observerIp, observerIp);
  });
}

test("record: where the record names none, the exporter's own address of option data", () => {
  const exporter = new Exporter('192.0.2.1');
  exporter.facts(0).exporterIp = '10.0.0.2';
  const flows = [makeFlow({}, exporter), makeFlow({ exporterIp: '10.0.0.1' }, exporter)];
  for (const flow of flows) exporterIdentity('record')?.(flow);
  assert.deepEqual(flows.map((flow) => flow.observerIp), ['10.0.0.2', '10.0.0.1']); // biome-ignore format: a row
});
