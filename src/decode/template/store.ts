// What is remembered of exporters between datagrams, found by exporter address → source port → observation domain →
// template id: Maps of Maps, since a concatenated key costs ten times as much. Every level is bounded, because every
// key comes from the wire, and addresses can be forged.

import { type DomainFacts, Exporter } from '../../flow/exporter.ts';
import type { DecodeCounters } from '../counters.ts';
import type { DecodeOptions } from '../decode-options.ts';
import {
  DESCRIBED_OCTETS,
  DecodeMemory,
  DOMAIN_OCTETS,
  EXPORTER_OCTETS,
  FACTS_OCTETS,
  FIELD_OCTETS,
  LOAN_OCTETS,
  SEQUENCE_OCTETS,
  SESSION_OCTETS,
  TEMPLATE_OCTETS,
} from '../memory.ts';
import type { StateChanges } from './changes.ts';
import { Domain, Session } from './domain.ts';
import { announcesInterval } from './option-sampling.ts';
import type { Template } from './template.ts';

/** An exporter that has sent fewer datagrams, but some since weir started, gives way to a new one: forged ones do. */
const SETTLED_DATAGRAMS = 10;
/** Exporters looked at for one that gives way, per datagram of a new one. */
const EVICTION_STEPS = 64;

export class TemplateStore {
  /** All exporters known, by address (sFlow: agent address). */
  readonly exporters = new Map<string, Exporter>();
  readonly memory: DecodeMemory;
  /** Told of every change, where somebody keeps the state elsewhere. */
  changes: StateChanges | undefined = undefined;
  readonly #sessions = new Map<string, Map<number, Session>>();
  readonly #options: DecodeOptions;
  readonly #counters: DecodeCounters;
  constructor(options: DecodeOptions, counters: DecodeCounters) {
    this.#options = options;
    this.#counters = counters;
    this.memory = new DecodeMemory(options.memory);
  }

  /** The exporter of an address; undefined when there are too many already. */
  exporter(address: string): Exporter | undefined {
    const known = this.exporters.get(address);
    if (known !== undefined) return known;
    const exporter = new Exporter(address);
    const isFull = this.exporters.size >= this.#options.maxExporters || !this.memory.hasRoom(exporter, EXPORTER_OCTETS);
    if (isFull && (!this.#evictExporter() || !this.memory.hasRoom(exporter, EXPORTER_OCTETS))) return undefined;
    this.memory.add(exporter, EXPORTER_OCTETS);
    this.exporters.set(address, exporter);
    return exporter;
  }

  session(exporter: Exporter, port: number, nowMs: number): Session {
    let ports = this.#sessions.get(exporter.address);
    if (ports === undefined) {
      ports = new Map();
      this.#sessions.set(exporter.address, ports);
    }
    let session = ports.get(port);
    if (session === undefined) {
      const isFull = ports.size >= this.#options.maxPorts || !this.memory.hasRoom(exporter, SESSION_OCTETS);
      if (isFull) this.#evictPort(ports);
      // Its first one, every exporter gets.
      this.memory.add(exporter, SESSION_OCTETS);
      session = new Session(exporter, port, nowMs);
      ports.set(port, session);
    }
    session.lastSeenMs = nowMs;
    return session;
  }

  /** The facts of a domain; undefined when the exporter has too many already. */
  facts(exporter: Exporter, domainId: number): DomainFacts | undefined {
    const known = exporter.domains.get(domainId);
    if (known !== undefined || exporter.domains.size >= this.#options.maxDomains) return known;
    return this.memory.take(exporter, FACTS_OCTETS) ? exporter.facts(domainId) : undefined;
  }

  domain(session: Session, domainId: number): Domain | undefined {
    let domain = session.domains.get(domainId);
    if (domain === undefined) {
      const facts = this.facts(session.exporter, domainId);
      if (facts === undefined || !this.memory.take(session.exporter, DOMAIN_OCTETS)) return undefined;
      domain = new Domain(domainId, session, facts);
      session.domains.set(domainId, domain);
    }
    return domain;
  }

  /** True where a template of so many fields may be learned. */
  hasRoom(domain: Domain, templateId: number, fieldCount: number): boolean {
    const { maxFields, maxTemplates } = this.#options;
    return (
      fieldCount <= maxFields &&
      (domain.templates.size < maxTemplates || domain.templates.has(templateId)) &&
      this.memory.hasRoom(domain.session.exporter, templateOctets(fieldCount))
    );
  }

  put(domain: Domain, template: Template): void {
    this.remove(domain, template.id);
    domain.templates.set(template.id, template);
    (template.isOptions ? domain.optionIds : domain.dataIds).add(template.id);
    this.changes?.templatesOf(domain);
    this.memory.add(domain.session.exporter, templateOctets(template.fields.length));
  }

  /** Forgets a template; false where there was none. */
  remove(domain: Domain, templateId: number): boolean {
    const template = domain.templates.get(templateId);
    if (template === undefined) return false;
    domain.templates.delete(templateId);
    (template.isOptions ? domain.optionIds : domain.dataIds).delete(templateId);
    this.changes?.templatesOf(domain);
    this.memory.give(domain.session.exporter, templateOctets(template.fields.length));
    return true;
  }

  /** Forgets all templates of a kind; their number. Takes as many steps. */
  removeAll(domain: Domain, isOptions: boolean): number {
    const ids = isOptions ? domain.optionIds : domain.dataIds;
    const count = ids.size;
    for (const id of ids) this.remove(domain, id);
    return count;
  }

  /** The same domain of the port that sent a template of this id last, of all other ports of the exporter. */
  domainOfOtherPort(domain: Domain, templateId: number): Domain | undefined {
    let found: Domain | undefined;
    let touchedMs = Number.NEGATIVE_INFINITY;
    const ports = this.#sessions.get(domain.session.exporter.address);
    for (const session of ports?.values() ?? []) {
      if (session === domain.session) continue;
      const other = session.domains.get(domain.id);
      const template = other?.templates.get(templateId);
      if (template === undefined || template.touchedMs <= touchedMs) continue;
      found = other;
      touchedMs = template.touchedMs;
    }
    return found;
  }

  /** Forgets the templates of one port, as those of a connection that has ended (RFC 7011 §8.1). Facts stay. */
  forgetSession(address: string, port: number): void {
    const ports = this.#sessions.get(address);
    const session = ports?.get(port);
    if (ports === undefined || session === undefined) return;
    this.#drop(ports, session);
    if (ports.size === 0) this.#sessions.delete(address);
  }

  /** True where an options template announces sampling intervals of which no record has come. */
  awaitsIntervals(exporter: Exporter): boolean {
    for (const session of this.sessionsOf(exporter)) {
      for (const domain of session.domains.values()) {
        for (const template of domain.templates.values()) {
          if (template.isOptions && template.optionPlan === undefined && announcesInterval(template.fields))
            return true;
        }
      }
    }
    return false;
  }

  /** What is known of a port's domain; undefined where nothing is. */
  findDomain(address: string, port: number, domainId: number): Domain | undefined {
    return this.#sessions.get(address)?.get(port)?.domains.get(domainId);
  }

  /** The sessions of all ports of an exporter. */
  sessionsOf(exporter: Exporter): Iterable<Session> {
    return this.#sessions.get(exporter.address)?.values() ?? [];
  }

  /** Templates of an address, of all its ports and domains. */
  templateCount(address: string): number {
    let count = 0;
    for (const session of this.#sessions.get(address)?.values() ?? []) {
      for (const domain of session.domains.values()) count += domain.templates.size;
    }
    return count;
  }

  /** All sessions there are, for saving and for tests. */
  *sessions(): Iterable<Session> {
    for (const ports of this.#sessions.values()) yield* ports.values();
  }

  /** Forgets templates that were neither sent nor used since, and exporters that were silent. */
  expire(beforeMs: number): void {
    for (const [address, ports] of this.#sessions) {
      for (const session of ports.values()) {
        for (const domain of session.domains.values()) this.#expireDomain(domain, beforeMs);
        if (session.lastSeenMs < beforeMs) this.#drop(ports, session);
      }
      if (ports.size === 0) this.#sessions.delete(address);
    }
    for (const exporter of this.exporters.values()) if (exporter.lastSeenMs < beforeMs) this.#forget(exporter);
  }

  #expireDomain(domain: Domain, beforeMs: number): void {
    for (const template of domain.templates.values()) {
      if (template.touchedMs >= beforeMs) continue;
      this.remove(domain, template.id);
      this.#counters.templatesExpired++;
    }
  }

  /** Makes room for a new port; at most maxPorts steps, and only when a port is new. */
  #evictPort(ports: Map<number, Session>): void {
    let oldest: Session | undefined;
    for (const session of ports.values()) {
      if (oldest === undefined || session.lastSeenMs < oldest.lastSeenMs) oldest = session;
    }
    if (oldest === undefined) return;
    this.#drop(ports, oldest);
    this.#counters.portsEvicted++;
  }

  #drop(ports: Map<number, Session>, session: Session): void {
    let octets = SESSION_OCTETS + session.sequences.size * SEQUENCE_OCTETS;
    this.changes?.session(session);
    for (const domain of session.domains.values()) {
      const { templates, described, lenders } = domain;
      octets += DOMAIN_OCTETS + (described?.size ?? 0) * DESCRIBED_OCTETS + lenders.size * LOAN_OCTETS;
      for (const template of templates.values()) octets += templateOctets(template.fields.length);
    }
    this.memory.give(session.exporter, octets);
    ports.delete(session.port);
    session.isGone = true;
  }

  /** Makes room for a new exporter; false where none of those looked at has sent little. */
  #evictExporter(): boolean {
    let steps = 0;
    for (const [address, exporter] of this.exporters) {
      if (exporter.datagrams > 0 && exporter.datagrams < SETTLED_DATAGRAMS) {
        this.#forget(exporter);
        this.#counters.exportersEvicted++;
        return true;
      }
      // To the end, so that the next look begins with others.
      this.exporters.delete(address);
      this.exporters.set(address, exporter);
      if (++steps === EVICTION_STEPS) return false;
    }
    return false;
  }

  #forget(exporter: Exporter): void {
    this.changes?.exporter(exporter, this.sessionsOf(exporter));
    for (const session of this.sessionsOf(exporter)) session.isGone = true;
    this.exporters.delete(exporter.address);
    this.#sessions.delete(exporter.address);
    this.memory.forget(exporter);
  }
}

function templateOctets(fieldCount: number): number {
  return TEMPLATE_OCTETS + FIELD_OCTETS * fieldCount;
}
