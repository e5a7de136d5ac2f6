import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExporterReport } from '../../src/app/exporter-report.ts';
import { bench, datagram, EXPORT_MS, hex, ipfix, set, template, u16, u32, v9 } from '../decode/support.ts';

interface ExporterDocument {
  readonly '@timestamp': string;
  readonly observer: { readonly ip: string };
  readonly flow: { readonly exporter: Record<string, unknown>; readonly export?: { readonly protocol: string[] } };
}

function reporter() {
  const { decoder, flows } = bench();
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
  return { report, receive, documents };
}

const RECORD = hex('c000020a c6336414 00000d80');
// flowStartMilliseconds and flowEndMilliseconds, 90 s apart.
const TIMES = set(2, template(257, [152, 8], [153, 8]));
const LONG = set(257, u32(0x18b, 0xcfe56800, 0x18b, 0xcfe6c790));

test('writes one document per exporter with the counts since the last, and none for silent ones', () => {
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
    exporter: { datagrams: 3, flows: 3, malformed: 1, sets_without_template: 0, lost_flows: 0, templates: 2, last_seen, longest_flow: 90e9 }, // biome-ignore format: a row
    export: { protocol: ['ipfix'] },
  });
  assert.deepEqual(second!.document.flow, {
    exporter: {
      datagrams: 1,
      flows: 0,
      malformed: 0,
      sets_without_template: 1,
      lost_flows: 0,
      templates: 0,
      last_seen,
    },
  });

  receive(v9([set(0, template(256, [8, 4], [12, 4], [1, 4])), set(256, RECORD)]), '192.0.2.1');
  receive(u16(5), '192.0.2.1');
  report.report(EXPORT_MS + 120_000);
  report.report(EXPORT_MS + 180_000);
  assert.equal(documents.length, 3);
  assert.equal(report.documents, 3);
  const { exporter, export: source } = documents[2]!.document.flow;
  assert.deepEqual([exporter['flows'], exporter['longest_flow'], source?.protocol], [1, undefined, ['netflow_v9']]);
});
