// The environment as configuration: every key has a name (elasticsearch.apiKey → WEIR_ELASTICSEARCH_API_KEY), a
// variant _FILE that names a file holding the value (for secrets), and ${VAR} or ${VAR:-default} works in the file.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError } from '../lib/errors.ts';
import type { KeyNode } from './keys.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Tree = Record<string, unknown>;

/** elasticsearch.apiKey → WEIR_ELASTICSEARCH_API_KEY. */
export function variableName(path: readonly string[]): string {
  return `WEIR_${path.map((part) => part.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`;
}

/** Writes the values of WEIR_… variables over those of the file. Returns the names it used. Throws ConfigError. */
export function overlayEnvironment(tree: Tree, keys: KeyNode, environment: Environment): Set<string> {
  const used = new Set<string>();
  visit(keys, [], (path, leaf) => {
    const name = variableName(path);
    const value = environment[name];
    if (value !== undefined) {
      used.add(name);
      assign(tree, path, typed(value, leaf));
    }
    const file = environment[`${name}_FILE`];
    if (file !== undefined) {
      used.add(`${name}_FILE`);
      if (value !== undefined) throw new ConfigError(`${name}_FILE`, file, `either ${name} or ${name}_FILE, not both`);
      assign(tree, path, typed(readSecret(`${name}_FILE`, file), leaf));
    }
  });
  return used;
}

/** Replaces ${VAR} and ${VAR:-default} in a text. Throws ConfigError for a variable that is not set. */
export function interpolate(text: string, path: string, environment: Environment): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (whole, name: string, fallback?: string) => {
    const value = environment[name] ?? fallback;
    if (value === undefined) throw new ConfigError(path, whole, `the environment variable ${name} to be set`);
    return value;
  });
}

function visit(node: KeyNode, path: string[], leaf: (path: string[], node: KeyNode) => void): void {
  if (node.children === undefined) leaf(path, node);
  else for (const [name, child] of node.children) visit(child, [...path, name], leaf);
}

function typed(value: string, leaf: KeyNode): unknown {
  return leaf.isText ? value : parse(value);
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new ConfigError(name, file, `a readable file (${(cause as Error).message})`, { cause });
  }
}

function assign(tree: Tree, path: readonly string[], value: unknown): void {
  let node = tree;
  for (const part of path.slice(0, -1)) {
    const next = node[part];
    const isTree = typeof next === 'object' && next !== null && !Array.isArray(next);
    node[part] = isTree ? next : {};
    node = node[part] as Tree;
  }
  node[path.at(-1)!] = value;
}
