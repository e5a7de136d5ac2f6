// Rules of the user: a condition, and what becomes of the flows for which it holds. From the pipeline's list and from YAML
// files that are read again when they change. They run in their order, where the list of enrichers names them; a flow that
// is dropped goes no further. Without rules there is no step.

import { parse } from 'yaml';
import type { Flow } from '../flow/flow.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { suggest } from '../lib/suggest.ts';
import type { FileText } from '../lib/watched-files.ts';
import type { Enricher } from './enricher.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';
import { type Condition, compileCondition } from './rule-expression.ts';
import { RULE_FIELDS, type RuleField } from './rule-fields.ts';

export interface RulesOptions extends FileTableOptions {
  /** Rules of the pipeline file, as they stand there; those of files come after them. */
  readonly list: readonly unknown[];
}

interface Rule {
  readonly name: string;
  readonly when: Condition | undefined;
  readonly change: (flow: Flow) => void;
}

const KEYS = ['name', 'when', 'drop', 'tags', 'set', 'rename'];
const CHANGEABLE: ReadonlyMap<string, RuleField> = new Map(
  RULE_FIELDS.filter((field) => field.set !== undefined).map((field) => [field.name, field]),
);

export class Rules extends FileTable {
  /** Flows dropped, by rule; rules that are gone after a reload keep their number. */
  readonly dropped = new Map<string, number>();
  /** Conditions that failed for a flow, e.g. by a division by zero; the rule then does not hold. */
  failures = 0;
  readonly #list: readonly unknown[];
  #rules: readonly Rule[] = [];

  constructor(options: RulesOptions, log: Log) {
    super(options, 'enrich.rules.files', log);
    this.#list = options.list;
  }

  /** Reads the rules and watches their files. Throws ConfigError that names rule and place. */
  override async start(): Promise<void> {
    this.take([]);
    await super.start();
  }

  /** Rules in use. */
  get size(): number {
    return this.#rules.length;
  }

  /** Flows dropped by all rules. */
  get droppedTotal(): number {
    let total = 0;
    for (const count of this.dropped.values()) total += count;
    return total;
  }

  readonly enrich: Enricher = (flow) => {
    const rules = this.#rules;
    let isChanged = false;
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i]!;
      if (!this.#holds(rule, flow)) continue;
      rule.change(flow);
      isChanged = true;
      if (flow.isDropped) {
        this.dropped.set(rule.name, this.dropped.get(rule.name)! + 1);
        break;
      }
    }
    if (isChanged) this.hits++;
    else this.misses++;
  };

  #holds({ when }: Rule, flow: Flow): boolean {
    if (when === undefined) return true;
    try {
      return when(flow);
    } catch {
      this.failures++;
      return false;
    }
  }

  protected override take(texts: readonly FileText[]): void {
    const rules = this.#list.map((item, i) => readRule(item, `enrich.rules.list[${i}]`));
    for (const text of texts) rules.push(...readFile(text));
    const seen = new Set<string>();
    for (const { name } of rules) {
      if (seen.has(name)) throw new ConfigError('enrich.rules', name, 'every name of a rule once');
      seen.add(name);
    }
    for (const { name } of rules) if (!this.dropped.has(name)) this.dropped.set(name, 0);
    this.#rules = rules;
  }
}

function readFile({ file, text }: FileText): Rule[] {
  let items: unknown;
  try {
    items = parse(text);
  } catch (cause) {
    throw new ConfigError(file, (cause as Error).message.split('\n')[0], 'valid YAML', { cause });
  }
  if (!Array.isArray(items)) throw new ConfigError(file, items, 'a list of rules');
  return items.map((item, i) => readRule(item, `${file}[${i}]`));
}

/** @param place where the rule stands, for messages, and its name where it has none */
function readRule(item: unknown, place: string): Rule {
  if (!isMapping(item)) throw new ConfigError(place, item, `a rule: a mapping of ${KEYS.join(', ')}`);
  const unknown = Object.keys(item).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    const near = suggest(unknown, KEYS);
    throw new ConfigError(
      place,
      unknown,
      near === undefined ? `one of ${KEYS.join(', ')}` : `a key of a rule (did you mean ${near}?)`,
    );
  }
  const { name, when, drop, tags, set, rename } = item;
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw new ConfigError(`${place}.name`, name, 'a text');
  const path = name === undefined ? place : `${place} (${name})`;
  if (when !== undefined && typeof when !== 'string')
    throw new ConfigError(`${path}.when`, when, 'a condition as text');
  if (drop !== undefined && typeof drop !== 'boolean') throw new ConfigError(`${path}.drop`, drop, 'true or false');
  const changes = [...tagChange(tags, path), ...setChanges(set, path), ...renameChanges(rename, path)];
  if (drop === true) {
    if (changes.length > 0) throw new ConfigError(path, 'drop: true', 'nothing else to do with flows that are dropped');
    changes.push((flow) => {
      flow.isDropped = true;
    });
  }
  if (changes.length === 0) throw new ConfigError(path, item, 'one of drop, tags, set, rename');
  return {
    name: name ?? place,
    when: when === undefined ? undefined : compileCondition(when, `${path}.when`),
    change: (flow) => {
      for (const change of changes) change(flow);
    },
  };
}

type Change = (flow: Flow) => void;

function tagChange(tags: unknown, path: string): Change[] {
  if (tags === undefined) return [];
  const list = [tags].flat();
  if (list.length === 0 || !list.every(isText)) throw new ConfigError(`${path}.tags`, tags, 'a list of texts');
  return [
    (flow) => {
      const before = flow.tags ?? [];
      flow.tags = [...before, ...list.filter((tag) => !before.includes(tag))];
    },
  ];
}

function setChanges(set: unknown, path: string): Change[] {
  if (set === undefined) return [];
  if (!isMapping(set)) throw new ConfigError(`${path}.set`, set, 'a mapping of fields to texts');
  return Object.entries(set).map(([name, value]) => {
    const field = changeable(name, `${path}.set`);
    if (typeof value !== 'string' && typeof value !== 'number' && value !== null) {
      throw new ConfigError(`${path}.set.${name}`, value, 'a text, or null to take the field away');
    }
    const text = value === null ? undefined : String(value);
    return (flow: Flow) => field.set!(flow, text);
  });
}

function renameChanges(rename: unknown, path: string): Change[] {
  if (rename === undefined) return [];
  if (!isMapping(rename)) throw new ConfigError(`${path}.rename`, rename, 'a mapping of fields to fields');
  return Object.entries(rename).map(([from, to]) => {
    const source = changeable(from, `${path}.rename`);
    const target = changeable(String(to), `${path}.rename.${from}`);
    return (flow: Flow) => {
      // Texts, as only they can be changed.
      const value = source.get(flow) as string;
      if (value === '') return;
      source.set!(flow, undefined);
      target.set!(flow, value);
    };
  });
}

function changeable(name: string, path: string): RuleField {
  const field = CHANGEABLE.get(name);
  if (field !== undefined) return field;
  const names = [...CHANGEABLE.keys()];
  const near = suggest(name, names);
  throw new ConfigError(
    path,
    name,
    `a field that rules can change: ${near === undefined ? names.join(', ') : `did you mean ${near}?`}`,
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
