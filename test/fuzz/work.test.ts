// Work per datagram, counted in blocks of code that ran: for every crafted datagram, and for those whose price is what was
// taught before them, with the limits that weir has by default, all met.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decodeOptions } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import { loadElements } from '../../src/decode/template/elements.ts';
import { datagram, hex, ipfix, join, set, template, u16, u32, v9 } from '../decode/support.ts';
import { BlockCounter } from './block-counter.ts';
import { craftedDatagrams } from './crafted.ts';

// Flows of new exporters wait a moment; here they are decoded with the datagram that is looked at.
const OPTIONS = { ...decodeOptions(configSchema.parse({})), pendingNewExporterMs: 0 };
/** Blocks an octet may cost, and a datagram whatever its length. */
const BLOCKS_PER_OCTET = 40;
const BLOCKS_PER_DATAGRAM = 5000;

const counter = new BlockCounter();
counter.start();
after(() => counter.stop());

function many(count: number, part: (i: number) => Uint8Array): Uint8Array {
  return join(...Array.from({ length: count }, (_, i) => part(i)));
}

/** Teaches as many templates as a domain may have; some 60 kB a message. */
function teach(fields: number, first: number, count: number, isOptions = false): Uint8Array[] {
  const each = Math.floor(60_000 / (8 + 4 * fields));
  const messages: Uint8Array[] = [];
  for (let id = first; id < first + count; id += each) {
    const records = Math.min(each, first + count - id);
    const widths = Array.from({ length: fields }, (): [number, number] => [8, 4]);
    messages.push(
      ipfix([
        set(
          isOptions ? 3 : 2,
          many(records, (i) => {
            const record = template(id + i, ...widths);
            return isOptions ? join(record.subarray(0, 4), u16(1), record.subarray(4)) : record;
          }),
        ),
      ]),
    );
  }
  return messages;
}

const DESCRIPTIONS = set(3, hex('0100 0004 0002 015a 0004 012f 0002 0153 0001 0155 ffff'));
const NO_TEMPLATE = 60_000;

// biome-ignore format: rows
const CASES: readonly (readonly [name: string, before: readonly Uint8Array[], datagram: Uint8Array])[] = [
  ['"withdraw all templates" beside a thousand options templates', teach(1, 300, 1024, true), ipfix([set(2, many(15_000, () => u16(2, 0)))])],
  ['"withdraw all" and a new template, in turns', teach(1, 300, 1020, true), ipfix(Array.from({ length: 2500 }, () => set(2, template(65_000, [8, 4]), u16(2, 0))))],
  ['"withdraw all options templates" and a new one, in turns', teach(1, 300, 1020), ipfix(Array.from({ length: 2000 }, () => set(3, join(u16(65_000, 1, 1, 8, 4), u16(3, 0)))))],
  ['withdrawals of templates that are not there', teach(1, 300, 1024), ipfix([set(2, many(15_000, (i) => u16(2000 + i, 0)))])],
  ['a template redefined over and over', teach(1, 300, 1020), ipfix([set(2, many(5000, (i) => template(65_000, [i % 2 === 0 ? 8 : 12, 4])))])],
  ['a template and a record of it, in turns', teach(1, 300, 1020), ipfix(Array.from({ length: 2500 }, (_, i) => join(set(2, template(65_000, [i % 2 === 0 ? 8 : 12, 4])), set(65_000, u32(i)))))],
  ['descriptions of elements beside wide templates', [...teach(900, 300, 1000), ipfix([DESCRIPTIONS])], ipfix([set(256, many(3000, (i) => join(u32(62_000), u16(i), hex('0d 00'))))])],
  ['descriptions and records of a wide template, in turns', [ipfix([DESCRIPTIONS, set(2, wide(1000))])], ipfix(Array.from({ length: 60 }, (_, i) => join(set(256, join(u32(62_000), u16(i), hex('0d 00'))), set(257, new Uint8Array(1000)))))],
  ['sets without template, each of its own', [], ipfix(Array.from({ length: 8000 }, (_, i) => set(NO_TEMPLATE - i, hex('01'))))],
  ['the template that thousands of sets wait for', Array.from({ length: 4 }, () => ipfix(Array.from({ length: 8000 }, () => set(NO_TEMPLATE, hex('01'))))), ipfix([set(2, template(NO_TEMPLATE, [8, 4]))])],
  ['option records, each of a fact of its own', [ipfix([set(3, u16(400, 2, 1, 10, 4, 82, 4))])], ipfix([set(400, many(8000, (i) => u32(i, 0x61626364)))])],
  ['facts that one of 256 domains tells otherwise each time', Array.from({ length: 256 }, (_, i) => ipfix([set(3, u16(400, 2, 1, 10, 4, 82, 4)), set(400, u32(1, 0x61626364))], i)), ipfix([set(400, many(7000, (i) => u32(1, 0x61626300 + (i & 1))))])],
  ['news of a sampler beside thousands of flows held for another one', [...Array.from({ length: 40 }, (_, i) => ipfix([set(2, template(300, [8, 4], [302, 2])), ...Array.from({ length: 150 }, () => set(300, u32(1), u16(7)))], i)), ipfix([set(3, u16(400, 2, 1, 302, 2, 305, 4, 306, 4).subarray(0, 6), u16(302, 2, 34, 4))])], ipfix([set(400, u16(8), u32(100))])],
  ['domains, each of its own', [], many(2000, (i) => ipfix([set(2, template(256, [8, 4]))], i))],
  ['v9 messages after one another', [], many(2000, () => v9([set(0, template(256, [8, 4]))]))],
];

function wide(fields: number): Uint8Array {
  const own = Array.from({ length: fields }, (_, i) => join(u16(0x8000 + i, 1), u32(62_000)));
  return join(u16(257, fields), ...own);
}

const table = loadElements();
// Elements are read from their files once, whatever the datagrams.
assert.ok(table.size > 2000);

function decoderOf(): Decoder {
  return new Decoder(OPTIONS, { emit: () => {}, emitCounters: () => {} }, () => table);
}

test('each crafted datagram costs no more than its octets admit', (t) => {
  let worst = 0;
  for (const bytes of craftedDatagrams()) worst = Math.max(worst, check(decoderOf(), bytes, bytes.length, 'crafted'));
  t.diagnostic(`worst: ${worst.toFixed(1)} blocks per octet`);
});

for (const [name, before, bytes] of CASES) {
  test(`${name}: work is bounded by the octets`, (t) => {
    const decoder = decoderOf();
    let taught = 0;
    for (const message of before) {
      decoder.decode(datagram(message));
      taught += message.length;
    }
    // What came before may be worked on once more, as sets that waited are.
    const perOctet = check(decoder, bytes, bytes.length + (name.includes('wait') ? taught : 0), name);
    t.diagnostic(`${perOctet.toFixed(1)} blocks per octet`);
  });
}

/** Blocks per octet. */
function check(decoder: Decoder, bytes: Uint8Array, octets: number, name: string): number {
  const blocks = counter.count(() => decoder.decode(datagram(bytes)));
  const limit = BLOCKS_PER_DATAGRAM + BLOCKS_PER_OCTET * octets;
  const start = Buffer.from(bytes.subarray(0, 60)).toString('hex');
  assert.ok(blocks <= limit, `${blocks} blocks for ${octets} octets, more than ${limit}: ${name}, ${start}`);
  return blocks / octets;
}
