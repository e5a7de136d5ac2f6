// Datagrams that lie on purpose, and plain ones of every protocol for mutation to start from where no captures are:
// templates without octets, sets of length 0, counts of 2^32, 65,535 fields, floods, deep lists.

import { hex, ipfix, join, set, template, u16, u32, v9 } from '../decode/support.ts';

const FIELDS = [[8, 4], [12, 4], [7, 2], [11, 2], [4, 1], [1, 4], [2, 4], [10, 4], [14, 4], [61, 1], [371, 65535]] as const; // biome-ignore format: a row
const RECORD = hex('c000020a c6336414 c822 01bb 06 00000d80 0000000c 00000001 00000002 00 05 616c696365');
const OPTIONS_V9 = set(1, join(u16(260, 4, 8), u16(1, 4, 48, 4, 50, 4)), u16(0));
const OPTIONS_IPFIX = set(3, join(u16(260, 3, 1), u16(302, 4, 305, 4, 306, 4)));
/** What a datagram over UDP can hold. */
const MAX_OCTETS = 65_507;

function repeat(count: number, part: (i: number) => Uint8Array): Uint8Array {
  return join(...Array.from({ length: count }, (_, i) => part(i)));
}

function manyFields(count: number, element: number, length: number): Uint8Array {
  return join(
    u16(256, count),
    repeat(Math.min(count, 16_000), () => u16(element, length)),
  );
}

/** Template 256 of one variable field and as many of no octets as the limit admits, then records of one octet each. */
function emptyFields(fields: number): Uint8Array[] {
  const wide = join(
    u16(256, fields + 1),
    u16(371, 65535),
    repeat(fields, () => u16(8, 0)),
  );
  return [ipfix([set(2, wide)]), ipfix([set(256, new Uint8Array(60_000))])];
}

/** A basicList (RFC 6313 §4.5.1: semantic, field id 291 again, element length) in a basicList, and so on. */
function deepList(depth: number): Uint8Array {
  let list = hex('03 0001 0001 ff');
  for (let i = 0; i < depth; i++) list = join(hex('03 0123 ffff ff'), u16(list.length), list);
  return list;
}

function sflowHeader(samples: number, agent = hex('00000001 c0000201')): Uint8Array {
  return join(u32(5), agent, u32(0, 1, 1000, samples));
}

/** A flow sample (sFlow v5 §5) around flow records; lengths are right. */
function flowSample(records: readonly Uint8Array[], claimed = records.length): Uint8Array {
  const content = join(u32(1, 3, 100, 1000, 0, 1, 2, claimed), ...records);
  return join(u32(1, content.length), content);
}

function rawHeader(protocol: number, packet: Uint8Array, claimed = packet.length): Uint8Array {
  const content = join(u32(protocol, packet.length + 4, 4, claimed), packet, new Uint8Array(-packet.length & 3));
  return join(u32(1, content.length), content);
}

const ETHERNET = hex('00005e005301 00005e005302');
const IPV4_TCP = hex('45000034 12344000 40060000 c000020a c6336414 c82201bb 00000001 00000002 80180200 00000000');
/** More labels, tags and headers in one another than any network has. */
const NESTED = [
  join(
    ETHERNET,
    repeat(200, () => hex('8100 0001')),
    hex('0800'),
    IPV4_TCP,
  ),
  join(
    ETHERNET,
    hex('8847'),
    repeat(300, () => hex('00001040')),
  ),
  join(
    ETHERNET,
    hex('0800'),
    repeat(60, () => hex('45000400 00000000 40040000 c0000201 c0000202')),
    IPV4_TCP,
  ),
  join(
    ETHERNET,
    hex('86dd 60000000 0400 00 40'),
    new Uint8Array(32),
    repeat(120, () => hex('0000 000000000000')),
  ),
  join(ETHERNET, hex('0800 4f00003c 00000000 40060000 c0000201 c0000202 00')),
] as const;

const LEGACY = [
  join(u16(1, 1), u32(0, 0, 0), new Uint8Array(52)),
  join(u16(5, 1), u32(0, 0, 0, 0, 0), new Uint8Array(48)),
  join(u16(6, 1), u32(0, 0, 0, 0, 0), new Uint8Array(52)),
  join(u16(7, 1), u32(0, 0, 0, 0, 0), new Uint8Array(52)),
  ...Array.from({ length: 14 }, (_, i) =>
    join(u16(8, 2), u32(0, 0, 0, 0), new Uint8Array([0, 0, i + 1, 2]), u32(0), new Uint8Array(96)),
  ),
];

/** Every flow record and counter structure that is known, and headers of all link layers; contents are small numbers. */
const RECORD_FORMATS = [2, 3, 4, ...range(1001, 1045), ...range(2100, 2104), ...range(2200, 2211)];
const COUNTER_FORMATS = [...range(1, 12), ...range(1001, 1006), ...range(2000, 2011), ...range(2100, 2107), ...range(2200, 2208)]; // biome-ignore format: a row
const NUMBERS = u32(1, 4, 0x61626364, 2, 4, 0x61626364, 3, 0, 5, 6, 0, 7, 1, 1, 0, 2);

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function records(formats: readonly number[]): Uint8Array[] {
  return formats.map((format) => join(u32(format, NUMBERS.length), NUMBERS));
}

function counterSample(formats: readonly number[]): Uint8Array {
  const content = join(u32(1, 3, formats.length), ...records(formats));
  return join(u32(2, content.length), content);
}

const KINDS = [
  join(sflowHeader(1), flowSample(records(RECORD_FORMATS.slice(0, 25)))),
  join(sflowHeader(1), flowSample(records(RECORD_FORMATS.slice(25)))),
  join(sflowHeader(1), counterSample(COUNTER_FORMATS.slice(0, 22))),
  join(sflowHeader(1), counterSample(COUNTER_FORMATS.slice(22))),
  join(sflowHeader(17), ...range(1, 18).map((protocol) => flowSample([rawHeader(protocol, IPV4_TCP)]))),
];

const SFLOW = [
  ...KINDS,
  join(sflowHeader(1), flowSample([rawHeader(1, join(ETHERNET, hex('0800'), IPV4_TCP))])),
  ...NESTED.map((packet) => join(sflowHeader(1), flowSample([rawHeader(1, packet)]))),
  join(sflowHeader(0xffffffff), flowSample([rawHeader(11, IPV4_TCP)], 0xffffffff)),
  join(sflowHeader(1), flowSample([rawHeader(1, IPV4_TCP, 0xffffffff)])),
  join(sflowHeader(1), u32(1, 0xffffffff)),
  join(sflowHeader(1), u32(2, 0), u32(2, 0), u32(2, 0)),
  join(sflowHeader(20_000, hex('00000002 20010db8000000000000000000000001')), new Uint8Array(60_000)),
  // Gateway record: AS path of 2^32 segments.
  join(sflowHeader(1), flowSample([join(u32(1003, 40), u32(1, 0xc0000201, 1, 2, 3, 0xffffffff, 2, 0xffffffff, 1, 2))])),
  join(u32(4, 1, 0xc0000201, 1, 1000, 0xffffffff), new Uint8Array(64)),
  join(u32(2, 1, 0xc0000201, 1, 1000, 0xffffffff), new Uint8Array(64)),
];

const TEMPLATES = [
  v9([set(0, template(256, ...FIELDS)), OPTIONS_V9, set(256, RECORD, RECORD), set(260, u32(1, 2, 3))]),
  ipfix([set(2, template(256, ...FIELDS)), OPTIONS_IPFIX, set(256, RECORD, RECORD), set(260, u32(1, 1, 3))]),
  // No fields; fields of no octets; withdrawals.
  v9([set(0, template(256)), set(256, u32(0, 0))]),
  v9([set(0, template(256, [8, 0], [12, 0])), set(256, u32(0, 0))]),
  ipfix([set(2, template(256)), set(2, u16(2, 0)), set(3, u16(3, 0)), set(256, u32(0))]),
  ipfix([set(2, template(256, [8, 0], [371, 0])), set(256, u32(0))]),
  ipfix([
    set(2, template(257, [8, 4])),
    set(
      2,
      repeat(15_000, () => u16(2, 0)),
    ),
  ]),
  // Sets of length 0, and of the longest.
  v9([hex('0100 0000 00000000')]),
  ipfix([hex('0100 0000 00000000')]),
  ipfix([hex('0002 0000')]),
  v9([hex('0100 ffff 00000000')]),
  ipfix([hex('0002 ffff 0100 ffff')]),
  // Counts: 65,535 sets, 65,535 fields, records without end.
  join(u16(9, 0xffff), u32(0, 0, 0, 7), new Uint8Array(1000)),
  ipfix([set(2, manyFields(0xffff, 8, 4))]),
  v9([set(0, manyFields(0xffff, 8, 4))]),
  v9([
    set(
      1,
      join(
        u16(256, 0xffff, 0xffff),
        repeat(1000, () => u16(1, 1)),
      ),
    ),
  ]),
  ipfix([
    set(
      3,
      join(
        u16(256, 0xffff, 0xffff),
        repeat(1000, () => u16(1, 1)),
      ),
    ),
  ]),
  ipfix([set(2, manyFields(1000, 72, 3)), set(256, new Uint8Array(6000))]),
  ipfix([set(2, manyFields(1000, 371, 65535)), set(256, new Uint8Array(50_000))]),
  ...emptyFields(60),
  ...emptyFields(1000),
  // Records of one octet.
  ipfix([set(2, template(256, [4, 1])), set(256, new Uint8Array(60_000))]),
  // A flood of templates, and of sets without one.
  ipfix([
    set(
      2,
      repeat(5000, (i) => template(256 + i, [8, 4], [12, 4])),
    ),
  ]),
  v9(Array.from({ length: 1500 }, (_, i) => set(300 + i, u32(i)))),
  ipfix([set(2, template(256, [291, 65535], [292, 65535], [293, 65535])), set(256, hex('ff'), u16(60_000), deepList(8000).subarray(0, 60_000))]), // biome-ignore format: a row
  ipfix([set(2, template(256, [291, 65535])), set(256, hex('ff'), u16(deepList(50).length), deepList(50))]),
  ipfix([set(2, template(256, [315, 65535], [104, 65535])), set(256, hex('ff'), u16(1000), NESTED[0].subarray(0, 800), new Uint8Array(400))]), // biome-ignore format: a row
];

/** Every crafted datagram, none above what UDP holds. */
export function craftedDatagrams(): Uint8Array[] {
  return [...LEGACY, ...SFLOW, ...TEMPLATES].map((bytes) => bytes.slice(0, MAX_OCTETS));
}
