// Expected scopes: the special-purpose registries of IANA (RFC 6890 and successors), first and last address of ranges.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressScope } from '../../src/enrich/address-scope.ts';

const TABLE: Readonly<Record<string, readonly string[]>> = {
  private: [
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.0',
    '192.168.255.255',
    '100.64.0.0',
    '100.127.255.255',
    'fc00::',
    'fd12:3456::1',
    'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ],
  public: [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '192.0.1.0',
    '192.0.3.0',
    '198.17.255.255',
    '198.20.0.0',
    '198.51.99.255',
    '203.0.112.255',
    '203.0.114.0',
    '223.255.255.255',
    '2001:4860:4860::8888',
    '2001:db7:ffff::',
    '2001:db9::',
    '2a00::1',
    '3fff:1000::',
    '64:ff9b::808:808',
    '2002:808:808::1', // 6to4
    '2001:0:1::1', // Teredo
    '2001:2:1::',
  ],
  multicast: ['224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1', 'ffff::'],
  broadcast: ['255.255.255.255'],
  loopback: ['127.0.0.0', '127.255.255.255', '::1'],
  link_local: ['169.254.0.0', '169.254.255.255', 'fe80::1', 'febf:ffff::'],
  documentation: [
    '192.0.2.0',
    '192.0.2.255',
    '198.51.100.1',
    '203.0.113.9',
    '2001:db8::',
    '2001:db8:ffff::',
    '3fff:fff::',
  ],
  unspecified: ['0.0.0.0', '::'],
  reserved: [
    '0.0.0.1',
    '192.0.0.1',
    '198.18.0.0',
    '198.19.255.255',
    '240.0.0.0',
    '255.255.255.254',
    '::2',
    '0:1::',
    '0:0:1::',
    '::1:0:0',
    '::1:0:0:1',
    'fec0::1',
    '4000::',
    '100::1',
    '2001:2::1', // benchmarks (RFC 5180)
    '5f00::1', // segment routing (RFC 9602)
    '64:ff9b:1::1',
  ],
};

for (const [scope, addresses] of Object.entries(TABLE)) {
  test(`${scope}: ${addresses.length} addresses`, () => {
    for (const address of addresses) assert.equal(addressScope(address), scope, address);
  });
}
