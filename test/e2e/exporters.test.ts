// The main job, end to end: a pcap with known traffic → a real exporter → weir run → a real Elasticsearch. What the index
// then sums up per 5-tuple must be what the pcap holds, every flow once.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';
import { runSfprobe, runSoftflowd, startNfcapd } from '../helpers/exporters.ts';
import { FlowIndex, type IndexedSum } from '../helpers/flow-index.ts';
import { toolSkip } from '../helpers/tools.ts';
import { makeTraffic, TRAILER_SOURCE, type Traffic } from '../helpers/traffic.ts';
import { waitFor } from '../helpers/wait.ts';
import { type RunningWeir, startWeir } from '../helpers/weir.ts';

const CHECK_SEQUENCE = 4;

interface Bench {
  readonly folder: string;
  readonly weir: RunningWeir;
  readonly index: FlowIndex;
}

for (const { name, version, ipv6 } of [
  { name: 'NetFlow v5', version: 5, ipv6: false },
  { name: 'NetFlow v9', version: 9, ipv6: true },
  { name: 'IPFIX', version: 10, ipv6: true },
] as const) {
  const skip = elasticsearchSkip || toolSkip('softflowd', 'nfcapd', 'nfdump');
  test(`${name} of softflowd: the index sums up to what the packets were, and to what nfdump says`, {
    skip,
  }, async (t) => {
    const { folder, weir, index } = await prepare(t, `softflowd${version}`);
    const nfcapd = await startNfcapd(folder);
    const traffic = makeTraffic({ conversations: 200, packetsPerDirection: 20, startMs: recently(), ipv6 });

    await runSoftflowd(writePcap(folder, traffic), version, [weir.port, nfcapd.port]);
    await documentsArrive(index, traffic.sums.size, weir);

    const found = await index.sums();
    // Each 5-tuple is one record.
    const expected = [...traffic.sums].map(([key, { packets, ipBytes }]): [string, IndexedSum] => [
      key,
      { documents: 1, bytes: ipBytes, packets },
    ]);
    assert.deepEqual(sorted(found), sorted(expected));
    const collected = await nfcapd.stop();
    const byNfdump = [...collected].map(([key, { records, bytes, packets }]): [string, IndexedSum] => [
      key,
      { documents: records, bytes, packets },
    ]);
    assert.deepEqual(sorted(found), sorted(byNfdump));
    await stopsCleanly(weir, index);
    assert.equal(await index.count(), traffic.sums.size);
  });
}

test('sFlow of pmacctd: frames times rate add up to what was on the wire, one document per sample', {
  skip: elasticsearchSkip || toolSkip('pmacctd'),
}, async (t) => {
  const { folder, weir, index } = await prepare(t, 'sfprobe');
  // All samples leave at once: few enough for the smallest socket buffer.
  const traffic = makeTraffic({
    conversations: 40,
    packetsPerDirection: 10,
    startMs: recently(),
    ipv6: true,
    trailer: 100,
  });
  const packets = [...traffic.sums.values()].reduce((sum, flow) => sum + flow.packets, 0);

  await runSfprobe(writePcap(folder, traffic), weir.port, folder);
  await documentsArrive(index, packets, weir, `NOT source.ip:${TRAILER_SOURCE}`);

  const found = [...(await index.sums())].filter(([key]) => !key.includes(TRAILER_SOURCE));
  // frame_length counts the check sequence, too (sFlow v5, sampled_header: "stripped").
  const expected = [...traffic.sums].map(([key, { packets, frameBytes }]): [string, IndexedSum] => [
    key,
    { documents: packets, bytes: frameBytes + CHECK_SEQUENCE * packets, packets },
  ]);
  assert.deepEqual(sorted(found), sorted(expected));
  await stopsCleanly(weir, index);
});

async function prepare(t: TestContext, name: string): Promise<Bench> {
  const elasticsearchUrl = sharedElasticsearch();
  const prefix = `weir-test-${name}-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), `${prefix}-`));
  const index = new FlowIndex(elasticsearchUrl, prefix);
  const weir = await startWeir({ elasticsearchUrl, prefix });
  t.after(async () => {
    await weir.stop();
    await index.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, weir, index };
}

/** A minute ago, so that no flow ends in the future. */
function recently(): number {
  return Date.now() - 60_000;
}

function writePcap(folder: string, traffic: Traffic): string {
  const path = join(folder, 'traffic.pcap');
  writeFileSync(path, traffic.pcap);
  return path;
}

async function documentsArrive(index: FlowIndex, expected: number, weir: RunningWeir, filter = '*'): Promise<void> {
  let count = 0;
  const all = async () => {
    count = await index.count(filter);
    return count >= expected;
  };
  await waitFor(`${expected} documents`, all, 60_000, () => `${count} came\n${JSON.stringify(weir.log())}`);
}

function sorted(sums: Iterable<readonly [string, IndexedSum]>): readonly (readonly [string, IndexedSum])[] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** weir's own totals agree with the index, and nothing was lost on the way. */
async function stopsCleanly(weir: RunningWeir, index: FlowIndex): Promise<void> {
  assert.equal(await weir.stop(), 0);
  const documents = await index.count();
  const totals = weir.log().findLast((line) => line.msg === 'stopped');
  const { flows, dropped, malformed, deadLettered } = totals ?? {};
  const written = Number(totals?.['written']) - Number(totals?.['exporterDocuments']);
  assert.deepEqual(
    { flows, written, dropped, malformed, deadLettered },
    { flows: documents, written: documents, dropped: 0, malformed: 0, deadLettered: 0 },
  );
}
