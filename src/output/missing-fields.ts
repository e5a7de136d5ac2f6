// Which fields an open index lacks. Only those are put into it: Elasticsearch refuses a whole mapping for one field whose
// type or parameters differ from what is there, and the new ones with it.

/** A mapping, or an object field in it. */
export interface MappingNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, MappingNode>>;
}

export interface MissingFields {
  /** `properties` of a mapping with what is missing alone. */
  readonly properties: Record<string, MappingNode>;
  /** Fields that are there with another type: they stay so in this index. */
  readonly conflicts: readonly string[];
}

/** Compares by names and types, at every level. */
export function missingFields(wanted: MappingNode, held: MappingNode): MissingFields {
  const conflicts: string[] = [];
  return { properties: missing(wanted, held, '', conflicts), conflicts };
}

function missing(
  wanted: MappingNode,
  held: MappingNode,
  path: string,
  conflicts: string[],
): Record<string, MappingNode> {
  const found: Record<string, MappingNode> = {};
  for (const [name, field] of Object.entries(wanted.properties ?? {})) {
    const there = held.properties?.[name];
    const fieldPath = `${path}${name}`;
    if (there === undefined) {
      found[name] = field;
    } else if (field.properties !== undefined && there.properties !== undefined) {
      const inner = missing(field, there, `${fieldPath}.`, conflicts);
      if (Object.keys(inner).length > 0) found[name] = { properties: inner };
    } else if (field.type !== there.type) {
      conflicts.push(fieldPath);
    }
  }
  return found;
}
