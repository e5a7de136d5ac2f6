import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseThreatList } from '../../src/enrich/threat-list-text.ts';
import { parseAddress } from '../../src/flow/address.ts';

/** Form, text, what is in it, what is not. */
const FORMS: readonly (readonly [
  form: string,
  text: string,
  column: number | undefined,
  inside: string,
  outside: string,
])[] = [
  [
    'plain addresses',
    '# a list\n\n192.0.2.7\r\n2001:db8::7\n',
    undefined,
    '192.0.2.7 2001:db8::7',
    '192.0.2.8 2001:db8::8',
  ],
  [
    'netset',
    '# ipset: x\n198.51.100.0/25\n2001:db8:8000::/33\n',
    undefined,
    '198.51.100.0 198.51.100.127 2001:db8:ffff::1',
    '198.51.100.128 198.51.99.255 2001:db8:7fff::1',
  ],
  [
    'Spamhaus DROP',
    '; Spamhaus DROP List\n1.10.16.0/20 ; SBL256894\n',
    undefined,
    '1.10.16.0 1.10.31.255',
    '1.10.32.0 1.10.15.255',
  ],
  [
    'ipset save',
    'create bad hash:net\nadd bad 203.0.113.0/24\nadd bad 203.0.114.9\n',
    undefined,
    '203.0.113.200 203.0.114.9',
    '203.0.114.8',
  ],
  [
    'CSV with quotes and dates',
    '# c\n"first_seen","dst_ip","dst_port"\n"2026-11-21 05:01:02","192.0.2.9","443"\n',
    undefined,
    '192.0.2.9',
    '192.0.2.10',
  ],
  ['CSV, second of two addresses', 'reporter,ip\n198.51.100.1,192.0.2.9\n', 2, '192.0.2.9', '198.51.100.1'],
  [
    'JSON lines',
    '{"cidr":"192.0.2.0/30","sblid":"SBL1"}\n{"cidr":"2001:db8::/32"}\n',
    undefined,
    '192.0.2.3 2001:db8:1::',
    '192.0.2.4',
  ],
  ['endpoints', '192.0.2.7:443\n[2001:db8::9]:80\n', undefined, '192.0.2.7 2001:db8::9', '192.0.2.8'],
  [
    'ranges',
    '192.0.2.3-192.0.2.10\n198.51.100.254 - 198.51.101.1\n',
    undefined,
    '192.0.2.3 192.0.2.4 192.0.2.10 198.51.100.255 198.51.101.0',
    '192.0.2.2 192.0.2.11 198.51.100.253 198.51.101.2',
  ],
  [
    'ends of the address space',
    '0.0.0.0/8\n255.255.255.255\n240.0.0.0-255.255.255.255\n128.0.0.0/1',
    undefined,
    '0.1.2.3 255.255.255.255 240.0.0.0 128.0.0.0',
    '1.0.0.0 127.255.255.255',
  ],
  ['nothing but comments', '# none at the moment\n', undefined, '', '192.0.2.1'],
  ['a header alone', 'first_seen,dst_ip\n', undefined, '', '192.0.2.1'],
  ['few lines of no use', '192.0.2.1\n192.0.2.2\nexample.org\n0.0.0.0/0\n', undefined, '192.0.2.1', '192.0.2.3'],
];

for (const [form, text, column, inside, outside] of FORMS) {
  test(`reads ${form}`, async () => {
    const networks = await parseThreatList(text, column);
    const has = (list: string) =>
      list
        .split(' ')
        .filter((ip) => ip !== '')
        .filter((ip) => networks.has(parseAddress(ip)!));
    assert.deepEqual(has(inside).join(' '), inside);
    assert.deepEqual(has(outside), []);
  });
}

test('refuses a text most of whose lines hold no address', async () => {
  await assert.rejects(parseThreatList('<html>\n<h1>503</h1>\n<p>try later</p>\n192.0.2.1\n'), /3 of 4 lines/);
});

test('agrees with arithmetic for any prefix length', async () => {
  const address = (value: number): string =>
    [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
  for (let length = 1; length <= 32; length++) {
    const size = 2 ** (32 - length);
    const base = Math.floor(0xc6336477 / size) * size;
    const networks = await parseThreatList(`${address(base)}/${length}\n`);
    const has = (value: number): boolean => networks.has(parseAddress(address(value))!);
    assert.deepEqual([has(base), has(base + size - 1)], [true, true], `/${length}`);
    if (length > 1) assert.deepEqual([has(base - 1), has(base + size)], [false, false], `/${length}`);
    assert.equal(networks.size, 1);
  }
});
