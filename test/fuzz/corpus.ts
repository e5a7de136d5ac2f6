// What mutation starts from: the datagrams of all captures beside the package, and the crafted ones. Where there are no
// captures the crafted ones have to do.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../../src/input/capture.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { craftedDatagrams } from './crafted.ts';

/** The datagrams of one file: they come from one exporter, so that templates and data meet. */
export interface Source {
  readonly name: string;
  readonly datagrams: readonly Uint8Array[];
}

const CAPTURES = join(packageRoot, '..', 'shared', 'captures');
/** From each file the first ones, where the templates are, and as many from all over it. */
const FIRST = 40;
const SPREAD = 60;
const SIDE_FILES = /\.(json|json\.gz|md|txt|csv|yml)$/;

/** Crafted ones first; the captures in the order of their names. */
export async function loadCorpus(): Promise<Source[]> {
  const sources: Source[] = [{ name: 'crafted', datagrams: craftedDatagrams() }];
  if (!existsSync(CAPTURES)) return sources;
  const names = readdirSync(CAPTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !SIDE_FILES.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const name of names) {
    const datagrams: Uint8Array[] = [];
    for await (const part of readCapture(name)) for (const { bytes } of part) datagrams.push(bytes.slice());
    const step = Math.max(1, Math.ceil((datagrams.length - FIRST) / SPREAD));
    const kept = datagrams.filter((_, i) => i < FIRST || (i - FIRST) % step === 0);
    if (kept.length > 0) sources.push({ name, datagrams: kept });
  }
  return sources;
}
