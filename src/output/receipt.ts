// How somebody who must not forget its input learns that the documents made of it are done with. Counted per bulk body,
// not per document, so that it costs nothing per flow.

export interface Receipt {
  /** One more body holds documents of it. */
  held(): void;
  /** All documents of a body came to their end (written, dead-lettered, dropped and counted) or are safe on disk. */
  settled(): void;
}
