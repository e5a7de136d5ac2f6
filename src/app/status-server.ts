// HTTP for operators: /status (JSON), /metrics (Prometheus), /healthz. Loopback unless configured otherwise; with a token
// all but /healthz ask for it. That it cannot listen is a warning: flows matter more than their figures.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config.ts';
import { parseListen } from '../input/listen-address.ts';
import type { Log } from '../lib/log.ts';

export interface StatusServerOptions {
  /** HOST:PORT, [HOST]:PORT or PORT (of 127.0.0.1); undefined: no server. */
  readonly listen: string | undefined;
  /** Bearer token; undefined: nobody is asked. */
  readonly token: string | undefined;
}

/** What it shows, asked anew each time. */
export interface StatusPages {
  /** Ready for JSON.stringify. */
  status(): object;
  /** Prometheus' text. */
  metrics(): string;
}

/** Throws ConfigError for an unusable metrics.listen. */
export function createStatusServer(config: Config, pages: StatusPages, log: Log): StatusServer {
  const { listen, token } = config.metrics;
  const options = { listen: listen === 'off' ? undefined : listen, token };
  return new StatusServer(options, pages, log.child({ component: 'metrics' }));
}

interface Answer {
  readonly type: string;
  text(): string;
}

export class StatusServer {
  readonly #options: StatusServerOptions;
  readonly #answers: ReadonlyMap<string, Answer>;
  readonly #log: Log;
  #server: Server | undefined;

  /** Throws ConfigError for an unusable address. */
  constructor(options: StatusServerOptions, pages: StatusPages, log: Log) {
    this.#options = options;
    this.#log = log;
    if (options.listen !== undefined) parseListen(options.listen, 'metrics.listen');
    this.#answers = new Map([
      ['/status', { type: 'application/json', text: () => `${JSON.stringify(pages.status())}\n` }],
      ['/metrics', { type: 'text/plain; version=0.0.4; charset=utf-8', text: () => pages.metrics() }],
      ['/healthz', { type: 'text/plain', text: () => 'ok\n' }],
    ]);
  }

  /** Resolves when it listens, or has said why it does not. */
  start(): Promise<void> {
    const { listen } = this.#options;
    if (listen === undefined) return Promise.resolve();
    const { host, port } = listenAt(listen);
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    return new Promise((resolve) => {
      server.once('listening', () => {
        this.#log.info({ url: this.url }, 'status and metrics');
        resolve();
      });
      server.on('error', (error) => {
        this.#log.warn({ error: error.message }, `no status and no metrics: metrics.listen ${listen} cannot be had`);
        resolve();
      });
      server.listen({ host, port });
      server.unref();
    });
  }

  /** Idempotent. */
  stop(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = undefined;
  }

  /** Where it listens; undefined where it does not. */
  get url(): string | undefined {
    // as: text is for pipes only
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (address === undefined || address === null) return undefined;
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${host}:${address.port}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?')[0] ?? '';
    const answer = this.#answers.get(path);
    if (answer === undefined) {
      end(response, 404, 'there are /status, /metrics and /healthz\n');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      end(response, 405, 'GET only\n');
    } else if (path !== '/healthz' && !this.#isAuthorized(request.headers.authorization)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      end(response, 401, 'a bearer token is asked for: metrics.token\n');
    } else {
      response.setHeader('Cache-Control', 'no-store');
      end(response, 200, answer.text(), answer.type);
    }
  }

  #isAuthorized(header: string | undefined): boolean {
    const { token } = this.#options;
    if (token === undefined) return true;
    return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
  }
}

/** PORT alone is loopback's: figures are nobody else's business unless configured so. */
function listenAt(listen: string): { readonly host: string; readonly port: number } {
  const { host, port } = parseListen(listen, 'metrics.listen');
  return { host: host ?? (listen.trim().startsWith('*') ? '::' : '127.0.0.1'), port };
}

function end(response: ServerResponse, code: number, text: string, type = 'text/plain'): void {
  response.writeHead(code, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/** Equal length for a comparison in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
