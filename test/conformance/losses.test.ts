// What the sequence numbers of captures say was lost: of whole ones, counted by hand in their headers, and of captures
// without loss from which datagrams are taken, exchanged, doubled, or that begin again.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Pipeline } from '../../src/app/pipeline.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Datagram } from '../../src/flow/datagram.ts';
import { readCapture } from '../../src/input/capture.ts';
import { CaptureStats } from '../../src/input/capture-stats.ts';
import { createLog } from '../../src/lib/log.ts';
import { captureSkip, capturesFolder } from './feeds.ts';

interface Losses {
  readonly flows?: number;
  readonly datagrams?: number;
  readonly late?: number;
  readonly twice?: number;
  readonly restarts?: number;
}

/** v9 counts datagrams, so flows are an estimate and left out; v5 and IPFIX count records. */
const WHOLE: readonly [string, string, Losses][] = [
  ['pmacct/101-NFv9-CISCO-cust_primitives.traffic-00.pcap', '40 of 147674 to 147736', { datagrams: 23 }],
  [
    'pmacct/102-NFv9-CISCO-f2rd-pretag-sampling-reload.traffic-00.pcap',
    '8 of 615729 to 615750, 17 of 798466 to 798500',
    { datagrams: 14 + 18 },
  ],
  ['pmacct/111-IPFIXv10-NFv9-IPv6-IPv4-mix_sources.traffic-00.pcap', '11 of 147674 to 147689', { datagrams: 5 }],
  ['graylog/netflow9.pcap', '0, 1, 4, 5, 8, 10, 11, 14, 16', { datagrams: 8 }],
  ['pmacct/111-IPFIXv10-NFv9-IPv6-IPv4-mix_sources.traffic-01.pcap', '469 to 477 and 480 to 487', { flows: 9 + 8 }],
  ['pmacct/106-IPFIXv10-HUAWEI-vrf_name.traffic-00.pcap', '457 to 493 but for 492 and 493', { flows: 35 }],
  ['gen-pmacct/nfprobe_v5.pcap', 'all', { flows: 0 }],
  ['gen-softflowd/softflowd_v9.pcap', 'all', { datagrams: 0 }],
  ['gen-pmacct/nfprobe_v10.pcap', 'all', { flows: 0 }],
];

for (const [file, what, expected] of WHOLE) {
  test(`${file} (${what}): ${JSON.stringify(expected)}`, { skip: captureSkip }, async () => {
    const found = await lossesOf(await datagramsOf(file));
    assert.equal(expected.flows === undefined ? found.datagrams : found.flows, expected.flows ?? expected.datagrams);
  });
}

const V5 = 'gen-pmacct/nfprobe_v5.pcap';
const IPFIX = 'gen-pmacct/nfprobe_v10.pcap';
const NONE: Losses = { flows: 0, datagrams: 0, late: 0, twice: 0, restarts: 0 };

for (const [file, recordsOf] of [
  [V5, (datagrams: readonly Datagram[], index: number) => viewOf(datagrams[index]!).getUint16(2)],
  [
    IPFIX,
    (datagrams: readonly Datagram[], index: number) => sequence(datagrams[index + 1]!) - sequence(datagrams[index]!),
  ],
] as const) {
  test(`${file}: a datagram that is taken away is lost with its records`, { skip: captureSkip }, async () => {
    const all = await datagramsOf(file);
    for (const [from, count] of [
      [2, 1],
      [3, 2],
    ] as const) {
      const records = Array.from({ length: count }, (_, index) => recordsOf(all, from + index));
      const flows = records.reduce((sum, one) => sum + one, 0);
      assert.ok(flows > 0);
      assert.deepEqual(await lossesOf(all.toSpliced(from, count)), { ...NONE, flows });
    }
  });

  test(`${file}: what comes late or twice is no loss`, { skip: captureSkip }, async () => {
    const all = await datagramsOf(file);
    const [third, fourth, fifth] = all.slice(3, 6) as [Datagram, Datagram, Datagram];
    assert.deepEqual(await lossesOf(all.toSpliced(3, 2, fourth, third)), { ...NONE, late: 1 });
    assert.deepEqual(await lossesOf(all.toSpliced(3, 3, fifth, fourth, third)), { ...NONE, late: 2 });
    assert.deepEqual(await lossesOf(all.toSpliced(3, 1, third, third)), { ...NONE, twice: 1 });
    // Without templates, which the first message of IPFIX brings, records cannot be counted.
    if (file === IPFIX) return;
    assert.deepEqual(await lossesOf([...all.slice(1, 3), all[0]!, ...all.slice(3)]), { ...NONE, late: 1 });
  });
}

test('an exporter that boots anew has lost nothing', { skip: captureSkip }, async () => {
  const all = await datagramsOf(V5);
  const hourLater = all.map(({ bytes, ...rest }) => {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    view.setUint32(4, view.getUint32(4) + 3_600_000);
    return { ...rest, bytes: copy };
  });
  assert.deepEqual(await lossesOf([...hourLater, ...all]), { ...NONE, restarts: 1 });
});

async function datagramsOf(file: string): Promise<readonly Datagram[]> {
  const found: Datagram[] = [];
  for await (const datagrams of readCapture(join(capturesFolder, file), new CaptureStats())) found.push(...datagrams);
  return found;
}

async function lossesOf(datagrams: readonly Datagram[]): Promise<Losses> {
  const { config } = loadConfig(undefined);
  const pipeline = new Pipeline({ ...config, enrich: [] }, () => {}, createLog('error'));
  await pipeline.start();
  for (const datagram of datagrams) pipeline.decoder.decode(datagram);
  pipeline.decoder.flush(Number.POSITIVE_INFINITY);
  pipeline.stop();
  const { lostFlows, lostDatagrams, reordered, duplicates, restarts } = pipeline.decoder.counters;
  return { flows: lostFlows, datagrams: lostDatagrams, late: reordered, twice: duplicates, restarts };
}

function viewOf({ bytes }: Datagram): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Of an IPFIX message (RFC 7011 §3.1). */
function sequence(datagram: Datagram): number {
  return viewOf(datagram).getUint32(8);
}
