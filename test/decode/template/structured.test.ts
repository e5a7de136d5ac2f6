// Lists in records, RFC 6313: layouts built by hand after its §4.5.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/lib/package-root.ts';
import { bench, datagram, hex, ipfix, join, set, u16 } from '../support.ts';

const CERT = '00001ad7'; // 6871
const BASIC_LIST = 291;
const SUB_TEMPLATE_LIST = 292;
const SUB_TEMPLATE_MULTI_LIST = 293;

// 256: source, destination, protocol, and a list. 300: TCP flags of YAF, first and united. 301: source, DNS name.
const TEMPLATES = (list: number) =>
  set(
    2,
    hex(`0100 0004 0008 0004 000c 0004 0004 0001`),
    u16(list, 65535),
    hex(`012c 0002 800e 0001 ${CERT} 800f 0001 ${CERT}`),
    hex(`012d 0002 0008 0004 80b3 ffff ${CERT}`),
  );
const ADDRESSES = hex('c0000201 c6336414 06');

/** One record of template 256 whose list has this content. */
function decode(list: number, content: Uint8Array) {
  const { decoder, flows } = bench();
  const record = join(ADDRESSES, hex('ff'), u16(content.length), content);
  decoder.decode(datagram(ipfix([TEMPLATES(list), set(256, record)])));
  assert.equal(flows.length, 1);
  assert.deepEqual([flows[0]!.sourceIp, flows[0]!.destinationIp], ['192.0.2.1', '198.51.100.20']);
  return { flow: flows[0]!, counters: decoder.counters };
}

test('takes from a subTemplateMultiList what the record does not say', () => {
  // SYN first, later FIN and ACK; then a DNS name, whose template has a source address, too.
  const content = hex('ff 012c 0006 02 11 012d 0014 0a000001 0b 6578616d706c652e636f6d');
  const { flow, counters } = decode(SUB_TEMPLATE_MULTI_LIST, content);
  assert.deepEqual([flow.tcpFlags, flow.dnsName], [0x13, 'example.com']);
  assert.equal(counters.listsMalformed + counters.listsWithoutTemplate + counters.listsLimited, 0);
});

test('takes the first of several records of a subTemplateList', () => {
  const content = hex('04 012d 0a000001 01 61 0a000002 01 62');
  assert.equal(decode(SUB_TEMPLATE_LIST, content).flow.dnsName, 'a');
});

test("reads the lists of YAF 3, whose elements are CERT's own: httpHostList of httpHost", () => {
  const { decoder, flows } = bench();
  const fields = set(2, hex(`0100 0002 0008 0004 8159 ffff ${CERT}`));
  const list = hex(`03 8075 ffff ${CERT} 0b 6578616d706c652e636f6d`);
  decoder.decode(datagram(ipfix([fields, set(256, hex('c0000201'), new Uint8Array([list.length]), list)])));
  assert.equal(flows[0]?.httpHost, 'example.com');
});

test('takes the first value of a basicList, of an enterprise or of IANA', () => {
  const host = hex(`03 8075 ffff ${CERT} 01 61 01 62`);
  assert.equal(decode(BASIC_LIST, host).flow.httpHost, 'a');
  const vlans = hex('03 0100 0002 0007 0008'); // 256 ethernetType: no field of the flow
  assert.equal(decode(BASIC_LIST, vlans).counters.listsMalformed, 0);
  const ttl = hex('03 00c0 0001 40 41'); // 192 ipTTL
  assert.equal(decode(BASIC_LIST, ttl).flow.ipTtl, 64);
});

test('reads lists inside lists', () => {
  // A subTemplateList whose template is 256 again, with a subTemplateList of 301 in it.
  const inner = hex('ff 012d 0a000001 01 61');
  const record = join(hex('0a000002 0a000003 11'), new Uint8Array([inner.length]), inner);
  const { flow } = decode(SUB_TEMPLATE_LIST, join(hex('ff 0100'), record));
  assert.deepEqual([flow.dnsName, flow.protocolNumber], ['a', 6]);
});

test('counts lists that it cannot read, and keeps the record', () => {
  for (const [list, content, counter] of [
    [SUB_TEMPLATE_LIST, 'ff 0190 00', 'listsWithoutTemplate'],
    [SUB_TEMPLATE_LIST, 'ff 01', 'listsMalformed'],
    [SUB_TEMPLATE_LIST, 'ff 012d 0a000001 09 61', 'listsMalformed'],
    [SUB_TEMPLATE_MULTI_LIST, 'ff 012c 0003 02', 'listsMalformed'],
    [SUB_TEMPLATE_MULTI_LIST, 'ff 012c 00ff 02 11', 'listsMalformed'],
    [BASIC_LIST, 'ff 0004', 'listsMalformed'],
    [BASIC_LIST, `ff 8075 ffff ${CERT.slice(2)}`, 'listsMalformed'],
  ] as const) {
    assert.equal(decode(list, hex(content)).counters[counter], 1, content);
  }
});

test('ends at a depth, and at a number of records', () => {
  // Each a list of one list.
  let nested = hex('ff 00c0 0001 40');
  for (let depth = 0; depth < 40; depth++) {
    nested = join(hex('ff 0123 ffff ff'), u16(nested.length), nested);
  }
  const deep = decode(BASIC_LIST, nested);
  assert.deepEqual([deep.flow.ipTtl, deep.counters.listsLimited], [undefined, 1]);
  const long = decode(BASIC_LIST, join(hex('ff 00c0 0001'), new Uint8Array(60_000)));
  assert.equal(long.counters.listsLimited, 1);
});

test('reads the labels of YAF as ids of applications: 80 is what IANA has on port 80, 0 is none', () => {
  const { decoder, flows } = bench();
  const fields = join(hex('0008 0004 8021 0002'), hex(CERT));
  decoder.decode(
    datagram(ipfix([set(2, join(hex('0100 0002'), fields)), set(256, hex('c0000201 0050 c0000202 0000'))])),
  );
  assert.deepEqual(
    flows.map(({ sourceIp, applicationId }) => [sourceIp, applicationId]),
    [
      ['192.0.2.1', '3:80'],
      ['192.0.2.2', undefined],
    ],
  );
});

const YAF = joinPath(packageRoot, '..', 'shared', 'captures', 'telegraf');
test('finds the TCP flags that YAF puts into a list', {
  skip: existsSync(YAF) ? false : 'the captures are not beside the package (../shared/captures)',
}, () => {
  const { decoder, flows } = bench();
  for (let i = 0; i < 7; i++) decoder.decode(datagram(readFileSync(joinPath(YAF, `ipfix_example.ipfix_${i}.bin`))));
  const tcp = flows.filter((flow) => flow.protocolNumber === 6);
  assert.ok(tcp.length > 0);
  assert.ok(tcp.every((flow) => (flow.tcpFlags ?? 0) > 0));
  assert.equal(decoder.counters.listsMalformed + decoder.counters.listsLimited, 0);
});
