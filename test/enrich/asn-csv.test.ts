// The database made of a table, read by the maxmind package, which knows nothing of how it was made.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type AsnResponse, Reader } from 'maxmind';
import { asnDatabase } from '../../src/enrich/asn-csv.ts';
import { checkMmdb } from '../../src/enrich/mmdb-check.ts';
import { MmdbReader } from '../../src/enrich/mmdb-reader.ts';

const TABLES = [
  `1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."
1.0.1.5,1.0.3.0,64500,"The ""Best"" Net"
10.0.0.1,10.0.0.1,64501,One Address
255.255.255.255,255.255.255.255,64502,
`,
  `2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,64510,${'Länge'.repeat(70)}\r
2001:db8:2::1,2001:db8:2::6,4200000000,Six Addresses
`,
];
const bytes = asnDatabase({ tables: TABLES, description: 'a test', buildEpochMs: Date.UTC(2026, 5, 17) });
const reader = new Reader<AsnResponse>(bytes);

const CASES: readonly (readonly [address: string, number: number | undefined, organization?: string])[] = [
  ['0.255.255.255', undefined],
  ['1.0.0.0', 13335, 'Cloudflare, Inc.'],
  ['1.0.0.255', 13335, 'Cloudflare, Inc.'],
  ['1.0.1.0', undefined],
  ['1.0.1.4', undefined],
  ['1.0.1.5', 64500, 'The "Best" Net'],
  ['1.0.2.77', 64500, 'The "Best" Net'],
  ['1.0.3.0', 64500, 'The "Best" Net'],
  ['1.0.3.1', undefined],
  ['10.0.0.0', undefined],
  ['10.0.0.1', 64501, 'One Address'],
  ['10.0.0.2', undefined],
  ['255.255.255.254', undefined],
  ['255.255.255.255', 64502],
  ['2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', undefined],
  ['2001:db8::', 64510, 'Länge'.repeat(70)],
  ['2001:db8:0:ffff:ffff:ffff:ffff:ffff', 64510, 'Länge'.repeat(70)],
  ['2001:db8:1::', undefined],
  ['2001:db8:2::', undefined],
  ['2001:db8:2::1', 4_200_000_000, 'Six Addresses'],
  ['2001:db8:2::6', 4_200_000_000, 'Six Addresses'],
  ['2001:db8:2::7', undefined],
];

for (const [address, number, organization] of CASES) {
  test(`${address} is of AS ${number ?? 'nobody'}`, () => {
    const record = reader.get(address);
    assert.equal(record?.autonomous_system_number, number);
    assert.equal(record?.autonomous_system_organization, organization);
  });
}

test('stands the check of databases, and says what it is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-asn-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'asn.mmdb');
  writeFileSync(path, bytes);
  const own = new MmdbReader(path);
  t.after(() => own.close());
  assert.equal((await checkMmdb(path, own)).damage, undefined);
  assert.equal(reader.metadata.databaseType, 'weir-ASN');
  assert.equal(reader.metadata.buildEpoch.toISOString(), '2026-06-17T00:00:00.000Z');
});

test('a later range wins, also within an earlier one', () => {
  const tables = ['192.0.2.0,192.0.2.255,1,Outer\n192.0.2.64,192.0.2.65,2,Inner'];
  const nested = new Reader<AsnResponse>(asnDatabase({ tables, description: '', buildEpochMs: 0 }));
  const numbers = ['63', '64', '65', '66'].map((last) => nested.get(`192.0.2.${last}`)?.autonomous_system_number);
  assert.deepEqual(numbers, [1, 2, 2, 1]);
});

for (const [what, table] of [
  ['an empty table', ''],
  ['a page of HTML', '<html>\n<body>1,2,3,4</body>\n'],
  ['ranges the wrong way round', '1.0.0.9,1.0.0.1,5,Five\n'],
  ['ranges between families', '1.0.0.9,2001:db8::,5,Five\n'],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => asnDatabase({ tables: [table], description: '', buildEpochMs: 0 }), RangeError);
  });
}
