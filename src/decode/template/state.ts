// Templates and exporter facts as JSON and back: what a restart would otherwise wait half an hour for (DESIGN §4).
// Templates are kept as they came on the wire, so that a newer weir with more elements reads them anew. Writing and
// reading the file is the application's work; restoring what was restored is harmless.

import type { DomainFacts, Exporter } from '../../flow/exporter.ts';
import { DecodeError } from '../errors.ts';
import { DESCRIBED_OCTETS } from '../memory.ts';
import { restoreElements, type SavedElement } from './described.ts';
import type { Domain } from './domain.ts';
import type { ElementTable } from './elements.ts';
import type { FactWriter } from './fact-writer.ts';
import type { TemplateStore } from './store.ts';
import { type Template, type TemplateProtocol, templateOf } from './template.ts';

/** Bumped when older files can no longer be read. */
export const STATE_VERSION = 1;

export interface SavedState {
  readonly version: number;
  readonly exporters: readonly SavedExporter[];
  readonly sessions: readonly SavedSession[];
}

interface SavedExporter {
  readonly address: string;
  readonly lastSeenMs: number;
  readonly name?: string | undefined;
  readonly domains: readonly { readonly id: number; readonly facts: SavedFacts }[];
}

export interface SavedFacts {
  readonly systemInitMs?: number | undefined;
  readonly exporterIp?: string | undefined;
  readonly samplingBySampler: readonly (readonly [number, number])[];
  readonly samplingByName?: readonly (readonly [string, number])[];
  readonly samplingBySequence?: readonly (readonly [number, number])[];
  readonly selectionSequences?: readonly (readonly [number, readonly number[]])[];
  readonly samplingByTemplate?: readonly (readonly [number, number])[];
  readonly samplingByInterface: readonly (readonly [number, number])[];
  readonly interfaceNames: readonly (readonly [number, string])[];
  readonly interfaceDescriptions: readonly (readonly [number, string])[];
  readonly vrfNames: readonly (readonly [number, string])[];
  readonly applicationNames: readonly (readonly [string, string])[];
}

interface SavedSession {
  readonly address: string;
  readonly port: number;
  readonly domains: readonly SavedDomain[];
}

interface SavedDomain {
  readonly id: number;
  readonly templates: readonly SavedTemplate[];
  readonly described?: readonly SavedElement[] | undefined;
}

export interface SavedTemplate {
  readonly protocol: TemplateProtocol;
  readonly isOptions: boolean;
  readonly touchedMs: number;
  /** The template record in hexadecimal. */
  readonly raw: string;
}

/** All templates and facts, ready for JSON.stringify. */
export function saveState(store: TemplateStore): SavedState {
  const exporters = [...store.exporters.values()].map((exporter) => ({
    address: exporter.address,
    lastSeenMs: exporter.lastSeenMs,
    name: exporter.statedName,
    domains: [...exporter.domains].map(([id, facts]) => ({ id, facts: saveFacts(facts) })),
  }));
  const sessions: SavedSession[] = [];
  for (const session of store.sessions()) {
    const domains = [...session.domains.values()].filter(hasState).map(saveDomain);
    if (domains.length > 0) sessions.push({ address: session.exporter.address, port: session.port, domains });
  }
  return { version: STATE_VERSION, exporters, sessions };
}

function hasState({ templates, described }: Domain): boolean {
  return templates.size > 0 || described !== undefined;
}

export function saveDomain({ id, templates, described }: Domain): SavedDomain {
  const elements = described === undefined ? {} : { described: described.save() };
  return { id, templates: [...templates.values()].map(savedTemplate), ...elements };
}

export function savedTemplate({ protocol, isOptions, touchedMs, raw }: Template): SavedTemplate {
  return { protocol, isOptions, touchedMs, raw: Buffer.from(raw).toString('hex') };
}

/** Throws TypeError or DecodeError where it is no template, or one whose records would be endless. */
export function restoreTemplate({ protocol, isOptions, touchedMs, raw }: SavedTemplate): Template {
  if (protocol !== 'ipfix' && protocol !== 'netflow_v9') throw new TypeError(`unknown protocol ${protocol}`);
  const octets = new Uint8Array(Buffer.from(textOf(raw), 'hex'));
  const template = templateOf(protocol, isOptions === true, octets, numberOf(touchedMs));
  if (template.minimumLength === 0) throw new DecodeError('value', protocol, 0, 'template without octets');
  return template;
}

export function saveFacts(facts: DomainFacts): SavedFacts {
  return {
    systemInitMs: facts.systemInitMs,
    exporterIp: facts.exporterIp,
    samplingBySampler: [...facts.samplingBySampler],
    samplingByName: [...facts.samplingByName],
    samplingBySequence: [...facts.samplingBySequence],
    selectionSequences: [...facts.selectionSequences],
    samplingByTemplate: [...facts.samplingByTemplate],
    samplingByInterface: [...facts.samplingByInterface],
    interfaceNames: [...facts.interfaceNames],
    interfaceDescriptions: [...facts.interfaceDescriptions],
    vrfNames: [...facts.vrfNames],
    applicationNames: [...facts.applicationNames],
  };
}

/**
 * Takes back what saveState gave, within the store's limits; templates that are there already stay. Returns the number
 * of templates. Throws TypeError or DecodeError where `saved` is not such a state; what came before stands.
 */
export function restoreState(
  store: TemplateStore,
  writer: FactWriter,
  elements: () => ElementTable,
  saved: unknown,
): number {
  const state = saved as SavedState; // as: a wrong shape throws TypeError below, wrong octets DecodeError
  if (state?.version !== STATE_VERSION) throw new TypeError(`state of version ${state?.version}, not ${STATE_VERSION}`);
  for (const { address, lastSeenMs, name, domains } of state.exporters) {
    const exporter = store.exporter(textOf(address));
    if (exporter === undefined) continue;
    exporter.isNew = false;
    if (name !== undefined) exporter.statedName ??= textOf(name);
    exporter.lastSeenMs = Math.max(exporter.lastSeenMs, numberOf(lastSeenMs));
    for (const { id, facts } of domains) {
      const known = store.facts(exporter, numberOf(id));
      writer.exporter = exporter;
      if (known !== undefined) restoreFacts(writer, known, facts);
    }
  }
  let restored = 0;
  for (const session of state.sessions) {
    const exporter = store.exporter(textOf(session.address));
    if (exporter !== undefined) restored += restoreSession(store, exporter, elements, session);
  }
  return restored;
}

export function restoreSession(
  store: TemplateStore,
  exporter: Exporter,
  elements: () => ElementTable,
  saved: SavedSession,
): number {
  const session = store.session(exporter, numberOf(saved.port), exporter.lastSeenMs);
  let restored = 0;
  for (const { id, templates, described } of saved.domains) {
    const domain = store.domain(session, numberOf(id));
    if (domain === undefined) continue;
    if (described !== undefined) {
      store.memory.add(exporter, restoreElements(domain, elements(), described) * DESCRIBED_OCTETS);
    }
    for (const saved of templates) {
      const template = restoreTemplate(saved);
      if (domain.templates.has(template.id) || !store.hasRoom(domain, template.id, template.fields.length)) continue;
      store.put(domain, template);
      restored++;
    }
  }
  return restored;
}

export function restoreFacts(writer: FactWriter, facts: DomainFacts, saved: SavedFacts): void {
  facts.systemInitMs ??= saved.systemInitMs;
  facts.exporterIp ??= saved.exporterIp;
  restoreTable(writer, facts.samplingBySampler, saved.samplingBySampler);
  restoreTable(writer, facts.samplingByName, saved.samplingByName ?? []);
  restoreTable(writer, facts.samplingBySequence, saved.samplingBySequence ?? []);
  restoreTable(writer, facts.selectionSequences, saved.selectionSequences ?? []);
  restoreTable(writer, facts.samplingByTemplate, saved.samplingByTemplate ?? []);
  restoreTable(writer, facts.samplingByInterface, saved.samplingByInterface);
  restoreTable(writer, facts.interfaceNames, saved.interfaceNames);
  restoreTable(writer, facts.interfaceDescriptions, saved.interfaceDescriptions);
  restoreTable(writer, facts.vrfNames, saved.vrfNames);
  restoreTable(writer, facts.applicationNames, saved.applicationNames);
}

function restoreTable<K, V>(writer: FactWriter, table: Map<K, V>, entries: readonly (readonly [K, V])[]): void {
  for (const [key, value] of entries) writer.add(table, key, value);
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`a number expected, found ${typeof value}`);
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`text expected, found ${typeof value}`);
  return value;
}
