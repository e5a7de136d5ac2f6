// Ids of datagrams, from which the `_id` of every document is made (DESIGN §5.3): a short prefix that names where the
// datagram came from (one start of a receiver, or one file) and a counter. Ids ascend as text, because ascending ids cost
// Elasticsearch no more than its own; so numbers are written in base 36 behind one digit that tells their length.

import { createHash, randomInt } from 'node:crypto';

/** A number of 0 to 2^53 as text that sorts like the number: its length in base 36, then its digits. */
export function sortableNumber(value: number): string {
  const digits = value.toString(36);
  return digits.length.toString(36) + digits;
}

/**
 * Prefix of one start of a receiver: start time, then four random digits for processes that start in the same millisecond
 * (pids do not tell containers apart). A later start sorts later.
 */
export function bootId(startMs: number, random: number = randomInt(36 ** 4)): string {
  return startMs.toString(36).padStart(8, '0') + random.toString(36).padStart(4, '0');
}

/** Gives out the ids of one receiver. */
export class DatagramIds {
  readonly prefix: string;
  private counter = 0;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The next id; greater, as text, than all before. */
  next(): string {
    return this.prefix + sortableNumber(this.counter++);
  }
}

/**
 * Prefix of a file: "0" and twelve digits of a digest over its size, its first and its last bytes, the same wherever the
 * file lies. The ends are enough to tell captures apart and spare reading a big file twice.
 */
export function fileId(sizeBytes: number, head: Uint8Array, tail: Uint8Array): string {
  const digest = createHash('sha256').update(`${sizeBytes} `).update(head).update(tail).digest();
  const high = digest.readUInt32BE(0);
  const low = digest.readUInt32BE(4);
  return `0${(high % 36 ** 6).toString(36).padStart(6, '0')}${(low % 36 ** 6).toString(36).padStart(6, '0')}`;
}
