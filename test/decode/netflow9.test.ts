import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, datagram, EXPORT_MS, hex, join, set, template, UPTIME_MS, u16, u32, v9 } from './support.ts';

const TEMPLATE = set(0, template(256, [8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [1, 4], [2, 4], [22, 4], [21, 4]));
const times = join(u32(UPTIME_MS - 5000), u32(UPTIME_MS - 1000));
const RECORD = join(hex('c000020a c6336414 c822 01bb 06 00000d80 0000000c'), times);

function check(flows: ReturnType<typeof bench>['flows']): void {
  for (const flow of flows) {
    assert.deepEqual([flow.sourceIp, flow.destinationIp], ['192.0.2.10', '198.51.100.20']);
    assert.deepEqual([flow.sourcePort, flow.destinationPort, flow.protocolNumber], [51234, 443, 6]);
    assert.deepEqual([flow.bytes, flow.packetCount], [3456, 12]);
    assert.deepEqual([flow.startMs, flow.endMs], [EXPORT_MS - 5000, EXPORT_MS - 1000]);
    assert.deepEqual([flow.templateId, flow.observationDomainId, flow.protocol], [256, 7, 'netflow_v9']);
  }
}

test('reads flows of a template, several sets and messages', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(v9([TEMPLATE, set(256, RECORD, RECORD)])));
  decoder.decode(datagram(v9([set(256, RECORD), set(256, RECORD)])));
  assert.equal(flows.length, 4);
  check(flows);
});

test('believes the sets and not the count of the header', () => {
  const { decoder, flows } = bench();
  const bytes = v9([TEMPLATE, set(256, RECORD, RECORD)]);
  bytes[3] = 1;
  decoder.decode(datagram(bytes));
  assert.equal(flows.length, 2);
});

test('keeps data that comes before its template in the same datagram and in another', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(v9([set(256, RECORD)]), { id: 'early' }));
  assert.equal(flows.length, 0);
  decoder.decode(datagram(v9([set(256, RECORD), TEMPLATE])));
  assert.equal(flows.length, 2);
  assert.equal(flows[0]!.datagramId, 'early');
  check(flows);
  assert.deepEqual([decoder.counters.setsParked, decoder.counters.setsRecovered], [2, 2]);
});

test('numbers records by their place, whether they waited or not', () => {
  const early = bench();
  early.decoder.decode(datagram(v9([set(256, RECORD, RECORD)])));
  early.decoder.decode(datagram(v9([TEMPLATE])));
  const late = bench();
  late.decoder.decode(datagram(v9([TEMPLATE])));
  late.decoder.decode(datagram(v9([set(256, RECORD, RECORD)])));
  const numbers = late.flows.map((flow) => flow.recordNumber);
  assert.deepEqual(numbers, [24, 24 + RECORD.length]);
  assert.deepEqual(
    early.flows.map((flow) => flow.recordNumber),
    numbers,
  );
});

test('tells templates of ports, domains and exporters apart', () => {
  const other = set(0, template(256, [12, 4], [8, 4]));
  for (const [sourceId, over] of [
    [8, {}],
    [7, { exporterPort: 9996 }],
    [7, { exporterAddress: '192.0.2.2' }],
  ] as const) {
    const { decoder, flows } = bench();
    decoder.decode(datagram(v9([TEMPLATE])));
    decoder.decode(datagram(v9([other], sourceId), over));
    decoder.decode(datagram(v9([set(256, RECORD)])));
    decoder.decode(datagram(v9([set(256, hex('c000020a c6336414'))], sourceId), over));
    assert.deepEqual(
      flows.map((flow) => flow.sourceIp),
      ['192.0.2.10', '198.51.100.20'],
    );
  }
});

test('tries the template of another port at the end, unless forbidden', () => {
  for (const pendingOtherPorts of [true, false]) {
    const { decoder, flows } = bench({ pendingOtherPorts });
    decoder.decode(datagram(v9([set(256, RECORD)]), { exporterPort: 1111 }));
    decoder.decode(datagram(v9([TEMPLATE]), { exporterPort: 2222 }));
    assert.equal(flows.length, 0);
    decoder.flush(EXPORT_MS);
    assert.equal(flows.length, pendingOtherPorts ? 1 : 0);
    const { setsByOtherPort, setsExpired } = decoder.counters;
    assert.deepEqual([setsByOtherPort, setsExpired], pendingOtherPorts ? [1, 0] : [0, 1]);
  }
});

test('reads variable-length fields, as H3C sends them in v9', () => {
  const { decoder, flows } = bench();
  const bytes = v9([
    set(0, template(300, [8, 4], [82, 65535], [12, 4])),
    set(300, hex('c000020a 04 65746830 c6336414'), hex('c000020b ff0003 616263 c6336415')),
  ]);
  decoder.decode(datagram(bytes));
  assert.deepEqual(
    flows.map((flow) => [flow.sourceIp, flow.destinationIp]),
    [
      ['192.0.2.10', '198.51.100.20'],
      ['192.0.2.11', '198.51.100.21'],
    ],
  );
});

test('reads sampler tables of option data, before and after data', () => {
  const { decoder, flows } = bench();
  // Scope: system, 4 octets; options: sampler id, mode, random interval.
  const options = set(1, join(u16(260, 4, 12), u16(1, 4, 48, 2, 49, 1, 50, 4)), u16(0));
  decoder.decode(datagram(v9([options, set(260, hex('0a000001 0003 02 000003e8'), hex('00'))])));
  assert.equal(flows.length, 0);
  assert.equal(decoder.counters.optionRecords, 1);
  const facts = decoder.exporters.get('192.0.2.1')!.facts(7);
  assert.deepEqual([...facts.samplingBySampler], [[3, 1000]]);
});

test('reads interface names of option data with interface scope', () => {
  const { decoder } = bench();
  const options = set(1, join(u16(261, 4, 8), u16(2, 4, 82, 8, 83, 6)), u16(0));
  const name = join(u32(42), hex('6765302f30000000'), hex('75706c696e6b'));
  decoder.decode(datagram(v9([options, set(261, name)])));
  const facts = decoder.exporters.get('192.0.2.1')!.facts(7);
  assert.equal(facts.interfaceNames.get(42), 'ge0/0');
  assert.equal(facts.interfaceDescriptions.get(42), 'uplink');
});

test('applies a redefined template from then on', () => {
  const { decoder, flows } = bench();
  decoder.decode(datagram(v9([TEMPLATE, set(256, RECORD)])));
  decoder.decode(datagram(v9([set(0, template(256, [12, 4], [8, 4])), set(256, hex('c000020a c6336414'))])));
  decoder.decode(datagram(v9([TEMPLATE, TEMPLATE, set(256, RECORD)])));
  assert.deepEqual(
    flows.map((flow) => flow.sourceIp),
    ['192.0.2.10', '198.51.100.20', '192.0.2.10'],
  );
  assert.deepEqual([decoder.counters.templatesLearned, decoder.counters.templatesChanged], [1, 2]);
});

test('settles uptimes across the wrap of the 32-bit clock', () => {
  const { decoder, flows } = bench();
  const bytes = v9([set(0, template(256, [22, 4], [21, 4])), set(256, u32(0xffff_fc18, 500))]);
  bytes.set(u32(1000), 4); // sysUptime 1 s after the wrap; the flow began 1 s before it
  decoder.decode(datagram(bytes));
  assert.deepEqual([flows[0]!.startMs, flows[0]!.endMs], [EXPORT_MS - 2000, EXPORT_MS - 500]);
});

test('reads the NAT and user fields that Cisco ASA sends, and the fields of nProbe', () => {
  const { decoder, flows } = bench();
  const fields = template(257, [8, 4], [40001, 4], [40003, 2], [40005, 1], [40000, 8], [231, 4], [232, 4]);
  const record = hex('c000020a cb007101 0050 02 616c696365000000 00000064 000000c8');
  decoder.decode(datagram(v9([set(0, fields), set(257, record)])));
  const flow = flows[0]!;
  assert.deepEqual([flow.natSourceIp, flow.natSourcePort, flow.firewallEvent], ['203.0.113.1', 80, 2]);
  assert.deepEqual([flow.userName, flow.bytes, flow.reverseBytes], ['alice', 100, 200]);
});
