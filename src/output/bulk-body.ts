// Takes a bulk body apart again: two lines per document, action and source. Needed only when something went wrong, so
// the boundaries are found by scanning instead of being kept for every document.

const NEWLINE = 10;

export interface BulkDocument {
  readonly index: string;
  readonly id: string;
  /** The source line. */
  readonly text: string;
}

/** Where each document begins, and the end: `documents + 1` offsets. Throws RangeError when the body holds fewer. */
export function documentOffsets(body: Buffer, documents: number): Int32Array {
  const offsets = new Int32Array(documents + 1);
  for (let i = 0, at = 0; i < documents; i += 1) {
    const action = body.indexOf(NEWLINE, at);
    const source = action === -1 ? -1 : body.indexOf(NEWLINE, action + 1);
    if (source === -1) throw new RangeError(`bulk body ends in document ${i} of ${documents}`);
    at = source + 1;
    offsets[i + 1] = at;
  }
  return offsets;
}

/** Moves the named documents (ascending) to the front of the same memory and returns them as a shorter body. */
export function keepDocuments(body: Buffer, documents: number, kept: readonly number[]): Buffer {
  const offsets = documentOffsets(body, documents);
  let length = 0;
  for (const position of kept) {
    const end = offsets[position + 1]!;
    body.copyWithin(length, offsets[position]!, end);
    length += end - offsets[position]!;
  }
  return body.subarray(0, length);
}

/** Reads one document back, given its boundaries. */
export function documentAt(body: Buffer, start: number, end: number): BulkDocument {
  const split = body.indexOf(NEWLINE, start);
  const action = JSON.parse(body.toString('utf8', start, split)) as { create: { _index: string; _id: string } };
  return { index: action.create._index, id: action.create._id, text: body.toString('utf8', split + 1, end - 1) };
}
