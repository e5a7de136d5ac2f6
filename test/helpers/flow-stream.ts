// Flows that can be told apart, at a steady rate: NetFlow v5, 30 records a datagram, each with a number of its own as
// source address (10.0.0.0 + n). What is missing, or there twice, is found by number.

import { createSocket, type Socket } from 'node:dgram';
import { askElasticsearch } from './elasticsearch.ts';

/** In a datagram. */
export const RECORDS = 30;
const MOST = 2 ** 24;
const PAGE = 10_000;

export class FlowStream {
  readonly #port: number;
  readonly #sockets: Socket[];
  readonly #timer: NodeJS.Timeout;
  readonly #startedMs = Date.now();
  readonly #rate: number;
  /** When each datagram was sent. */
  readonly #sentMs: number[] = [];
  #failed: Error | undefined;

  /**
   * @param rate flows per second
   * @param exporters they send by turns, from 127.0.0.1, 127.0.0.2, …
   */
  constructor(port: number, rate: number, exporters = 1) {
    this.#port = port;
    this.#rate = rate;
    this.#sockets = Array.from({ length: exporters }, (_, i) => {
      const socket = createSocket('udp4');
      socket.on('error', (error) => {
        this.#failed = error;
      });
      if (i > 0) socket.bind({ address: `127.0.0.${i + 1}`, port: 0 });
      return socket;
    });
    this.#timer = setInterval(() => this.#send(), 20);
  }

  /** Flows sent so far: their numbers are 0 to this, exclusive. */
  get sent(): number {
    return this.#sentMs.length * RECORDS;
  }

  /** When the datagram with this flow was sent, epoch ms. */
  sentAt(number: number): number {
    return this.#sentMs[Math.floor(number / RECORDS)]!;
  }

  /** Flows sent until then. */
  sentUntil(timeMs: number): number {
    return this.#sentMs.filter((sentMs) => sentMs <= timeMs).length * RECORDS;
  }

  /** Ends the sending; idempotent. Throws where it failed. */
  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets.splice(0)) socket.close();
    if (this.#failed !== undefined) throw this.#failed;
  }

  #send(): void {
    const due = Math.min(MOST, ((Date.now() - this.#startedMs) / 1000) * this.#rate);
    while (this.sent + RECORDS <= due) {
      const socket = this.#sockets[this.#sentMs.length % this.#sockets.length]!;
      socket.send(datagram(this.sent), this.#port, '127.0.0.1');
      this.#sentMs.push(Date.now());
    }
  }
}

/** Records `first` to `first + 29`, after Cisco's table of NetFlow v5: 6 packets, 600 bytes, 1 s, TCP, port 40000 → 443. */
function datagram(first: number): Buffer {
  const out = Buffer.alloc(24 + RECORDS * 48);
  const nowMs = Date.now();
  out.writeUInt16BE(5, 0);
  out.writeUInt16BE(RECORDS, 2);
  out.writeUInt32BE(100_000, 4);
  out.writeUInt32BE(Math.floor(nowMs / 1000), 8);
  out.writeUInt32BE((nowMs % 1000) * 1e6, 12);
  out.writeUInt32BE(first, 16);
  for (let i = 0; i < RECORDS; i++) {
    const at = 24 + i * 48;
    out.writeUInt32BE(0x0a000000 + first + i, at);
    out.writeUInt32BE(0xc6336402, at + 4);
    out.writeUInt32BE(6, at + 16);
    out.writeUInt32BE(600, at + 20);
    out.writeUInt32BE(99_000, at + 24);
    out.writeUInt32BE(100_000, at + 28);
    out.writeUInt16BE(40_000, at + 32);
    out.writeUInt16BE(443, at + 34);
    out.writeUInt8(6, at + 38);
  }
  return out;
}

interface Page {
  readonly aggregations?: {
    readonly flows: { readonly buckets: readonly { readonly key: string; readonly doc_count: number }[] };
  };
}

interface Newest {
  readonly hits?: { readonly hits: readonly { readonly _source: { readonly source: { readonly ip: string } } }[] };
}

/**
 * Documents per flow number, of all flow indices of a prefix. Asks for one range of addresses after the other, which costs
 * Elasticsearch only what is in it: pages of one big aggregation look at everything each time.
 */
export async function indexedNumbers(elasticsearchUrl: string, prefix: string): Promise<Map<number, number>> {
  const indices = `${elasticsearchUrl}/${prefix}-flows-*`;
  await askElasticsearch(`${indices}/_refresh`, 'POST');
  const newest = { size: 1, sort: [{ 'source.ip': 'desc' }], _source: ['source.ip'] };
  const last = (await askElasticsearch<Newest>(`${indices}/_search`, 'POST', newest))?.hits?.hits[0]?._source.source.ip;
  const found = new Map<number, number>();
  if (last === undefined) return found;
  for (let first = 0; first <= numberOf(last); first += PAGE) {
    const answer = await askElasticsearch<Page>(`${indices}/_search`, 'POST', {
      size: 0,
      query: { range: { 'source.ip': { gte: addressOf(first), lt: addressOf(first + PAGE) } } },
      aggs: { flows: { terms: { field: 'source.ip', size: PAGE } } },
    });
    for (const { key, doc_count } of answer?.aggregations?.flows.buckets ?? []) found.set(numberOf(key), doc_count);
  }
  return found;
}

function addressOf(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

function numberOf(address: string): number {
  const [, a, b, c] = address.split('.').map(Number);
  return a! * 65_536 + b! * 256 + c!;
}

/** The same of documents that somebody else has taken (bulk-sink.ts). */
export function numbersOf(documents: Iterable<string>): Map<number, number> {
  const found = new Map<number, number>();
  for (const text of documents) {
    const { source } = JSON.parse(text) as { source: { ip: string } };
    const [, a, b, c] = source.ip.split('.').map(Number);
    const number = a! * 65_536 + b! * 256 + c!;
    found.set(number, (found.get(number) ?? 0) + 1);
  }
  return found;
}

/** What is wrong with the numbers 0 to `sent`, exclusive: missing ones and those that are there more than once. */
export function compareNumbers(
  found: ReadonlyMap<number, number>,
  sent: number,
): { missing: number[]; twice: number[] } {
  const missing: number[] = [];
  for (let n = 0; n < sent; n++) if (!found.has(n)) missing.push(n);
  return { missing, twice: [...found].filter(([, documents]) => documents > 1).map(([n]) => n) };
}
