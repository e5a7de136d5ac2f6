// A gate before Elasticsearch, on a port of its own: opened, closed, hung, or cutting answers in the middle. What the
// collector sees is a real Elasticsearch with a bad network.

import type { AddressInfo } from 'node:net';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';

/**
 * open: passes all. closed: ends connections. hung: takes connections and says nothing. cut: ends answers half-way.
 * busy: answers everything with 429.
 */
export type GateMode = 'open' | 'closed' | 'hung' | 'cut' | 'busy';

const BUSY_TEXT = '{"error":{"type":"es_rejected_execution_exception","reason":"test"},"status":429}';
const BUSY =
  'HTTP/1.1 429 Too Many Requests\r\nX-elastic-product: Elasticsearch\r\nContent-Type: application/json\r\n' +
  `Connection: close\r\nContent-Length: ${BUSY_TEXT.length}\r\n\r\n${BUSY_TEXT}`;

/** In mode `cut` a connection ends after so many octets of answers, and the next one after as many more, up to ten times. */
const CUT_AFTER_BYTES = 700;

export class Gate {
  readonly #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #mode: GateMode;
  #connections = 0;
  /** Answers that were cut. */
  cuts = 0;

  constructor(elasticsearchUrl: string, mode: GateMode) {
    this.#target = new URL(elasticsearchUrl);
    this.#mode = mode;
    this.#server = createServer((socket) => this.#pass(socket));
  }

  /** Resolves with the URL to use instead. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that are open now are ended, so that the new mode holds for all. */
  set(mode: GateMode): void {
    this.#mode = mode;
    for (const socket of this.#sockets) socket.destroy();
  }

  stop(): void {
    this.set('closed');
    this.#server.close();
  }

  #pass(client: Socket): void {
    this.#keep(client);
    if (this.#mode === 'closed') client.destroy();
    if (this.#mode === 'busy') answerBusy(client);
    if (this.#mode === 'closed' || this.#mode === 'hung' || this.#mode === 'busy') return;
    const server = this.#keep(connectTcp(Number(this.#target.port), this.#target.hostname));
    client.pipe(server);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    this.#connections++;
    if (this.#mode === 'open') server.pipe(client);
    else this.#cutAnswer(server, client, CUT_AFTER_BYTES * (1 + (this.#connections % 10)));
  }

  #cutAnswer(server: Socket, client: Socket, after: number): void {
    let bytes = 0;
    server.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      client.write(chunk.subarray(0, Math.max(0, after - (bytes - chunk.length))));
      if (bytes < after) return;
      this.cuts++;
      client.end();
      server.destroy();
    });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {}); // ended by us or by the other side
    return socket;
  }
}

/** A request is read to its end, so that the client reads the answer and no reset. */
function answerBusy(client: Socket): void {
  let timer: NodeJS.Timeout | undefined;
  client.on('data', () => {
    clearTimeout(timer);
    timer = setTimeout(() => client.end(BUSY), 50);
  });
}
