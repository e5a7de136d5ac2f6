// Remembers what was installed into a Kibana space, so that the next run tells a user's edits from an older version of ours.
//
// The record lies in that space as a saved object of type `url` (a short link to the Overview): it takes text of any
// length, shows up on no page of Kibana but the list of saved objects, and whoever may write dashboards may write it. Kibana
// refuses unknown attributes in dashboards, drops unknown keys when a user saves one, and a tag's description is read by
// people; that left this.

import { createHash } from 'node:crypto';
import type { KibanaClient, StoredObject } from './kibana-client.ts';
import { type KibanaObject, type ObjectKey, type Placement, placedId } from './kibana-objects.ts';

/** One object as it was installed. */
export interface Installed {
  /** Digest of what was sent: another one now means that weir's own version has changed. */
  readonly sent: string;
  /** Digest of what Kibana made of it: another one now means that somebody changed it, or a newer Kibana migrated it. */
  readonly kept: string;
  /** Kibana's time of that write; still the same now means that nobody has changed it since. */
  readonly updatedAt: string;
}

/** Installed objects by `type/id`. */
export type InstallRecord = ReadonlyMap<string, Installed>;

/** The saved object that holds the record. */
export function recordKey(placement: Placement, name = 'weir-setup'): ObjectKey {
  // Short links are kept per space: no space in the id.
  return { type: 'url', id: placedId(name, { ...placement, space: 'default' }) };
}

/** The record out of its saved object; empty when there is none or it is not ours. */
export function readRecord(object: StoredObject | undefined): InstallRecord {
  const text = object?.attributes['locatorJSON'];
  if (typeof text !== 'string') return new Map();
  try {
    const { state } = JSON.parse(text) as { state?: { weir?: Record<string, Installed> } };
    return new Map(Object.entries(state?.weir ?? {}));
  } catch {
    return new Map();
  }
}

/** Writes the record, or deletes it when nothing is installed any more. */
export async function writeRecord(
  client: KibanaClient,
  placement: Placement,
  record: InstallRecord,
  name?: string,
): Promise<void> {
  const key = recordKey(placement, name);
  if (record.size === 0) return client.delete(key);
  const now = new Date().toISOString();
  const locator = {
    id: 'DASHBOARD_APP_LOCATOR',
    version: '8.12.0',
    state: { dashboardId: placedId('weir-overview', placement), weir: Object.fromEntries(record) },
  };
  const attributes = {
    url: '',
    slug: key.id,
    accessCount: 0,
    createDate: now,
    accessDate: now,
    locatorJSON: JSON.stringify(locator),
  };
  await client.import([{ ...key, coreMigrationVersion: '8.8.0', references: [], attributes }]);
}

/** The same for two objects that mean the same: order of keys and references and counted clicks do not matter. */
export function digest(object: Pick<KibanaObject, 'attributes' | 'references'>): string {
  const references = [...object.references].sort((a, b) => (a.name < b.name ? -1 : 1));
  const text = JSON.stringify(canonical({ attributes: object.attributes, references }, ''));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function canonical(node: unknown, key: string): unknown {
  if (typeof node === 'string' && /^[[{]/.test(node)) return canonicalText(node, key);
  if (Array.isArray(node)) return node.map((item) => canonical(item, ''));
  if (node === null || typeof node !== 'object') return node;
  const entries = Object.entries(node)
    .filter(([name]) => !(key === 'fieldAttrs' && name === 'count'))
    .map(([name, value]) => [name, canonical(value, key === 'fieldAttrs' ? key : name)] as const)
    // Discover counts how often a field is used, in the data view itself: {"client.ip":{"count":3}}.
    .filter(([, value]) => !(key === 'fieldAttrs' && isEmpty(value)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

/** Kibana keeps much as JSON text within JSON. */
function canonicalText(text: string, key: string): unknown {
  try {
    return canonical(JSON.parse(text), key);
  } catch {
    return text;
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
