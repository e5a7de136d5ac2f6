// `weir geoip update`: brings the databases of a folder up to date. Files are fetched into a folder beside, opened and
// checked as they will be when in use, and only then renamed into place, one by one: a running weir sees whole files only.
// A note of what was fetched, in the same folder, tells what is new, and which files are ours to replace or remove.

import { access, constants, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { Geoip } from './geoip.ts';
import { type Note, readNote, writeNote } from './geoip-note.ts';
import { type FreeOptions, freeSources, type GeoipSource, maxmindSource } from './geoip-sources.ts';
import { reasonOf } from './npm-package.ts';

export interface GeoipUpdateOptions extends FreeOptions {
  /** Where databases lie; it is made where it is missing. */
  readonly folder: string;
  /** MaxMind's account id and licence key; without both the free databases are fetched. */
  readonly account: string | undefined;
  readonly licenseKey: string | undefined;
  /** What to fetch from MaxMind. */
  readonly editions: readonly string[];
  /** Start of MaxMind's download addresses. */
  readonly url: string;
}

export interface GeoipChange {
  /** Edition or package. */
  readonly name: string;
  /** skipped: it had nothing, but the next source of the same data had. */
  readonly action: 'updated' | 'unchanged' | 'removed' | 'skipped' | 'failed';
  /** Databases put in place or removed. */
  readonly files: readonly string[];
  /** Why it failed. */
  readonly reason?: string;
}

const STAGING = '.update-';
/** No update takes so long. */
const STALE_MS = 3_600_000;

/** The sources that the options ask for: several of the same data are tried one after the other. */
export function geoipSources(options: GeoipUpdateOptions): readonly (readonly GeoipSource[])[] {
  const { account, licenseKey, url } = options;
  if (account === undefined || licenseKey === undefined) return freeSources(options);
  return options.editions.map((edition) => [maxmindSource({ url, account, licenseKey, edition })]);
}

/** Fetches what is new. A source that fails is reported, and what is there of it stays. Rejects with ConfigError for a folder of no use. */
export async function updateGeoip(
  folder: string,
  sources: readonly (readonly GeoipSource[])[],
  signal: AbortSignal,
  log: Log,
): Promise<readonly GeoipChange[]> {
  await makeFolder(folder);
  await removeStale(folder);
  const note = await readNote(folder);
  const changes: GeoipChange[] = [];
  for (const alternatives of sources) {
    const tried = await updateFromFirst(folder, alternatives, note, signal, log);
    changes.push(...tried);
    if (tried.at(-1)?.action !== 'failed') await writeNote(folder, note);
  }
  // Only when all that was asked for is there, what was fetched before from elsewhere may go.
  if (changes.every(({ action }) => action !== 'failed')) changes.push(...(await removeOthers(folder, changes, note)));
  return changes;
}

/** Takes the first source that has something. What is held of a better one is not replaced by that of a worse one. */
async function updateFromFirst(
  folder: string,
  alternatives: readonly GeoipSource[],
  note: Note,
  signal: AbortSignal,
  log: Log,
): Promise<GeoipChange[]> {
  const failed: GeoipChange[] = [];
  for (const source of alternatives) {
    const change = await updateSource(folder, source, note, signal, log);
    if (change.action !== 'failed')
      return [...failed.map((other) => ({ ...other, action: 'skipped' as const })), change];
    failed.push(change);
    const held = note[source.name];
    if (held !== undefined && (await areThere(folder, held.files))) break;
  }
  return failed;
}

async function updateSource(
  folder: string,
  source: GeoipSource,
  note: Note,
  signal: AbortSignal,
  log: Log,
): Promise<GeoipChange> {
  const { name } = source;
  let staging: string | undefined;
  try {
    const version = await source.version(signal);
    const held = note[name];
    if (held?.version === version && (await areThere(folder, held.files))) {
      note[name] = { ...held, checkedMs: Date.now() };
      return { name, action: 'unchanged', files: held.files };
    }
    staging = await mkdtemp(join(folder, STAGING));
    await source.fetch(staging, version, signal);
    const files = await checkedFiles(staging, log);
    for (const file of files) await rename(join(staging, file), join(folder, file));
    note[name] = { version, files, checkedMs: Date.now() };
    return { name, action: 'updated', files };
  } catch (error) {
    return { name, action: 'failed', files: [], reason: reasonOf(error) };
  } finally {
    if (staging !== undefined) await rm(staging, { recursive: true, force: true });
  }
}

/** Names of the databases in the folder; rejects unless there is one and each can be used. */
async function checkedFiles(folder: string, log: Log): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.mmdb')).sort();
  if (files.length === 0) throw new Error('it holds no database');
  const geoip = new Geoip({ enabled: true, folder, reloadSeconds: 0 }, () => undefined, log);
  await geoip.check();
  const used = geoip.databases.map(({ file }) => file);
  const useless = files.find((file) => !used.includes(file));
  if (useless !== undefined) throw new Error(`${useless} is damaged, or no database of places or AS numbers`);
  return files;
}

/** GeoLite2 replaces the free databases and the reverse, so that none of them takes memory for nothing. */
async function removeOthers(folder: string, used: readonly GeoipChange[], note: Note): Promise<GeoipChange[]> {
  const names = new Set(used.filter(({ action }) => action !== 'skipped').map(({ name }) => name));
  const kept = new Set([...names].flatMap((name) => note[name]?.files ?? []));
  const changes: GeoipChange[] = [];
  for (const [name, { files }] of Object.entries(note)) {
    if (names.has(name)) continue;
    for (const file of files) if (!kept.has(file)) await rm(join(folder, file), { force: true });
    delete note[name];
    changes.push({ name, action: 'removed', files });
  }
  if (changes.length > 0) await writeNote(folder, note);
  return changes;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    const expected = `a folder that can be written to (${(cause as Error).message})`;
    throw new ConfigError('enrich.geoip.folder', folder, expected, { cause });
  }
}

/** What a process left that was killed while it fetched. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(STAGING)) continue;
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true });
  }
}

async function areThere(folder: string, files: readonly string[]): Promise<boolean> {
  const there = await readdir(folder);
  return files.every((file) => there.includes(file));
}
