// Renders a Helm chart as far as ours goes: Go templates with define, include, if, range, and a handful of functions.
// It fails at whatever it does not know, so that a test of what it gives means something.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

type Value = unknown;
interface Scope {
  readonly dot: Value;
  readonly root: Value;
  readonly variables: Readonly<Record<string, Value>>;
}
type Node =
  | { readonly text: string }
  | { readonly expression: string }
  | { readonly kind: 'if' | 'range' | 'define'; readonly head: string; readonly body: Node[] };

/** Documents of all templates, with values laid over those of the chart. */
export function renderChart(folder: string, values: Record<string, unknown> = {}): Record<string, unknown>[] {
  const chart = parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as { appVersion: string };
  const defaults = parse(readFileSync(join(folder, 'values.yaml'), 'utf8')) as Record<string, unknown>;
  const root = {
    Values: merge(defaults, values),
    Release: { Name: 'test' },
    Chart: { AppVersion: chart.appVersion },
  };
  const defined = new Map<string, Node[]>();
  const templates = join(folder, 'templates');
  const files = readdirSync(templates).sort();
  const trees = files.map((name) => parseTemplate(readFileSync(join(templates, name), 'utf8')));
  for (const node of trees.flat()) {
    if ('kind' in node && node.kind === 'define') defined.set(JSON.parse(node.head) as string, node.body);
  }
  const scope: Scope = { dot: root, root, variables: {} };
  return trees
    .map((tree) => render(tree, scope, defined))
    .flatMap((text) => text.split(/^---$/m))
    .filter((text) => text.trim() !== '')
    .map((text) => parse(text) as Record<string, unknown>);
}

function merge(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over === undefined ? base : over;
  const names = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...names].map((name) => [name, merge(base[name], over[name])]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As Go's templates see it: what is empty is false. */
function isTrue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function parseTemplate(text: string): Node[] {
  const root: Node[] = [];
  const stack: Node[][] = [root];
  let rest = text;
  for (
    let match = /\{\{(-?)([\s\S]*?)(-?)\}\}/.exec(rest);
    match !== null;
    match = /\{\{(-?)([\s\S]*?)(-?)\}\}/.exec(rest)
  ) {
    let before = rest.slice(0, match.index);
    if (match[1] === '-') before = before.trimEnd();
    stack.at(-1)!.push({ text: before });
    rest = rest.slice(match.index + match[0].length);
    if (match[3] === '-') rest = rest.trimStart();
    const action = match[2]!.trim();
    const block = /^(if|range|define)\s+([\s\S]*)$/.exec(action);
    if (block !== null) {
      const node = { kind: block[1] as 'if' | 'range' | 'define', head: block[2]!, body: [] as Node[] };
      stack.at(-1)!.push(node);
      stack.push(node.body);
    } else if (action === 'end') stack.pop();
    else stack.at(-1)!.push({ expression: action });
  }
  stack.at(-1)!.push({ text: rest });
  if (stack.length !== 1) throw new Error('a block is not ended');
  return root;
}

function render(nodes: readonly Node[], scope: Scope, defined: ReadonlyMap<string, Node[]>): string {
  let text = '';
  for (const node of nodes) {
    if ('text' in node) text += node.text;
    else if ('expression' in node) text += String(evaluate(node.expression, scope, defined) ?? '');
    else if (node.kind === 'if')
      text += isTrue(evaluate(node.head, scope, defined)) ? render(node.body, scope, defined) : '';
    else if (node.kind === 'range') text += renderRange(node.head, node.body, scope, defined);
  }
  return text;
}

function renderRange(head: string, body: readonly Node[], scope: Scope, defined: ReadonlyMap<string, Node[]>): string {
  const [, name = '', item = '', list = head] = /^(\$\w+), (\$\w+) := (.*)$/.exec(head) ?? [];
  const entries = Object.entries((evaluate(list, scope, defined) ?? {}) as object);
  return entries
    .map(([key, value]: [string, unknown]) => {
      const variables = { ...scope.variables, [name]: key, [item]: value };
      return render(body, { ...scope, dot: value, variables }, defined);
    })
    .join('');
}

function evaluate(expression: string, scope: Scope, defined: ReadonlyMap<string, Node[]>): Value {
  let value: Value;
  for (const [place, stage] of expression.split('|').entries()) {
    const words = stage.trim().match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
    const operands = () => words.slice(1).map((word) => operand(word, scope));
    const piped = place === 0 ? [] : [value];
    value = isOperand(words[0]!)
      ? operand(words[0]!, scope)
      : call(words[0]!, [...operands(), ...piped], scope, defined);
  }
  return value;
}

function isOperand(word: string): boolean {
  return /^["$.]/.test(word);
}

function operand(word: string, scope: Scope): Value {
  if (word.startsWith('"')) return JSON.parse(word);
  if (/^\d+$/.test(word)) return Number(word);
  if (word.startsWith('$')) return scope.variables[word];
  let value: unknown = scope.dot;
  for (const name of word.split('.').filter((part) => part !== '')) {
    if (!isMap(value) || !(name in value)) throw new Error(`no value ${word}`);
    value = value[name];
  }
  return value;
}

function call(name: string, args: readonly Value[], scope: Scope, defined: ReadonlyMap<string, Node[]>): Value {
  const [first, second] = args;
  switch (name) {
    case 'include': {
      const body = defined.get(first as string);
      if (body === undefined) throw new Error(`no template ${first}`);
      return render(body, { ...scope, dot: second }, defined).replace(/^\n/, '');
    }
    case 'nindent':
      return `\n${String(second).replace(/^(?=.)/gm, ' '.repeat(first as number))}`;
    case 'quote':
      return JSON.stringify(String(first));
    case 'toYaml':
      return stringify(first).trimEnd();
    case 'join':
      return (second as unknown[]).join(first as string);
    case 'default':
      return isTrue(second) ? second : first;
    case 'not':
      return !isTrue(first);
    case 'or':
      return isTrue(first) ? first : second;
    case 'add':
      return (first as number) + (second as number);
    case 'sha256sum':
      return createHash('sha256').update(String(first)).digest('hex');
    default:
      throw new Error(`unknown function ${name}`);
  }
}
