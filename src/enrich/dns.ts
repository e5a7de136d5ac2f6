// Names of addresses by reverse DNS. Nothing here waits for an answer: a new host is asked for beside the flows, and its name
// stands in documents from when it is known (who wants the first flows to have it holds them back: hold-back.ts). Few questions at once, a bounded queue behind them, and a bounded memory of
// answers, good and bad ones. Off by default: it tells the name server whom one talks to.

import { Resolver } from 'node:dns/promises';
import { parseAddress } from '../flow/address.ts';
import type { Host } from '../flow/host.ts';
import { PrefixTable } from './prefix-table.ts';

export interface DnsOptions {
  /** False: nothing is asked. */
  readonly enabled: boolean;
  /** Name servers, `IP`, `IP:PORT` or `[IP]:PORT`; none: the system's. */
  readonly servers: readonly string[];
  /** Networks that are asked for; none: all. */
  readonly include: readonly string[];
  /** Networks that are not; the longest prefix of both lists decides. */
  readonly exclude: readonly string[];
  /** How long a name is taken for true, ms. */
  readonly ttlMs: number;
  /** How long an address counts as nameless after an answer without name, or none, ms. */
  readonly negativeTtlMs: number;
  /** Answers remembered. */
  readonly cacheSize: number;
  /** Questions under way at once. */
  readonly concurrency: number;
  /** Addresses that wait to be asked for; more are left without name for now. */
  readonly queueSize: number;
  /** How long a name server has for an answer, ms; it is asked twice. */
  readonly timeoutMs: number;
}

interface Answer {
  readonly name: string | undefined;
  readonly expiresMs: number;
}

const TRIES = 2;
const SWEEPS_PER_TTL = 10;
const LONGEST_NAME = 253;
/** Answers that say that there is no name; others are faults. */
const NO_NAME: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

export class ReverseDns {
  /** Questions asked. */
  questions = 0;
  /** Questions that no server answered, or with a fault. */
  failures = 0;
  /** Addresses not asked for because the queue was full. */
  skipped = 0;
  /** Called after every answer, and after every question that had none. */
  onAnswer: (() => void) | undefined = undefined;
  readonly #options: DnsOptions;
  readonly #forget: (ip: string) => void;
  readonly #networks = new PrefixTable<boolean>();
  readonly #answers = new Map<string, Answer>();
  /** Hosts that wait for an answer by address, the newest of each. */
  readonly #queue = new Map<string, Host>();
  readonly #asked = new Map<string, Host>();
  #resolver: Resolver | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Throws ConfigError for a network that is none.
   * @param forget called for an address whose answer has expired: its next flow shall make its host anew
   */
  constructor(options: DnsOptions, forget: (ip: string) => void) {
    this.#options = options;
    this.#forget = forget;
    options.include.forEach((network, i) => {
      this.#networks.add(network, true, `enrich.dns.include[${i}]`);
    });
    options.exclude.forEach((network, i) => {
      this.#networks.add(network, false, `enrich.dns.exclude[${i}]`);
    });
  }

  /** Throws TypeError for a name server that is no address. */
  start(): void {
    const { enabled, servers, timeoutMs, ttlMs, negativeTtlMs } = this.#options;
    if (!enabled || this.#resolver !== undefined) return;
    const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
    if (servers.length > 0) resolver.setServers(servers);
    this.#resolver = resolver;
    this.#timer = setInterval(() => this.expire(Date.now()), Math.min(ttlMs, negativeTtlMs) / SWEEPS_PER_TTL);
    this.#timer.unref();
  }

  /** Gives up what is under way; what is known stays usable. */
  stop(): void {
    clearInterval(this.#timer);
    this.#resolver?.cancel();
    this.#resolver = undefined;
    this.#queue.clear();
  }

  /** Addresses that wait for an answer. */
  get waiting(): number {
    return this.#queue.size + this.#asked.size;
  }

  /** Answers remembered. */
  get size(): number {
    return this.#answers.size;
  }

  /** Gives the host the name that is known, or asks for it. */
  complete(host: Host): void {
    if (this.#resolver === undefined || host.domain !== undefined || !this.#isWanted(host)) return;
    const { ip } = host;
    const answer = this.#answers.get(ip);
    if (answer !== undefined) {
      // Also where it has expired: until there is a new answer.
      host.domain = answer.name;
      if (answer.expiresMs > Date.now()) return;
    }
    if (this.#asked.has(ip)) this.#asked.set(ip, host);
    else if (this.#queue.has(ip) || this.#queue.size < this.#options.queueSize) this.#queue.set(ip, host);
    else this.skipped++;
    this.#askNext();
  }

  /** Whether an answer is under way, and nothing known as yet. */
  isAwaited({ domain, ip }: Host): boolean {
    return domain === undefined && (this.#asked.has(ip) || this.#queue.has(ip)) && !this.#answers.has(ip);
  }

  /** Gives a host what was answered since: of several for one address only the newest is told. */
  refresh(host: Host): void {
    const name = host.domain === undefined ? this.#answers.get(host.ip)?.name : undefined;
    if (name !== undefined) rename(host, name);
  }

  /** Has hosts made anew whose answers have expired; forgets those that nobody asked for since. */
  expire(nowMs: number): void {
    for (const [ip, { expiresMs }] of this.#answers) {
      if (expiresMs > nowMs) continue;
      this.#forget(ip);
      if (expiresMs + this.#options.ttlMs <= nowMs) this.#answers.delete(ip);
    }
  }

  #isWanted(host: Host): boolean {
    const { scope, ip } = host;
    if (scope !== 'public' && scope !== 'private' && scope !== 'link_local') return false;
    return this.#networks.find(ip) ?? this.#options.include.length === 0;
  }

  #askNext(): void {
    for (const [ip, host] of this.#queue) {
      if (this.#asked.size >= this.#options.concurrency) return;
      this.#queue.delete(ip);
      this.#asked.set(ip, host);
      void this.#ask(ip);
    }
  }

  async #ask(ip: string): Promise<void> {
    const resolver = this.#resolver;
    if (resolver === undefined) return;
    this.questions++;
    let name: string | undefined;
    try {
      // Not reverse(): it reads /etc/hosts, too, and calls a dead server "no such name".
      name = usable((await resolver.resolvePtr(pointerName(ip)))[0]);
    } catch (error) {
      if (!NO_NAME.has((error as NodeJS.ErrnoException).code)) this.failures++;
    }
    const host = this.#asked.get(ip);
    this.#asked.delete(ip);
    if (this.#resolver === undefined) return;
    this.#remember(ip, name);
    if (host !== undefined) rename(host, name);
    this.#askNext();
    this.onAnswer?.();
  }

  #remember(ip: string, name: string | undefined): void {
    const { ttlMs, negativeTtlMs, cacheSize } = this.#options;
    // Behind all others: the oldest answer stands first.
    this.#answers.delete(ip);
    const oldest = this.#answers.size >= cacheSize ? this.#answers.keys().next().value : undefined;
    if (oldest !== undefined) this.#answers.delete(oldest);
    this.#answers.set(ip, { name, expiresMs: Date.now() + (name === undefined ? negativeTtlMs : ttlMs) });
  }
}

/** The texts that document/ keeps hold the name. */
function rename(host: Host, name: string | undefined): void {
  if (host.domain === name) return;
  host.domain = name;
  host.forgetTexts();
}

/** 192.0.2.1 → 1.2.0.192.in-addr.arpa (RFC 1035 §3.5), IPv6 by nibbles under ip6.arpa (RFC 3596 §2.5). */
function pointerName(ip: string): string {
  const bytes = [...(parseAddress(ip) ?? [])].reverse();
  if (bytes.length === 4) return `${bytes.join('.')}.in-addr.arpa`;
  return `${bytes.map((byte) => `${(byte & 15).toString(16)}.${(byte >> 4).toString(16)}`).join('.')}.ip6.arpa`;
}

/** Lower case, without the dot of the root; undefined for what is no name. */
function usable(answer: string | undefined): string | undefined {
  const name = (answer ?? '').replace(/\.$/, '').toLowerCase();
  return name === '' || name.length > LONGEST_NAME ? undefined : name;
}
