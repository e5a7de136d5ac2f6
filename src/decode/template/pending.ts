// Data sets that came before their template: copies of their octets, kept until the template comes or their time is
// over. Bounded in octets and time; what waits for option data (option-waits.ts) shares the bound. Ordinary after a restart, where templates may take half an hour to come again.

import type { Message } from '../context.ts';
import type { DecodeCounters } from '../counters.ts';
import type { DecodeOptions } from '../decode-options.ts';
import type { StateChanges } from './changes.ts';
import type { Domain } from './domain.ts';

/** The content of a data set, without its header, and where it stood. */
export interface PendingSet {
  readonly message: Message;
  readonly setId: number;
  readonly octets: Uint8Array;
  /** Of its first octet, from the datagram's start. */
  readonly offset: number;
}

// What a set costs beyond its octets (measured: 360 to 400), so that a flood of tiny ones meets the bound, too.
const OVERHEAD = 512;
// No domain takes more than this part of the memory, so that one exporter without templates does not starve the rest.
const DOMAIN_SHARE = 8;

export class PendingSets {
  // In the order they came, which is the order they expire in.
  readonly #waiting = new Set<PendingSet>();
  /** Told of every change, where somebody keeps the state elsewhere. */
  changes: StateChanges | undefined = undefined;
  readonly #options: DecodeOptions;
  readonly #counters: DecodeCounters;
  #octets = 0;

  constructor(options: DecodeOptions, counters: DecodeCounters) {
    this.#options = options;
    this.#counters = counters;
  }

  /** Octets held, overhead included. */
  get octets(): number {
    return this.#octets;
  }

  /** Sets held. */
  get sets(): number {
    return this.#waiting.size;
  }

  hasRoom(domain: Domain, octets: number): boolean {
    const cost = octets + OVERHEAD;
    const limit = this.#options.pendingMemory;
    return this.#octets + cost <= limit && domain.pendingOctets + cost <= limit / DOMAIN_SHARE;
  }

  /** Takes room for a set, wherever it waits, until it is let go. The caller has seen that there is room. */
  keep(set: PendingSet): void {
    const cost = set.octets.length + OVERHEAD;
    this.#octets += cost;
    set.message.domain.pendingOctets += cost;
    this.changes?.waits(set);
  }

  letGo(set: PendingSet): void {
    const cost = set.octets.length + OVERHEAD;
    this.#octets -= cost;
    set.message.domain.pendingOctets -= cost;
    this.changes?.waitsNoMore(set);
  }

  /** Keeps a copy of the set's content; counts it as dropped where there is no room. */
  park(message: Message, setId: number, view: DataView, from: number, to: number, offset: number): void {
    const { domain } = message;
    if (!this.hasRoom(domain, to - from)) {
      this.#counters.setsDropped++;
      message.exporter.setsGivenUp++;
      return;
    }
    const octets = new Uint8Array(view.buffer, view.byteOffset + from, to - from).slice();
    this.restore({ message, setId, octets, offset });
    this.#counters.setsParked++;
  }

  /** Lets a set wait for its template, behind those that do. The caller has seen that there is room. */
  restore(set: PendingSet): void {
    const { setId } = set;
    const { domain } = set.message;
    const sets = domain.pending.get(setId);
    if (sets === undefined) domain.pending.set(setId, new Set([set]));
    else sets.add(set);
    this.#waiting.add(set);
    this.keep(set);
  }

  /** Takes out what waits for this template, oldest first. */
  take(domain: Domain, setId: number): Iterable<PendingSet> {
    const sets = domain.pending.get(setId);
    if (sets === undefined) return NONE;
    domain.pending.delete(setId);
    for (const set of sets) this.#forget(set);
    return sets;
  }

  /** All that wait, oldest first; a copy. */
  all(): readonly PendingSet[] {
    return [...this.#waiting];
  }

  /**
   * What came before `beforeMs`, oldest first; the caller takes each out. One walk: to look for the oldest anew would
   * each time pass those that were taken out.
   */
  *older(beforeMs: number): Iterable<PendingSet> {
    for (const set of this.#waiting) {
      if (set.message.receivedMs >= beforeMs) return;
      yield set;
    }
  }

  /** Takes out one set. */
  remove(set: PendingSet): void {
    const { pending } = set.message.domain;
    const sets = pending.get(set.setId);
    sets?.delete(set);
    if (sets?.size === 0) pending.delete(set.setId);
    this.#forget(set);
  }

  #forget(set: PendingSet): void {
    this.#waiting.delete(set);
    this.letGo(set);
  }
}

const NONE: readonly PendingSet[] = [];
