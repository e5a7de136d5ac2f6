// A preallocated buffer that becomes the body of one bulk request. Filled by one write per document; reused only when
// the request that sends it has settled.

import type { Receipt } from './receipt.ts';

const NEWLINE = 10;

export class Batch {
  readonly bytes: Buffer;
  /** Bytes and documents in it. */
  length = 0;
  documents = 0;
  /** When the first document came, in the caller's clock; 0 while empty. */
  openedMs = 0;
  /** Whose documents are in it. */
  readonly receipts: Receipt[] = [];

  constructor(capacityBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacityBytes);
  }

  /**
   * Adds one document; false when there is no room for it.
   * Text is meant to be pure ASCII, so that its length is its bytes. It is written as UTF-8 all the same: that costs
   * 20 to 80 ns more than latin1 (of 430), and text that is not ASCII by mistake stays intact.
   */
  append(action: string, id: string, text: string): boolean {
    const line = `${action}${id}"}}\n${text}\n`;
    if (line.length > this.bytes.length - this.length) return false;
    const written = this.bytes.write(line, this.length, 'utf8');
    // More bytes than characters may have met the end of the buffer: then the newline is missing.
    if (this.bytes[this.length + written - 1] !== NEWLINE) return false;
    this.length += written;
    this.documents += 1;
    return true;
  }

  /** Notes whose document was appended last. */
  hold(receipt: Receipt): void {
    if (this.receipts[this.receipts.length - 1] === receipt) return;
    this.receipts.push(receipt);
    receipt.held();
  }

  /** What was appended; valid until clear(). */
  body(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    this.documents = 0;
    this.openedMs = 0;
    this.receipts.length = 0;
  }
}
