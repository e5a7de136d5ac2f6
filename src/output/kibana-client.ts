// The few calls that setting up Kibana takes: version, space, reading, importing and deleting saved objects.
// Reading and writing go through export and import, the two calls of that API that Kibana keeps supported.

import { urlWithoutCredentials } from '../lib/url.ts';
import { askKibana, type KibanaAnswer, type KibanaConnection, reasonOf } from './kibana-http.ts';
import type { KibanaObject, KibanaReference, ObjectKey } from './kibana-objects.ts';
import { OutputError } from './output.ts';

/** A saved object as Kibana has it now. */
export interface StoredObject {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly KibanaReference[];
  /** Of the last write; a migration by a newer Kibana does not touch it. */
  readonly updatedAt: string;
}

interface ObjectError {
  readonly type: string;
  readonly id: string;
  readonly error: { readonly type?: string; readonly statusCode?: number; readonly message?: string };
}

const BOUNDARY = 'weir-saved-objects-4f1c6a';

export class KibanaClient {
  readonly #connection: KibanaConnection;
  /** Prefix of every path: '' or '/s/<space>'. */
  readonly #space: string;

  constructor(connection: KibanaConnection, space: string) {
    this.#connection = connection;
    this.#space = space === 'default' ? '' : `/s/${encodeURIComponent(space)}`;
  }

  /** Kibana's version, "8.12.2". Throws OutputError when what answers is no Kibana. */
  async version(): Promise<string> {
    const status = await askKibana(this.#connection, { method: 'GET', path: '/api/status' });
    if (status.status !== 200) throw this.#noKibana(status);
    const { version } = json<{ version?: { number?: string } }>(status) ?? {};
    if (version?.number !== undefined) return version.number;
    // Without the security plugin Kibana keeps its version to itself, but tells it to a browser that is out of date.
    const probe = await askKibana(this.#connection, {
      method: 'GET',
      path: '/api/status',
      headers: { 'kbn-version': 'weir' },
    });
    const { attributes } = json<{ attributes?: { expected?: string } }>(probe) ?? {};
    if (attributes?.expected !== undefined) return attributes.expected;
    throw this.#noKibana(status);
  }

  /** Whether a space exists. Asked first, because Kibana imports into one that does not without a word. */
  async hasSpace(space: string): Promise<boolean> {
    if (space === 'default') return true;
    const path = `/api/spaces/space/${encodeURIComponent(space)}`;
    const answer = await askKibana(this.#connection, { method: 'GET', path });
    if (answer.status === 404) return false;
    if (answer.status === 200) return true;
    throw this.#refused(path, answer);
  }

  /** Those of the objects that exist, by `type/id`. */
  async read(keys: readonly ObjectKey[]): Promise<ReadonlyMap<string, StoredObject>> {
    if (keys.length === 0) return new Map();
    const path = `${this.#space}/api/saved_objects/_export`;
    const objects = keys.map(({ type, id }) => ({ type, id }));
    const answer = await askKibana(this.#connection, {
      method: 'POST',
      path,
      contentType: 'application/json',
      body: JSON.stringify({ objects, excludeExportDetails: true }),
    });
    if (answer.status === 200) return stored(answer.text);
    const missing = missingOf(answer);
    // An export with a missing object is refused as a whole and names all of them: ask again for the rest.
    if (missing.length === 0) throw this.#refused(path, answer);
    return this.read(keys.filter(({ type, id }) => !missing.some((gone) => gone.type === type && gone.id === id)));
  }

  /** Creates or replaces objects. Throws OutputError naming those that Kibana does not take. */
  async import(objects: readonly KibanaObject[]): Promise<void> {
    const path = `${this.#space}/api/saved_objects/_import?overwrite=true`;
    const lines = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
    const head = 'content-disposition: form-data; name="file"; filename="weir.ndjson"';
    const answer = await askKibana(this.#connection, {
      method: 'POST',
      path,
      contentType: `multipart/form-data; boundary=${BOUNDARY}`,
      body: `--${BOUNDARY}\r\n${head}\r\ncontent-type: application/ndjson\r\n\r\n${lines}\r\n--${BOUNDARY}--\r\n`,
    });
    const result = json<{ success?: boolean; errors?: readonly ObjectError[] }>(answer);
    if (answer.status !== 200 || result === undefined) throw this.#refused(path, answer);
    if (result.success !== true) {
      const failed = (result.errors ?? []).map(
        ({ type, id, error }) => `${type} ${id}: ${error.message ?? error.type}`,
      );
      throw new OutputError(`Kibana did not import ${failed.join('; ') || 'the objects'}`, false);
    }
  }

  /** Deletes an object; one that is gone already is fine. */
  async delete({ type, id }: ObjectKey): Promise<void> {
    const path = `${this.#space}/api/saved_objects/${type}/${encodeURIComponent(id)}?force=true`;
    const answer = await askKibana(this.#connection, { method: 'DELETE', path });
    if (answer.status !== 200 && answer.status !== 404) throw this.#refused(path, answer);
  }

  #noKibana(answer: KibanaAnswer): OutputError {
    const where = urlWithoutCredentials(this.#connection.url);
    const { status, location } = answer;
    const what = location === undefined ? reasonOf(answer) : `leads to ${location}`;
    return new OutputError(`${where} does not answer as Kibana (${status}): ${what}; ${adviceOn(answer)}`, false);
  }

  #refused(path: string, answer: KibanaAnswer): OutputError {
    const isRetriable = answer.status >= 500 || answer.status === 429;
    return new OutputError(`Kibana answers ${answer.status} to ${path}: ${reasonOf(answer)}`, isRetriable);
  }
}

/** What to do about an answer that is not Kibana's. */
function adviceOn({ text, location }: KibanaAnswer): string {
  if (/Incorrect HTTP method for uri|"cluster_name"/.test(text)) {
    return 'that is Elasticsearch: kibana.url is that of Kibana, mostly port 5601';
  }
  if (location?.includes('/login')) return 'set kibana.username and kibana.password, or kibana.apiKey';
  if (location !== undefined) return 'set kibana.url with this base path';
  return 'check kibana.url and its base path';
}

function stored(lines: string): ReadonlyMap<string, StoredObject> {
  const found = new Map<string, StoredObject>();
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const { updated_at: updatedAt = '', ...object } = JSON.parse(line) as StoredObject & { updated_at?: string };
    found.set(`${object.type}/${object.id}`, { ...object, updatedAt });
  }
  return found;
}

function missingOf(answer: KibanaAnswer): readonly ObjectError[] {
  if (answer.status !== 400) return [];
  const { attributes } = json<{ attributes?: { objects?: readonly ObjectError[] } }>(answer) ?? {};
  return (attributes?.objects ?? []).filter(({ error }) => error.statusCode === 404);
}

function json<T>(answer: KibanaAnswer): T | undefined {
  try {
    // The caller names the fields it looks for and treats each as possibly absent.
    return JSON.parse(answer.text) as T;
  } catch {
    return undefined;
  }
}
