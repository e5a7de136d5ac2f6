// Arrows point down only: main → cli → app → {middle folders} → {flow, lib}; middle folders never import one another.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../src/lib/package-root.ts';

const MIDDLE = ['input', 'decode', 'enrich', 'document', 'output', 'cluster', 'demo'];
const RANK = new Map<string, number>([
  ['main', 5],
  ['cli', 4],
  ['app', 3],
  ['config', 2],
  ...MIDDLE.map((name): [string, number] => [name, 1]),
  ['flow', 0],
  ['lib', 0],
]);

/** "input/udp.ts" → "input"; "main.ts" → "main". */
function layerOf(file: string): string {
  return file.split('/')[0]!.replace(/\.ts$/, '');
}

/** Why an import between two files of src/ is not allowed; undefined when it is. */
function violation(from: string, to: string): string | undefined {
  const [upper, lower] = [layerOf(from), layerOf(to)];
  const [rankFrom, rankTo] = [RANK.get(upper), RANK.get(lower)];
  if (rankFrom === undefined) return `${from}: folder ${upper} has no layer`;
  if (rankTo === undefined) return `${from} → ${to}: folder ${lower} has no layer`;
  if (upper === lower) return undefined;
  if (rankTo > rankFrom) return `${from} → ${to} points up`;
  if (rankTo === rankFrom) return `${from} → ${to} points sideways`;
  return undefined;
}

function importsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: string[] = [];
  for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)) {
    found.push(relative(root, resolve(root, dirname(file), match[1]!)));
  }
  return found;
}

test('imports point down only and never between the middle folders', () => {
  const root = join(packageRoot, 'src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  assert.ok(files.length > 5, 'the walk found the sources');
  const violations: string[] = [];
  for (const file of files) {
    for (const target of importsOf(root, file)) {
      const reason = violation(file, target);
      if (reason !== undefined) violations.push(reason);
    }
  }
  assert.deepEqual(violations, []);
});

test('the rule refuses upward and sideways arrows and unknown folders', () => {
  assert.match(violation('flow/flow.ts', 'decode/reader.ts') ?? '', /points up/);
  assert.match(violation('decode/ipfix.ts', 'enrich/ports.ts') ?? '', /points sideways/);
  assert.match(violation('flow/flow.ts', 'lib/log.ts') ?? '', /points sideways/);
  assert.match(violation('utils/x.ts', 'lib/log.ts') ?? '', /has no layer/);
  assert.equal(violation('decode/ipfix.ts', 'flow/flow.ts'), undefined);
});
