// `schema: elastiflow-3.5` as a user has it: weir setup, weir run, a real exporter, a real Elasticsearch; and an index of the
// same day that Logstash had made before.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ElastiflowDocumenter } from '../../src/document/elastiflow-document.ts';
import { loadElastiflowFields } from '../../src/lib/elastiflow-fields.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { mappingProperties } from '../../src/output/index-template.ts';
import { bareFlow, maximalFlow } from '../document/flows.ts';
import { askElasticsearch, elasticsearchSkip, sharedElasticsearch } from '../helpers/elasticsearch.ts';
import { runSoftflowd } from '../helpers/exporters.ts';
import { toolSkip } from '../helpers/tools.ts';
import { makeTraffic } from '../helpers/traffic.ts';
import { waitFor } from '../helpers/wait.ts';
import { startWeir } from '../helpers/weir.ts';

const CONVERSATIONS = 50;

test('a strict mapping takes every document of this form', { skip: elasticsearchSkip }, async (t) => {
  const { url, prefix } = place(t, 'strict');
  const mappings = { dynamic: 'strict', date_detection: false, properties: mappingProperties(loadElastiflowFields()) };
  await askElasticsearch(`${url}/${prefix}-strict`, 'PUT', { mappings });
  const documenter = new ElastiflowDocumenter({ timestamp: 'end', maxSkewMs: 1e6, portName: () => 'https (TCP/443)' });
  const v5 = bareFlow('netflow_v5', { sourceIp: '192.0.2.1', destinationIp: '192.0.2.2' });
  v5.header = { records: 1, sequence: 2 ** 32 - 1, samplingMode: 1 };
  for (const flow of [maximalFlow(), v5, bareFlow('sflow_v5'), bareFlow('ipfix')]) {
    // Rejects for any status but 2xx.
    await askElasticsearch(`${url}/${prefix}-strict/_doc`, 'POST', JSON.parse(documenter.flowDocument(flow)));
  }
});

test('weir setup and weir run write into indices with the names of ElastiFlow, also beside Logstash', {
  skip: elasticsearchSkip || toolSkip('softflowd'),
}, async (t) => {
  const { url, prefix, folder, ends } = place(t, 'run');
  const base = `${prefix}-3.5.3`;
  const today = `${base}-${new Date().toISOString().slice(0, 10).replaceAll('-', '.')}`;
  // As ElastiFlow's own template makes them: dynamic, and without weir's mark.
  const foreign = `${base}-2019.09.06`;
  await askElasticsearch(`${url}/${foreign}`, 'PUT', { mappings: { properties: { '@timestamp': { type: 'date' } } } });
  const yaml = `  flows: ${base}\nschema: elastiflow-3.5\n`;

  const configFile = join(folder, 'setup.yml');
  writeFileSync(configFile, `index:\n  prefix: ${prefix}\n${yaml}elasticsearch: { url: ["${url}"] }\n`);
  const setup = spawnSync(process.execPath, [join(packageRoot, 'dist', 'main.js'), 'setup', '--config', configFile], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  assert.equal(setup.status, 0, setup.stderr);
  assert.match(setup.stdout, new RegExp(`created +index template ${base}\\n`));
  assert.match(setup.stdout, new RegExp(`created +index ${today}\\n`));
  assert.match(setup.stdout, /Kibana is left alone/);
  assert.doesNotMatch(setup.stdout, new RegExp(foreign), "an index that is not weir's is not touched");

  const weir = await startWeir({ elasticsearchUrl: url, prefix, yaml });
  ends.push(weir.stop);
  const traffic = makeTraffic({
    conversations: CONVERSATIONS,
    packetsPerDirection: 5,
    startMs: Date.now() - 60_000,
    ipv6: true,
  });
  const pcap = join(folder, 'traffic.pcap');
  writeFileSync(pcap, traffic.pcap);
  await runSoftflowd(pcap, 9, [weir.port]);
  const search = async () => {
    await askElasticsearch(`${url}/${base}-*/_refresh`, 'POST');
    return askElasticsearch<Answer>(`${url}/${base}-*/_search?size=0&track_total_hits=true`, 'POST', {
      aggs: {
        bytes: { sum: { field: 'flow.bytes' } },
        servers: { cardinality: { field: 'flow.server_addr' } },
        types: { terms: { field: 'event.type' } },
      },
    });
  };
  await waitFor(
    'the flows are in the index',
    async () => (await search())?.hits.total.value === traffic.sums.size,
    60_000,
    () => JSON.stringify(weir.log().slice(-5)),
  );
  const answer = await search();
  const bytes = [...traffic.sums.values()].reduce((sum, flow) => sum + flow.ipBytes, 0);
  assert.equal(answer?.aggregations.bytes.value, bytes);
  assert.deepEqual(answer?.aggregations.types.buckets, [{ key: 'netflow', doc_count: traffic.sums.size }]);
  assert.ok(answer.aggregations.servers.value > 0);
});

interface Answer {
  readonly hits: { readonly total: { readonly value: number } };
  readonly aggregations: {
    readonly bytes: { readonly value: number };
    readonly servers: { readonly value: number };
    readonly types: { readonly buckets: readonly { readonly key: string; readonly doc_count: number }[] };
  };
}

interface Place {
  readonly url: string;
  readonly prefix: string;
  readonly folder: string;
  /** What has to end before the indices go. */
  readonly ends: (() => Promise<unknown>)[];
}

/** Names and a folder of this test's own, which go after it. */
function place(t: TestContext, name: string): Place {
  const url = sharedElasticsearch();
  const prefix = `weirtest-elastiflow-${name}-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), 'weir-elastiflow-'));
  const ends: Place['ends'] = [];
  t.after(async () => {
    for (const end of ends) await end();
    rmSync(folder, { recursive: true, force: true });
    const indices = (await askElasticsearch<Record<string, unknown>>(`${url}/${prefix}-*`)) ?? {};
    for (const index of Object.keys(indices)) await askElasticsearch(`${url}/${index}`, 'DELETE');
    for (const part of ['3.5.3', 'counters', 'exporters'])
      await askElasticsearch(`${url}/_index_template/${prefix}-${part}`, 'DELETE').catch(() => undefined);
  });
  return { url, prefix, folder, ends };
}
