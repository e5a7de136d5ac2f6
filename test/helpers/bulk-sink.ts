// A stand-in for Elasticsearch that takes bulks at once and remembers every id: for tests that are about what comes before
// it, and for measuring. It answers as the real one does: 201 for a new id, 409 for one that is there.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface BulkSink {
  readonly url: string;
  /** Documents by id, per kind of index ("flows", "counters", "exporters"). */
  readonly documents: Readonly<Record<string, ReadonlyMap<string, string>>>;
  /** Documents that were there already. */
  duplicates: number;
  /** Status for every bulk while it is set, e.g. 429; 0: the connection is cut. */
  refuse: number | undefined;
  close(): Promise<void>;
}

const HEADERS = {
  'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
  'x-elastic-product': 'Elasticsearch',
};

/** @param keep what is remembered of a document's text: little, where there are many */
export async function startBulkSink(keep = (text: string): string => text): Promise<BulkSink> {
  const kinds: Record<string, Map<string, string>> = { flows: new Map(), counters: new Map(), exporters: new Map() };
  const server = createServer();
  const sink: BulkSink = {
    url: '',
    documents: kinds,
    duplicates: 0,
    refuse: undefined,
    close: () => close(server),
  };
  server.on('request', (incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => answer.destroy());
    incoming.on('end', () => {
      const path = incoming.url?.split('?')[0];
      if (path !== '/_bulk') {
        const isFound = incoming.method !== 'GET' || path?.endsWith('/_mapping');
        answer.writeHead(isFound ? 200 : 404, HEADERS).end(isFound ? '{}' : '{"status":404}');
      } else if (sink.refuse === 0) {
        incoming.socket.destroy();
      } else if (sink.refuse !== undefined) {
        answer.writeHead(sink.refuse, HEADERS).end(`{"error":{"type":"refused"},"status":${sink.refuse}}`);
      } else {
        const body = Buffer.concat(chunks);
        const statuses = take(incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
        answer.writeHead(200, HEADERS).end(bulkAnswer(statuses));
      }
    });
  });
  const take = (body: Buffer): number[] => {
    const lines = body.toString('latin1').split('\n');
    const statuses: number[] = [];
    for (let i = 0; i + 1 < lines.length; i += 2) {
      const [, kind = '', id = ''] =
        /"_index":"[^"]*-(flows|counters|exporters)-[^"]*","_id":"([^"]*)"/.exec(lines[i]!) ?? [];
      const known = kinds[kind]!;
      const isNew = !known.has(id);
      if (isNew) known.set(id, keep(lines[i + 1]!));
      else sink.duplicates++;
      statuses.push(isNew ? 201 : 409);
    }
    return statuses;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(sink, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function bulkAnswer(statuses: readonly number[]): string {
  const items = statuses.map((status) =>
    status === 201
      ? { create: { status } }
      : { create: { status, error: { type: 'version_conflict_engine_exception', reason: 'document already exists' } } },
  );
  return JSON.stringify({ errors: statuses.includes(409), items });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
