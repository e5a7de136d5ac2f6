// Datagrams that lie: none may crash, hang or fill the memory, and each is counted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../../src/decode/template/compile.ts';
import { loadElements } from '../../src/decode/template/elements.ts';
import { compileOptions } from '../../src/decode/template/options.ts';
import { bench, datagram, EXPORT_MS, hex, ipfix, join, set, template, u16, u32, v9 } from './support.ts';

const FIELDS = [[8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [1, 4], [2, 4], [371, 65535]] as const; // biome-ignore format: a row
const RECORD = hex('c000020a c6336414 c822 01bb 06 00000d80 0000000c 05 616c696365');
const OPTIONS_V9 = set(1, join(u16(260, 4, 8), u16(1, 4, 48, 4, 50, 4)), u16(0));
const OPTIONS_IPFIX = set(3, join(u16(260, 3, 1), u16(302, 4, 305, 4, 306, 4)));
const SAMPLES: readonly (readonly [string, Uint8Array])[] = [
  ['v9', v9([set(0, template(256, ...FIELDS)), OPTIONS_V9, set(256, RECORD, RECORD), set(260, u32(1, 2, 3))])],
  ['IPFIX', ipfix([set(2, template(256, ...FIELDS)), OPTIONS_IPFIX, set(256, RECORD, RECORD), set(260, u32(1, 1, 3))])],
  ['v5', join(u16(5, 1), u32(0, 0, 0, 0, 0), new Uint8Array(48))],
  ['v6', join(u16(6, 1), u32(0, 0, 0, 0, 0), new Uint8Array(52))],
  ['v8', join(u16(8, 1), u32(0, 0, 0, 0, 0x0102, 0), new Uint8Array(28))],
  ['v7', join(u16(7, 1), u32(0, 0, 0, 0, 0), new Uint8Array(52))],
  ['v1', join(u16(1, 1), u32(0, 0, 0), new Uint8Array(48))],
];

for (const [name, bytes] of SAMPLES) {
  test(`survives ${name} cut off at each octet, with every datagram accounted for`, () => {
    const { decoder } = bench();
    for (let length = 0; length <= bytes.length; length++) decoder.decode(datagram(bytes.subarray(0, length)));
    const { datagrams, decoded, malformed, refused } = decoder.counters;
    assert.equal(datagrams, bytes.length + 1);
    assert.equal(decoded + malformed + refused, datagrams);
  });

  test(`survives ${name} with seeded mutations, with every datagram accounted for`, () => {
    const { decoder } = bench({ pendingMemory: 100_000 });
    const random = mulberry32(20261121);
    for (let round = 0; round < 20_000; round++) {
      const mutated = bytes.slice(0, 4 + Math.floor(random() * (bytes.length - 3)));
      for (let i = 1 + Math.floor(random() * 8); i > 0; i--) {
        // The first two octets are left alone, else most would end at the version.
        mutated[2 + Math.floor(random() * (mutated.length - 2))] = EVIL[Math.floor(random() * EVIL.length)]!;
      }
      decoder.decode(datagram(mutated));
      if (round % 1000 === 0) decoder.flush(EXPORT_MS);
    }
    const { datagrams, decoded, malformed, refused } = decoder.counters;
    assert.equal(decoded + malformed + refused, datagrams);
  });
}

const EVIL = [0, 1, 2, 3, 4, 8, 16, 127, 128, 254, 255];

/** Small seeded generator: public domain, by Tommy Ettinger. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('refuses templates whose records have no length', () => {
  for (const message of [
    v9([set(0, template(256)), set(256, u32(0))]),
    v9([set(0, template(256, [8, 0], [12, 0])), set(256, u32(0))]),
    ipfix([set(2, template(256, [8, 0])), set(256, u32(0))]),
  ]) {
    const { decoder, flows } = bench();
    decoder.decode(datagram(message));
    assert.equal(flows.length, 0);
    assert.equal(decoder.counters.templatesMalformed, 1);
    assert.equal(decoder.counters.decoded, 1);
  }
});

test('refuses set lengths below a set header', () => {
  for (const length of [0, 1, 2, 3]) {
    for (const message of [v9([u16(256, length), u32(0)]), ipfix([u16(256, length), u32(0)])]) {
      const { decoder } = bench();
      decoder.decode(datagram(message));
      assert.equal(decoder.counters.malformedLength, 1);
    }
  }
});

test('learns no templates and fields beyond the limits, and decodes the rest', () => {
  const { decoder, flows } = bench({ maxTemplates: 3, maxFields: 4 });
  const many = [256, 257, 258, 259, 260].map((id) => set(2, template(id, [8, 4])));
  decoder.decode(datagram(ipfix([...many, set(258, u32(1))])));
  assert.deepEqual([decoder.counters.templatesLearned, decoder.counters.templatesRefused], [3, 2]);
  assert.equal(flows.length, 1);
  const wide = set(2, template(256, [8, 4], [12, 4], [7, 2], [11, 2], [4, 1]), template(257, [12, 4]));
  decoder.decode(datagram(ipfix([wide])));
  assert.deepEqual([decoder.counters.templatesRefused, decoder.counters.templatesChanged], [3, 1]);
});

test('bounds the memory of all exporters together, and gives back what is forgotten', () => {
  // By the estimates of memory.ts an exporter with one port, domain and template of one field takes 8 kB.
  const { decoder } = bench({ memory: 40_000 });
  const teach = (i: number) =>
    decoder.decode(datagram(ipfix([set(2, template(256, [8, 4]))]), { exporterAddress: `192.0.2.${i}` }));
  for (let i = 1; i <= 9; i++) for (let again = 0; again < 20; again++) teach(i);
  const { counters } = decoder;
  const known = decoder.exporters.size;
  assert.ok(known > 1 && known < 9 && counters.templatesLearned <= known, `${known} exporters`);
  assert.ok(counters.templatesRefused + counters.refusedDomainLimit + counters.refusedExporterLimit > 0);
  assert.ok(decoder.memoryOctets <= 40_000 + 1000, `${decoder.memoryOctets} octets`);
  decoder.expire(EXPORT_MS + 86_400_001);
  assert.deepEqual([decoder.exporters.size, decoder.memoryOctets], [0, 0]);
  teach(10);
  assert.equal(decoder.templateCount('192.0.2.10'), 1);
});

test('no exporter takes more than a quarter of the memory', () => {
  const { decoder } = bench({ memory: 400_000, maxTemplates: 1000 });
  for (let id = 256; id < 700; id++) decoder.decode(datagram(ipfix([set(2, template(id, [8, 4]))])));
  const count = decoder.templateCount('192.0.2.1');
  assert.ok(count > 40 && count < 100, `${count} templates`);
  const other = { exporterAddress: '192.0.2.2' };
  decoder.decode(datagram(ipfix([set(2, template(256, [8, 4]))]), other));
  assert.equal(decoder.templateCount('192.0.2.2'), 1);
});

test('returns the memory of ports, templates and option data when they go', () => {
  const { decoder } = bench({ maxPorts: 2 });
  const facts = [set(3, u16(400, 2, 1, 10, 4, 82, 4)), set(400, u32(1, 0x61626364, 2, 0x61626365))];
  const message = ipfix([set(2, template(256, [8, 4])), ...facts]);
  decoder.decode(datagram(message, { exporterPort: 1 }));
  decoder.decode(datagram(message, { exporterPort: 2 }));
  const full = decoder.memoryOctets;
  for (let port = 3; port < 50; port++) decoder.decode(datagram(message, { exporterPort: port }));
  assert.equal(decoder.memoryOctets, full);
  decoder.decode(datagram(ipfix([set(2, u16(2, 0)), set(3, u16(3, 0))]), { exporterPort: 49 }));
  assert.ok(decoder.memoryOctets < full);
  assert.equal(decoder.templateCount('192.0.2.1'), 2);
  decoder.decode(datagram(message, { exporterPort: 49 }));
  assert.equal(decoder.memoryOctets, full);
});

test('lets a new exporter take the place of one that sent little, and none of one that sent more', () => {
  const { decoder } = bench({ maxExporters: 3 });
  const send = (address: string, times: number) => {
    for (let i = 0; i < times; i++) decoder.decode(datagram(ipfix([]), { exporterAddress: address }));
  };
  send('192.0.2.1', 10);
  for (let i = 0; i < 200; i++) send(`198.51.100.${i}`, 1);
  send('192.0.2.2', 10);
  assert.deepEqual([...decoder.exporters.keys()].sort(), ['192.0.2.1', '192.0.2.2', '198.51.100.199'].sort());
  assert.equal(decoder.counters.exportersEvicted, 199);
  send('192.0.2.3', 10);
  send('192.0.2.4', 1);
  assert.deepEqual([...decoder.exporters.keys()].sort(), ['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  assert.equal(decoder.counters.refusedExporterLimit, 1);
});

test('bounds exporters, domains and ports', () => {
  const { decoder } = bench({ maxExporters: 2, maxDomains: 2, maxPorts: 2 });
  const message = ipfix([set(2, template(256, [8, 4]))]);
  for (let i = 1; i <= 4; i++) {
    for (let again = 0; again < 10; again++) decoder.decode(datagram(message, { exporterAddress: `192.0.2.${i}` }));
  }
  assert.equal(decoder.counters.refusedExporterLimit, 20);
  for (let i = 1; i <= 4; i++) decoder.decode(datagram(ipfix([], i), { exporterAddress: '192.0.2.1' }));
  assert.equal(decoder.counters.refusedDomainLimit, 3);
  for (let i = 1; i <= 4; i++) decoder.decode(datagram(message, { exporterAddress: '192.0.2.2', exporterPort: i }));
  // 2055 and 1 to 4: five ports in the room of two.
  assert.equal(decoder.counters.portsEvicted, 3);
  const { datagrams, decoded, refused } = decoder.counters;
  assert.equal(decoded + refused, datagrams);
});

test('bounds what waits in octets and time', () => {
  const { decoder } = bench({ pendingMemory: 80_000, pendingExpireMs: 1000 });
  for (let i = 0; i < 1000; i++) decoder.decode(datagram(v9([set(256 + i, new Uint8Array(488))])));
  // One domain takes an eighth: 10 000 octets in sets of 488 + 512.
  assert.deepEqual([decoder.counters.setsParked, decoder.counters.setsDropped], [10, 990]);
  decoder.expire(EXPORT_MS + 1000);
  assert.equal(decoder.counters.setsExpired, 0);
  decoder.expire(EXPORT_MS + 1001);
  assert.equal(decoder.counters.setsExpired, 10);
  decoder.decode(datagram(v9([set(256, new Uint8Array(488))])));
  assert.equal(decoder.counters.setsParked, 11);
});

test('stops at a variable-length field that runs past its set, and goes on with the next set', () => {
  const { decoder, flows } = bench();
  const fields = set(2, template(256, [371, 65535], [8, 4]), template(257, [8, 4]));
  decoder.decode(datagram(ipfix([fields, set(256, hex('01 61 c000020a ff ffff 6161')), set(257, u32(1))])));
  assert.deepEqual(
    flows.map((flow) => flow.sourceIp),
    ['192.0.2.10', '0.0.0.1'],
  );
  assert.equal(decoder.counters.recordsTruncated, 1);
});

test('takes over 1,024 octets of a text, and no half characters', () => {
  const texts: (string | undefined)[] = [];
  for (const text of ['a'.repeat(40_000), `a${'é'.repeat(2000)}`, '€'.repeat(400), 'é'.repeat(512)]) {
    const { decoder, flows } = bench();
    const bytes = Buffer.from(text);
    const record = join(hex('ff'), u16(bytes.length), bytes);
    decoder.decode(datagram(ipfix([set(2, template(256, [371, 65535])), set(256, record)])));
    texts.push(flows[0]?.userName);
  }
  assert.deepEqual(texts, ['a'.repeat(1024), `a${'é'.repeat(511)}`, '€'.repeat(341), 'é'.repeat(512)]);
});

test('refuses what is none of its protocols without remembering the sender', () => {
  const { decoder } = bench();
  for (const bytes of [hex(''), hex('00'), hex('0009'), hex('474554202f'), hex('00000003'), hex('ffffffff')]) {
    decoder.decode(datagram(bytes));
  }
  assert.equal(decoder.counters.refusedUnknownVersion, 6);
  assert.equal(decoder.exporters.size, 0);
});

test('takes no step for fields of no octets, of which one octet of data could pay for a thousand', () => {
  const empty = Array.from({ length: 1000 }, () => ({ enterprise: 0, id: 8, length: 0 }));
  const fields = [{ enterprise: 0, id: 371, length: 65535 }, ...empty];
  const elements = loadElements();
  assert.equal(compilePlan(fields, elements, bench().decoder.counters).walk?.length, 1);
  assert.equal(compileOptions(fields, 0, elements).length, 1);
});
