// What `fields:` of the pipeline says, as the names of fields that are not written.

import { ConfigError } from './errors.ts';
import type { FieldGroup } from './schema-file.ts';
import { suggest } from './suggest.ts';

export interface FieldsOptions {
  /** Groups that are not written. */
  readonly drop: readonly string[];
  /** Of all groups only these are written; undefined: all. */
  readonly keep: readonly string[] | undefined;
}

/** A field that stands in a kept and in another group is kept, unless a group of `drop` has it. Throws ConfigError. */
export function droppedFields(groups: readonly FieldGroup[], options: FieldsOptions): ReadonlySet<string> {
  const dropped = new Set<string>();
  if (options.keep !== undefined) {
    const kept = fieldsOf(groups, options.keep, 'fields.keep');
    for (const { fields } of groups) for (const name of fields) if (!kept.has(name)) dropped.add(name);
  }
  for (const name of fieldsOf(groups, options.drop, 'fields.drop')) dropped.add(name);
  return dropped;
}

function fieldsOf(groups: readonly FieldGroup[], names: readonly string[], path: string): ReadonlySet<string> {
  const fields = names.flatMap((name, i) => {
    const group = groups.find((candidate) => candidate.name === name);
    if (group === undefined) throw new ConfigError(`${path}[${i}]`, name, expectation(name, groups));
    return group.fields;
  });
  return new Set(fields);
}

function expectation(name: string, groups: readonly FieldGroup[]): string {
  const known = groups.map((group) => group.name);
  const near = suggest(name, known);
  return near === undefined
    ? `a group of fields: one of ${known.join(', ')}`
    : `a group of fields (did you mean ${near}?)`;
}
