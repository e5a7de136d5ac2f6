// The dashboards that ship with weir (kibana-dashboards/weir.ndjson), fitted to the index prefix and the space they go to.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.ts';

export interface ObjectKey {
  readonly type: string;
  readonly id: string;
}

export interface KibanaReference {
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

/** A saved object as it is sent. */
export interface KibanaObject extends ObjectKey {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly KibanaReference[];
  readonly coreMigrationVersion?: string;
  readonly typeMigrationVersion?: string;
}

export interface Placement {
  /** Prefix of the indices; ids and titles follow it, so that two installations can live side by side. */
  readonly indexPrefix: string;
  /** Name of the space, `default` for the one without a name. */
  readonly space: string;
}

const SHIPPED_PREFIX = 'weir';

/** The objects that ship with weir, in the order of the file. */
export function shippedObjects(): readonly KibanaObject[] {
  const file = join(packageRoot, 'kibana-dashboards', 'weir.ndjson');
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as KibanaObject);
}

/**
 * The same objects for another prefix or space. An id must be unique over all spaces: importing one that another space has
 * makes Kibana give it a random id, which no later run would find again. So a space's name becomes part of the id.
 */
export function placeObjects(objects: readonly KibanaObject[], placement: Placement): readonly KibanaObject[] {
  const ids = new Map(objects.map(({ id }) => [id, placedId(id, placement)]));
  return objects.map((object) => {
    const { attributes, references } = renamed(object, ids, placement.indexPrefix) as KibanaObject;
    return {
      ...object,
      id: ids.get(object.id)!,
      attributes: named(object.type, parseAndRename(attributes, ids, placement.indexPrefix), placement),
      references,
    };
  });
}

/** `weir-overview` for the prefix `lab` in the space `ops`: `lab-overview-ops`. */
export function placedId(id: string, { indexPrefix, space }: Placement): string {
  const tail = id.slice(SHIPPED_PREFIX.length);
  return `${indexPrefix}${tail}${space === 'default' ? '' : `-${space}`}`;
}

type Ids = ReadonlyMap<string, string>;

/** Panels lie in an attribute as JSON text; references in them are objects again. */
function parseAndRename(attributes: KibanaObject['attributes'], ids: Ids, prefix: string): KibanaObject['attributes'] {
  const { panelsJSON } = attributes;
  if (typeof panelsJSON !== 'string') return attributes;
  return { ...attributes, panelsJSON: JSON.stringify(renamed(JSON.parse(panelsJSON), ids, prefix)) };
}

/**
 * Replaces the ids in references ({type, id, name}) and in links within Markdown (#/view/<id>), and the index pattern in the
 * searches of Vega panels, which know no data view ("index":"weir-flows-*", in JSON as text).
 */
function renamed(node: unknown, ids: Ids, prefix: string): unknown {
  if (typeof node === 'string') {
    return node
      .replaceAll(/(?<=#\/view\/)[\w.-]+/g, (id) => ids.get(id) ?? id)
      .replaceAll(/(?<="index":")weir(?=-(?:flows|counters|exporters)-\*")/g, prefix);
  }
  if (Array.isArray(node)) return node.map((item) => renamed(item, ids, prefix));
  if (node === null || typeof node !== 'object') return node;
  const entries = Object.entries(node).map(([key, value]) => [key, renamed(value, ids, prefix)]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  const isReference = typeof copy['type'] === 'string' && typeof copy['name'] === 'string' && 'id' in copy;
  if (isReference) copy['id'] = ids.get(copy['id'] as string) ?? copy['id'];
  return copy;
}

function named(type: string, attributes: KibanaObject['attributes'], { indexPrefix }: Placement) {
  if (indexPrefix === SHIPPED_PREFIX) return attributes;
  const { title, name } = attributes;
  if (type === 'tag') return { ...attributes, name: `${name} (${indexPrefix})` };
  if (type !== 'index-pattern') return { ...attributes, title: `${title} (${indexPrefix})` };
  const pattern = String(title).replace(/^weir-/, `${indexPrefix}-`);
  return { ...attributes, title: pattern, name: `${name} (${indexPrefix})` };
}
