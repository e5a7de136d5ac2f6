// Conditions of rules: expressions in CEL (Common Expression Language, https://cel.dev), which ends always, sees nothing but
// the fields given to it, and is checked for names and types before it runs. Of its functions only those are taken whose
// cost a flow cannot drive up: no regular expressions, no loops over lists.

import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Flow } from '../flow/flow.ts';
import { ConfigError } from '../lib/errors.ts';
import { suggest } from '../lib/suggest.ts';
import { PrefixTable } from './prefix-table.ts';
import { RULE_FIELDS } from './rule-fields.ts';
import { declareFields, fieldsOf } from './rule-views.ts';

/** True where the condition holds. Throws the evaluator's error, e.g. for a division by zero. */
export type Condition = (flow: Flow) => boolean;

const FUNCTIONS = [
  'startsWith',
  'endsWith',
  'contains',
  'inNetwork',
  'size',
  'string',
  'int',
  'lowerAscii',
  'upperAscii',
];

const LIMITS = { maxAstNodes: 2000, maxDepth: 50, maxListElements: 1000, maxMapEntries: 0, maxCallArguments: 4 };

/** Networks that conditions name, each made once. */
const networks = new Map<string, PrefixTable<true>>();

/** Made for the first rule: most have none. */
let environment: Environment | undefined;

/** Compiles a condition. Throws ConfigError that names `path`, what is wrong, and at which column. */
export function compileCondition(source: string, path: string): Condition {
  let condition: ReturnType<Environment['parse']>;
  try {
    environment ??= makeEnvironment();
    condition = environment.parse(source);
    visit(condition.ast, path, source);
    const { valid, type, error } = condition.check();
    if (!valid) throw error;
    if (type !== 'bool') throw new ConfigError(path, source, `a condition that is true or false, not ${type}`);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(path, source, `a condition: ${explain(cause)}`, { cause });
  }
  const compiled = condition;
  return (flow) => compiled(fieldsOf(flow)) === true;
}

/** "No such key: prot (column 8; did you mean port?)" */
function explain(cause: unknown): string {
  const { message, node } = cause as Error & { node?: { pos?: number } };
  const [first = ''] = message.split('\n');
  const at = /\^ (\d+)\s*$/.exec(message)?.[1] ?? node?.pos;
  const word = /(?:No such key|Unknown variable): (\w+)/.exec(first)?.[1];
  const known = new Set(RULE_FIELDS.flatMap((field) => field.name.split('.')));
  const near = word === undefined ? undefined : suggest(word, known);
  const column = at === undefined ? '' : `column ${Number(at) + 1}`;
  const hint = near === undefined || near === word ? '' : `did you mean ${near}?`;
  const remarks = [column, hint].filter((remark) => remark !== '').join('; ');
  return `${first}${remarks === '' ? '' : ` (${remarks})`}`;
}

/** Refuses functions that are not on the list, and networks that are none. */
function visit(node: unknown, path: string, source: string): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, path, source);
    return;
  }
  if (typeof node !== 'object' || node === null || !('op' in node)) return;
  const { op, args, pos } = node as ASTNode & { args: unknown };
  if (op === 'call' || op === 'rcall') {
    const name = (args as readonly unknown[])[0] as string;
    if (!FUNCTIONS.includes(name)) {
      throw new ConfigError(
        path,
        source,
        `one of the functions ${FUNCTIONS.join(', ')}, not ${name} (column ${pos + 1})`,
      );
    }
    if (name === 'inNetwork') addNetwork((args as unknown[])[2], path, source);
  }
  visit(args, path, source);
}

function addNetwork(argument: unknown, path: string, source: string): void {
  const [node] = Array.isArray(argument) ? argument : [];
  const { op, args } = (node ?? {}) as { op?: string; args?: unknown };
  if (op !== 'value' || typeof args !== 'string') {
    throw new ConfigError(path, source, 'a network in quotes: inNetwork("192.0.2.0/24")');
  }
  if (networks.has(args)) return;
  const table = new PrefixTable<true>();
  table.add(args, true, path);
  networks.set(args, table);
}

function makeEnvironment(): Environment {
  const made = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS });
  declareFields(made);
  made.registerFunction(
    'string.inNetwork(string): bool',
    (ip: string, network: string) => networks.get(network)?.find(ip) === true,
  );
  return made;
}
