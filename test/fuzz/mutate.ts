// Mutations of datagrams: the same for the same random numbers.

import type { Random } from '../../src/demo/random.ts';

const EVIL_8 = [0, 1, 2, 3, 4, 8, 16, 127, 128, 254, 255];
const EVIL_16 = [0, 1, 2, 3, 4, 5, 9, 10, 16, 255, 256, 257, 260, 0x7fff, 0x8000, 0xfffe, 0xffff];
const EVIL_32 = [0, 1, 2, 3, 4, 5, 1000, 1003, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const MAX_OCTETS = 65_507;

/** A copy of `bytes`, changed; `other` is for splicing. Now and then it comes back as it was. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = bytes.slice();
  for (let i = random.below(5); i > 0; i--) result = mutateOnce(result, other, random);
  return result.subarray(0, MAX_OCTETS);
}

function mutateOnce(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return other.slice();
  const at = random.below(bytes.length);
  switch (random.below(9)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 2:
      // From the third octet on, else most would end at the version.
      bytes[Math.min(bytes.length - 1, Math.max(2, at))] = EVIL_8[random.below(EVIL_8.length)]!;
      return bytes;
    case 3:
      return write(bytes, at & ~1, 2, EVIL_16[random.below(EVIL_16.length)]!);
    case 4:
      return write(bytes, at & ~3, 4, EVIL_32[random.below(EVIL_32.length)]!);
    case 5: {
      // Near the front are the headers, whose counts and lengths matter most.
      const front = random.below(Math.min(32, bytes.length)) & ~1;
      return write(bytes, front, 2, random.next() < 0.5 ? bytes.length - front : random.below(65_536));
    }
    case 6: {
      const end = Math.min(bytes.length, at + 1 + random.below(64));
      return concat(bytes.subarray(0, end), bytes.subarray(at));
    }
    case 7:
      return concat(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.below(16))));
    default:
      return concat(bytes.subarray(0, at), other.subarray(random.below(other.length + 1)));
  }
}

function write(bytes: Uint8Array, at: number, octets: number, value: number): Uint8Array {
  for (let i = 0; i < octets && at + i < bytes.length; i++) bytes[at + i] = (value / 2 ** (8 * (octets - 1 - i))) & 255;
  return bytes;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(Math.min(MAX_OCTETS, a.length + b.length));
  joined.set(a.subarray(0, joined.length));
  joined.set(b.subarray(0, joined.length - a.length), a.length);
  return joined;
}
