// Elasticsearch goes away while flows come in and comes back with its data: every flow must be there then, once. The node
// is a real one of this test's own, stopped in good order the first time and killed the second.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { elasticsearchSkip, ownElasticsearch } from '../helpers/elasticsearch.ts';
import { runSoftflowd } from '../helpers/exporters.ts';
import { FlowIndex } from '../helpers/flow-index.ts';
import { toolSkip } from '../helpers/tools.ts';
import { makeTraffic } from '../helpers/traffic.ts';
import { waitFor } from '../helpers/wait.ts';
import { startWeir } from '../helpers/weir.ts';

const PREFIX = 'weir-outage';
/** pino's number. */
const WARN = 40;

test('Elasticsearch stops and starts, is killed and starts: all flows are there, once', {
  skip: elasticsearchSkip || toolSkip('softflowd'),
}, async (t) => {
  const elasticsearch = await ownElasticsearch();
  if (elasticsearch === undefined) return t.skip('no second Elasticsearch can be started: neither Docker nor Java');
  t.after(() => elasticsearch.remove());
  const folder = mkdtempSync(join(tmpdir(), 'weir-outage-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const weir = await startWeir({ elasticsearchUrl: elasticsearch.url, prefix: PREFIX });
  t.after(() => weir.stop());
  const index = new FlowIndex(elasticsearch.url, PREFIX);

  // The same traffic again and again: after n exports each 5-tuple has n documents.
  const traffic = makeTraffic({
    conversations: 200,
    packetsPerDirection: 5,
    startMs: Date.now() - 60_000,
    ipv6: true,
  });
  const pcap = join(folder, 'traffic.pcap');
  writeFileSync(pcap, traffic.pcap);
  let exports = 0;
  const exportTraffic = async () => {
    await runSoftflowd(pcap, 10, [weir.port]);
    exports++;
  };
  const allArrive = async () => {
    let count = 0;
    const all = async () => {
      count = await index.count();
      return count >= exports * traffic.sums.size;
    };
    await waitFor(
      `${exports} exports are indexed`,
      all,
      120_000,
      () => `${count} documents\n${JSON.stringify(weir.log())}`,
    );
  };

  await exportTraffic();
  await allArrive();

  for (const end of ['stop', 'kill'] as const) {
    await exportTraffic(); // its bulk may be under way when the node ends
    await elasticsearch[end]();
    const lines = weir.log().length;
    await exportTraffic();
    const warned = () => weir.log().some((line, number) => number >= lines && Number(line['level']) >= WARN);
    await waitFor('weir notices', warned, 60_000);
    assert.deepEqual(await weir.imbalances(), [], `${end}: nothing is unaccounted for while flows wait`);
    await exportTraffic();
    await elasticsearch.start();
    await exportTraffic();
    await allArrive();
    assert.deepEqual(await weir.imbalances(), [], `${end}: nothing is unaccounted for when all is there`);
  }

  assert.equal(await weir.stop(), 0);
  const sums = await index.sums();
  assert.equal(sums.size, traffic.sums.size);
  for (const [key, { packets, ipBytes }] of traffic.sums) {
    const expected = { documents: exports, bytes: exports * ipBytes, packets: exports * packets };
    assert.deepEqual(sums.get(key), expected, key);
  }
  const totals = weir.log().findLast((line) => line.msg === 'stopped');
  const flows = exports * traffic.sums.size;
  const written = Number(totals?.['written']) - Number(totals?.['exporterDocuments']);
  assert.deepEqual([totals?.['flows'], written, totals?.['dropped'], totals?.['deadLettered']], [flows, flows, 0, 0]);
});
