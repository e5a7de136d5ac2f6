// Stands in for Kibana's HTTP side: status, spaces, export, import, delete. Answers, messages and their shapes are those
// recorded from Kibana 8.12.2; 401 and 403 are as its documentation has them.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KibanaObject, KibanaReference } from '../../src/output/kibana-objects.ts';

export interface StoredFake {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
  references: readonly KibanaReference[];
  updated_at: string;
}

export interface FakeKibanaOptions {
  readonly version?: string;
  /** The status page does not tell the version (no security plugin). */
  readonly hidesVersion?: boolean;
  /** Value of the authorization header that is let in; anybody when absent. */
  readonly authorization?: string;
  readonly forbidsImport?: boolean;
  readonly basePath?: string;
  /** The plugin is switched off. */
  readonly hasNoAlerting?: boolean;
  /** Spaces beside `default`. */
  readonly spaces?: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class FakeKibana {
  /** What is stored, by `space type/id`. */
  readonly objects = new Map<string, StoredFake>();
  /** Rules of alerting, by id. */
  readonly rules = new Map<string, Record<string, unknown>>();
  /** Requests that changed something: "import 2", "delete dashboard/x". */
  readonly writes: string[] = [];
  readonly #options: FakeKibanaOptions;
  readonly #server: Server;
  #clock = Date.UTC(2026, 0, 1);

  constructor(options: FakeKibanaOptions = {}) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Listens on a free port of the loopback and returns the URL to configure. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.#options.basePath ?? ''}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What a user does in the browser: new attributes, new time of change. */
  edit(type: string, id: string, attributes: Record<string, unknown>, space = 'default'): void {
    const object = this.get(type, id, space)!;
    Object.assign(object.attributes, attributes);
    object.updated_at = this.#now();
  }

  /** What a newer Kibana does at its start: new attributes, the time of change stays. */
  migrate(type: string, id: string, attributes: Record<string, unknown>): void {
    Object.assign(this.get(type, id)!.attributes, attributes);
  }

  get(type: string, id: string, space = 'default'): StoredFake | undefined {
    return this.objects.get(`${space} ${type}/${id}`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, body } = this.#answer(request, Buffer.concat(chunks).toString('utf8'));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #answer(request: IncomingMessage, body: string): Answer {
    const { basePath = '', version = '8.12.2' } = this.#options;
    const expected = request.headers['kbn-version'];
    const path = request.url ?? '';
    if (!path.startsWith(basePath)) return failure(404, 'Not Found');
    if (this.#options.authorization !== undefined && request.headers.authorization !== this.#options.authorization) {
      return failure(401, 'Unauthorized');
    }
    if (expected !== undefined && expected !== version) {
      const message = `Browser client is out of date, please refresh the page ("kbn-version" header was "${expected}" but should be "${version}")`;
      return { status: 400, body: { statusCode: 400, message, attributes: { expected: version, got: expected } } };
    }
    if (request.method !== 'GET' && request.headers['kbn-xsrf'] === undefined) {
      return failure(400, 'Request must contain a kbn-xsrf header.');
    }
    return this.#route(request.method ?? '', path.slice(basePath.length), body);
  }

  #route(method: string, path: string, body: string): Answer {
    const [, space = 'default', rest = path] = /^\/s\/([^/]+)(\/.*)$/.exec(path) ?? [];
    if (rest === '/api/status') return this.#status();
    if (rest.startsWith('/api/spaces/space/')) return this.#space(rest.slice('/api/spaces/space/'.length));
    if (rest === '/api/saved_objects/_export') return this.#export(space, body);
    if (rest.startsWith('/api/saved_objects/_import')) return this.#import(space, body);
    if (rest.startsWith('/api/alerting/')) return this.#alerting(method, rest.slice('/api/alerting/'.length), body);
    const [, type, id] = /^\/api\/saved_objects\/([^/]+)\/([^?]+)/.exec(rest) ?? [];
    if (method === 'DELETE' && type !== undefined && id !== undefined) return this.#delete(space, type, id);
    return failure(404, 'Not Found');
  }

  /** What alerting answers: an id that is no UUID is refused, and defaults are filled in. */
  #alerting(method: string, path: string, body: string): Answer {
    if (this.#options.hasNoAlerting === true) return failure(404, 'Not Found');
    if (path === '_health') return { status: 200, body: { has_permanent_encryption_key: true } };
    const id = path.replace(/^rule\//, '');
    const rule = this.rules.get(id);
    if (method === 'POST' && !/^[\da-f]{8}-[\da-f]{4}-[1-5][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(id)) {
      return failure(
        400,
        'Predefined IDs are not allowed for saved objects with encrypted attributes unless the ID is a UUID.',
      );
    }
    if (method !== 'POST' && rule === undefined) return failure(404, `Saved object [alert/${id}] not found`);
    if (method !== 'GET') this.writes.push(`${method} rule`);
    if (method === 'DELETE') {
      this.rules.delete(id);
      return { status: 204, body: '' };
    }
    if (method === 'GET') return { status: 200, body: rule };
    const sent = JSON.parse(body) as Record<string, unknown>;
    const params = { ...(sent['params'] as object), kibanaFilledIn: true };
    this.rules.set(id, { ...rule, ...sent, id, params });
    return { status: 200, body: this.rules.get(id) };
  }

  #status(): Answer {
    const { version = '8.12.2', hidesVersion = false } = this.#options;
    const status = { overall: { level: 'available' } };
    return { status: 200, body: hidesVersion ? { status } : { version: { number: version }, status } };
  }

  #space(id: string): Answer {
    return this.#options.spaces?.includes(id) ? { status: 200, body: { id, name: id } } : failure(404, 'Not Found');
  }

  #export(space: string, body: string): Answer {
    const wanted = (JSON.parse(body) as { objects: { type: string; id: string }[] }).objects;
    const missing = wanted.filter(({ type, id }) => !this.get(type, id, space));
    if (missing.length > 0) {
      const objects = missing.map(({ type, id }) => ({
        id,
        type,
        error: { statusCode: 404, error: 'Not Found', message: `Saved object [${type}/${id}] not found` },
      }));
      const message = 'Error fetching objects to export';
      return { status: 400, body: { statusCode: 400, error: 'Bad Request', message, attributes: { objects } } };
    }
    return { status: 200, body: wanted.map(({ type, id }) => JSON.stringify(this.get(type, id, space))).join('\n') };
  }

  #import(space: string, body: string): Answer {
    if (this.#options.forbidsImport) return failure(403, 'Unable to bulk_create dashboard,index-pattern');
    const lines = body.split('\r\n\r\n')[1]?.split('\r\n--')[0] ?? '';
    const objects = lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as KibanaObject]));
    const errors = objects.filter((object) => object.references.some((one) => !this.#isKnown(space, one, objects)));
    if (errors.length > 0) return { status: 200, body: { success: false, errors: errors.map(missingReferences) } };
    for (const { type, id, attributes, references } of objects) {
      const isTaken = type !== 'url' && [...this.objects].some(([key]) => isElsewhere(key, space, type, id));
      const kept = isTaken ? `${id}-random` : id;
      // Kibana hands attributes back with its own order of keys.
      const reversed = Object.fromEntries(Object.entries(attributes).reverse());
      const object = { type, id: kept, attributes: reversed, references, updated_at: this.#now() };
      this.objects.set(`${space} ${type}/${kept}`, object);
    }
    this.writes.push(`import ${objects.map(({ type, id }) => `${type}/${id}`).join(' ')}`);
    return { status: 200, body: { success: true, successCount: objects.length } };
  }

  #isKnown(space: string, { type, id }: KibanaReference, objects: readonly KibanaObject[]): boolean {
    return this.get(type, id, space) !== undefined || objects.some((one) => one.type === type && one.id === id);
  }

  #delete(space: string, type: string, id: string): Answer {
    if (!this.objects.delete(`${space} ${type}/${id}`)) return failure(404, `Saved object [${type}/${id}] not found`);
    this.writes.push(`delete ${type}/${id}`);
    return { status: 200, body: {} };
  }

  #now(): string {
    this.#clock += 1000;
    return new Date(this.#clock).toISOString();
  }
}

function failure(statusCode: number, message: string): Answer {
  return { status: statusCode, body: { statusCode, error: message, message } };
}

function missingReferences({ type, id }: KibanaObject): unknown {
  return { type, id, error: { type: 'missing_references' } };
}

/** Ids of all types but short links are shared by all spaces. */
function isElsewhere(key: string, space: string, type: string, id: string): boolean {
  return key.endsWith(` ${type}/${id}`) && !key.startsWith(`${space} `);
}
