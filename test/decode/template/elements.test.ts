import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ElementTable, loadElements } from '../../../src/decode/template/elements.ts';
import { ConfigError } from '../../../src/lib/errors.ts';

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
});

test('reads factors, constants and comments, and lets later files replace elements', () => {
  const table = new ElementTable();
  table.add('a.yml', 'enterprise: 1\nelements: |\n  1 one unsigned8 durationMs/1000\n  # nothing\n  2 two string\n');
  table.add('b.yml', 'enterprise: 1\nelements: |\n  2 deux octetArray packetSection,packetSectionKind=11\n');
  assert.deepEqual(table.find(1, 1)?.uses, [{ field: 'durationMs', factor: 1 / 1000, constant: undefined }]);
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
