// The index templates, made from pipelines/schema.yml: strict mapping, small on disk, and no field type or setting that
// a Basic or stripped server lacks. Settings are written as Elasticsearch gives them back (flat, all texts), so that a
// template that a user has changed can be told from one of ours.

import { createHash } from 'node:crypto';
import type { Schema, SchemaField } from '../lib/schema-file.ts';
import { type IndexNames, indexBase } from './day-index.ts';
import type { DocumentKind } from './output.ts';

export interface IndexOptions extends IndexNames {
  /** Others write into the same indices of flows: their mapping is not strict, and those of others are left alone. */
  readonly isFlowIndexShared?: boolean | undefined;
  readonly shards: number;
  /** A number, or a range such as 0-1 for auto_expand_replicas. */
  readonly replicas: string;
  /** How soon documents can be searched, ms. */
  readonly refreshMs: number;
  /** Indices are deleted at this age where the server has lifecycle policies, ms; undefined: never. */
  readonly keepMs: number | undefined;
}

/** Body of PUT _index_template. */
export interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly priority: number;
  readonly version: number;
  readonly _meta: TemplateMeta;
  readonly template: {
    readonly settings: Readonly<Record<string, string | readonly string[]>>;
    readonly mappings: Readonly<Record<string, unknown>> & { readonly _meta: TemplateMeta };
  };
}

export interface TemplateMeta {
  readonly managed_by: string;
  /** TEMPLATE_VERSION of the weir that wrote it. */
  readonly version: number;
  /** Of everything else in the template. */
  readonly hash: string;
}

export interface NamedTemplate {
  /** e.g. weir-flows; also the name of the lifecycle policy. */
  readonly name: string;
  readonly kind: DocumentKind;
  /** Indices of its pattern may be another's. */
  readonly isShared: boolean;
  readonly body: IndexTemplate;
}

type Property = { type: string; index?: boolean; doc_values?: boolean } | { properties: Record<string, Property> };

/** Raised with every change to fields or settings: an older weir leaves the template of a newer one alone. */
export const TEMPLATE_VERSION = 1;
/** Above the 100 of Elastic's own templates (logs-*-*), below what users give to override. */
const PRIORITY = 200;
/**
 * Documents of one exporter and conversation lie together, and so compress better; docs/storage.md has what was measured.
 * Indexing takes the same time for all orders; aggregations take what they take unsorted, the newest 50 documents 15 ms
 * instead of 4 (measured with the server first, then time).
 */
const INDEX_SORT: readonly (readonly [field: string, order: 'asc' | 'desc'])[] = [
  ['observer.ip', 'asc'],
  ['server.ip', 'asc'],
  ['server.port', 'asc'],
  ['client.ip', 'asc'],
  // The same fields in documents of ElastiFlow 3.5.
  ['node.ipaddr', 'asc'],
  ['flow.server_addr', 'asc'],
  ['flow.service_port', 'asc'],
  ['flow.client_addr', 'asc'],
  ['@timestamp', 'desc'],
];

const KINDS: readonly DocumentKind[] = ['flows', 'counters', 'exporters'];

/** One template per kind that has fields. @param hasLifecycle the server has lifecycle policies */
export function indexTemplates(schema: Schema, options: IndexOptions, hasLifecycle: boolean): NamedTemplate[] {
  return KINDS.filter((kind) => schema[kind].length > 0).map((kind) => {
    const name = indexBase(options, kind);
    const isShared = kind === 'flows' && options.isFlowIndexShared === true;
    const settings = indexSettings(schema[kind], options);
    if (hasLifecycle && options.keepMs !== undefined) settings['index.lifecycle.name'] = name;
    const mappings = { dynamic: isShared ? 'false' : 'strict', properties: mappingProperties(schema[kind]) };
    return { name, kind, isShared, body: seal([`${name}-*`], settings, mappings) };
  });
}

/** `a.b` and `a.c` become one object `a` with two properties. */
export function mappingProperties(fields: readonly SchemaField[]): Record<string, Property> {
  const root: Record<string, Property> = {};
  for (const field of fields) {
    const path = field.name.split('.');
    let level = root;
    for (const part of path.slice(0, -1)) {
      const known = level[part];
      const child = known !== undefined && 'properties' in known ? known : { properties: {} };
      level[part] = child;
      level = child.properties;
    }
    level[path.at(-1)!] = mappingOf(field); // a name has at least one part
  }
  return root;
}

/** True for a template or mapping as weir left it: nobody has changed it since. */
export function isUnchanged(template: unknown): boolean {
  const meta = (template as { _meta?: Partial<TemplateMeta> })._meta;
  return meta?.hash !== undefined && meta.hash === hashOf(template);
}

function mappingOf(field: SchemaField): Property {
  const property: Property = { type: field.type };
  if (!field.index) property.index = false;
  if (!field.docValues) property.doc_values = false;
  return property;
}

function indexSettings(fields: readonly SchemaField[], options: IndexOptions): Record<string, string | string[]> {
  const isRange = /^\d+-(\d+|all)$/.test(options.replicas);
  const settings: Record<string, string | string[]> = {
    'index.codec': 'best_compression',
    'index.number_of_shards': String(options.shards),
    'index.refresh_interval': `${options.refreshMs}ms`,
    [isRange ? 'index.auto_expand_replicas' : 'index.number_of_replicas']: options.replicas,
  };
  const names = new Set(fields.map((field) => field.name));
  const sort = INDEX_SORT.filter(([name]) => names.has(name));
  if (sort.length > 0) {
    settings['index.sort.field'] = sort.map(([name]) => name);
    settings['index.sort.order'] = sort.map(([, order]) => order);
  }
  return settings;
}

function seal(patterns: string[], settings: Record<string, string | string[]>, mapping: object): IndexTemplate {
  const unsealed = { managed_by: 'weir', version: TEMPLATE_VERSION, hash: '' };
  const mappings = { date_detection: false, ...mapping };
  const build = (meta: TemplateMeta): IndexTemplate => ({
    index_patterns: patterns,
    priority: PRIORITY,
    version: TEMPLATE_VERSION,
    _meta: meta,
    template: { settings, mappings: { ...mappings, _meta: meta } },
  });
  return build({ ...unsealed, hash: hashOf(build(unsealed)) });
}

/** Of everything but `_meta` and what Elasticsearch adds by itself. */
function hashOf(template: unknown): string {
  return createHash('sha256').update(canonical(template)).digest('hex').slice(0, 16);
}

/** JSON with sorted keys; without `_meta`, and without empty lists (Elasticsearch adds `composed_of: []`). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(
    ([key, child]) => key !== '_meta' && !(Array.isArray(child) && child.length === 0),
  );
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}
