// `weir setup`, the Kibana half: installs data view and dashboards, renews them when weir has newer ones, removes them. What
// a user has changed since is left alone and reported. Running it again changes nothing.

import { KibanaClient, type StoredObject } from './kibana-client.ts';
import type { KibanaConnection } from './kibana-http.ts';
import { type KibanaObject, type ObjectKey, type Placement, placeObjects, shippedObjects } from './kibana-objects.ts';
import { digest, type Installed, type InstallRecord, readRecord, recordKey, writeRecord } from './kibana-record.ts';
import { OutputError } from './output.ts';

export interface KibanaOptions extends KibanaConnection {
  /** Name of the space; `default` is the one that is always there. */
  readonly space: string;
  /** Indices are PREFIX-flows-…; another one than `weir` becomes part of ids and titles. */
  readonly indexPrefix: string;
}

export interface KibanaAction {
  /** Take everything away that was installed, instead of installing. */
  readonly remove: boolean;
  /** Replace or remove also what a user has changed. */
  readonly overwrite: boolean;
  /** Find out and report, change nothing. */
  readonly dryRun: boolean;
}

/** `kept`: left alone because somebody has changed it, see the reason. */
export type KibanaOutcome = 'created' | 'updated' | 'unchanged' | 'kept' | 'removed';

export interface KibanaObjectReport extends ObjectKey {
  /** As Kibana shows it. */
  readonly title: string;
  readonly outcome: KibanaOutcome;
  /** Why it was kept. */
  readonly reason?: string;
}

export interface KibanaReport {
  /** Kibana's. */
  readonly version: string;
  readonly objects: readonly KibanaObjectReport[];
}

/** The first Kibana that takes the objects: earlier ones refuse dashboards of 8.12's format. */
const OLDEST = [8, 12] as const;

/** One object: ours (none when weir no longer ships it), theirs (none when it is not in Kibana), how it was installed. */
interface Candidate extends ObjectKey {
  readonly ours: KibanaObject | undefined;
  readonly theirs: StoredObject | undefined;
  readonly installed: Installed | undefined;
}

/**
 * Installs or removes the objects (those that ship with weir). Throws OutputError when Kibana cannot be reached, refuses, is
 * too old, or has no such space.
 */
export async function setUpKibana(
  options: KibanaOptions,
  action: KibanaAction,
  objects: readonly KibanaObject[] = shippedObjects(),
): Promise<KibanaReport> {
  const client = new KibanaClient(options, options.space);
  const version = await client.version();
  checkVersion(version);
  if (!(await client.hasSpace(options.space))) {
    throw new OutputError(`Kibana has no space ${options.space}: create it, or set kibana.space to one it has`, false);
  }
  const candidates = await survey(client, options, placeObjects(objects, options));
  const reports = action.remove ? decideRemoval(candidates, action) : decideInstall(candidates, action);
  if (!action.dryRun) await carryOut(client, options, candidates, reports);
  return { version, objects: reports };
}

function checkVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new OutputError(
    `Kibana ${version} is too old: the dashboards need ${OLDEST.join('.')} or later; flows are indexed all the same`,
    false,
  );
}

/** Ours and whatever the record says was installed, side by side with what Kibana has. */
async function survey(
  client: KibanaClient,
  placement: Placement,
  objects: readonly KibanaObject[],
): Promise<readonly Candidate[]> {
  const ours = new Map(objects.map((object) => [keyOf(object), object]));
  const recordAt = recordKey(placement);
  const record = readRecord((await client.read([recordAt])).get(keyOf(recordAt)));
  const keys = [...new Set([...ours.keys(), ...record.keys()])];
  const theirs = await client.read(keys.map(parseKey));
  return keys.map((key) => ({
    ...parseKey(key),
    ours: ours.get(key),
    theirs: theirs.get(key),
    installed: record.get(key),
  }));
}

function decideInstall(candidates: readonly Candidate[], action: KibanaAction): readonly KibanaObjectReport[] {
  return candidates.flatMap((candidate): readonly KibanaObjectReport[] => {
    const { ours, theirs, installed } = candidate;
    if (ours === undefined) return removal(candidate, action);
    if (theirs === undefined) return [report(candidate, 'created')];
    if (digest(theirs) === digest(ours)) return [report(candidate, 'unchanged')];
    if (isUntouched(candidate)) return [report(candidate, installed?.sent === digest(ours) ? 'unchanged' : 'updated')];
    return [action.overwrite ? report(candidate, 'updated') : kept(candidate)];
  });
}

function decideRemoval(candidates: readonly Candidate[], action: KibanaAction): readonly KibanaObjectReport[] {
  const reports = candidates.flatMap((candidate) => removal(candidate, action));
  const kept = candidates.filter((candidate) => isOutcome(reports, candidate, 'kept'));
  const needed = neededBy(kept, candidates);
  return reports.map((entry) =>
    entry.outcome === 'removed' && needed.has(keyOf(entry))
      ? { ...entry, outcome: 'kept', reason: 'a dashboard that was kept needs it' }
      : entry,
  );
}

/**
 * What has to stay for a page that stays to be whole: its data views, searches, bar of links and tag. Not the pages that its
 * links and drilldowns lead to, which would keep nearly all.
 */
function neededBy(kept: readonly Candidate[], all: readonly Candidate[]): ReadonlySet<string> {
  const needed = new Set<string>();
  const visit = ({ theirs }: Candidate): void => {
    for (const reference of theirs?.references ?? []) {
      const key = keyOf(reference);
      if (reference.type === 'dashboard' || needed.has(key)) continue;
      needed.add(key);
      const next = all.find((candidate) => keyOf(candidate) === key);
      if (next !== undefined) visit(next);
    }
  };
  for (const candidate of kept) visit(candidate);
  return needed;
}

function removal(candidate: Candidate, action: KibanaAction): readonly KibanaObjectReport[] {
  const { ours, theirs } = candidate;
  if (theirs === undefined) return [];
  const isOurs = isUntouched(candidate) || (ours !== undefined && digest(theirs) === digest(ours));
  return [isOurs || action.overwrite ? report(candidate, 'removed') : kept(candidate)];
}

/**
 * Nobody has changed it since it was installed. Either sign is enough: a newer Kibana rewrites the contents but not the
 * time of the last change, and saving without a change renews the time but not the contents.
 */
function isUntouched({ theirs, installed }: Candidate): boolean {
  if (theirs === undefined || installed === undefined) return false;
  return theirs.updatedAt === installed.updatedAt || digest(theirs) === installed.kept;
}

async function carryOut(
  client: KibanaClient,
  placement: Placement,
  candidates: readonly Candidate[],
  reports: readonly KibanaObjectReport[],
): Promise<void> {
  const sent = candidates.flatMap((candidate) => {
    const isNew = isOutcome(reports, candidate, 'created') || isOutcome(reports, candidate, 'updated');
    return isNew && candidate.ours !== undefined ? [candidate.ours] : [];
  });
  if (sent.length > 0) await client.import(sent);
  for (const entry of reports) if (entry.outcome === 'removed') await client.delete(entry);
  const now = await client.read(sent);
  const before = new Map(candidates.flatMap((one) => (one.installed ? [[keyOf(one), one.installed] as const] : [])));
  const after = recordAfter(candidates, reports, now);
  if (JSON.stringify([...before]) !== JSON.stringify([...after])) await writeRecord(client, placement, after);
}

/** What the record has to say once `reports` has been carried out. */
function recordAfter(
  candidates: readonly Candidate[],
  reports: readonly KibanaObjectReport[],
  now: ReadonlyMap<string, StoredObject>,
): InstallRecord {
  const record = new Map<string, Installed>();
  for (const candidate of candidates) {
    const { ours, theirs, installed } = candidate;
    const key = keyOf(candidate);
    const current = now.get(key) ?? theirs;
    const outcome = reports.find((entry) => keyOf(entry) === key)?.outcome;
    if (outcome === 'kept' && installed !== undefined) record.set(key, installed);
    if (outcome === 'kept' || outcome === 'removed' || current === undefined || ours === undefined) continue;
    record.set(key, { sent: digest(ours), kept: digest(current), updatedAt: current.updatedAt });
  }
  return record;
}

function report(candidate: Candidate, outcome: KibanaOutcome): KibanaObjectReport {
  const { type, id, ours, theirs } = candidate;
  const attributes = ours?.attributes ?? theirs?.attributes ?? {};
  return { type, id, title: String(attributes['name'] ?? attributes['title'] ?? id), outcome };
}

function kept(candidate: Candidate): KibanaObjectReport {
  const reason =
    candidate.installed === undefined
      ? 'it was there before and differs from ours'
      : `changed in Kibana since it was installed (${candidate.theirs?.updatedAt ?? 'unknown time'})`;
  return { ...report(candidate, 'kept'), reason };
}

function isOutcome(reports: readonly KibanaObjectReport[], key: ObjectKey, outcome: KibanaOutcome): boolean {
  return reports.some((entry) => entry.outcome === outcome && keyOf(entry) === keyOf(key));
}

function keyOf({ type, id }: ObjectKey): string {
  return `${type}/${id}`;
}

function parseKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return { type: key.slice(0, slash), id: key.slice(slash + 1) };
}
