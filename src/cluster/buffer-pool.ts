// Memory of batches, used again: fresh buffers of this size come from the system page by page, and the garbage collector,
// which is told of them, runs the more often. Measured: two thirds of what a receiver took beyond reading its socket.

/** Buffers that lie ready. */
const MAX_FREE = 64;

export class BufferPool {
  readonly bufferBytes: number;
  readonly #free: Buffer[] = [];

  constructor(bufferBytes: number) {
    this.bufferBytes = bufferBytes;
  }

  /** A buffer with anything in it. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.bufferBytes);
  }

  /** Nobody uses `body` any more; others than those of take(), or parts of them, are left to the garbage collector. */
  giveBack(body: Buffer): void {
    if (body.buffer.byteLength !== this.bufferBytes || this.#free.length >= MAX_FREE) return;
    this.#free.push(body.byteLength === this.bufferBytes ? body : Buffer.from(body.buffer));
  }
}
