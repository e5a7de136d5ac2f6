// Reads configuration: file, then ${VAR}, then WEIR_… variables, then the schema with its defaults. Strict: an unknown
// key is an error with a suggestion, and every error names the key, what was found and what was expected.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Config, configSchema } from '../config.ts';
import { ConfigError } from '../lib/errors.ts';
import { packageRoot } from '../lib/package-root.ts';
import { suggest } from '../lib/suggest.ts';
import { type Environment, interpolate, overlayEnvironment, type Tree } from './environment.ts';
import { type KeyNode, keysOf } from './keys.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly file: string;
  /** WEIR_… variables that name no key: worth a warning, no error, since platforms set some of their own. */
  readonly unknownVariables: readonly string[];
}

/** Reads `file` (default: the pipelines/weir.yml that ships). Throws ConfigError. */
export function loadConfig(file: string | undefined, environment: Environment = process.env): LoadedConfig {
  const path = file ?? join(packageRoot, 'pipelines', 'weir.yml');
  const tree = readTree(path, environment);
  const hasVariables = Object.keys(environment).some((name) => name.startsWith('WEIR_'));
  const used = hasVariables ? overlayEnvironment(tree, keysOf(configSchema), environment) : new Set<string>();
  const result = configSchema.safeParse(tree);
  if (!result.success) throw firstError(result.error.issues[0]!, tree);
  const unknownVariables = Object.keys(environment).filter(
    (name) => name.startsWith('WEIR_') && !name.startsWith('WEIR_TEST_') && !used.has(name),
  );
  return { config: result.data, file: path, unknownVariables };
}

function readTree(path: string, environment: Environment): Tree {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError('--config', path, `a readable file (${(cause as Error).message})`, { cause });
  }
  const document = parseDocument(text, { prettyErrors: true });
  const error = document.errors[0];
  if (error !== undefined) throw new ConfigError(path, error.message.trim(), 'valid YAML', { cause: error });
  const tree: unknown = document.toJS() ?? {};
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) {
    throw new ConfigError(path, tree, 'a mapping of keys to values');
  }
  return interpolateTree(tree, '', environment) as Tree;
}

function interpolateTree(value: unknown, path: string, environment: Environment): unknown {
  if (typeof value === 'string') return interpolate(value, path, environment);
  if (Array.isArray(value)) return value.map((item, i) => interpolateTree(item, `${path}[${i}]`, environment));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    interpolateTree(item, path === '' ? key : `${path}.${key}`, environment),
  ]);
  return Object.fromEntries(entries);
}

/** A zod issue in our words. */
function firstError(issue: z.core.$ZodIssue, tree: Tree): ConfigError {
  if (issue.code === 'unrecognized_keys') return unknownKey([...issue.path, issue.keys[0]!].map(String));
  const path = formatPath(issue.path);
  const found = /password|apiKey|bearer|licenseKey|token/.test(path) ? '(hidden)' : valueAt(tree, issue.path);
  return new ConfigError(path, found, expectation(issue));
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return `a ${issue.expected}`;
    case 'too_small':
      return `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_union':
      return issue.message === 'Invalid input' ? 'a text or a number' : issue.message;
    default:
      return issue.message;
  }
}

function unknownKey(path: readonly string[]): ConfigError {
  let node: KeyNode | undefined = keysOf(configSchema);
  for (const part of path.slice(0, -1)) node = node?.children?.get(part);
  const known = [...(node?.children?.keys() ?? [])];
  const near = suggest(path.at(-1)!, known);
  const hint = near === undefined ? `one of ${known.join(', ')}` : `did you mean ${near}?`;
  return new ConfigError(path.slice(0, -1).join('.') || 'configuration', path.at(-1), `a known key (${hint})`);
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  let value = tree;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  return value;
}
