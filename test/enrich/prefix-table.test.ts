import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrefixTable } from '../../src/enrich/prefix-table.ts';
import { ConfigError } from '../../src/lib/errors.ts';

const table = new PrefixTable<string>();
table.add('0.0.0.0/0', 'any', 'x');
table.add('10.0.0.0/8', 'ten', 'x');
table.add('10.1.128.0/17', 'upper half', 'x');
table.add('10.1.128.7', 'host', 'x');
table.add('2001:db8::/33', 'low half', 'x');
table.add('2001:db8:8000::1/128', 'v6 host', 'x');

for (const [address, expected] of [
  ['192.0.2.1', 'any'],
  ['10.255.255.255', 'ten'],
  ['10.1.127.255', 'ten'],
  ['10.1.128.0', 'upper half'],
  ['10.1.255.255', 'upper half'],
  ['10.1.128.7', 'host'],
  ['2001:db8:7fff::', 'low half'],
  ['2001:db8:8000::', undefined],
  ['2001:db8:8000::1', 'v6 host'],
  ['::', undefined],
  ['no address', undefined],
] as const) {
  test(`finds the longest network that holds ${address}`, () => assert.equal(table.find(address), expected));
}

for (const wrong of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '2001:db8::/129', 'lan', '10.0.0/8', '']) {
  test(`refuses ${JSON.stringify(wrong)} as a network and names the key`, () => {
    assert.throws(
      () => new PrefixTable<true>().add(wrong, true, 'enrich.hosts.internal[3]'),
      (error) => error instanceof ConfigError && error.message.startsWith('enrich.hosts.internal[3]: found'),
    );
  });
}
