// Who sends most, roughly and in bounded memory: the space-saving sketch over one interval. Only for the live line.

import type { Flow } from '../flow/flow.ts';

const CAPACITY = 512;

export class TopTalkers {
  #bytesByAddress = new Map<string, number>();

  /** Adds the bytes of a flow to its source; O(1) but where the table is full, then one scan of 512 entries. */
  add(flow: Flow): void {
    const address = flow.sourceIp;
    const bytes = flow.bytes;
    if (address === undefined || bytes === undefined) return;
    const known = this.#bytesByAddress.get(address);
    if (known !== undefined) this.#bytesByAddress.set(address, known + bytes);
    else if (this.#bytesByAddress.size < CAPACITY) this.#bytesByAddress.set(address, bytes);
    else if (bytes > 0) this.#replaceSmallest(address, bytes);
  }

  /** The biggest sender since the last call and its bytes; undefined when there was none. Starts a new interval. */
  take(): { readonly address: string; readonly bytes: number } | undefined {
    let best: { address: string; bytes: number } | undefined;
    for (const [address, bytes] of this.#bytesByAddress) {
      if (best === undefined || bytes > best.bytes) best = { address, bytes };
    }
    this.#bytesByAddress = new Map();
    return best;
  }

  /** Space saving (Metwally 2005): the newcomer inherits the smallest count, so heavy senders are never missed. */
  #replaceSmallest(address: string, bytes: number): void {
    let smallest = '';
    let smallestBytes = Number.POSITIVE_INFINITY;
    for (const [candidate, count] of this.#bytesByAddress) {
      if (count < smallestBytes) {
        smallest = candidate;
        smallestBytes = count;
      }
    }
    this.#bytesByAddress.delete(smallest);
    this.#bytesByAddress.set(address, smallestBytes + bytes);
  }
}
