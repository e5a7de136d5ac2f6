// Batches through a pipe: each with its length before it, u32 big-endian. Both ends are one weir on one machine, so there
// is no version and no checksum; a frame that the end of the pipe cuts off is left out.

import type { Writable } from 'node:stream';

const HEADER_BYTES = 4;

/** Writes a body, which must stay as it is until the other side has it. */
export function writeFrame(pipe: Writable, body: Buffer): void {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(body.length);
  pipe.cork();
  pipe.write(header);
  pipe.write(body);
  pipe.uncork();
}

/** Puts bodies together from what the pipe gives, in memory of their own. */
export class FrameReader {
  readonly #onBody: (body: Buffer) => void;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #body: Buffer | undefined;
  #filled = 0;

  constructor(onBody: (body: Buffer) => void) {
    this.#onBody = onBody;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const target: Buffer = this.#body ?? this.#header;
      const copied = chunk.copy(target, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === target.length) this.#filledUp();
    }
  }

  #filledUp(): void {
    const body = this.#body;
    this.#filled = 0;
    if (body === undefined) this.#body = Buffer.allocUnsafeSlow(this.#header.readUInt32BE(0));
    else {
      this.#body = undefined;
      this.#onBody(body);
    }
  }
}
