// Captures that weir writes: octets after the specifications, and what weir itself and tshark read in them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pcapOf } from '../../src/input/pcap-writer.ts';
import { runTool, toolSkip } from '../helpers/tools.ts';

const datagram = {
  bytes: new Uint8Array([0xde, 0xad]),
  exporterAddress: '192.0.2.1',
  exporterPort: 4096,
  receivedMs: 1_700_000_000_250.5,
  id: 'x',
};

test('a datagram over IPv4 becomes a capture, octet by octet', () => {
  const expected = [
    'a1b2c3d4 0002 0004 00000000 00000000 00040000 00000065', // draft-ietf-opsawg-pcap §4
    '6553f100 0003d284 0000001e 0000001e', // 1 700 000 000 s, 250 500 µs, 30 octets
    // RFC 791: 30 octets, TTL 64, UDP. Checksum: 4500+001e+4011+c000+0201 = 14730 → 4731, complement b8ce.
    '4500 001e 0000 0000 40 11 b8ce c0000201 00000000',
    '1000 0807 000a 0000 dead',
  ];
  assert.equal(pcapOf(datagram).toString('hex'), expected.join('').replaceAll(' ', ''));
});

test('tshark reads both versions of IP', { skip: toolSkip('tshark') }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-pcap-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const cases = [
    ['192.0.2.1', 'ip'],
    ['2001:db8::7', 'ipv6'],
  ] as const;
  for (const [exporterAddress, protocol] of cases) {
    const file = join(folder, `${protocol}.pcap`);
    writeFileSync(file, pcapOf({ ...datagram, exporterAddress }));
    const fields = [`${protocol}.src`, 'udp.srcport', 'udp.length', 'frame.time_epoch'].flatMap((name) => ['-e', name]);
    const checks = protocol === 'ip' ? ['-o', 'ip.check_checksum:TRUE', '-Y', 'ip.checksum.status == 1'] : [];
    const text = await runTool('tshark', ['-r', file, ...checks, '-T', 'fields', ...fields]);
    assert.ok(text.includes(`${exporterAddress}\t4096\t10\t1700000000.2505`), text);
  }
});
