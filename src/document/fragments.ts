// JSON text of what repeats from flow to flow, made once: networks, interfaces, coded header fields, service names.
// Every text is pure ASCII. Members begin with a comma where something always stands before them.
// Caches are bounded: full, they start anew, which costs a moment and never memory.

import type { DomainFacts, Exporter } from '../flow/exporter.ts';
import type { Host } from '../flow/host.ts';
import { interfaceAlias, interfaceName } from '../flow/interface-name.ts';
import { PROTOCOL_ICMPV6, protocolName } from '../flow/protocols.ts';
import { tcpFlagNames, tcpState } from '../flow/tcp-flags.ts';
import { escapeText, flat, isUpTo, quote } from './json.ts';
import { dscpName, ECN_NAMES, icmpName } from './names.ts';

/** `"network":"offices","tags":["wifi"]`, the user's words for a host's network; '' where he has none. */
export function hostNetworkText(host: Host): string {
  let text = host.networkJson;
  if (text === undefined) {
    const { network, networkTags } = host;
    text = network === undefined ? '' : `"network":${quote(network)}`;
    if (text !== '' && networkTags !== undefined && networkTags.length > 0) {
      text += `,"tags":[${networkTags.map(quote).join(',')}]`;
    }
    text = flat(text);
    host.networkJson = text;
  }
  return text;
}

/** Text around a value of a small vocabulary (services, applications, localities), by the value; made once each. */
export class Texts {
  readonly #before: string;
  readonly #after: string;
  readonly #limit: number;
  readonly #texts = new Map<string, string>();

  /**
   * @param before what stands before the value, as `,"locality":"`
   * @param after what stands after it, as `"`
   * @param limit most values remembered
   */
  constructor(before: string, after: string, limit: number) {
    this.#before = before;
    this.#after = after;
    this.#limit = limit;
  }

  get(value: string): string {
    let text = this.#texts.get(value);
    if (text === undefined) {
      text = flat(this.#before + escapeText(value) + this.#after);
      if (this.#texts.size >= this.#limit) this.#texts.clear();
      this.#texts.set(value, text);
    }
    return text;
  }
}

const PORTS: (string | undefined)[] = new Array(65_536);

/** `,"port":443`; empty where it is no port. */
export function portText(port: number | undefined): string {
  if (!isUpTo(port, 65_535)) return '';
  let text = PORTS[port];
  if (text === undefined) {
    text = flat(`,"port":${port}`);
    PORTS[port] = text;
  }
  return text;
}

interface ServiceEntry {
  readonly port: number | undefined;
  readonly section: string;
  readonly conversationEnd: string;
}

/** Texts of a service by its name, which mostly comes with the same port. */
export class ServiceTexts {
  readonly #limit: number;
  readonly #entries = new Map<string, ServiceEntry>();

  /** @param limit most services remembered */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `,"service":{"name":"https (TCP/443)","port":443}` */
  section(name: string, port: number | undefined): string {
    return this.#entry(name, port).section;
  }

  /** What stands after the addresses of a conversation: ` https (TCP/443)"`, and the section. */
  conversationEnd(name: string, port: number | undefined): string {
    return this.#entry(name, port).conversationEnd;
  }

  #entry(name: string, port: number | undefined): ServiceEntry {
    let entry = this.#entries.get(name);
    if (entry === undefined || entry.port !== port) {
      const escaped = escapeText(name);
      const section = flat(`,"service":{"name":"${escaped}"${portText(port)}}`);
      entry = { port, section, conversationEnd: flat(` ${escaped}"${section}`) };
      if (this.#entries.size >= this.#limit) this.#entries.clear();
      this.#entries.set(name, entry);
    }
    return entry;
  }
}

interface InterfaceEntry {
  readonly name: string | undefined;
  readonly alias: string | undefined;
  readonly text: string;
}

/** `,"ingress":{"interface":{"id":"3","name":"ge-0/0/3","alias":"uplink"}}` by interface, per observation domain. */
export class InterfaceTexts {
  readonly #open: string;
  readonly #limit: number;
  #byFacts = new WeakMap<DomainFacts, Map<number, InterfaceEntry>>();
  /** Entries of all domains. */
  #size = 0;
  // Neighbouring flows come from one domain: remembering it spares the WeakMap.
  #facts: DomainFacts | undefined = undefined;
  #entries = new Map<number, InterfaceEntry>();

  /** @param limit most interfaces remembered, of all observation domains */
  constructor(side: 'ingress' | 'egress', limit: number) {
    this.#open = `,"${side}":{"interface":{`;
    this.#limit = limit;
  }

  /**
   * Empty where neither index nor name is known.
   * @param recordName the name that the record itself states, which wins over option data
   */
  get(exporter: Exporter, facts: DomainFacts, index: number | undefined, recordName: string | undefined): string {
    if (index === undefined) return recordName === undefined ? '' : this.#text(undefined, recordName, undefined);
    if (facts !== this.#facts) this.#enter(facts);
    const name = exporter.tableInterfaces?.get(index)?.name ?? recordName ?? interfaceName(exporter, facts, index);
    const alias = interfaceAlias(exporter, facts, index);
    let entry = this.#entries.get(index);
    if (entry === undefined || entry.name !== name || entry.alias !== alias) {
      entry = { name, alias, text: flat(this.#text(index, name, alias)) };
      if (this.#size >= this.#limit) this.#clear(facts);
      if (!this.#entries.has(index)) this.#size++;
      this.#entries.set(index, entry);
    }
    return entry.text;
  }

  #clear(facts: DomainFacts): void {
    this.#byFacts = new WeakMap();
    this.#size = 0;
    this.#enter(facts);
  }

  #enter(facts: DomainFacts): void {
    let entries = this.#byFacts.get(facts);
    if (entries === undefined) {
      entries = new Map();
      this.#byFacts.set(facts, entries);
    }
    this.#facts = facts;
    this.#entries = entries;
  }

  #text(index: number | undefined, name: string | undefined, alias: string | undefined): string {
    let members = index === undefined ? '' : `,"id":"${index}"`;
    if (name !== undefined && name !== '') members += `,"name":${quote(name)}`;
    if (alias !== undefined && alias !== '') members += `,"alias":${quote(alias)}`;
    return members === '' ? '' : `${this.#open}${members.slice(1)}}}`;
  }
}

/** `,"network":{"type":"ipv4","transport":"tcp","iana_number":"6"`, by IP version (none, 4, 6) and protocol number. */
const NETWORK_IPV4: string[] = [];
const NETWORK_IPV6: string[] = [];
const NETWORK: string[] = [];
for (let number = 0; number < 256; number++) {
  const name = protocolName(number);
  const members = `${name === undefined ? '' : `"transport":"${name}",`}"iana_number":"${number}"`;
  NETWORK_IPV4.push(flat(`,"network":{"type":"ipv4",${members}`));
  NETWORK_IPV6.push(flat(`,"network":{"type":"ipv6",${members}`));
  NETWORK.push(flat(`,"network":{${members}`));
}

/** Opens the section network with what follows from IP version and protocol; empty where neither is known. */
export function networkOpening(ipVersion: 4 | 6 | undefined, protocolNumber: number | undefined): string {
  if (ipVersion === undefined) return protocolNumber === undefined ? '' : (NETWORK[protocolNumber] ?? '');
  const isV4 = ipVersion === 4;
  const text = protocolNumber === undefined ? undefined : (isV4 ? NETWORK_IPV4 : NETWORK_IPV6)[protocolNumber];
  return text ?? (isV4 ? ',"network":{"type":"ipv4"' : ',"network":{"type":"ipv6"');
}

/** `,"dscp":"EF","ecn":"Not-ECT","tos":184` by octet. */
const TOS: string[] = [];
for (let tos = 0; tos < 256; tos++) {
  TOS.push(flat(`,"dscp":"${dscpName(tos >> 2)}","ecn":"${ECN_NAMES[tos & 3]}","tos":${tos}`));
}

export function tosText(tos: number | undefined): string {
  return tos === undefined ? '' : (TOS[tos] ?? '');
}

const TCP_FLAGS: (string | undefined)[] = new Array(2 * 4096);

/**
 * `,"tcp_flags":["SYN","ACK"],"tcp_flags_bits":18,"tcp_state":"established"`; of 16 bits the upper four are the data
 * offset's (RFC 7125 §3).
 */
export function tcpFlagsText(flags: number, isSinglePacket: boolean): string {
  const bits = flags & 0xfff;
  const key = isSinglePacket ? bits + 4096 : bits;
  let text = TCP_FLAGS[key];
  if (text === undefined) {
    const names = tcpFlagNames(bits);
    const list = names.length === 0 ? '' : `,"tcp_flags":["${names.join('","')}"]`;
    const state = tcpState(bits, isSinglePacket);
    text = flat(`${list},"tcp_flags_bits":${bits}${state === undefined ? '' : `,"tcp_state":"${state}"`}`);
    TCP_FLAGS[key] = text;
  }
  return text;
}

const ICMP_TEXTS = new Map<number, string>();

/** `,"icmp":{"type":8,"code":0,"name":"echo request"}`; empty where the type is no octet. */
export function icmpText(
  protocolNumber: number | undefined,
  type: number | undefined,
  code: number | undefined,
): string {
  if (!isUpTo(type, 255)) return '';
  const known = isUpTo(code, 255) ? code : undefined;
  const isV6 = protocolNumber === PROTOCOL_ICMPV6;
  const key = ((isV6 ? 256 : 0) + type) * 257 + (known ?? 256);
  let text = ICMP_TEXTS.get(key);
  if (text === undefined) {
    const name = icmpName(isV6, type, known);
    text = flat(
      `,"icmp":{"type":${type}` +
        `${known === undefined ? '' : `,"code":${known}`}${name === undefined ? '' : `,"name":"${name}"`}}`,
    );
    ICMP_TEXTS.set(key, text);
  }
  return text;
}
