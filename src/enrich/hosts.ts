// One Host object per address, shared by all flows of that address: what is costly to find out (range, user's
// networks, GeoIP, AS) is found out once. The cache holds two generations: a hit in the old one moves the host to the
// young one; a full young one becomes the old one. That is nearly LRU at the price of one Map look-up per hit.

import type { Flow } from '../flow/flow.ts';
import { Host } from '../flow/host.ts';
import { addressScope } from './address-scope.ts';
import type { Enricher } from './enricher.ts';
import { PrefixTable } from './prefix-table.ts';

export interface HostsOptions {
  /** Hosts kept at most, about 1 kB each with the document text that is cached with them. At least 2. */
  readonly cacheSize: number;
  /** Networks of the user in CIDR notation: they decide `network.direction`, and public ones among them are private. */
  readonly internal: readonly string[];
}

/** Completes a new host from some source, e.g. a GeoIP database. Must not throw. */
export type HostSource = (host: Host) => void;

export class Hosts {
  /** Addresses that were not in the cache. */
  misses = 0;
  readonly #generationSize: number;
  readonly #internal = new PrefixTable<true>();
  readonly #sources: readonly HostSource[];
  #young = new Map<string, Host>();
  #old = new Map<string, Host>();

  /** Throws ConfigError for an internal network that is none. */
  constructor(options: HostsOptions, sources: readonly HostSource[]) {
    this.#generationSize = Math.max(1, Math.floor(options.cacheSize / 2));
    options.internal.forEach((network, i) => {
      this.#internal.add(network, true, `enrich.hosts.internal[${i}]`);
    });
    this.#sources = sources;
  }

  /** Hosts in the cache, at most `cacheSize`. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The host of an address in canonical text. */
  get(ip: string): Host {
    let host = this.#young.get(ip);
    if (host !== undefined) return host;
    host = this.#old.get(ip);
    if (host === undefined) host = this.#make(ip);
    else this.#old.delete(ip);
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(ip, host);
    return host;
  }

  /**
   * The destination, or what its address is translated to, if only that is inside. Not what is outside: of answers to
   * translated clients FortiGates have the inner address as the destination, and the outer one as its translation.
   */
  receiver(flow: Flow, destination: Host): Host {
    return this.#inner(destination, flow.natDestinationIp);
  }

  /**
   * The source, or what its address is translated to, if only that is inside: FortiGates state so the answers of published
   * servers. Where both ends are translated a proxy or load balancer stands in for a sender outside.
   */
  sender(flow: Flow, source: Host): Host {
    const { natDestinationIp } = flow;
    const isOnly = natDestinationIp === undefined || natDestinationIp === flow.destinationIp;
    return isOnly ? this.#inner(source, flow.natSourceIp) : source;
  }

  #inner(host: Host, translatedIp: string | undefined): Host {
    if (translatedIp === undefined || host.isInternal || translatedIp === host.ip) return host;
    const translated = this.get(translatedIp);
    return translated.isInternal ? translated : host;
  }

  /** Forgets all hosts: their sources know something new. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  /** Forgets one host: its next flow makes it anew. */
  delete(ip: string): void {
    this.#young.delete(ip);
    this.#old.delete(ip);
  }

  #make(ip: string): Host {
    this.misses++;
    const host = new Host(ip);
    host.scope = addressScope(ip);
    host.isInternal = this.#internal.find(ip) === true;
    for (const complete of this.#sources) complete(host);
    // After the sources: a named network may decide isInternal.
    if (host.isInternal && host.scope === 'public') host.scope = 'private';
    return host;
  }
}

/** Sets flow.source and flow.destination. */
export function hostsEnricher(hosts: Hosts): Enricher {
  return function setHosts(flow: Flow): void {
    if (flow.sourceIp !== undefined) flow.source = hosts.get(flow.sourceIp);
    if (flow.destinationIp !== undefined) flow.destination = hosts.get(flow.destinationIp);
  };
}
