// Who may send, and how much: an allow-list of exporters, and a bound on the datagrams of one sender. Both are judged by
// the packet's source address, which UDP lets anybody forge: they keep strangers and runaways out, not forgers.

import { BlockList, isIP } from 'node:net';
import { canonicalAddress } from '../flow/address.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';

export interface AdmissionOptions {
  /** Addresses and networks (CIDR) that may send; empty: everybody. */
  readonly allow: readonly string[];
  /** Datagrams a second of one sender; more are dropped and counted. 0: no bound. */
  readonly maxRate: number;
}

export class AdmissionCounters {
  /** Datagrams of senders that are not on the list. */
  notAllowed = 0;
  /** Datagrams beyond the rate of their sender. */
  rateLimited = 0;
}

/** A sender may save up so many seconds of its rate: exporters send in bursts, when their caches are swept. */
const BURST_SECONDS = 5;
/** Distinct senders that are remembered; forged ones must not grow the memory. */
const SENDERS_CACHED = 65_536;
/** Senders whose refused datagrams are counted one by one; forged ones must not fill a page. */
const SENDERS_COUNTED = 1000;
const WARN_EVERY_MS = 60_000;

/** What is remembered of a sender. */
interface Sender {
  readonly address: string;
  readonly isAllowed: boolean;
  tokens: number;
  refilledMs: number;
  /** Made with its first refusal. */
  refused: AdmissionCounters | undefined;
}

/** What was refused of one sender. */
export interface RefusedSender extends Readonly<AdmissionCounters> {
  readonly address: string;
}

export class Admission {
  readonly counters = new AdmissionCounters();
  readonly #refused = new Map<string, AdmissionCounters>();
  readonly #options: AdmissionOptions;
  readonly #log: Log;
  readonly #allowed: BlockList | undefined;
  readonly #burst: number;
  readonly #senders = new Map<string, Sender>();
  #warnedMs = Number.NEGATIVE_INFINITY;

  /** Throws ConfigError for an entry of `allow` that is no address and no network; `path` is that key. */
  constructor(options: AdmissionOptions, path: string, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#burst = options.maxRate * BURST_SECONDS;
    this.#allowed = options.allow.length === 0 ? undefined : addressList(options.allow, path);
  }

  /**
   * The sender's address in canonical text if its datagram may pass; undefined, and counted, otherwise.
   * @param text as the socket gives it
   */
  admit(text: string, nowMs: number): string | undefined {
    const sender = this.#senders.get(text) ?? this.#learn(text, nowMs);
    if (!sender.isAllowed) {
      this.counters.notAllowed++;
      this.#refusedOf(sender).notAllowed++;
      this.#warn(nowMs, sender, 'flows from an address that input.allow does not name are dropped');
      return undefined;
    }
    if (this.#burst > 0 && !this.#spend(sender, nowMs)) {
      this.counters.rateLimited++;
      this.#refusedOf(sender).rateLimited++;
      this.#warn(nowMs, sender, 'an exporter sends more datagrams than input.maxRate allows; the rest is dropped');
      return undefined;
    }
    return sender.address;
  }

  /** For connections: the address in canonical text if it is on the list. Neither counts nor bounds. */
  allow(text: string): string | undefined {
    const address = canonicalAddress(text) ?? text;
    return this.#isAllowed(address) ? address : undefined;
  }

  /** The same by sender, for the first thousand of which something was refused; what others sent is in the sums only. */
  get refusedSenders(): readonly RefusedSender[] {
    return [...this.#refused].map(([address, counters]) => ({ address, ...counters }));
  }

  #refusedOf(sender: Sender): AdmissionCounters {
    let counters = sender.refused ?? this.#refused.get(sender.address);
    if (counters === undefined) {
      counters = new AdmissionCounters();
      if (this.#refused.size < SENDERS_COUNTED) this.#refused.set(sender.address, counters);
    }
    sender.refused = counters;
    return counters;
  }

  #spend(sender: Sender, nowMs: number): boolean {
    // Clocks that go back give nothing.
    const seconds = Math.max(0, nowMs - sender.refilledMs) / 1000;
    sender.refilledMs = nowMs;
    sender.tokens = Math.min(this.#burst, sender.tokens + seconds * this.#options.maxRate);
    if (sender.tokens < 1) return false;
    sender.tokens--;
    return true;
  }

  #learn(text: string, nowMs: number): Sender {
    if (this.#senders.size >= SENDERS_CACHED) this.#senders.clear();
    const address = canonicalAddress(text) ?? text;
    const isAllowed = this.#isAllowed(address);
    const sender = { address, isAllowed, tokens: this.#burst, refilledMs: nowMs, refused: undefined };
    this.#senders.set(text, sender);
    return sender;
  }

  #isAllowed(address: string): boolean {
    if (this.#allowed === undefined) return true;
    // A zone (fe80::1%eth0) tells where an address is valid, not whose it is.
    const bare = address.split('%')[0]!;
    return this.#allowed.check(bare, bare.includes(':') ? 'ipv6' : 'ipv4');
  }

  /** One a minute: whoever can reach the port can cause these. */
  #warn(nowMs: number, sender: Sender, message: string): void {
    if (Math.abs(nowMs - this.#warnedMs) < WARN_EVERY_MS) return;
    this.#warnedMs = nowMs;
    this.#log.warn({ exporter: sender.address }, message);
  }
}

function addressList(entries: readonly string[], path: string): BlockList {
  const list = new BlockList();
  for (const [i, entry] of entries.entries()) {
    const [address = '', length, ...rest] = entry.split('/');
    const version = isIP(address);
    const type = version === 6 ? 'ipv6' : 'ipv4';
    const longest = version === 6 ? 128 : 32;
    const isLength = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= longest);
    if (version === 0 || !isLength || rest.length > 0) {
      throw new ConfigError(`${path}[${i}]`, entry, 'an address or a network, e.g. 192.0.2.1 or 10.0.0.0/8');
    }
    list.addSubnet(address, length === undefined ? longest : Number(length), type);
  }
  return list;
}
