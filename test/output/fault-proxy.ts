// An HTTP proxy in front of Elasticsearch that misbehaves on demand.

import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to do with a request: pass it on, answer by itself, take it and say nothing, or hurt the connection. */
export type Behaviour =
  | 'pass'
  | 'refuse' // end the connection before anything is passed on
  | 'cut' // pass it on, then end the connection in the middle of the answer
  | 'hang' // neither pass it on nor answer, until release()
  | { readonly status: number; readonly body?: object };

export interface FaultProxy {
  readonly url: string;
  /** Every request, "METHOD /path" without its query. */
  readonly seen: string[];
  /** Chosen per request; bodies are complete. */
  behave: (method: string, path: string, body: Buffer) => Behaviour;
  /** Ends all connections that hang. */
  release(): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer();
  const hanging: (() => void)[] = [];
  const proxy: FaultProxy = {
    url: '',
    seen: [],
    behave: () => 'pass',
    release: () => {
      for (const end of hanging.splice(0)) end();
    },
    close: () => close(server),
  };
  server.on('request', (incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => answer.destroy());
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const method = incoming.method ?? '';
      const url = incoming.url ?? '';
      const path = url.split('?')[0]!;
      proxy.seen.push(`${method} ${path}`);
      const behaviour = proxy.behave(method, path, body);
      if (behaviour === 'refuse') return void incoming.socket.destroy();
      if (behaviour === 'hang') return void hanging.push(() => incoming.socket.destroy());
      if (typeof behaviour === 'object') {
        answer.writeHead(behaviour.status, {
          'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
          'x-elastic-product': 'Elasticsearch',
        });
        return void answer.end(JSON.stringify(behaviour.body ?? { error: 'no', status: behaviour.status }));
      }
      const { headers } = incoming;
      const outgoing = request({ hostname, port, method, path: url, headers }, (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => parts.push(chunk));
        reply.on('end', () => {
          const whole = Buffer.concat(parts);
          const { 'transfer-encoding': _, ...kept } = reply.headers;
          answer.writeHead(reply.statusCode ?? 500, { ...kept, 'content-length': whole.length });
          if (behaviour === 'pass') return void answer.end(whole);
          answer.write(whole.subarray(0, whole.length >> 1), () => incoming.socket.destroy());
        });
      });
      outgoing.on('error', () => incoming.socket.destroy());
      outgoing.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
