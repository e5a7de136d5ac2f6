// Puts index templates (and lifecycle policies, where the server has them) in place and brings new fields to the indices
// that are open; idempotent, says what it did. Run before the first bulk, and by `weir setup`.
//
// A template that a user has changed, or that a newer weir wrote, is left alone and reported, unless `overwrite`.

import type { Client } from '@elastic/elasticsearch';
import type { Schema } from '../lib/schema-file.ts';
import {
  type IndexOptions,
  type IndexTemplate,
  indexTemplates,
  isUnchanged,
  type NamedTemplate,
  TEMPLATE_VERSION,
  type TemplateMeta,
} from './index-template.ts';
import { type MappingNode, missingFields } from './missing-fields.ts';

export interface SetupOptions {
  /** Says what would be done and does nothing. */
  readonly dryRun: boolean;
  /** Replaces what a user or a newer weir has changed. */
  readonly overwrite: boolean;
  /** Ends waiting for answers. */
  readonly signal?: AbortSignal;
}

/** What became of one object. `kept`: changed by somebody else and left alone; `failed`: see `reason`. */
export interface SetupChange {
  readonly object: 'index template' | 'lifecycle policy' | 'index mapping' | 'index';
  readonly name: string;
  readonly action: 'created' | 'updated' | 'unchanged' | 'kept' | 'removed' | 'absent' | 'failed';
  readonly reason?: string;
}

interface HeldTemplate {
  readonly version?: number;
  readonly _meta?: Partial<TemplateMeta>;
}

/** Throws the client's errors when Elasticsearch cannot be asked; a mapping that conflicts is `failed`, no error. */
export async function ensureTemplates(
  client: Client,
  schema: Schema,
  index: IndexOptions,
  options: SetupOptions,
): Promise<SetupChange[]> {
  const call = new Calls(client, options.signal);
  const hasLifecycle = index.keepMs !== undefined && (await call.hasLifecycle());
  const changes: SetupChange[] = [];
  for (const template of indexTemplates(schema, index, hasLifecycle)) {
    if (hasLifecycle && index.keepMs !== undefined) {
      changes.push(await ensurePolicy(call, template.name, index.keepMs, options));
    }
    const change = await ensureTemplate(call, template, options);
    changes.push(change);
    if (change.action !== 'kept') changes.push(...(await updateIndices(call, template, options)));
  }
  return changes;
}

/** Takes templates and policies away; indices and their documents stay. */
export async function removeTemplates(
  client: Client,
  schema: Schema,
  index: IndexOptions,
  options: SetupOptions,
): Promise<SetupChange[]> {
  const call = new Calls(client, options.signal);
  const hasLifecycle = await call.hasLifecycle();
  const changes: SetupChange[] = [];
  for (const { name } of indexTemplates(schema, index, false)) {
    changes.push(await remove(call, 'index template', name, `/_index_template/${name}`, options));
    if (hasLifecycle) changes.push(await remove(call, 'lifecycle policy', name, `/_ilm/policy/${name}`, options));
  }
  return changes;
}

async function ensureTemplate(call: Calls, template: NamedTemplate, options: SetupOptions): Promise<SetupChange> {
  const object = 'index template';
  const { name, body } = template;
  const path = `/_index_template/${name}`;
  const found = (await call.get(`${path}?flat_settings=true`)) as
    | { index_templates: { index_template: HeldTemplate }[] }
    | undefined;
  const held = found?.index_templates[0]?.index_template;
  if (held !== undefined && !options.overwrite) {
    if ((held._meta?.version ?? 0) > TEMPLATE_VERSION) {
      return { object, name, action: 'kept', reason: `written by a newer weir (version ${held._meta?.version})` };
    }
    if (!isUnchanged(held)) return { object, name, action: 'kept', reason: 'changed by a user' };
  }
  if (held?._meta?.hash === body._meta.hash && isUnchanged(held)) return { object, name, action: 'unchanged' };
  if (!options.dryRun) await call.put(path, body);
  return { object, name, action: held === undefined ? 'created' : 'updated' };
}

/** Open indices whose mapping is of another version of the template get its fields. */
async function updateIndices(call: Calls, template: NamedTemplate, options: SetupOptions): Promise<SetupChange[]> {
  // The second part names indices that have no `_meta`, too: every document has this field.
  const parts = '*.mappings._meta,*.mappings.properties.@timestamp.type';
  const path = `/${template.name}-*/_mapping?expand_wildcards=open&allow_no_indices=true&filter_path=${parts}`;
  const held = ((await call.get(path)) ?? {}) as Record<string, { mappings?: { _meta?: Partial<TemplateMeta> } }>;
  const changes: SetupChange[] = [];
  for (const name of Object.keys(held).sort()) {
    const meta = held[name]?.mappings?._meta;
    if (template.isShared && meta?.managed_by !== 'weir') continue;
    if (meta?.hash === template.body._meta.hash || (meta?.version ?? 0) > TEMPLATE_VERSION) continue;
    changes.push(await updateMapping(call, name, template.body, options));
  }
  return changes;
}

async function updateMapping(
  call: Calls,
  name: string,
  body: IndexTemplate,
  options: SetupOptions,
): Promise<SetupChange> {
  const object = 'index mapping';
  const held = (await call.get(`/${name}/_mapping`)) as Record<string, { mappings?: MappingNode }> | undefined;
  const { mappings } = body.template;
  const { properties, conflicts } = missingFields(mappings as MappingNode, held?.[name]?.mappings ?? {});
  // Object by object, a mapping says whether it is strict; the root says it for all that are new.
  if (!options.dryRun) await call.put(`/${name}/_mapping`, { ...mappings, properties });
  if (conflicts.length === 0) return { object, name, action: 'updated' };
  // Documents with such a field may be refused; the next day's index is right.
  return { object, name, action: 'failed', reason: `another type in this index: ${conflicts.join(', ')}` };
}

async function ensurePolicy(call: Calls, name: string, keepMs: number, options: SetupOptions): Promise<SetupChange> {
  const object = 'lifecycle policy';
  const path = `/_ilm/policy/${name}`;
  const found = (await call.get(path)) as Record<string, { policy: HeldTemplate }> | undefined;
  const held = found?.[name]?.policy;
  const minAge = `${Math.ceil(keepMs / 1000)}s`;
  const hash = `delete-${minAge}`;
  if (held?._meta?.hash === hash) return { object, name, action: 'unchanged' };
  if (held !== undefined && held._meta?.managed_by !== 'weir' && !options.overwrite) {
    return { object, name, action: 'kept', reason: 'changed by a user' };
  }
  const phases = { delete: { min_age: minAge, actions: { delete: {} } } };
  const _meta = { managed_by: 'weir', version: TEMPLATE_VERSION, hash };
  if (!options.dryRun) await call.put(path, { policy: { _meta, phases } });
  return { object, name, action: held === undefined ? 'created' : 'updated' };
}

async function remove(
  call: Calls,
  object: SetupChange['object'],
  name: string,
  path: string,
  options: SetupOptions,
): Promise<SetupChange> {
  if ((await call.get(path)) === undefined) return { object, name, action: 'absent' };
  if (!options.dryRun) await call.delete(path);
  return { object, name, action: 'removed' };
}

/** The few requests that set-up makes. */
class Calls {
  readonly #client: Client;
  readonly #options: { signal?: AbortSignal };

  constructor(client: Client, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#options = signal === undefined ? {} : { signal };
  }

  /** Undefined for 404. */
  async get(path: string): Promise<unknown> {
    const { statusCode, body } = await this.#ask(path, [404]);
    return statusCode === 404 ? undefined : body;
  }

  async put(path: string, body: object): Promise<void> {
    await this.#client.transport.request({ method: 'PUT', ...split(path), body: { ...body } }, this.#options);
  }

  async delete(path: string): Promise<void> {
    await this.#client.transport.request({ method: 'DELETE', path }, this.#options);
  }

  /** Servers without lifecycle policies (serverless, stripped builds) know no such route: 400, 404, 405 or 410. */
  async hasLifecycle(): Promise<boolean> {
    return (await this.#ask('/_ilm/status', [400, 404, 405, 410])).statusCode === 200;
  }

  #ask(path: string, ignore: number[]): Promise<{ statusCode?: number | undefined; body: unknown }> {
    const params = { method: 'GET', ...split(path) };
    return this.#client.transport.request(params, { ...this.#options, ignore, meta: true });
  }
}

function split(path: string): { path: string; querystring: string } {
  const [head = '', querystring = ''] = path.split('?');
  return { path: head, querystring };
}
