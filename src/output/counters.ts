// What became of every document, as plain numbers that the hot path increments and metrics read.
// At any time: appended + recovered = written + duplicates + waiting + spooled + deadLettered + all of `dropped`.

export class DropCounters {
  /** No memory left and the spool full, broken or not configured. */
  spoolFull = 0;
  /** Unreadable in the spool (checksum). */
  spoolCorrupt = 0;
  /** Refused by Elasticsearch for good, and the dead-letter folder full or not writable. */
  deadLetterFull = 0;
  /** The local store or stdout could not be written. */
  writeError = 0;
  /** Still in memory at the stop, without a spool to take it. */
  stopped = 0;
}

export class OutputCounters {
  /** Documents taken by append(). */
  appended = 0;
  /** Documents found in the spool of an earlier run. */
  recovered = 0;
  /** Documents that the destination confirmed. */
  written = 0;
  /** Documents that were there already (409): a repetition after an answer that got lost. */
  duplicates = 0;
  /** Documents in memory, under way included, that are not on disk. */
  waiting = 0;
  /** Documents on disk, not settled yet. */
  spooled = 0;
  spooledBytes = 0;
  deadLettered = 0;
  readonly dropped = new DropCounters();
  /** Documents sent again. */
  retries = 0;
  /** Bulk requests answered, and the bytes of their bodies before compression. */
  bulks = 0;
  bytes = 0;
  /** Bulk requests that failed as a whole. */
  failedBulks = 0;
  /** Bulks cut in two because they were too large (413). */
  splits = 0;
  /** Bulk requests under way. */
  inFlight = 0;
  /** Spool frames cut off by a crash in the middle of their write; their documents are unknown. */
  tornFrames = 0;
  /** Documents that an earlier process held in memory when it was killed: an estimate, they were never seen by this one. */
  lostByKill = 0;
}

/** Sum of the drops of all reasons. */
export function droppedTotal(dropped: DropCounters): number {
  return dropped.spoolFull + dropped.spoolCorrupt + dropped.deadLetterFull + dropped.writeError + dropped.stopped;
}
