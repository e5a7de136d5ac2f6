// What became of every datagram that a receiver took, as plain numbers.
// At any time: datagrams + recovered = sent + open + waiting + spooled + all of `dropped`.

export class SendDrops {
  /** Redis took nothing, memory was used up and the spool full, broken or unreadable. */
  spoolFull = 0;
  spoolCorrupt = 0;
  /** Still in memory at the stop, and the spool did not take it. */
  stopped = 0;
}

export class SendCounters {
  datagrams = 0;
  /** Found in the spool of an earlier run. */
  recovered = 0;
  /** In the streams. */
  sent = 0;
  /** In memory: closed batches, and those being sent. */
  waiting = 0;
  /** On disk. */
  spooled = 0;
  readonly dropped = new SendDrops();
  batches = 0;
  /** Bytes of batches that Redis took. */
  bytes = 0;
  /** Batches that were in the stream already: an answer had got lost. */
  known = 0;
  /** Answers that a stream is full. */
  full = 0;
  /** Batches sent again because Redis came back without them. */
  rewound = 0;
  /** Requests that failed. */
  failures = 0;
}

/** Sum of the drops of all reasons. */
export function sendDrops(dropped: SendDrops): number {
  return dropped.spoolFull + dropped.spoolCorrupt + dropped.stopped;
}
