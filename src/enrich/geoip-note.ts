// What `weir geoip update` notes in the folder of the databases: what it fetched, in which version, and when it last asked.
// It tells what is new, which files are ours to replace or remove, and whether it is time to ask again. What lies there
// without standing in it is the user's own, and never asked for.

import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GeoipSource } from './geoip-sources.ts';

export interface NoteEntry {
  readonly version: string;
  readonly files: readonly string[];
  /** When the source was last asked, epoch ms; notes of older versions of weir have none. */
  readonly checkedMs?: number;
}

/** By name of the source. */
export type Note = Record<string, NoteEntry>;

/** missing: no database at all. due: fetched by weir, and there may be newer ones. */
export type GeoipState = 'missing' | 'due' | 'fresh';

const NOTE = '.fetched.json';

/** Empty where there is none, or none that can be read: then everything is fetched. */
export async function readNote(folder: string): Promise<Note> {
  return parseNote(await readFile(join(folder, NOTE), 'utf8').catch(() => ''));
}

export async function writeNote(folder: string, note: Note): Promise<void> {
  const path = join(folder, NOTE);
  await writeFile(`${path}.part`, `${JSON.stringify(note, undefined, 2)}\n`);
  await rename(`${path}.part`, path);
}

/** Looks at the folder only, and asks nobody. A folder that cannot be read is left alone. */
export function geoipState(folder: string, sources: readonly (readonly GeoipSource[])[], nowMs: number): GeoipState {
  const names = namesIn(folder);
  if (names === undefined) return 'fresh';
  if (!names.some((name) => name.endsWith('.mmdb'))) return 'missing';
  if (!names.includes(NOTE)) return 'fresh';
  const note = parseNote(readFileSync(join(folder, NOTE), 'utf8'));
  // Something else is configured now, or what is there may be old.
  return sources.some((alternatives) => isDue(alternatives, note, nowMs)) ? 'due' : 'fresh';
}

function isDue(alternatives: readonly GeoipSource[], note: Note, nowMs: number): boolean {
  const held = alternatives.find(({ name }) => note[name] !== undefined);
  if (held === undefined) return true;
  const { version, checkedMs = 0 } = note[held.name]!;
  return held.isDue(version, checkedMs, nowMs);
}

function namesIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined;
  }
}

/** Without what is no entry: that is fetched anew. */
function parseNote(text: string): Note {
  let note: unknown;
  try {
    note = JSON.parse(text);
  } catch {
    return {};
  }
  return Object.fromEntries(Object.entries(note ?? {}).filter(([, entry]) => isEntry(entry))) as Note;
}

/** Names with a slash would lead out of the folder. */
function isEntry(entry: unknown): boolean {
  const { version, files } = (entry ?? {}) as { version?: unknown; files?: unknown };
  return typeof version === 'string' && Array.isArray(files) && files.every((file) => /^[\w.-]+\.mmdb$/.test(file));
}
