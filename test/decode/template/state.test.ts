import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, datagram, hex, ipfix, join, set, template, u16, u32, v9 } from '../support.ts';

const RECORD = hex('c000020a c6336414');

test('decodes data after a restart with the templates and facts that were saved', () => {
  const before = bench();
  const options = set(
    3,
    join(u16(300, 3, 1), u16(302, 4, 305, 4, 306, 4)),
    join(u16(301, 2, 1), u16(10, 4, 82, 65535)),
  );
  const facts = [set(300, u32(5, 1, 99)), set(301, u32(3), hex('04 65746833'))];
  before.decoder.decode(datagram(ipfix([set(2, template(256, [8, 4], [12, 4])), options, ...facts])));
  before.decoder.decode(datagram(v9([set(0, template(256, [12, 4], [8, 4]))], 9)));
  const text = JSON.stringify(before.decoder.save());

  const after = bench();
  assert.equal(after.decoder.restore(JSON.parse(text)), 4);
  after.decoder.decode(datagram(ipfix([set(256, RECORD), set(300, u32(6, 1, 9))])));
  after.decoder.decode(datagram(v9([set(256, RECORD)], 9)));
  assert.deepEqual(
    after.flows.map((flow) => flow.sourceIp),
    ['192.0.2.10', '198.51.100.20'],
  );
  const restored = after.decoder.exporters.get('192.0.2.1')!.facts(7);
  assert.deepEqual([...restored.samplingBySampler], [[5, 100], [6, 10]]); // biome-ignore format: a row
  assert.equal(restored.interfaceNames.get(3), 'eth3');
});

test('keeps every table of facts', () => {
  const before = bench().decoder;
  before.decode(datagram(ipfix([set(2, template(256, [8, 4]))])));
  const facts = before.exporters.get('192.0.2.1')!.facts(7);
  facts.samplingBySampler.set(1, 10);
  facts.samplingByName.set('fast', 20);
  facts.samplingBySequence.set(2, 30);
  facts.selectionSequences.set(3, [1, 4]);
  facts.samplingByTemplate.set(256, 40);
  facts.samplingByInterface.set(5, 50);
  facts.interfaceNames.set(5, 'eth5');
  facts.interfaceDescriptions.set(5, 'uplink');
  facts.vrfNames.set(6, 'red');
  facts.applicationNames.set('3:80', 'http');
  facts.systemInitMs = 7;
  facts.exporterIp = '10.0.0.1';
  const after = bench().decoder;
  after.restore(JSON.parse(JSON.stringify(before.save())));
  assert.deepEqual(after.exporters.get('192.0.2.1')!.facts(7), facts);
  assert.equal(Object.keys(facts).length, 17, 'of a new table this test knows, too: 5 of the fields are counts');
});

test('keeps what was learned since, and the limits', () => {
  const before = bench();
  before.decoder.decode(datagram(ipfix([set(2, template(256, [8, 4], [12, 4]), template(257, [8, 4]))])));
  const after = bench({ maxTemplates: 1 });
  after.decoder.decode(datagram(ipfix([set(2, template(256, [12, 4], [8, 4]))])));
  assert.equal(after.decoder.restore(before.decoder.save()), 0);
  after.decoder.decode(datagram(ipfix([set(256, RECORD)])));
  assert.equal(after.flows[0]!.sourceIp, '198.51.100.20');
});

for (const [what, state] of [
  ['nothing', undefined],
  ['another version', { version: 2 }],
  ['missing parts', { version: 1, exporters: [] }],
  ['a port that is text', { version: 1, exporters: [], sessions: [{ address: '192.0.2.1', port: 'x', domains: [] }] }],
  ['a template cut off', savedTemplate('0100000200080004')],
  ['a template of no octets', savedTemplate('0100000100080000')],
] as const) {
  test(`refuses a state with ${what}`, () => {
    assert.throws(() => bench().decoder.restore(state), /TypeError|DecodeError/);
  });
}

function savedTemplate(raw: string): unknown {
  const templates = [{ protocol: 'ipfix', isOptions: false, touchedMs: 0, raw }];
  const sessions = [{ address: '192.0.2.1', port: 1, domains: [{ id: 1, templates }] }];
  return { version: 1, exporters: [], sessions };
}
