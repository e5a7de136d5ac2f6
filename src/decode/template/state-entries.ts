// The two forms of the decoder's state and the way between them: entries with a key each (changes.ts), as workers report
// them, and the whole (state.ts), as the state file holds it. What waits for its template is not in the file.

import type { StateEntry } from './changes.ts';
import type { SavedElement } from './described.ts';
import type { SavedFacts, SavedState, SavedTemplate } from './state.ts';

/** Throws TypeError where `saved` is no such state. */
export function entriesOf(saved: unknown, version: number): StateEntry[] {
  const state = saved as SavedState; // as: a wrong shape throws TypeError
  if (state?.version !== version) throw new TypeError(`state of version ${state?.version}, not ${version}`);
  const entries: StateEntry[] = [];
  for (const { address, name, domains } of state.exporters) {
    for (const { id, facts } of domains) {
      entries.push({ key: `f|${address}|${id}`, value: JSON.stringify({ name, ...facts }) });
    }
  }
  for (const { address, port, domains } of state.sessions) {
    for (const { id, templates, described } of domains) {
      entries.push({ key: `t|${address}|${port}|${id}`, value: JSON.stringify(templates) });
      if (described === undefined) continue;
      entries.push({ key: `d|${address}|${port}|${id}`, value: JSON.stringify(described) });
    }
  }
  return entries;
}

/** @param nowMs when templates and exporters were last seen: workers forget those that are silent, and say so */
export function stateOfEntries(
  entries: Iterable<readonly [string, string]>,
  version: number,
  nowMs: number,
): SavedState {
  const exporters = new Map<string, { name: string | undefined; domains: { id: number; facts: SavedFacts }[] }>();
  const sessions: SavedState['sessions'][number][] = [];
  for (const [key, value] of entries) {
    const [kind, address = '', ...numbers] = key.split('|');
    const [first = 0, second = 0] = numbers.map(Number);
    if (kind === 'f') {
      // as: what saveFacts() made
      const { name, ...facts } = JSON.parse(value) as SavedFacts & { name?: string };
      const known = exporters.get(address) ?? { name: undefined, domains: [] };
      exporters.set(address, known);
      known.name ??= name;
      known.domains.push({ id: first, facts });
    } else if (kind === 't') {
      const templates = (JSON.parse(value) as SavedTemplate[]).map((template) => ({ ...template, touchedMs: nowMs }));
      sessions.push({ address, port: first, domains: [{ id: second, templates }] });
    } else if (kind === 'd') {
      const described = JSON.parse(value) as SavedElement[]; // as: what save() made
      sessions.push({ address, port: first, domains: [{ id: second, templates: [], described }] });
    }
  }
  return {
    version,
    exporters: [...exporters].map(([address, exporter]) => ({ address, lastSeenMs: nowMs, ...exporter })),
    sessions,
  };
}
