import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { ExporterReport } from '../../src/app/exporter-report.ts';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { netflow5 } from '../cli/netflow5.ts';
import { bench, datagram, EXPORT_MS, hex, ipfix, set, template, u16, u32, v9 } from '../decode/support.ts';

interface ExporterDocument {
  readonly '@timestamp': string;
  readonly observer: { readonly ip: string };
  readonly flow: { readonly exporter: Record<string, unknown>; readonly export?: { readonly protocol: string[] } };
}

function reporter(maxExporters = 100) {
  const { decoder, flows } = bench({ maxExporters });
  const documents: { id: string; timestampMs: number; document: ExporterDocument }[] = [];
  let ids = 0;
  const report = new ExporterReport(
    decoder,
    () => `id${ids++}`,
    (timestampMs, id, text) => documents.push({ id, timestampMs, document: JSON.parse(text) as ExporterDocument }),
  );
  report.start(EXPORT_MS);
  const receive = (bytes: Uint8Array, exporterAddress: string): void => {
    const before = flows.length;
    decoder.decode(datagram(bytes, { exporterAddress }));
    for (const flow of flows.slice(before)) report.add(flow);
  };
  return { report, receive, documents, decoder };
}

const RECORD = hex('c000020a c6336414 00000d80');
// flowStartMilliseconds and flowEndMilliseconds, 90 s apart.
const TIMES = set(2, template(257, [152, 8], [153, 8]));
const LONG = set(257, u32(0x18b, 0xcfe56800, 0x18b, 0xcfe6c790));

test('writes one document per exporter with the counts since the last, zeros for one that fell silent', () => {
  const { report, receive, documents } = reporter();
  const templates = set(2, template(256, [8, 4], [12, 4], [1, 4]));
  receive(ipfix([templates, set(256, RECORD, RECORD)]), '192.0.2.1');
  receive(ipfix([TIMES, LONG]), '192.0.2.1');
  receive(hex('000a 0003'), '192.0.2.1');
  receive(v9([set(300, u32(0))]), '192.0.2.2');
  report.report(EXPORT_MS + 60_000);
  const [first, second] = documents;
  assert.deepEqual(documents.length, 2);
  assert.deepEqual([first!.id, first!.timestampMs], ['id0', EXPORT_MS + 60_000]);
  assert.equal(first!.document.observer.ip, '192.0.2.1');
  const last_seen = new Date(EXPORT_MS).toISOString();
  assert.deepEqual(first!.document.flow, {
    exporter: { datagrams: 3, flows: 3, malformed: 1, sets_without_template: 0, sets_given_up: 0, dropped_flows: 0, lost_flows: 0, templates: 2, last_seen, longest_flow: 90e9 }, // biome-ignore format: a row
    export: { protocol: ['ipfix'] },
  });
  assert.deepEqual(second!.document.flow, {
    exporter: {
      datagrams: 1,
      flows: 0,
      malformed: 0,
      sets_without_template: 1,
      sets_given_up: 0,
      dropped_flows: 0,
      lost_flows: 0,
      templates: 0,
      last_seen,
    },
  });

  receive(v9([set(0, template(256, [8, 4], [12, 4], [1, 4])), set(256, RECORD)]), '192.0.2.1');
  receive(u16(5), '192.0.2.1');
  report.report(EXPORT_MS + 120_000);
  assert.equal(documents.length, 3);
  report.report(EXPORT_MS + 180_000);
  assert.equal(documents.length, 4);
  assert.equal(report.documents, 4);
  const silent = documents[3]!.document;
  assert.equal(silent.observer.ip, '192.0.2.1');
  assert.deepEqual([silent.flow.exporter['datagrams'], silent.flow.exporter['flows'], silent.flow.export], [0, 0, undefined]); // biome-ignore format: a row
  const { exporter, export: source } = documents[2]!.document.flow;
  assert.deepEqual([exporter['flows'], exporter['longest_flow'], source?.protocol], [1, undefined, ['netflow_v9']]);
});

test('writes about at most a thousand silent exporters in a minute', () => {
  const { report, receive, documents } = reporter(2000);
  for (let n = 0; n < 1001; n++) receive(netflow5(), `10.0.${n >> 8}.${n & 255}`);
  report.report(EXPORT_MS + 60_000);
  assert.equal(documents.length, 1001);
  report.report(EXPORT_MS + 120_000);
  assert.equal(documents.length, 2001);
});

test('says what was dropped of whom, and of which flows the template never came', async () => {
  const { report, receive, documents, decoder } = reporter();
  receive(v9([set(300, u32(0))]), '192.0.2.2');
  receive(ipfix([set(300, u32(0))]), '192.0.2.3');
  report.report(EXPORT_MS + 60_000);
  receive(ipfix([set(2, template(300, [8, 4])), set(300, u32(0))]), '192.0.2.3');
  decoder.expire(EXPORT_MS + 24 * 3_600_000);
  report.report(EXPORT_MS + 120_000);
  const given = (index: number) => {
    const { observer, flow } = documents[index]!.document;
    return [observer.ip, flow.exporter['sets_without_template'], flow.exporter['sets_given_up']];
  };
  assert.deepEqual([0, 1, 2, 3].map(given), [
    ['192.0.2.2', 1, 0],
    ['192.0.2.3', 1, 0],
    ['192.0.2.2', 0, 1],
    ['192.0.2.3', 0, 0],
  ]);

  const enrich = ['hosts', { rules: { list: [{ when: 'observer.ip == "192.0.2.9"', drop: true }] } }];
  const pipeline = new Pipeline(configSchema.parse({ enrich }), () => {}, pino({ level: 'silent' }));
  await pipeline.start();
  for (const exporterAddress of ['192.0.2.8', '192.0.2.9', '192.0.2.9']) {
    pipeline.decoder.decode(datagram(netflow5(), { exporterAddress }));
  }
  const dropped = [...pipeline.decoder.exporters.values()].map(({ address, flows, droppedFlows }) => [address, flows, droppedFlows]); // biome-ignore format: a row
  pipeline.stop();
  assert.deepEqual(dropped, [
    ['192.0.2.8', 1, 0],
    ['192.0.2.9', 2, 2],
  ]);
});
