// The decoder's state as entries with a key each, and which of them changed: for whoever keeps the state outside of the
// process and must be able to say what it was after a certain datagram (cluster). state.ts has the same state as a whole.
//
//   t|ADDRESS|PORT|DOMAIN   templates of a domain, as they came
//   d|ADDRESS|PORT|DOMAIN   elements that it described (RFC 5610)
//   f|ADDRESS|DOMAIN        facts of a domain
//   w|DATAGRAM|OFFSET       a data set, or its last records, that wait for their template or for option data
//   r|ADDRESS|FLOW          what was counted of a flow that is told in parts (running-counts.ts)
//   s|ADDRESS               … and since when its exporter is listened to

import type { Exporter } from '../../flow/exporter.ts';
import type { Domain, Session } from './domain.ts';
import type { WaitingRecords } from './option-waits.ts';
import type { PendingSet } from './pending.ts';
import { type SavedTemplate, saveDomain, savedTemplate, saveFacts } from './state.ts';
import type { TemplateStore } from './store.ts';

/** `value` undefined: there is no such entry any more. */
export interface StateEntry {
  readonly key: string;
  readonly value: string | undefined;
}

/** A waiting data set, ready for JSON.stringify. */
export interface SavedSet {
  readonly address: string;
  readonly port: number;
  readonly domainId: number;
  readonly protocol: 'netflow_v9' | 'ipfix';
  readonly datagramId: string;
  readonly receivedMs: number;
  readonly exportMs: number;
  readonly uptimeMs?: number | undefined;
  readonly systemInitMs?: number | undefined;
  readonly setId: number;
  readonly offset: number;
  /** Base64. */
  readonly octets: string;
  /** Of what waits for option data: its template, and since when. */
  readonly template?: SavedTemplate | undefined;
  readonly sinceMs?: number | undefined;
}

export class StateChanges {
  // Values are made when they are asked for: what changes often is then written once.
  readonly #templates = new Map<string, { address: string; port: number; domainId: number }>();
  readonly #facts = new Map<string, { address: string; domainId: number }>();
  readonly #described = new Map<string, { address: string; port: number; domainId: number }>();
  readonly #waiting = new Map<string, PendingSet | WaitingRecords | undefined>();
  readonly #counted = new Map<string, () => unknown>();

  templatesOf(domain: Domain): void {
    const { exporter, port } = domain.session;
    const key = `t|${exporter.address}|${port}|${domain.id}`;
    if (!this.#templates.has(key)) this.#templates.set(key, { address: exporter.address, port, domainId: domain.id });
  }

  describedBy(domain: Domain): void {
    const { exporter, port } = domain.session;
    const key = `d|${exporter.address}|${port}|${domain.id}`;
    this.#described.set(key, { address: exporter.address, port, domainId: domain.id });
  }

  factsOf(address: string, domainId: number): void {
    this.#facts.set(`f|${address}|${domainId}`, { address, domainId });
  }

  /** All of it, where an exporter is forgotten. */
  exporter(exporter: Exporter, sessions: Iterable<Session>): void {
    for (const domainId of exporter.domains.keys()) this.factsOf(exporter.address, domainId);
    for (const session of sessions) this.session(session);
  }

  session(session: Session): void {
    for (const domain of session.domains.values()) {
      this.templatesOf(domain);
      if (domain.described !== undefined) this.describedBy(domain);
    }
  }

  /** @param value what it is when it is asked for, ready for JSON.stringify; undefined: gone */
  counted(key: string, value: () => unknown): void {
    this.#counted.set(key, value);
  }

  waits(set: PendingSet | WaitingRecords): void {
    this.#waiting.set(waitingKey(set), set);
  }

  waitsNoMore(set: PendingSet): void {
    this.#waiting.set(waitingKey(set), undefined);
  }

  /** All entries that changed since the last call, as they are now. */
  take(store: TemplateStore): StateEntry[] {
    const entries: StateEntry[] = [];
    for (const [key, { address, port, domainId }] of this.#templates) {
      const domain = store.findDomain(address, port, domainId);
      const isEmpty = domain === undefined || domain.templates.size === 0;
      entries.push({ key, value: isEmpty ? undefined : JSON.stringify(saveDomain(domain).templates) });
    }
    for (const [key, { address, port, domainId }] of this.#described) {
      const described = store.findDomain(address, port, domainId)?.described;
      entries.push({ key, value: described === undefined ? undefined : JSON.stringify(described.save()) });
    }
    for (const [key, { address, domainId }] of this.#facts) {
      const facts = store.exporters.get(address)?.domains.get(domainId);
      const name = store.exporters.get(address)?.statedName;
      entries.push({ key, value: facts === undefined ? undefined : JSON.stringify({ name, ...saveFacts(facts) }) });
    }
    for (const [key, set] of this.#waiting) {
      entries.push({ key, value: set === undefined ? undefined : JSON.stringify(savedSet(set)) });
    }
    for (const [key, read] of this.#counted) {
      const value = read();
      entries.push({ key, value: value === undefined ? undefined : JSON.stringify(value) });
    }
    this.#templates.clear();
    this.#described.clear();
    this.#counted.clear();
    this.#facts.clear();
    this.#waiting.clear();
    return entries;
  }
}

function waitingKey(set: PendingSet): string {
  return `w|${set.message.datagramId}|${set.offset}`;
}

function savedSet(set: PendingSet | WaitingRecords): SavedSet {
  const { message, setId, offset, octets } = set;
  const { protocol, exporter, domain, datagramId, receivedMs, exportMs, uptimeMs, systemInitMs } = message;
  return {
    address: exporter.address,
    port: domain.session.port,
    domainId: domain.id,
    protocol,
    datagramId,
    receivedMs,
    exportMs,
    uptimeMs,
    systemInitMs,
    setId,
    offset,
    octets: Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64'),
    ...('template' in set ? { template: savedTemplate(set.template), sinceMs: set.sinceMs } : {}),
  };
}
