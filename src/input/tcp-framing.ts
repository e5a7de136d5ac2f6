// Cuts a byte stream into IPFIX messages (RFC 7011 §10.4.2.3): each begins with its version and its own length.
//
//   0 version = 10, u16
//   2 length of the message, u16, this header included: 16 to 65,535
//
// A stream in which one header is wrong cannot be trusted again: there is no mark to find the next message by.

const VERSION = 10;
/** Enough to know version and length. */
const LENGTH_BYTES = 4;
const HEADER_BYTES = 16;

/** `version` or `length`: what was wrong with a header, after which the stream is of no more use. */
export type FramingFault = 'version' | 'length';

export class MessageFramer {
  readonly #take: (message: Uint8Array) => void;
  /** Start of a message whose rest has not come; grows to the message's length as it comes, so 64 KiB at most. */
  #held = new Uint8Array(0);
  #heldBytes = 0;

  /** @param take gets every whole message; the memory is reused afterwards */
  constructor(take: (message: Uint8Array) => void) {
    this.#take = take;
  }

  /** Bytes of a message that is not whole yet. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Takes what came next. Returns what is wrong with it, where something is; nothing may be pushed after that. */
  push(chunk: Uint8Array): FramingFault | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#heldBytes > 0) {
        at += this.#hold(chunk, at, this.#wantedBytes());
        const fault = this.#takeHeld();
        if (fault !== undefined) return fault;
        continue;
      }
      if (chunk.length - at < LENGTH_BYTES) {
        at += this.#hold(chunk, at, LENGTH_BYTES);
        continue;
      }
      const fault = faultOf(chunk, at);
      if (fault !== undefined) return fault;
      const length = lengthOf(chunk, at);
      if (length <= chunk.length - at) {
        this.#take(chunk.subarray(at, at + length));
        at += length;
      } else at += this.#hold(chunk, at, length);
    }
    return undefined;
  }

  /** How long the held message is to become: until its length is known, so that this can be read. */
  #wantedBytes(): number {
    return this.#heldBytes < LENGTH_BYTES ? LENGTH_BYTES : lengthOf(this.#held, 0);
  }

  /** Keeps what `chunk` has of the wanted bytes; returns how many it took. */
  #hold(chunk: Uint8Array, at: number, wantedBytes: number): number {
    const bytes = Math.min(wantedBytes - this.#heldBytes, chunk.length - at);
    const needed = this.#heldBytes + bytes;
    if (needed > this.#held.length) {
      // Doubled, so that a message that comes byte by byte is not copied for each of them.
      const grown = new Uint8Array(Math.max(needed, Math.min(wantedBytes, this.#held.length * 2)));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(chunk.subarray(at, at + bytes), this.#heldBytes);
    this.#heldBytes = needed;
    return bytes;
  }

  /** Hands the held message on when it is whole. */
  #takeHeld(): FramingFault | undefined {
    if (this.#heldBytes < LENGTH_BYTES) return undefined;
    const fault = faultOf(this.#held, 0);
    if (fault !== undefined) return fault;
    const length = lengthOf(this.#held, 0);
    if (this.#heldBytes < length) return undefined;
    this.#heldBytes = 0;
    this.#take(this.#held.subarray(0, length));
    return undefined;
  }
}

function faultOf(bytes: Uint8Array, at: number): FramingFault | undefined {
  if (u16(bytes, at) !== VERSION) return 'version';
  return lengthOf(bytes, at) < HEADER_BYTES ? 'length' : undefined;
}

function lengthOf(bytes: Uint8Array, at: number): number {
  return u16(bytes, at + 2);
}

/** Callers guarantee at + 2 ≤ bytes.length. */
function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
