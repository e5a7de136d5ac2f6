// Ids of datagrams, from which the `_id` of every document is made (DESIGN §5.3): a short prefix that names where the
// datagram came from (one start of a receiver, or one file) and a counter. Ids ascend as text, because ascending ids cost
// Elasticsearch no more than its own; so numbers are written in base 36 with a fixed number of digits. Elasticsearch keeps
// ids of letters and digits in three quarters of their length when that is a multiple of four: prefixes have 12 characters,
// numbers 6 (or 12), and the document adds 2 (or 6) for the record.

import { createHash, randomInt } from 'node:crypto';

/** Characters of a prefix. */
export const PREFIX_LENGTH = 12;

/** Numbers below need six digits, the first of them no z. */
const SHORT_NUMBERS = 35 * 36 ** 5;

/** A number of 0 to 2^53 as text that sorts like the number: six digits of base 36, from 2.1 milliards on a z and eleven. */
export function sortableNumber(value: number): string {
  return value < SHORT_NUMBERS ? value.toString(36).padStart(6, '0') : `z${value.toString(36).padStart(11, '0')}`;
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
 * Prefix of a capture: a digest over its size, its first and its last bytes, the same wherever the file lies. The ends are
 * enough to tell captures apart and spare reading a big file twice.
 */
export function fileId(sizeBytes: number, head: Uint8Array, tail: Uint8Array): string {
  return digestPrefix('0', createHash('sha256').update(`${sizeBytes} `).update(head).update(tail).digest());
}

/**
 * Prefix of a file of documents: a digest of its first line, which is the same while the file grows, when it is compressed,
 * and in a copy, and differs between files by its times and counts.
 */
export function lineId(firstLine: string): string {
  return digestPrefix('1', createHash('sha256').update(firstLine).digest());
}

/** A kind that no start of a receiver has (those begin with a letter, since 1994), and eleven digits of the digest. */
function digestPrefix(kind: '0' | '1', digest: Buffer): string {
  const high = digest.readUInt32BE(0) % 36 ** 6;
  const low = digest.readUInt32BE(4) % 36 ** 5;
  return kind + high.toString(36).padStart(6, '0') + low.toString(36).padStart(5, '0');
}
