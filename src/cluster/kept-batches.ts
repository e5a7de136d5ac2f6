// The last batches that Redis took, remembered for a moment: a Redis that is killed, or fails over, may come back without
// its last writes. They are copied into one ring of memory: buffers that live for seconds and then die would be what the
// garbage collector likes least (measured: more work than receiving).
//
//   |  newest part |   free   | oldest … older … new |
//                  ^ #end     ^ #kept[0].at

interface Kept {
  readonly number: number;
  readonly datagrams: number;
  readonly at: number;
  readonly length: number;
  readonly sinceMs: number;
}

export interface KeptBatch {
  readonly number: number;
  readonly datagrams: number;
  readonly body: Buffer;
}

export class KeptBatches {
  readonly #bytes: number;
  readonly #keepMs: number;
  #ring: Buffer | undefined;
  #kept: Kept[] = [];
  #end = 0;
  /** Whose batches they are. */
  #receiver = '';

  /** @param bytes at most; @param keepMs no longer than that */
  constructor(bytes: number, keepMs: number) {
    this.#bytes = bytes;
    this.#keepMs = keepMs;
  }

  /** Number of the oldest one of this receiver; undefined where there is none. */
  oldest(receiver: string): number | undefined {
    return receiver === this.#receiver ? this.#kept[0]?.number : undefined;
  }

  /** Remembers a batch, and forgets older ones for it. */
  add(receiver: string, number: number, datagrams: number, body: Buffer): void {
    if (receiver !== this.#receiver) this.clear();
    this.#receiver = receiver;
    const { length } = body;
    if (length > this.#bytes) {
      this.clear(); // those before it would be of no use
      return;
    }
    this.#ring ??= Buffer.allocUnsafeSlow(this.#bytes);
    if (this.#end + length > this.#bytes) {
      // Does not fit in before the end of the ring: what lies there is the oldest.
      while (this.#kept.length > 0 && this.#kept[0]!.at >= this.#end) this.#kept.shift();
      this.#end = 0;
    }
    const at = this.#end;
    this.#end += length;
    while (this.#kept.length > 0 && this.#kept[0]!.at < this.#end && this.#kept[0]!.at + this.#kept[0]!.length > at) {
      this.#kept.shift();
    }
    body.copy(this.#ring, at);
    this.#kept.push({ number, datagrams, at, length, sinceMs: performance.now() });
  }

  /** Forgets what is too old. */
  expire(nowMs: number): void {
    while (this.#kept.length > 0 && nowMs - this.#kept[0]!.sinceMs > this.#keepMs) this.#kept.shift();
  }

  /** Takes out the batches after a number, oldest first. */
  takeAfter(number: number): KeptBatch[] {
    const ring = this.#ring;
    const found = this.#kept.filter((kept) => kept.number > number);
    this.#kept = this.#kept.filter((kept) => kept.number <= number);
    if (ring === undefined) return [];
    return found.map(({ number, datagrams, at, length }) => {
      return { number, datagrams, body: Buffer.from(ring.subarray(at, at + length)) };
    });
  }

  clear(): void {
    this.#kept = [];
    this.#end = 0;
  }
}
