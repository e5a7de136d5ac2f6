// What each alert rule asks, asked of a real Elasticsearch as Kibana's rule types do (fetch_es_query.js and build_agg.js of
// Kibana 8.12: the rule's query within the window, terms, a metric, a bucket_selector with the threshold), with documents
// that must trigger it and documents that must not.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AlertRule, alertRules } from '../../kibana-dashboards/alerts.ts';
import { ensureTemplates } from '../../src/output/template-setup.ts';
import { call, elasticsearchUrl, type SearchAnswer, skip } from './ask.ts';
import { empty, withTemplates } from './fill.ts';
import { kqlQuery } from './kql.ts';

type Part = Readonly<Record<string, unknown>>;

interface Case {
  readonly rule: string;
  readonly documents: readonly Part[];
  /** Groups that the rule names; [''] for a rule without groups that fires. */
  readonly fires: readonly string[];
  readonly why: string;
}

const prefix = `weirtest-alerts-${process.pid}`;
const url = elasticsearchUrl ?? '';
const FIRST = Date.UTC(2026, 0, 6);

/** weir of itself: in the same index, and no exporter. */
const ITSELF: Part = { event: { dataset: 'weir.collector' }, collector: { name: 'collector-1 run', datagrams: 7 } };

const CASES: readonly Case[] = [
  {
    rule: 'exporter-silent',
    why: 'one exporter sends nothing, the other does',
    documents: [
      report('192.0.2.1', { datagrams: 0 }),
      report('192.0.2.1', { datagrams: 0 }),
      report('192.0.2.2', { datagrams: 7 }),
      ITSELF,
    ],
    fires: ['192.0.2.1'],
  },
  {
    rule: 'exporter-lost-flows',
    why: '600 and 500 are more than 1000, 1000 is not',
    documents: [
      report('192.0.2.1', { lost_flows: 600 }),
      report('192.0.2.1', { lost_flows: 500 }),
      report('192.0.2.2', { lost_flows: 1000 }),
    ],
    fires: ['192.0.2.1'],
  },
  { rule: 'weir-silent', why: 'no report at all', documents: [], fires: [''] },
  {
    rule: 'weir-silent',
    why: 'no report about an exporter: that weir runs is not enough',
    documents: [ITSELF],
    fires: [''],
  },
  { rule: 'weir-silent', why: 'a report', documents: [report('192.0.2.1', { datagrams: 0 })], fires: [] },
  {
    rule: 'scan',
    why: '301 probes; 300 are too few, answered ones and sampled ones do not count',
    documents: [
      ...repeat(301, probe('203.0.113.1', '10.0.0.1')),
      ...repeat(300, probe('203.0.113.2', '10.0.0.1')),
      ...repeat(301, {
        ...probe('203.0.113.3', '10.0.0.1'),
        flow: { tcp_flags: ['SYN', 'ACK'], export: { protocol: 'ipfix' } },
      }),
      ...repeat(301, {
        ...probe('203.0.113.4', '10.0.0.1'),
        flow: { tcp_flags: ['SYN'], export: { protocol: 'sflow_v5' } },
      }),
      ...repeat(301, {
        ...probe('203.0.113.5', '10.0.0.1'),
        flow: { tcp_flags: ['SYN', 'RST', 'ACK'], export: { protocol: 'ipfix' } },
      }),
    ],
    fires: ['203.0.113.1', '203.0.113.5'],
  },
  {
    rule: 'syn-flood',
    why: '3001 unfinished connections of many clients to one server',
    documents: [
      ...Array.from({ length: 3001 }, (_, index) => probe(`198.18.${index >> 8}.${index & 255}`, '10.0.0.1')),
      ...repeat(40, probe('203.0.113.2', '10.0.0.2')),
    ],
    fires: ['10.0.0.1'],
  },
  {
    rule: 'flood',
    why: 'six million packets in and one more; what goes out does not count',
    documents: [
      traffic('inbound', { destination: { ip: '10.0.0.1' } }, { packets: 6_000_000 }),
      traffic('inbound', { destination: { ip: '10.0.0.1' } }, { packets: 1 }),
      traffic('inbound', { destination: { ip: '10.0.0.2' } }, { packets: 6_000_000 }),
      traffic('outbound', { destination: { ip: '10.0.0.3' } }, { packets: 9_000_000 }),
    ],
    fires: ['10.0.0.1'],
  },
  {
    rule: 'amplification',
    why: 'UDP from port 123; not TCP, not another port',
    documents: [
      traffic('inbound', { source: { port: 123 }, destination: { ip: '10.0.0.1' } }, { bytes: 4e9, transport: 'udp' }),
      traffic('inbound', { source: { port: 123 }, destination: { ip: '10.0.0.2' } }, { bytes: 4e9, transport: 'tcp' }),
      traffic('inbound', { source: { port: 443 }, destination: { ip: '10.0.0.3' } }, { bytes: 4e9, transport: 'udp' }),
      traffic('inbound', { source: { port: 53 }, destination: { ip: '10.0.0.4' } }, { bytes: 3e9, transport: 'udp' }),
    ],
    fires: ['10.0.0.1'],
  },
  {
    rule: 'brute-force',
    why: '101 connections to SSH from outside; answers of a server outside are none, nor is the web',
    documents: [
      ...repeat(101, login('203.0.113.1', { server: { port: 22 }, destination: { port: 22 } })),
      ...repeat(101, login('10.0.0.9', { server: { port: 22 }, destination: { port: 50_000 } })),
      ...repeat(101, login('203.0.113.2', { server: { port: 443 }, destination: { port: 443 } })),
      ...repeat(100, login('203.0.113.3', { server: { port: 3389 }, destination: { port: 3389 } })),
    ],
    fires: ['203.0.113.1'],
  },
  {
    rule: 'bad-hosts',
    why: 'more than 10 kB with one bad address, less with another',
    documents: [
      { ...traffic('outbound', {}, { bytes: 10_001 }), ...bad('203.0.113.1') },
      { ...traffic('inbound', {}, { bytes: 9000 }), ...bad('203.0.113.2') },
      traffic('outbound', {}, { bytes: 1e9 }),
    ],
    fires: ['203.0.113.1'],
  },
  {
    rule: 'upload',
    why: 'out counts, in does not',
    documents: [
      traffic('outbound', { source: { ip: '10.0.0.1' } }, { bytes: 10_000_000_001 }),
      traffic('outbound', { source: { ip: '10.0.0.2' } }, { bytes: 10_000_000_000 }),
      traffic('inbound', { source: { ip: '10.0.0.3' } }, { bytes: 9e10 }),
    ],
    fires: ['10.0.0.1'],
  },
  {
    rule: 'interface-rate',
    why: '900 Mbit/s for five minutes are 33.75 GB',
    documents: [
      traffic('inbound', { observer: { ingress: { interface: { id: '7' } } } }, { bytes: 33_750_000_001 }),
      traffic('inbound', { observer: { ingress: { interface: { id: '8' } } } }, { bytes: 33_750_000_000 }),
      traffic('inbound', {}, { bytes: 9e10 }),
    ],
    fires: ['7'],
  },
];

describe('the alert rules', { skip }, () => {
  const rules = alertRules();

  before(async () => {
    assert.ok(elasticsearchUrl, 'CI is set, so WEIR_TEST_ELASTICSEARCH_URL has to be, too');
    await withTemplates({ url, prefix }, ensureTemplates);
    const lines = CASES.flatMap((one, index) => {
      const kind = kindOf(ruleNamed(one.rule));
      return one.documents.map(
        (document) =>
          `{"create":{"_index":"${prefix}-${kind}-2026.01.06"}}\n${line(document, endOf(index) - 60_000)}\n`,
      );
    });
    const answer = await call<{ errors: boolean; items: unknown[] }>(
      url,
      'POST',
      '/_bulk?refresh=true',
      lines.join(''),
    );
    assert.ok(!answer.errors, JSON.stringify(answer.items.find((item) => JSON.stringify(item).includes('error'))));
  });

  after(async () => {
    if (elasticsearchUrl !== undefined) await empty({ url, prefix });
  });

  CASES.forEach((one, index) => {
    test(`${one.rule}: ${one.why}`, async () => {
      assert.deepEqual(await firing(ruleNamed(one.rule), endOf(index)), one.fires);
    });
  });

  test('each rule has such a test', () => {
    assert.deepEqual(new Set(CASES.map(({ rule }) => rule)), new Set(rules.map(({ id }) => id)));
  });

  test('documents before the window do not count', async () => {
    const index = CASES.findIndex(({ rule }) => rule === 'upload');
    assert.deepEqual(await firing(ruleNamed('upload'), endOf(index) + 3_600_000), []);
  });

  function ruleNamed(id: string): AlertRule {
    const rule = rules.find((candidate) => candidate.id === id);
    assert.ok(rule, id);
    return rule;
  }
});

/** Each case has a window of its own, three hours from the next. */
function endOf(index: number): number {
  return FIRST + (index + 1) * 3 * 3_600_000;
}

function kindOf(rule: AlertRule): string {
  const [index = ''] = rule.params['index'] as readonly string[];
  return index.split('-')[1] ?? '';
}

function line(document: Part, timeMs: number): string {
  return JSON.stringify({ '@timestamp': new Date(timeMs).toISOString(), ...document });
}

/** The groups that meet the rule's condition when it runs at a time. */
async function firing({ params, ...rule }: AlertRule, atMs: number): Promise<readonly string[]> {
  const { query } =
    params['esQuery'] === undefined
      ? { query: kqlQuery(String(params['filterKuery'])) }
      : (JSON.parse(String(params['esQuery'])) as { query: Part });
  const windowMs = Number(params['timeWindowSize']) * 60_000;
  const range = { [String(params['timeField'])]: { gte: atMs - windowMs, lte: atMs, format: 'epoch_millis' } };
  const [threshold] = params['threshold'] as readonly number[];
  const comparator = String(params['thresholdComparator']);
  const isCount = params['aggType'] === 'count';
  const metric = isCount ? {} : { metricAgg: { [String(params['aggType'])]: { field: params['aggField'] } } };
  const terms = {
    field: params['termField'],
    size: params['termSize'],
    ...(isCount ? {} : { order: { metricAgg: 'desc' } }),
  };
  const selector = {
    buckets_path: { compareValue: isCount ? '_count' : 'metricAgg' },
    script: `params.compareValue ${comparator} ${threshold}L`,
  };
  const isGrouped = params['groupBy'] === 'top';
  const aggs = isGrouped
    ? { groupAgg: { terms, aggs: { ...metric, conditionSelector: { bucket_selector: selector } } } }
    : metric;
  const body = { size: 0, track_total_hits: true, query: { bool: { filter: [query, { range }] } }, aggs };
  const [index = ''] = params['index'] as readonly string[];
  const path = `/${index.replace(/^weir-/, `${prefix}-`)}/_search?ignore_unavailable=true&allow_no_indices=true`;
  const { hits, aggregations } = await call<SearchAnswer>(url, 'POST', path, body);
  if (isGrouped) {
    const buckets = (aggregations?.['groupAgg']?.buckets ?? []) as readonly { readonly key: string }[];
    return buckets.map(({ key }) => key).sort();
  }
  const value = isCount ? hits.total.value : (aggregations?.['metricAgg']?.value ?? 0);
  assert.ok(comparator === '<' || comparator === '>', rule.id);
  return (comparator === '<' ? value < threshold! : value > threshold!) ? [''] : [];
}

function report(ip: string, exporter: Part): Part {
  return { event: { dataset: 'weir.exporter' }, observer: { ip }, flow: { exporter } };
}

function probe(client: string, server: string): Part {
  return {
    client: { ip: client },
    server: { ip: server, port: 23 },
    network: { transport: 'tcp', packets: 1, bytes: 60 },
    flow: { tcp_flags: ['SYN'], export: { protocol: 'ipfix' } },
  };
}

function traffic(direction: string, more: Part, network: Part): Part {
  return { ...more, network: { direction, transport: 'tcp', ...network } };
}

function login(ip: string, more: Part): Part {
  return { client: { ip }, ...more, network: { direction: 'inbound', transport: 'tcp', bytes: 900 } };
}

function bad(ip: string): Part {
  return { flow: { threat: { side: ['destination'] } }, threat: { indicator: { ip: [ip] } } };
}

function repeat(count: number, document: Part): readonly Part[] {
  return Array.from({ length: count }, () => document);
}
