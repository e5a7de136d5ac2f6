// Remembers endpoints (address, protocol, port) that many different addresses talk to: such a one is a server, whatever
// its port. Memory is fixed: groups of four slots, found by a hash; a new endpoint takes the place of the one in its
// group that was silent too long, else of the one with the fewest peers. Endpoints that lose their place begin anew.
//
//   per slot   hash of the address (32 bits; of 100 000 addresses about one pair shares one)
//              protocol and port
//              32 bits, one per class of peers by their hash: as many bits are set as there were peers, or fewer
//              when it was last seen

import type { Host } from '../flow/host.ts';

export interface KnownServersOptions {
  /** Peers that make an endpoint a server, 2–24. */
  readonly peers: number;
  /** Milliseconds of silence after which an endpoint is forgotten. */
  readonly expireMs: number;
}

const GROUP = 4;
/** 20 bytes each: 1.3 MB. */
const SLOTS = 65_536;
const LAST_GROUP = SLOTS / GROUP - 1;

export class KnownServers {
  readonly #peers: number;
  readonly #expireMs: number;
  readonly #addresses = new Uint32Array(SLOTS);
  /** Protocol × 65536 + port; 0 = empty. */
  readonly #ports = new Uint32Array(SLOTS);
  readonly #peerBits = new Uint32Array(SLOTS);
  readonly #seenMs = new Float64Array(SLOTS);

  constructor(options: KnownServersOptions) {
    this.#peers = options.peers;
    this.#expireMs = options.expireMs;
  }

  /** Learns that `peer` talks to an endpoint, and tells whether the endpoint is known as a server. Port 1–65535. */
  meet(host: Host, protocol: number, port: number, peer: Host, nowMs: number): boolean {
    const address = hashOf(host);
    const key = protocol * 65_536 + port;
    const slot = this.#slot(address, key, nowMs);
    // The upper bits: the lower ones chose the slot of the peer's own endpoint.
    const bits = this.#peerBits[slot]! | (1 << (hashOf(peer) >>> 27));
    this.#peerBits[slot] = bits;
    this.#seenMs[slot] = nowMs;
    return countBits(bits) >= this.#peers;
  }

  /** The slot of an endpoint; one that is taken over from another is empty. */
  #slot(address: number, key: number, nowMs: number): number {
    const first = (Math.imul(address ^ Math.imul(key, 0x85ebca6b), 0x9e3779b1) >>> 16) & LAST_GROUP;
    let victim = first * GROUP;
    let victimPeers = Number.POSITIVE_INFINITY;
    for (let slot = first * GROUP; slot < first * GROUP + GROUP; slot++) {
      const isSilent = nowMs - this.#seenMs[slot]! > this.#expireMs;
      if (this.#ports[slot] === key && this.#addresses[slot] === address) {
        if (isSilent) this.#peerBits[slot] = 0;
        return slot;
      }
      const peers = isSilent ? 0 : countBits(this.#peerBits[slot]!);
      if (peers < victimPeers) {
        victim = slot;
        victimPeers = peers;
      }
    }
    this.#addresses[victim] = address;
    this.#ports[victim] = key;
    this.#peerBits[victim] = 0;
    return victim;
  }
}

/** FNV-1a of the address's text, mixed at the end so that all bits depend on all; kept in the host. */
function hashOf(host: Host): number {
  let hash = host.hash;
  if (hash === undefined) {
    hash = 0x811c9dc5;
    for (let i = 0; i < host.ip.length; i++) hash = Math.imul(hash ^ host.ip.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = (hash ^ (hash >>> 13)) >>> 0;
    host.hash = hash;
  }
  return hash;
}

/** Bits set in 32 bits (Warren, Hacker's Delight §5-1). */
function countBits(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
