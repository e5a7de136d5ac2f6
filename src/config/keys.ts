// The tree of configuration keys, read off the schema, so that environment names and suggestions need no second list.

import { z } from 'zod';

export interface KeyNode {
  /** Child keys; undefined for a value. */
  readonly children: ReadonlyMap<string, KeyNode> | undefined;
  /** True where a text from the environment is the value as it stands; false for numbers, booleans and mappings. */
  readonly isText: boolean;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}

/** All keys of a schema. */
export function keysOf(schema: z.ZodType): KeyNode {
  return node(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
}

function node(schema: JsonSchema): KeyNode {
  if (schema.properties !== undefined) {
    return {
      children: new Map(Object.entries(schema.properties).map(([name, child]) => [name, node(child)])),
      isText: false,
    };
  }
  return { children: undefined, isText: takesText(schema) };
}

function takesText(schema: JsonSchema): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.some(takesText);
  if (schema.type === 'array') return schema.items !== undefined && takesText(schema.items);
  return schema.type === undefined ? false : [schema.type].flat().includes('string');
}
