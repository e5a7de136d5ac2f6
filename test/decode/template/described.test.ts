// Elements that exporters describe themselves: RFC 5610 §3.9's option records, layouts by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, datagram, EXPORT_MS, hex, ipfix, join, set, u16 } from '../support.ts';

const ENTERPRISE = '0000f230'; // 62000: in no table

// Scope: enterprise and element; then type and name.
const DESCRIPTIONS = set(3, hex('0100 0004 0002 015a 0004 012f 0002 0153 0001 0155 ffff'));
const describe = (id: string, type: string, name: string, enterprise = ENTERPRISE) =>
  set(256, hex(`${enterprise} ${id} ${type}`), new Uint8Array([name.length]), Buffer.from(name));

// Source, then elements 1 and 2 of the unknown enterprise, both of variable length.
const TEMPLATE = set(2, hex(`0101 0003 0008 0004 8001 ffff ${ENTERPRISE} 8002 ffff ${ENTERPRISE}`));
// "alice", then a basic list of one ipTTL, 64.
const DATA = set(257, hex('c0000201 05 616c696365 06 ff 00c0 0001 40'));

test('reads a described list, and a described text that has the name of an element of IANA', () => {
  const { decoder, flows } = bench();
  const descriptions = [DESCRIPTIONS, describe('0001', '0d', 'userName'), describe('0002', '14', 'myList')];
  decoder.decode(datagram(ipfix([...descriptions, TEMPLATE, DATA])));
  assert.deepEqual([flows[0]?.userName, flows[0]?.ipTtl], ['alice', 64]);
  assert.equal(decoder.counters.optionRecords, 2);
});

test('uses descriptions that come after the template has been used', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(ipfix([TEMPLATE, DATA])));
  decoder.decode(datagram(ipfix([DESCRIPTIONS, describe('8001', '0d', 'userName')])));
  decoder.decode(datagram(ipfix([DATA])));
  assert.deepEqual(
    flows.map((flow) => flow.userName),
    [undefined, 'alice'],
  );
});

test('keeps descriptions to their domain, and to elements that no table has', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(ipfix([DESCRIPTIONS, describe('0001', '0d', 'userName')], 1)));
  decoder.decode(datagram(ipfix([TEMPLATE, DATA], 2)));
  assert.equal(flows[0]?.userName, undefined);
  // CERT's element 117 is known as httpHost.
  const known = set(2, hex('0101 0001 8075 ffff 00001ad7'));
  const host = set(257, hex('01 61'));
  decoder.decode(datagram(ipfix([DESCRIPTIONS, describe('0075', '0d', 'userName', '00001ad7'), known, host], 3)));
  assert.deepEqual([flows[1]?.httpHost, flows[1]?.userName], ['a', undefined]);
});

test('ignores counts, types and enterprises that mean nothing', () => {
  const { decoder, flows } = bench();
  const count = describe('0001', '04', 'octetDeltaCount');
  const noType = describe('0001', 'ff', 'userName');
  const noEnterprise = describe('0001', '0d', 'userName', '00000000');
  decoder.decode(datagram(ipfix([DESCRIPTIONS, noType, noEnterprise, count, TEMPLATE, DATA])));
  assert.deepEqual([flows[0]?.octets, flows[0]?.userName], [undefined, undefined]);
});

test('bounds the number of descriptions', () => {
  const { decoder, flows } = bench();
  for (let id = 1000; id < 3000; id++) {
    const record = join(hex(ENTERPRISE), u16(id), hex('0d 01 61'));
    decoder.decode(datagram(ipfix([DESCRIPTIONS, set(256, record)])));
  }
  decoder.decode(datagram(ipfix([DESCRIPTIONS, describe('0001', '0d', 'userName'), TEMPLATE, DATA])));
  assert.equal(flows[0]?.userName, undefined);
});

test('descriptions are saved with templates, in either form, and serve another decoder', () => {
  const { decoder } = bench();
  decoder.trackChanges(new Map(), EXPORT_MS);
  const descriptions = [DESCRIPTIONS, describe('0001', '0d', 'userName'), describe('0002', '14', 'myList')];
  decoder.decode(datagram(ipfix([...descriptions, TEMPLATE])));
  const entries = new Map(decoder.takeChanges().map(({ key, value }) => [key, value ?? '']));
  const whole = bench();
  whole.decoder.restore(JSON.parse(JSON.stringify(decoder.save())));
  const byEntries = bench();
  byEntries.decoder.trackChanges(entries, EXPORT_MS);
  for (const next of [whole, byEntries]) {
    next.decoder.decode(datagram(ipfix([DATA])));
    assert.deepEqual([next.flows[0]?.userName, next.flows[0]?.ipTtl], ['alice', 64]);
    assert.equal(next.decoder.memoryOctets, decoder.memoryOctets);
  }
  const broken = new Map(entries).set('d|192.0.2.1|2055|7', '[[62000,1,"nonsense","x"]]');
  assert.equal(bench().decoder.trackChanges(broken, EXPORT_MS).unusable, 1);
});
