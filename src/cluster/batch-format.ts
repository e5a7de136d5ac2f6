// What one entry of a stream holds: many datagrams of one partition, as one receiver got them. Packing them is what makes
// receiving cheap: an entry each would cost more than reading the socket.
//
//   0      u8    version, 1
//   1      u8    length f of the receiver's id
//   2      f     the receiver's id: one start of one process
//   2+f    u48   number of the batch, counted per receiver and partition from 1
//   8+f    records, one after another:
//
//   0      u8    kind: 0 a datagram, 1 the end of a transport session (TCP), which voids its templates
//   1      f64   when it was received, epoch ms
//   9      u16   the exporter's port
//   11     u8    length a of the exporter's address
//   12     a     the address as text
//   12+a   u8    length i of the datagram's id; 0 for the end of a session
//   13+a   i     the id
//   13+a+i u16   length n of the payload
//   15+a+i n     the payload
//
// Numbers are big-endian, texts latin1. A worker that meets a newer version leaves the entry alone.

import type { Datagram } from '../flow/datagram.ts';
import type { BufferPool } from './buffer-pool.ts';

const VERSION = 1;
const DATAGRAM = 0;
const SESSION_END = 1;
const RECORD_BYTES = 15;

export interface BatchHeader {
  /** Id of the receiver. */
  readonly receiver: string;
  readonly number: number;
  /** Where records begin. */
  readonly length: number;
}

/** One batch that is being filled. */
export class OpenBatch {
  datagrams = 0;
  readonly #pool: BufferPool;
  readonly #receiver: string;
  #bytes: Buffer;
  #view: DataView;
  #length = 0;
  #number = 1;

  constructor(receiver: string, pool: BufferPool) {
    this.#receiver = receiver;
    this.#pool = pool;
    this.#bytes = pool.take();
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    this.#begin();
  }

  get isEmpty(): boolean {
    return this.#length === 8 + this.#receiver.length;
  }

  /** False when there is no room for it; an empty batch has room for any, if it has 66 kB. */
  append(datagram: Datagram): boolean {
    const { bytes, exporterAddress, exporterPort, receivedMs, id } = datagram;
    if (!this.#record(DATAGRAM, receivedMs, exporterAddress, exporterPort, id, bytes)) return false;
    this.datagrams++;
    return true;
  }

  /** Likewise, for the end of a session. */
  appendSessionEnd(address: string, port: number, nowMs: number): boolean {
    return this.#record(SESSION_END, nowMs, address, port, '', NOTHING);
  }

  /** The batch as it is sent, which goes back to the pool in the end, and its number. Begins the next one. */
  close(): { readonly body: Buffer; readonly number: number; readonly datagrams: number } {
    const closed = {
      body: this.#takeBody(),
      number: this.#number,
      datagrams: this.datagrams,
    };
    this.#number++;
    this.datagrams = 0;
    this.#begin();
    return closed;
  }

  /** A small one is copied, so that it does not keep a large buffer. */
  #takeBody(): Buffer {
    const body = this.#bytes.subarray(0, this.#length);
    if (body.length < this.#bytes.length / 4) return Buffer.from(body);
    this.#bytes = this.#pool.take();
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return body;
  }

  #begin(): void {
    const { length } = this.#receiver;
    this.#bytes[0] = VERSION;
    this.#bytes[1] = length;
    this.#bytes.write(this.#receiver, 2, 'latin1');
    this.#bytes.writeUIntBE(this.#number, 2 + length, 6);
    this.#length = 8 + length;
  }

  #record(kind: number, receivedMs: number, address: string, port: number, id: string, payload: Uint8Array): boolean {
    const bytes = this.#bytes;
    const view = this.#view;
    let at = this.#length;
    if (RECORD_BYTES + address.length + id.length + payload.length > bytes.length - at) return false;
    view.setUint8(at, kind);
    view.setFloat64(at + 1, receivedMs);
    view.setUint16(at + 9, port);
    view.setUint8(at + 11, address.length);
    at += 12;
    at += bytes.write(address, at, 'latin1');
    view.setUint8(at, id.length);
    at += 1 + bytes.write(id, at + 1, 'latin1');
    view.setUint16(at, payload.length);
    bytes.set(payload, at + 2);
    this.#length = at + 2 + payload.length;
    return true;
  }
}

const NOTHING = new Uint8Array(0);

/** A batch that cannot be read: written by a newer weir, or by something else. */
export class BatchError extends Error {
  override readonly name = 'BatchError';
  /** Another version of weir can read it. */
  readonly isNewer: boolean;
  constructor(message: string, isNewer: boolean) {
    super(message);
    this.isNewer = isNewer;
  }
}

/** Reads the header. Throws BatchError. */
export function readBatchHeader(body: Buffer): BatchHeader {
  if (body.length < 8) throw new BatchError('batch cut off', false);
  if (body[0] !== VERSION) throw new BatchError(`batch of version ${body[0]}, not ${VERSION}`, body[0]! > VERSION);
  const length = 8 + body[1]!;
  if (body.length < length) throw new BatchError('batch cut off', false);
  return {
    receiver: body.toString('latin1', 2, length - 6),
    number: body.readUIntBE(length - 6, 6),
    length,
  };
}

export interface BatchHooks {
  datagram(datagram: Datagram): void;
  sessionEnd(address: string, port: number): void;
}

/** Goes through the records of a batch, one at each call of next(). Payloads lie in the batch's memory. */
export class BatchReader {
  readonly #body: Buffer;
  readonly #view: DataView;
  readonly #hooks: BatchHooks;
  #at: number;
  /** Receive time of the last record, epoch ms; 0 before the first. */
  receivedMs = 0;
  datagrams = 0;

  /** Throws BatchError. */
  constructor(body: Buffer, hooks: BatchHooks) {
    this.#body = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.#hooks = hooks;
    this.#at = readBatchHeader(body).length;
  }

  /** Where the next record begins. */
  get position(): number {
    return this.#at;
  }

  /** Hands on the next record; false at the end. Throws BatchError for a record that is cut off. */
  next(): boolean {
    const body = this.#body;
    const view = this.#view;
    const at = this.#at;
    if (at >= body.length) return false;
    try {
      const kind = view.getUint8(at);
      const receivedMs = view.getFloat64(at + 1);
      const exporterPort = view.getUint16(at + 9);
      const addressEnd = at + 12 + view.getUint8(at + 11);
      const idEnd = addressEnd + 1 + view.getUint8(addressEnd);
      const payload = idEnd + 2;
      const end = payload + view.getUint16(idEnd);
      if (end > body.length) throw new RangeError('payload');
      this.#at = end;
      this.receivedMs = receivedMs;
      const exporterAddress = body.toString('latin1', at + 12, addressEnd);
      if (kind === DATAGRAM) {
        this.datagrams++;
        const id = body.toString('latin1', addressEnd + 1, idEnd);
        this.#hooks.datagram({ bytes: body.subarray(payload, end), exporterAddress, exporterPort, receivedMs, id });
      } else if (kind === SESSION_END) this.#hooks.sessionEnd(exporterAddress, exporterPort);
      return true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new BatchError('record cut off', false);
    }
  }
}

/** A datagram of a batch, and the batch without it; undefined where it is not in it. Throws BatchError. */
export function cutDatagram(
  body: Buffer,
  id: string,
): { readonly datagram: Datagram; readonly rest: Buffer } | undefined {
  let found: Datagram | undefined;
  const reader = new BatchReader(body, {
    datagram: (datagram) => {
      if (datagram.id === id) found = datagram;
    },
    sessionEnd() {},
  });
  for (let start = reader.position; reader.next(); start = reader.position) {
    if (found === undefined) continue;
    const rest = Buffer.concat([body.subarray(0, start), body.subarray(reader.position)]);
    return { datagram: { ...found, bytes: Uint8Array.from(found.bytes) }, rest };
  }
  return undefined;
}
