import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DomainFacts, Exporter } from '../../../src/flow/exporter.ts';
import { bench, datagram, hex, ipfix, join, set, u16, u32, v9 } from '../support.ts';

function facts(...sets: readonly Uint8Array[]): DomainFacts {
  const { decoder } = bench();
  decoder.decode(datagram(ipfix(sets)));
  return decoder.exporters.get('192.0.2.1')!.facts(7);
}

const NAME = hex('04 65746833'); // eth3

// biome-ignore format: a table
for (const [what, elements, octets, expected] of [
  ['an ingress interface', [10], u32(3), [[3, 'eth3']]],
  ['an egress interface', [14], u32(3), [[3, 'eth3']]],
  ['physical interfaces', [252, 253], u32(3, 4), [[3, 'eth3'], [4, 'eth3']]],
  ['both interfaces, of which one is 0', [10, 14], u32(0, 4), [[4, 'eth3']]],
  ['interface 0', [10], u32(0), [[0, 'eth3']]],
] as const) {
  test(`learns the name of ${what}`, () => {
    const options = join(u16(300, elements.length + 1, elements.length), ...elements.map((id) => u16(id, 4)), u16(82, 65535));
    assert.deepEqual([...facts(set(3, options), set(300, octets, NAME)).interfaceNames], expected);
  });
}

test('learns names and descriptions of interfaces by the scope of NetFlow v9', () => {
  const { decoder } = bench();
  const options = join(u16(260, 4, 8), u16(2, 2, 82, 4, 83, 8));
  decoder.decode(datagram(v9([set(1, options), set(260, hex('0003 65746833 75706c696e6b0000'))])));
  const { interfaceNames, interfaceDescriptions } = decoder.exporters.get('192.0.2.1')!.facts(7);
  assert.deepEqual([[...interfaceNames], [...interfaceDescriptions]], [[[3, 'eth3']], [[3, 'uplink']]]);
});

test('learns VRF and application names of option data, of any length', () => {
  const vrf = join(u16(300, 2, 1), u16(234, 4), u16(236, 65535));
  const application = join(u16(301, 2, 1), u16(95, 4), u16(96, 65535));
  const records = [set(300, u32(1), hex('03 726564')), set(301, hex('03000050 ff0004 68747470'))];
  const { vrfNames, applicationNames } = facts(set(3, vrf), set(3, application), ...records);
  assert.deepEqual([...vrfNames], [[1, 'red']]);
  assert.deepEqual([...applicationNames], [['3:80', 'http']]);
});

test('gives the name to both VRFs that a record states, and to 0 only where it is alone', () => {
  const vrf = join(u16(300, 3, 2), u16(234, 4, 235, 4), u16(236, 65535));
  const name = (text: string) => hex(`03 ${Buffer.from(text).toString('hex')}`);
  const { vrfNames } = facts(
    set(3, vrf),
    set(300, u32(1, 2), name('red'), u32(0, 3), name('tan'), u32(0, 0), name('all')),
  );
  assert.deepEqual([...vrfNames], [[1, 'red'], [2, 'red'], [3, 'tan'], [0, 'all']]); // biome-ignore format: a row
});

test('tells applications of different enterprises apart (engine 20), and takes the description where there is no name', () => {
  const table = join(u16(301, 3, 1), u16(95, 9), u16(96, 65535), u16(94, 65535));
  // 12356 Fortinet, 9 Cisco; selector 41541.
  const records = set(301, hex('14 00003044 0000a245 04 48747470 00'), hex('14 00000009 0000a245 00 05 4f74686572'));
  assert.deepEqual(
    [...facts(set(3, table), records).applicationNames],
    [['20:12356:41541', 'Http'], ['20:9:41541', 'Other']], // biome-ignore format: a row
  );
});

test("learns the exporter's own address, whichever version it has", () => {
  const options = join(u16(300, 3, 1), u16(144, 4, 130, 4, 131, 16));
  const v4 = hex('00000001 c0000209 00000000000000000000000000000000');
  const v6 = hex('00000001 00000000 20010db8000000000000000000000009');
  assert.equal(facts(set(3, options), set(300, v4)).exporterIp, '192.0.2.9');
  assert.equal(facts(set(3, options), set(300, v6)).exporterIp, '2001:db8::9');
});

// 12276:10 is F5's bigipHostName, bigip1 here.
const HOST_NAME = hex('06 626967697031');
const HOST_FIELD = join(u16(0x8000 + 10, 65535), u32(12276));

test('learns what the exporter calls itself, from option data and from records, and keeps it over a restart', () => {
  for (const sets of [
    [set(3, join(u16(300, 2, 1, 144, 4), HOST_FIELD)), set(300, u32(1), HOST_NAME)],
    [set(2, join(u16(256, 2, 8, 4), HOST_FIELD)), set(256, u32(0xc0000201), HOST_NAME)],
  ]) {
    const { decoder } = bench();
    decoder.decode(datagram(ipfix(sets)));
    assert.equal(decoder.exporters.get('192.0.2.1')!.name, 'bigip1');
    const after = bench().decoder;
    after.restore(JSON.parse(JSON.stringify(decoder.save())));
    assert.equal(after.exporters.get('192.0.2.1')!.name, 'bigip1');
  }
});

test('a name of the user counts before what the exporter calls itself, and every change is in the next document', () => {
  const exporter = new Exporter('192.0.2.1');
  exporter.json = 'made before';
  exporter.statedName = 'bigip1';
  assert.deepEqual([exporter.name, exporter.json], ['bigip1', undefined]);
  exporter.table = { name: 'edge-1', site: undefined, tags: undefined };
  assert.equal(exporter.name, 'edge-1');
});
