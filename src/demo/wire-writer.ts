// Big-endian cursor over a buffer of one datagram; the counterpart of decode/reader.ts.

export class WireWriter {
  length = 0;
  private readonly view: DataView;

  constructor(capacityBytes = 65535) {
    this.view = new DataView(new ArrayBuffer(capacityBytes));
  }

  u8(value: number): void {
    this.view.setUint8(this.length, value);
    this.length += 1;
  }

  u16(value: number): void {
    this.view.setUint16(this.length, value);
    this.length += 2;
  }

  u32(value: number): void {
    this.view.setUint32(this.length, value);
    this.length += 4;
  }

  /** Whole numbers up to 2^53. */
  u64(value: number): void {
    this.u32(Math.floor(value / 4294967296));
    this.u32(value >>> 0);
  }

  bytes(value: Uint8Array): void {
    new Uint8Array(this.view.buffer, this.length, value.length).set(value);
    this.length += value.length;
  }

  /** ASCII, cut or filled with zeros to `size`. */
  text(value: string, size: number): void {
    for (let i = 0; i < size; i++) this.u8(i < value.length ? value.charCodeAt(i) & 127 : 0);
  }

  zeros(count: number): void {
    for (let i = 0; i < count; i++) this.u8(0);
  }

  setU16(at: number, value: number): void {
    this.view.setUint16(at, value);
  }

  setU32(at: number, value: number): void {
    this.view.setUint32(at, value);
  }

  u16At(at: number): number {
    return this.view.getUint16(at);
  }

  /** A copy of what was written; the writer starts anew. */
  take(): Uint8Array {
    const written = new Uint8Array(this.view.buffer.slice(0, this.length));
    this.length = 0;
    return written;
  }
}
