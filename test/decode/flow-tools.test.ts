// Datagrams that flow-tools made, against the CSV that it wrote of the very flows it sent: NetFlow v1, v5, v6, v7, v8.
// No other tool decodes v6. Its names of columns to ours; what it calls an address may be a prefix.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Flow } from '../../src/flow/flow.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { bench, datagram } from './support.ts';

const FOLDER = join(packageRoot, '..', 'shared', 'captures', 'gen-flowtools');
const FILES = [
  'flowgen_v1',
  'flowgen_v5',
  'flowgen_v6_n200',
  'flowgen_v8.1',
  'flowgen_v8.11',
  'flowgen_v8.12',
  'flowgen_v8.14',
  'flowgen_v8.2',
  'flowgen_v8.3',
  'flowgen_v8.4',
  'flowgen_v8.5',
  'xlate_from_real_v5_v7',
];

const COLUMNS: Readonly<Record<string, keyof Flow>> = {
  dflows: 'flowCount',
  dpkts: 'packetCount',
  doctets: 'bytes',
  first: 'startUptimeMs',
  last: 'endUptimeMs',
  srcaddr: 'sourceIp',
  dstaddr: 'destinationIp',
  input: 'inputInterface',
  output: 'outputInterface',
  srcport: 'sourcePort',
  dstport: 'destinationPort',
  prot: 'protocolNumber',
  tos: 'tos',
  tcp_flags: 'tcpFlags',
  src_mask: 'sourceMask',
  dst_mask: 'destinationMask',
  src_as: 'sourceAs',
  dst_as: 'destinationAs',
};
/** What 0 means "not known" for, and is left out. */
const ZERO_IS_ABSENT = new Set(['src_mask', 'dst_mask', 'src_as', 'dst_as']);
/** Compared only where the protocol has them: others leave them out, flow-tools does not. */
const PORTS = new Set(['srcport', 'dstport']);
const WITH_PORTS = new Set(['6', '17', undefined]);

for (const file of FILES) {
  const path = join(FOLDER, `${file}.pcap`);
  const skip = existsSync(path) ? false : 'the captures are not beside the package (../shared/captures)';
  test(`reads the flows that flow-tools sent: ${file}`, { skip }, () => {
    const { decoder, flows } = bench();
    for (const bytes of payloads(readFileSync(path))) decoder.decode(datagram(bytes));
    const [head, ...rows] = readFileSync(join(FOLDER, 'golden', `${file}.csv`), 'utf8')
      .trim()
      .split('\n');
    const names = head!.slice(2).split(',');
    assert.deepEqual([flows.length, decoder.counters.malformed], [rows.length, 0]);
    rows.forEach((row, i) => {
      const values = row.split(',');
      const hasPorts = WITH_PORTS.has(values[names.indexOf('prot')]);
      names.forEach((name, column) => {
        const field = COLUMNS[name];
        if (field === undefined || (!hasPorts && PORTS.has(name))) return;
        const found = flows[i]![field] ?? (ZERO_IS_ABSENT.has(name) ? 0 : undefined);
        assert.equal(String(found), values[column], `${name} of record ${i}`);
      });
    });
  });
}

/** UDP payloads of a little-endian pcap of Ethernet or null link type, IPv4 without options or fragments. */
function* payloads(pcap: Buffer): Generator<Uint8Array> {
  for (let at = 24; at < pcap.length; ) {
    const length = pcap.readUInt32LE(at + 8);
    const packet = pcap.subarray(at + 16, at + 16 + length);
    yield new Uint8Array(packet.subarray(14 + 20 + 8));
    at += 16 + length;
  }
}
