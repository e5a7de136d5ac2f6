// Takes back the entries that changes.ts made, into a decoder that knows nothing yet: facts, then templates, then what
// waits for templates, in the order in which it came.

import type { Exporter } from '../../flow/exporter.ts';
import type { Message } from '../context.ts';
import { type SavedCounts, savedCounts } from '../counted-flow.ts';
import { DecodeError } from '../errors.ts';
import type { RunningCounts, SavedCountedExporter } from '../running-counts.ts';
import type { SavedSet } from './changes.ts';
import type { SavedElement } from './described.ts';
import type { Domain } from './domain.ts';
import type { ElementTable } from './elements.ts';
import type { FactWriter } from './fact-writer.ts';
import type { OptionWaits } from './option-waits.ts';
import type { PendingSet, PendingSets } from './pending.ts';
import { restoreFacts, restoreSession, restoreTemplate, type SavedFacts, type SavedTemplate } from './state.ts';
import type { TemplateStore } from './store.ts';

export interface RestoredEntries {
  templates: number;
  waiting: number;
  /** Entries that cannot be read, or for which there is no room. */
  unusable: number;
}

/** @param nowMs counts as the time when exporters and templates were last seen */
export function restoreEntries(
  store: TemplateStore,
  pending: PendingSets,
  waits: OptionWaits,
  writer: FactWriter,
  running: RunningCounts,
  elements: () => ElementTable,
  entries: ReadonlyMap<string, string>,
  nowMs: number,
): RestoredEntries {
  const restored: RestoredEntries = { templates: 0, waiting: 0, unusable: 0 };
  const each = (kind: string, restore: (value: unknown, parts: readonly string[]) => void): void => {
    for (const [key, text] of entries) {
      if (!key.startsWith(kind)) continue;
      try {
        restore(JSON.parse(text), key.split('|'));
      } catch (error) {
        if (!isUnusable(error)) throw error;
        restored.unusable++;
      }
    }
  };
  const exporterOf = (address: string) => {
    const exporter = store.exporter(address);
    if (exporter === undefined) throw new TypeError('more exporters than allowed');
    exporter.lastSeenMs = nowMs;
    exporter.isNew = false;
    return exporter;
  };
  each('f|', (value, [, address = '', domain]) => {
    const exporter = exporterOf(address);
    const { name, ...facts } = value as SavedFacts & { name?: unknown };
    if (typeof name === 'string') exporter.statedName ??= name;
    const known = store.facts(exporter, Number(domain));
    writer.exporter = exporter;
    if (known !== undefined) restoreFacts(writer, known, facts);
  });
  each('t|', (value, [, address = '', port, domain]) => {
    const templates = (value as SavedTemplate[]).map((template) => ({ ...template, touchedMs: nowMs }));
    const session = { address, port: Number(port), domains: [{ id: Number(domain), templates }] };
    restored.templates += restoreSession(store, exporterOf(address), elements, session);
  });
  each('d|', (value, [, address = '', port, domain]) => {
    const domains = [{ id: Number(domain), templates: [], described: value as SavedElement[] }];
    restoreSession(store, exporterOf(address), elements, { address, port: Number(port), domains });
  });
  const counted: [Exporter, string, SavedCounts][] = [];
  each('s|', (value, [, address = '']) => running.restoreExporter(exporterOf(address), value as SavedCountedExporter));
  each('r|', (value, [, address = '', flow = '']) => counted.push([exporterOf(address), flow, savedCounts(value)]));
  // As they were: the one reported longest ago first.
  counted.sort(([, , a], [, , b]) => a[2] - b[2]);
  for (const [exporter, flow, counts] of counted) if (!running.restore(exporter, flow, counts)) restored.unusable++;
  const waiting: SavedSet[] = [];
  each('w|', (value) => waiting.push(value as SavedSet));
  for (const saved of waiting.sort(byArrival)) {
    try {
      const exporter = store.exporter(saved.address);
      const domain = exporter && store.domain(store.session(exporter, saved.port, nowMs), saved.domainId);
      if (domain !== undefined && restoreSet(pending, waits, saved, domain)) restored.waiting++;
      else restored.unusable++;
    } catch (error) {
      if (!isUnusable(error)) throw error;
      restored.unusable++;
    }
  }
  return restored;
}

/** What another version of weir wrote, or somebody's hand. */
function isUnusable(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof TypeError || error instanceof DecodeError;
}

/** False where there is no room for it. */
function restoreSet(pending: PendingSets, waits: OptionWaits, saved: SavedSet, domain: Domain): boolean {
  const { protocol, datagramId, receivedMs, exportMs, uptimeMs, systemInitMs, setId, offset, sinceMs } = saved;
  const message: Message = {
    protocol,
    exporter: domain.session.exporter,
    domain,
    datagramId,
    receivedMs,
    exportMs,
    uptimeMs,
    systemInitMs,
    records: 0,
    hasUncounted: false,
  };
  const octets = new Uint8Array(Buffer.from(saved.octets, 'base64'));
  const set: PendingSet = { message, setId, octets, offset };
  if (saved.template !== undefined) {
    return waits.restore({ ...set, template: restoreTemplate(saved.template), sinceMs: sinceMs ?? receivedMs });
  }
  if (!pending.hasRoom(domain, octets.length)) return false;
  pending.restore(set);
  return true;
}

/** Ids of one receiver ascend; of several, the receive time decides. */
function byArrival(a: SavedSet, b: SavedSet): number {
  if (a.receivedMs !== b.receivedMs) return a.receivedMs - b.receivedMs;
  if (a.datagramId !== b.datagramId) return a.datagramId < b.datagramId ? -1 : 1;
  return a.offset - b.offset;
}
