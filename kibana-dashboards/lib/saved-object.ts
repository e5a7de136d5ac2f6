// Kibana saved objects as its export file (.ndjson) holds them, and that file's text.
// The versions written are those of 8.12: later Kibanas migrate them on import, earlier ones refuse them.

/** How an object names another one; Kibana checks and renames these on import. */
export interface Reference {
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

export interface SavedObject {
  readonly id: string;
  readonly type: string;
  readonly coreMigrationVersion: '8.8.0';
  readonly typeMigrationVersion?: string;
  readonly references: readonly Reference[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** typeMigrationVersion by type in Kibana 8.12. Without it Kibana runs every old migration and fails. */
export const TYPE_VERSIONS = {
  dashboard: '8.9.0',
  'index-pattern': '8.0.0',
  search: '8.0.0',
  query: '8.0.0',
  tag: '8.0.0',
  links: undefined,
} as const;

export type ObjectType = keyof typeof TYPE_VERSIONS;

/** One saved object with the versions that belong to its type. */
export function savedObject(
  type: ObjectType,
  id: string,
  attributes: Readonly<Record<string, unknown>>,
  references: readonly Reference[] = [],
): SavedObject {
  const version = TYPE_VERSIONS[type];
  return {
    id,
    type,
    coreMigrationVersion: '8.8.0',
    ...(version === undefined ? {} : { typeMigrationVersion: version }),
    references,
    attributes,
  };
}

/** The text of an export file: one object per line. Same objects, same text. */
export function exportFile(objects: readonly SavedObject[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}

/** The reference to a data view under a name. */
export function dataViewReference(id: string, name: string): Reference {
  return { type: 'index-pattern', id, name };
}

/** Id of the tag that everything of weir's carries in Kibana's lists. */
export const TAG = 'weir-tag';

/** The reference to weir's tag. */
export function tagReference(): Reference {
  return { type: 'tag', id: TAG, name: `tag-ref-${TAG}` };
}
