import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ElementTable, loadElements } from '../../../src/decode/template/elements.ts';
import { ConfigError } from '../../../src/lib/errors.ts';
import { bench, datagram, hex, ipfix, join as octets, set, u16, u32 } from '../support.ts';

test('holds all of IANA, and the tables of vendors', () => {
  const table = loadElements();
  assert.ok(table.size > 500);
  const [octets, source] = [table.find(0, 1), table.find(0, 27)];
  assert.deepEqual([octets?.name, octets?.type, octets?.uses[0]?.field], ['octetDeltaCount', 'unsigned64', 'octets']);
  assert.deepEqual(
    [source?.name, source?.type, source?.uses[0]?.field],
    ['sourceIPv6Address', 'ipv6Address', 'sourceIp'],
  );
  assert.equal(table.find(29305, 1)?.uses[0]?.field, 'reverseOctets');
  assert.equal(table.find(6876, 951)?.name, 'vmUuid');
  assert.equal(table.find(0, 32000), undefined);
});

test('knows the field types of NetFlow v9 that IPFIX does not have', () => {
  const table = loadElements();
  assert.equal(table.findV9(40000)?.uses[0]?.field, 'userName');
  assert.equal(table.findV9(8)?.name, 'sourceIPv4Address');
  assert.equal(table.findV9(57472 + 180), table.find(35632, 180));
  assert.equal(table.findV9(32768 + 12235), table.find(9, 12235));
});

test('knows the reverse of every element of IANA', () => {
  const table = loadElements();
  const tos = table.find(29305, 5);
  assert.deepEqual([tos?.name, tos?.type, tos?.uses], ['reverseIpClassOfService', 'unsigned8', []]);
  assert.equal(table.find(29305, 32000), undefined);
});

test('can read every file that ships, and knows at least 31 vendors', () => {
  const table = loadElements();
  assert.ok(table.size > 2600);
  const vendors = table.enterprises.filter((enterprise) => enterprise > 0 && enterprise !== 29305);
  assert.ok(vendors.length >= 31, vendors.join(' '));
});

// One element of each vendor, as its own documents or captures name it; the field where weir maps it.
for (const [enterprise, id, name, field] of [
  [9, 12235, 'applicationHttpHost', 'httpHost'],
  [637, 91, 'aluInsideServiceId', undefined],
  [2011, 1, 'ingressGponGemPortId', undefined],
  [2011, 521, 'pathDelayMeanDeltaMicroseconds', undefined],
  [2636, 137, 'commonPropertiesId', undefined],
  [2636, 157, 'httpHost', 'httpHost'],
  [3054, 111, 'l7ApplicationName', 'applicationName'],
  [5951, 142, 'httpReqHost', 'httpHost'],
  [6871, 33, 'silkAppLabel', 'applicationId'],
  [6871, 294, 'sslServerName', 'tlsServerName'],
  [6871, 345, 'httpHostList', undefined],
  [6876, 951, 'vmUuid', undefined],
  [8057, 808, 'TLSSNI', 'tlsServerName'],
  [8741, 5, 'initiatorIPv4Address', 'sourceIp'],
  [9789, 2, 'afcProtocolName', 'applicationName'],
  [10704, 4, 'fwRule', undefined],
  [12276, 26, 'aclPolicyName', undefined],
  [13745, 101, 'clientHostname', undefined],
  [15397, 1, 'proceraService', 'applicationName'],
  [23867, 8, 'applicationHttpHost', 'httpHost'],
  [42359, 519, 'appId', undefined],
  [16982, 501, 'HTTPRequestHost', 'httpHost'],
  [26866, 204, 'dnsQueryName', 'dnsName'],
  [32622, 11, 'caceLocalProcessCommand', undefined],
  [35632, 187, 'httpHost', 'httpHost'],
  [39499, 338, 'tlsSni', 'tlsServerName'],
  [41916, 4321, 'viptelaVPNId', undefined],
  [43874, 1, 'tag', undefined],
  [45346, 12239, 'vcFlowPath', undefined],
  [47729, 100, 'sslServerNameIndication', 'tlsServerName'],
  [56506, 101, 'sourcePodName', undefined],
] as const) {
  test(`knows element ${id} of enterprise ${enterprise}`, () => {
    const element = loadElements().find(enterprise, id);
    assert.deepEqual([element?.name, element?.uses[0]?.field], [name, field]);
  });
}

test("reads a connection of SonicWall's extensions, both directions of it", () => {
  const { decoder, flows } = bench();
  // Initiator, responder, ports, then packets and octets there and back; of 20 nobody is sure.
  const elements = [5, 6, 11, 12, 13, 14, 15, 16, 20];
  const lengths = [4, 4, 2, 2, 4, 4, 4, 4, 1];
  const fields = elements.map((id, i) => octets(u16(0x8000 + id, lengths[i]!), u32(8741)));
  const record = hex('c000020a c6336414 c822 01bb 00000003 000000b4 00000005 00001000 06');
  decoder.decode(datagram(ipfix([set(2, u16(256, elements.length), ...fields), set(256, record)])));
  const { sourceIp, destinationIp, sourcePort, destinationPort, protocolNumber } = flows[0]!;
  assert.deepEqual(
    [sourceIp, destinationIp, sourcePort, destinationPort, protocolNumber],
    ['192.0.2.10', '198.51.100.20', 51234, 443, undefined],
  );
  const { bytes, packetCount, reverseBytes, reversePacketCount } = flows[0]!;
  assert.deepEqual([bytes, packetCount, reverseBytes, reversePacketCount], [180, 3, 4096, 5]);
});

test('lets a file of the user replace and add elements, and refuses one that is not there', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-elements-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'mine.yml');
  writeFileSync(file, 'enterprise: 0\nelements: |\n  96 applicationName string userName\n');
  const table = loadElements([file]);
  assert.equal(table.find(0, 96)?.uses[0]?.field, 'userName');
  assert.equal(table.find(0, 8)?.uses[0]?.field, 'sourceIp');
  assert.throws(() => loadElements([join(folder, 'none.yml')]), ConfigError);
});

test('reads factors, constants and comments, and lets later files replace elements', () => {
  const table = new ElementTable();
  table.add('a.yml', 'enterprise: 1\nelements: |\n  1 one unsigned8 durationMs/1000\n  # nothing\n  2 two string\n');
  table.add('b.yml', 'enterprise: 1\nelements: |\n  2 deux octetArray packetSection,packetSectionKind=11\n');
  assert.deepEqual(table.find(1, 1)?.uses, [
    { field: 'durationMs', factor: 1 / 1000, constant: undefined, isUnion: false, isFallback: false },
  ]);
  assert.deepEqual(
    table.find(1, 2)?.uses.map((use) => [use.field, use.constant]),
    [
      ['packetSection', undefined],
      ['packetSectionKind', 11],
    ],
  );
});

for (const [what, text] of [
  ['what is not YAML', 'enterprise: ['],
  ['no enterprise', 'elements: |\n  1 one unsigned8\n'],
  ['no elements', 'enterprise: 1'],
  ['an unknown type', 'enterprise: 1\nelements: |\n  1 one unsigned7\n'],
  ['an unknown field', 'enterprise: 1\nelements: |\n  1 one unsigned8 exporter\n'],
  ['an id that is none', 'enterprise: 1\nelements: |\n  x one unsigned8\n'],
  ['a word too many', 'enterprise: 1\nelements: |\n  1 one unsigned8 tos more\n'],
] as const) {
  test(`refuses ${what}, naming the file`, () => {
    assert.throws(
      () => new ElementTable().add('mine.yml', text),
      (error: unknown) => error instanceof ConfigError && error.message.includes('mine.yml'),
    );
  });
}
