// One flow → one line of JSON text, the document of DESIGN §3. Not JSON.stringify: text is put together from cached
// fragments, one small function per section, all concatenated once. A field that is not known is absent, and so is an
// object without members. Every field written here has its row in pipelines/schema.yml, and the reverse; a test checks.

import type { Exporter } from '../flow/exporter.ts';
import type { Flow } from '../flow/flow.ts';
import { PROTOCOL_ICMPV6 } from '../flow/protocols.ts';
import { ECS_VERSION } from './ecs.ts';
import { Endpoints } from './endpoints.ts';
import { type Eraser, eraserOf } from './eraser.ts';
import { observerText } from './exporter-names.ts';
import { FlowSection, isName } from './flow-section.ts';
import { FlowTime, type FlowTimeOptions } from './flow-time.ts';
import { InterfaceTexts, networkOpening, Texts } from './fragments.ts';
import { flat, integerText, isCount, quote, section } from './json.ts';
import { FIREWALL_CREATED, FIREWALL_DELETED, FIREWALL_DENIED } from './names.ts';
import { hasThreat, threatText } from './threat-text.ts';
import { isDate, quotedTime } from './timestamp.ts';

export interface DocumentOptions extends FlowTimeOptions {
  /** Counters of one-way flows also as `source.*` and as the sender's role, for Kibana's Security pages. */
  readonly fillSides: boolean;
  /** Names of fields that are not written: those of groups of pipelines/schema.yml. */
  readonly dropped: ReadonlySet<string>;
}

/** What stands between `@timestamp` and the times of the event. */
const EVENT =
  `,"ecs":{"version":"${ECS_VERSION}"},` +
  '"event":{"kind":"event","category":["network"],"type":["connection"],"dataset":"weir.flow"';
/** … by IE 233, of flows that a firewall reports as created, deleted or denied. */
const FIREWALL_EVENTS: (string | undefined)[] = [];
FIREWALL_EVENTS[FIREWALL_CREATED] = EVENT.replace('"connection"', '"connection","start"');
FIREWALL_EVENTS[FIREWALL_DELETED] = EVENT.replace('"connection"', '"connection","end"');
FIREWALL_EVENTS[FIREWALL_DENIED] = EVENT.replace('"connection"', '"connection","denied"');

const MAX_SMALL_INTEGER = 2 ** 31 - 1;

const INTERFACE_LIMIT = 65_536;
const APPLICATION_LIMIT = 4096;
const DIRECTION_LIMIT = 16;

/** Numbers of records below this are two digits of base 36 in `_id`, the first of them no z. */
const SHORT_NUMBERS = 35 * 36;

/** Writes documents of flows in one form. */
export interface FlowDocuments {
  /** Flows whose exporter's clock was refused. */
  readonly clockReplaced: number;
  /** One line of ASCII without newline. The flow ends here. */
  flowDocument(flow: Flow): string;
  /** Its `_id`. */
  flowId(flow: Flow): string;
  /** Its `@timestamp` in whole epoch ms. */
  flowTimestamp(flow: Flow): number;
}

export class Documenter implements FlowDocuments {
  /** Flows whose exporter's clock was refused: `@timestamp` is the receive time, start and end are left out. */
  clockReplaced = 0;
  readonly #time: FlowTime;
  readonly #hasTimes: boolean;
  /** Takes out of a flow what shall not be written. */
  readonly #erase: Eraser | undefined;
  readonly #endpoints: Endpoints;
  readonly #flowSection: FlowSection;
  readonly #ingress = new InterfaceTexts('ingress', INTERFACE_LIMIT);
  readonly #egress = new InterfaceTexts('egress', INTERFACE_LIMIT);
  readonly #applications = new Texts(',"application":"', '"', APPLICATION_LIMIT);
  readonly #directions = new Texts(',"direction":"', '"', DIRECTION_LIMIT);
  // Last texts, and what they were made of: all flows of a datagram share them.
  #createdText = '';
  #receivedMs = Number.NaN;
  #observerText = '';
  #observerIp: string | undefined = undefined;
  #exporter: Exporter | undefined = undefined;

  constructor(options: DocumentOptions) {
    this.#time = new FlowTime(options);
    const { dropped } = options;
    this.#hasTimes = !dropped.has('event.start');
    this.#erase = eraserOf(dropped);
    this.#endpoints = new Endpoints(options.fillSides, dropped);
    this.#flowSection = new FlowSection(dropped);
  }

  /** The document: one line of ASCII without newline. The flow ends here: fields that are dropped are taken out of it. */
  flowDocument(flow: Flow): string {
    if (this.#erase !== undefined) this.#erase(flow);
    return (
      this.#event(flow) +
      this.#endpoints.text(flow) +
      this.#network(flow) +
      this.#observer(flow) +
      this.#flowSection.text(flow) +
      (flow.tags === undefined ? '' : `,"tags":[${flow.tags.map(quote).join(',')}]`) +
      (hasThreat(flow) ? threatText(flow) : '') +
      (isName(flow.userName) ? `,"user":{"name":${quote(flow.userName)}}}` : '}')
    );
  }

  /**
   * `_id` of the document: the datagram's id and the record's number, ascending with it and short. Two digits of base 36;
   * from 1260 on a z and five, so that text order remains the order of numbers, and the length even with what the id of
   * the datagram leaves (see there).
   */
  flowId(flow: Flow): string {
    return flowId(flow);
  }

  /** The document's `@timestamp` in whole epoch ms, never further than the guard from the receive time. */
  flowTimestamp(flow: Flow): number {
    return this.#time.of(flow);
  }

  /** Opens the document: `@timestamp` and what the record says of times. */
  #event(flow: Flow): string {
    const { startMs, endMs } = flow;
    const timestamp = this.flowTimestamp(flow);
    const timestampText = quotedTime(timestamp);
    const { firewallEvent } = flow;
    const opening = firewallEvent === undefined ? EVENT : (FIREWALL_EVENTS[firewallEvent] ?? EVENT);
    let text = `{"@timestamp":${timestampText}${opening}`;
    const inOrder = startMs !== undefined && (endMs === undefined || startMs <= endMs);
    if (this.#time.isOff(flow)) {
      this.clockReplaced++;
    } else if (this.#hasTimes) {
      if (inOrder && isDate(startMs)) text += `,"start":${quotedTime(startMs)}`;
      if (isDate(endMs)) text += `,"end":${endMs === timestamp ? timestampText : quotedTime(endMs)}`;
    }
    // A clock that has not been set yet may put both before 1970, and still measures.
    if (inOrder && endMs !== undefined && (isDate(startMs) || endMs < 0)) text += durationText(endMs - startMs);
    return this.#hasTimes ? text + this.#created(flow.receivedMs) : `${text}}`;
  }

  /** Closes the event. */
  #created(receivedMs: number): string {
    if (receivedMs !== this.#receivedMs) {
      this.#receivedMs = receivedMs;
      this.#createdText = flat(`,"created":${quotedTime(receivedMs)}}`);
    }
    return this.#createdText;
  }

  #network(flow: Flow): string {
    const bytes = bothDirections(flow.bytes, flow.reverseBytes);
    const packets = bothDirections(flow.packetCount, flow.reversePacketCount);
    const opening = networkOpening(ipVersion(flow), flow.protocolNumber);
    let members = '';
    if (isCount(bytes)) members += `,"bytes":${integerText(bytes)}`;
    if (isCount(packets)) members += `,"packets":${integerText(packets)}`;
    if (flow.networkDirection !== undefined) members += this.#directions.get(flow.networkDirection);
    if (flow.communityId !== undefined) members += `,"community_id":${quote(flow.communityId)}`;
    const application =
      flow.applicationName ??
      (flow.applicationId === undefined ? undefined : flow.facts.applicationNames.find(flow.applicationId));
    if (isName(application)) members += this.#applications.get(application);
    const vlan = flow.dot1qVlan ?? flow.sourceVlan ?? flow.destinationVlan;
    if (vlan !== undefined) members += `,"vlan":{"id":"${vlan}"}`;
    if (flow.customerVlan !== undefined) members += `,"inner":{"vlan":{"id":"${flow.customerVlan}"}}`;
    return opening === '' ? section(',"network":{', '', members) : `${opening}${members}}`;
  }

  #observer(flow: Flow): string {
    const { exporter, facts } = flow;
    if (flow.observerIp !== this.#observerIp || exporter !== this.#exporter || exporter.json === undefined) {
      this.#observerIp = flow.observerIp;
      this.#exporter = exporter;
      this.#observerText = flat(observerText(exporter, flow.observerIp));
    }
    return (
      this.#observerText +
      this.#ingress.get(exporter, facts, flow.inputInterface, flow.inputInterfaceName) +
      this.#egress.get(exporter, facts, flow.outputInterface, flow.outputInterfaceName) +
      '}'
    );
  }
}

/** Ends of ids by record number, made when first used. A record's number is below the octets of a datagram. */
const ID_ENDS: (string | undefined)[] = new Array(65_536);

/** `_id` of a flow's document; parts of a long flow add theirs. */
export function flowId(flow: Flow): string {
  const id = recordId(flow.datagramId, flow.recordNumber);
  return flow.part === undefined ? id : `${id}.${flow.part.toString(36).padStart(2, '0')}`;
}

/** Documents of all kinds are numbered alike. */
export function recordId(datagramId: string, recordNumber: number): string {
  return datagramId + (ID_ENDS[recordNumber] ?? idEnd(recordNumber));
}

function idEnd(number: number): string {
  const text =
    number < SHORT_NUMBERS ? number.toString(36).padStart(2, '0') : `z${number.toString(36).padStart(5, '0')}`;
  if (number < ID_ENDS.length) ID_ENDS[number] = text;
  return text;
}

/** Sum of both directions in whole units; undefined where neither is known. */
function bothDirections(forward: number | undefined, reverse: number | undefined): number | undefined {
  if (reverse === undefined) return forward === undefined ? undefined : Math.round(forward);
  return Math.round(forward ?? 0) + Math.round(reverse);
}

/** By the record's word, else by the look of its addresses, else by ICMPv6. */
function ipVersion(flow: Flow): 4 | 6 | undefined {
  if (flow.ipVersion === 4 || flow.ipVersion === 6) return flow.ipVersion;
  const ip = flow.sourceIp ?? flow.destinationIp;
  if (ip !== undefined) return ip.includes(':') ? 6 : 4;
  return flow.protocolNumber === PROTOCOL_ICMPV6 ? 6 : undefined;
}

/**
 * `,"duration":59000000`, in ns. A wrong clock still measures durations. Rounded to µs: below, doubles of this size hold
 * nothing but noise. Whole ms get their zeros as text: an engine writes small integers five times as fast as large ones.
 */
function durationText(durationMs: number): string {
  if (durationMs > 0 && durationMs <= MAX_SMALL_INTEGER && Number.isInteger(durationMs)) {
    return `,"duration":${integerText(durationMs)}000000`;
  }
  const durationNs = Math.round(durationMs * 1000) * 1000;
  return isCount(durationNs) ? `,"duration":${durationNs}` : '';
}
