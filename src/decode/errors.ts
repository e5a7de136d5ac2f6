// The one error of this folder: bytes that are not what their header promises. Thrown by protocol files, caught once per
// datagram in decoder.ts, where it becomes a count. Unknown templates, elements and sets are no errors.

/** What is wrong, as counters and logs name it. */
export type DecodeErrorKind =
  /** The bytes end before the structure does. */
  | 'truncated'
  /** A length or count field contradicts the bytes around it. */
  | 'length'
  /** A value that the protocol forbids, where going on would be guessing. */
  | 'value';

/** Bad input: `offset` counts octets from the start of the datagram. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly kind: DecodeErrorKind;
  readonly protocol: string;
  readonly offset: number;

  constructor(kind: DecodeErrorKind, protocol: string, offset: number, message: string) {
    super(`${protocol} at octet ${offset}: ${message}`);
    this.kind = kind;
    this.protocol = protocol;
    this.offset = offset;
  }
}
