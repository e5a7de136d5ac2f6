// `weir setup --alerts`: alert rules through Kibana's alerting API, switched off until a user enables them. What a user has
// changed stays; whether a rule is on and what it does then (actions) is the user's anyway. Running it again changes nothing.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.ts';
import type { KibanaAction, KibanaOptions, KibanaOutcome } from './kibana.ts';
import { KibanaAlertsClient, type Rule, type RuleContent } from './kibana-alerts-client.ts';
import { KibanaClient } from './kibana-client.ts';
import type { Placement } from './kibana-objects.ts';
import { digest, type Installed, readRecord, recordKey, writeRecord } from './kibana-record.ts';
import { OutputError } from './output.ts';

/** A rule as it ships (kibana-dashboards/alerts.json): its id is a word, Kibana's is made from it. */
export interface ShippedAlert extends RuleContent {
  readonly id: string;
}

export interface AlertReport {
  /** Kibana's. */
  readonly id: string;
  readonly name: string;
  readonly outcome: KibanaOutcome;
  readonly isEnabled: boolean;
  /** Why it was kept. */
  readonly reason?: string;
}

interface Candidate {
  /** Kibana's. */
  readonly id: string;
  /** None when weir no longer ships it. */
  readonly ours: RuleContent | undefined;
  readonly theirs: Rule | undefined;
  readonly installed: Installed | undefined;
}

/** Name of the record of what was installed. */
const RECORD = 'weir-alerts';

/** The rules that ship with weir. */
export function shippedAlerts(): readonly ShippedAlert[] {
  const file = join(packageRoot, 'kibana-dashboards', 'alerts.json');
  return JSON.parse(readFileSync(file, 'utf8')) as readonly ShippedAlert[];
}

/**
 * Installs, renews or removes the rules. Throws OutputError when Kibana cannot be reached, has no alerting or no such space,
 * or refuses a rule.
 */
export async function setUpAlerts(
  options: KibanaOptions,
  action: KibanaAction,
  shipped: readonly ShippedAlert[] = shippedAlerts(),
): Promise<readonly AlertReport[]> {
  const objects = new KibanaClient(options, options.space);
  const alerts = new KibanaAlertsClient(options, options.space);
  if (!(await objects.hasSpace(options.space))) throw new OutputError(`Kibana has no space ${options.space}`, false);
  if (!(await alerts.isAvailable())) {
    if (action.remove) return [];
    throw new OutputError('this Kibana has no alerting: its plugin is switched off', false);
  }
  const candidates = await survey(objects, alerts, options, shipped);
  const reports = candidates.flatMap((candidate) => decide(candidate, action));
  if (action.dryRun) return reports;
  const record = new Map<string, Installed>();
  for (const candidate of candidates) {
    const outcome = reports.find(({ id }) => id === candidate.id)?.outcome;
    const after = await carryOut(alerts, candidate, outcome);
    if (after !== undefined) record.set(`alert/${candidate.id}`, after);
  }
  const before = candidates.flatMap(({ id, installed }) => (installed ? [[`alert/${id}`, installed] as const] : []));
  if (JSON.stringify(before) !== JSON.stringify([...record])) await writeRecord(objects, options, record, RECORD);
  return reports;
}

async function survey(
  objects: KibanaClient,
  alerts: KibanaAlertsClient,
  placement: Placement,
  shipped: readonly ShippedAlert[],
): Promise<readonly Candidate[]> {
  const ours = new Map(shipped.map((alert) => [ruleId(alert.id, placement), placed(alert, placement)]));
  const key = recordKey(placement, RECORD);
  const record = readRecord((await objects.read([key])).get(`${key.type}/${key.id}`));
  const ids = [...new Set([...ours.keys(), ...[...record.keys()].map((name) => name.slice('alert/'.length))])];
  const candidates: Candidate[] = [];
  for (const id of ids) {
    const theirs = await alerts.read(id);
    candidates.push({ id, ours: ours.get(id), theirs, installed: record.get(`alert/${id}`) });
  }
  return candidates;
}

function decide(candidate: Candidate, action: KibanaAction): readonly AlertReport[] {
  const { id, ours, theirs, installed } = candidate;
  const report = (outcome: KibanaOutcome): AlertReport => ({
    id,
    name: ours?.name ?? theirs?.name ?? id,
    outcome,
    isEnabled: theirs?.isEnabled ?? false,
  });
  if (theirs === undefined) return ours === undefined || action.remove ? [] : [report('created')];
  const now = digestOf(theirs);
  const isUntouched = now === installed?.kept || (ours !== undefined && now === digestOf(ours));
  if (!isUntouched && !action.overwrite)
    return [{ ...report('kept'), reason: 'changed in Kibana since it was installed' }];
  if (action.remove || ours === undefined) return [report('removed')];
  const isCurrent = now === digestOf(ours) || (isUntouched && installed?.sent === digestOf(ours));
  return [report(isCurrent ? 'unchanged' : 'updated')];
}

/** What the record has to say of the rule afterwards; nothing once it is gone. */
async function carryOut(
  alerts: KibanaAlertsClient,
  { id, ours, theirs, installed }: Candidate,
  outcome: KibanaOutcome | undefined,
): Promise<Installed | undefined> {
  switch (outcome) {
    case 'created':
      return record(ours!, await alerts.create(id, ours!));
    case 'updated':
      return record(ours!, await alerts.update(theirs!, ours!));
    case 'unchanged':
      return installed ?? record(ours!, theirs!);
    case 'removed':
      await alerts.delete(id);
      return undefined;
    default:
      return outcome === 'kept' ? installed : undefined;
  }
}

/** Kibana fills in defaults: what it keeps may differ from what was sent. */
function record(sent: RuleContent, kept: RuleContent): Installed {
  return { sent: digestOf(sent), kept: digestOf(kept), updatedAt: '' };
}

function digestOf({ name, tags, schedule, params }: RuleContent): string {
  return digest({ attributes: { name, tags, schedule, params }, references: [] });
}

/** For the indices of a prefix, with the tag by which users find them. */
function placed({ id: _, ...content }: ShippedAlert, { indexPrefix }: Placement): RuleContent {
  const index = (content.params['index'] as readonly string[]).map((name) => name.replace(/^weir-/, `${indexPrefix}-`));
  const name = indexPrefix === 'weir' ? content.name : `${content.name} (${indexPrefix})`;
  return { ...content, name, tags: ['weir'], params: { ...content.params, index } };
}

/** Kibana takes only UUIDs of versions 1 to 5, unique over all spaces: one that follows from name, prefix and space. */
export function ruleId(id: string, { indexPrefix, space }: Placement): string {
  const hex = createHash('sha256').update(`weir alert ${id} ${indexPrefix} ${space}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
